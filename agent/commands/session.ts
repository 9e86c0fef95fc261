// What a command may touch: standard streams that survive a closed pipe, the environment, and the signals that end it.
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { hideControls } from '../../src/terminal/escape.ts';
import { type Keyboard, openKeyboard } from './keyboard.ts';

export interface Session {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly out: Output;
  /** The keys of the terminal, each as it is pressed; undefined without a terminal. */
  openKeyboard(): Keyboard | undefined;
  /** One message for the person, on standard error, with the program's name before it. */
  note(message: string): void;
  readonly isErrorTerminal: boolean;
  /** Aborted by Ctrl-C, SIGTERM, or when nobody reads standard output any more: end quietly. */
  readonly stop: AbortSignal;
  /** From now on a hang-up (SIGHUP) calls the listener instead of ending the command, unless it is the terminal that hangs up. */
  onReload(listener: () => void): void;
}

export interface Output {
  /** Resolves when more may be written: immediately, or when a slow reader has caught up. */
  write(text: string): Promise<void>;
  /** Writes at once, whatever the reader does: for escape sequences that give the terminal back. */
  writeNow(text: string): void;
  readonly isTerminal: boolean;
  /** The terminal's size; without a terminal lines are not cut. */
  size(): { readonly columns: number; readonly rows: number };
  onResize(listener: () => void): () => void;
}

/** The session of this process. `close` takes the signal handlers away again, so that the next signal kills as usual. */
export function openSession(name: string): { readonly session: Session; close(): void } {
  const stopping = new AbortController();
  let reload: (() => void) | undefined;
  let hadTerminal = false;
  const onSignal = (): void => {
    stopping.abort();
    // Whoever presses Ctrl-C twice means it.
    for (const signal of ENDING) process.removeListener(signal, onSignal);
  };
  const onHangUp = (): void => {
    if (reload === undefined || (hadTerminal && !hasTerminal())) onSignal();
    // A command that ends already has no use for it, and must not be killed by it.
    else if (!stopping.signal.aborted) reload();
  };
  const close = (): void => {
    for (const signal of ENDING) process.removeListener(signal, onSignal);
    process.removeListener('SIGHUP', onHangUp);
  };
  for (const signal of ENDING) process.on(signal, onSignal);
  process.on('SIGHUP', onHangUp);
  // A reader such as `head` that has seen enough is no error (EPIPE); a stream that broke otherwise cannot be written to either.
  process.stdout.on('error', () => stopping.abort());
  process.stderr.on('error', () => {});
  const session: Session = {
    env: process.env,
    stdin: process.stdin,
    out: outputOf(process.stdout, stopping.signal),
    openKeyboard,
    note: (message) => {
      process.stderr.write(`${name}: ${message.split('\n').map(hideControls).join('\n')}\n`);
    },
    isErrorTerminal: process.stderr.isTTY === true,
    stop: stopping.signal,
    onReload: (listener) => {
      reload = listener;
      hadTerminal = hasTerminal();
    },
  };
  return { session, close };
}

const ENDING = ['SIGINT', 'SIGTERM'] as const;

/** Whether there is a controlling terminal: once it has hung up, /dev/tty cannot be opened any more (ENXIO or EIO). */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

function outputOf(stream: NodeJS.WriteStream, stop: AbortSignal): Output {
  return {
    isTerminal: stream.isTTY === true,
    write: (text) => {
      if (stop.aborted || stream.write(text)) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          stream.removeListener('drain', done);
          stop.removeEventListener('abort', done);
          resolve();
        };
        stream.on('drain', done);
        stop.addEventListener('abort', done);
      });
    },
    writeNow: (text) => {
      stream.write(text);
    },
    size: () => {
      if (stream.isTTY !== true) return { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY };
      // Some serial consoles say 0.
      return { columns: stream.columns || 80, rows: stream.rows || 24 };
    },
    onResize: (listener) => {
      stream.on('resize', listener);
      return () => stream.removeListener('resize', listener);
    },
  };
}
