// Runs the real command line: in a process of its own, as a person or a script does, or many times faster inside the test's.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { runPlugin } from '../../agent/commands/cluster-program.ts';
import { failureOf } from '../../agent/commands/failure.ts';
import { runProgram } from '../../agent/commands/program.ts';
import type { Session } from '../../agent/commands/session.ts';
import { hideControls } from '../../src/terminal/escape.ts';
import { createGrid, type Grid } from './grid.ts';

const MAIN = fileURLToPath(new URL('../../agent/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output matches. Rejects when the command ends before it does. */
  seen(pattern: RegExp): Promise<void>;
}

/** Starts `podtree ARGS`; killed at the end of the test if it still runs. */
export function startCommand(t: Test, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
  });
  t.teardown(() => {
    child.kill('SIGKILL');
  });
  let out = '';
  let err = '';
  let hasEnded = false;
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdin.on('error', () => {});
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    changed();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      hasEnded = true;
      resolve({ code, signal, out, err });
      changed();
    });
  });
  return {
    child,
    ended,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (pattern.test(out)) resolve();
          else if (hasEnded) reject(new Error(`ended without ${pattern}: ${out}${err}`));
          else return;
          watchers.delete(check);
        };
        watchers.add(check);
        check();
      }),
  };
}

/** Runs `podtree ARGS` to its end, with `input` on standard input. */
export async function runCommand(
  t: Test,
  args: readonly string[],
  options: { input?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const running = startCommand(t, args, options.env);
  running.child.stdin.end(options.input ?? '');
  return running.ended;
}

export interface CallOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error are a terminal of this size. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** Told of each message for the person as it comes. */
  readonly onNote?: (message: string) => void;
}

export interface Called {
  /** What there is on standard output and error by now. */
  readonly texts: () => { readonly out: string; readonly err: string };
  /** Resolves when they are as wanted; rejects when the command ends before. */
  until(isDone: (texts: { readonly out: string; readonly err: string }) => boolean): Promise<void>;
  /** As Ctrl-C. */
  stop(): void;
  readonly ended: Promise<Ended>;
}

/** Runs `podtree ARGS` to its end inside this process: everything but main.ts and the real standard streams. */
export async function callCommand(args: readonly string[], options: CallOptions = {}): Promise<Ended> {
  return startCall(runProgram, 'podtree', args, options).ended;
}

/** Runs `kubectl podtree ARGS` inside this process. */
export function startPlugin(args: readonly string[], options: CallOptions = {}): Called {
  return startCall(runPlugin, 'kubectl podtree', args, options);
}

function startCall(run: typeof runProgram, name: string, args: readonly string[], options: CallOptions): Called {
  let out = '';
  let err = '';
  let hasEnded = false;
  const stopping = new AbortController();
  let changed = Promise.withResolvers<void>();
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const session: Session = {
    env: options.env ?? {},
    stdin: Readable.from([options.input ?? '']),
    out: {
      write: async (text) => {
        out += text;
        tell();
      },
      writeNow: (text) => {
        out += text;
        tell();
      },
      isTerminal: options.terminal !== undefined,
      size: () => options.terminal ?? { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY },
      onResize: () => () => {},
    },
    openKeyboard: () => undefined,
    note: (message) => {
      options.onNote?.(message);
      err += `${name}: ${message.split('\n').map(hideControls).join('\n')}\n`;
      tell();
    },
    isErrorTerminal: options.terminal !== undefined,
    stop: stopping.signal,
    onReload: () => {},
  };
  const toItsEnd = async (): Promise<Ended> => {
    const { code, message } = await runIn(run, args, session);
    if (message !== undefined) session.note(message);
    hasEnded = true;
    tell();
    return { code, signal: null, out, err };
  };
  return {
    texts: () => ({ out, err }),
    stop: () => stopping.abort(),
    ended: toItsEnd(),
    async until(isDone) {
      while (!isDone({ out, err })) {
        if (hasEnded) throw new Error(`ended before: ${out}${err}`);
        await changed.promise;
      }
    },
  };
}

/** As main.ts does it. */
async function runIn(
  run: typeof runProgram,
  args: readonly string[],
  session: Session,
): Promise<{ readonly code: number; readonly message?: string }> {
  try {
    return { code: await run(args, session) };
  } catch (error) {
    return failureOf(error);
  }
}

export interface OnScreen {
  /** What the terminal shows. */
  readonly grid: Grid;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  /** As a signal does it. */
  stop(): void;
  /** The terminal is closed. */
  hangUp(): void;
  /** Resolves when the screen is as wanted; rejects when the command ends before that. */
  until(isDone: (screen: string) => boolean): Promise<void>;
  /** How often something was written to the terminal. */
  readonly writes: number;
  readonly ended: Promise<Ended>;
}

/** Runs `podtree ARGS` inside this process on a terminal with a keyboard. */
export function callOnScreen(
  t: Test,
  args: readonly string[],
  options: {
    readonly columns?: number;
    readonly rows?: number;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
  } = {},
): OnScreen {
  const grid = createGrid(options.columns ?? 80, options.rows ?? 24);
  const stopping = new AbortController();
  const resized = new Set<() => void>();
  const changed = new Set<() => void>();
  const ends = new Set<() => void>();
  let onText: ((text: string) => void) | undefined;
  let err = '';
  let writes = 0;
  let hasEnded = false;
  const written = (text: string): void => {
    writes += 1;
    // What a command prints when the screen is its own no longer, as a terminal driver puts it out.
    grid.write(text.replace(/(?<!\r)\n/g, '\r\n'));
    for (const each of changed) each();
  };
  const session: Session = {
    env: options.env ?? {},
    stdin: Readable.from([options.input ?? '']),
    out: {
      write: async (text) => written(text),
      writeNow: written,
      isTerminal: true,
      size: () => grid.size,
      onResize: (listener) => {
        resized.add(listener);
        return () => resized.delete(listener);
      },
    },
    openKeyboard: () => ({
      onText: (listener) => {
        onText = listener;
      },
      onEnd: (listener) => {
        ends.add(listener);
      },
      release: () => {},
      renew: () => {},
      close: () => {
        onText = undefined;
      },
    }),
    note: (message) => {
      err += `podtree: ${message}\n`;
    },
    isErrorTerminal: true,
    stop: stopping.signal,
    onReload: () => {},
  };
  const ended = runIn(runProgram, args, session).then(({ code, message }) => {
    if (message !== undefined) session.note(message);
    hasEnded = true;
    for (const each of changed) each();
    return { code, signal: null, out: grid.rows.join('\n'), err };
  });
  t.teardown(async () => {
    stopping.abort();
    await ended;
  });
  return {
    grid,
    ended,
    press: (keys) => onText?.(keys),
    resize: (columns, rows) => {
      grid.resize(columns, rows);
      for (const listener of resized) listener();
    },
    stop: () => stopping.abort(),
    hangUp: () => {
      for (const listener of ends) listener();
    },
    get writes() {
      return writes;
    },
    until: (isDone) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const screen = grid.rows.join('\n');
          if (isDone(screen)) resolve();
          else if (hasEnded) reject(new Error(`ended with this on the screen:\n${screen}\n${err}`));
          else return;
          changed.delete(check);
        };
        changed.add(check);
        check();
      }),
  };
}
