// A real terminal for commands: a tmux server of the test's own, what is in its pane, and keys into it.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Test } from 'tap';

const run = promisify(execFile);

export interface Pane {
  /** What is in the pane; with `colors` the sequences that colour it as well, and the spaces at the ends of lines. */
  capture(options?: { readonly colors?: boolean }): Promise<string>;
  /** Keys by tmux's names (`Enter`, `C-c`, `Up`), or text. */
  keys(...keys: readonly string[]): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** A variable of tmux, such as `alternate_on`. */
  variable(name: string): Promise<string>;
  /** Closes the terminal, as a connection that breaks does. */
  close(): Promise<void>;
  until(what: string, isDone: (screen: string) => boolean | Promise<boolean>): Promise<string>;
}

export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface PaneOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
}

/** A pane in which this command runs; all of it is gone at the end of the test. */
export async function openPane(t: Pick<Test, 'teardown'>, command: readonly string[], options: PaneOptions = {}): Promise<Pane> {
  const { columns = 80, rows = 24, directory = process.cwd() } = options;
  // A server of its own, whose socket leaves nothing behind; a unix socket's path has room for 107 bytes.
  const parent = mkdtempSync(join(tmpdir(), 'podtree-tmux-'));
  const socket = join(parent, 'socket');
  const env = { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', TERM: 'xterm-256color', TZ: 'UTC', ...options.env };
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env, cwd: directory });
    return stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  await tmux(
    'new-session',
    '-d',
    ...size,
    ...command,
    ';',
    'set-option',
    '-g',
    'remain-on-exit',
    'off',
    ';',
    'set-option',
    '-g',
    'escape-time',
    '0',
  );
  t.teardown(async () => {
    await tmux('kill-server').catch(() => {});
    rmSync(parent, { recursive: true, force: true });
  });
  const pane: Pane = {
    capture: ({ colors = false } = {}) => tmux('capture-pane', '-p', ...(colors ? ['-e', '-N'] : [])),
    keys: async (...keys) => {
      await tmux('send-keys', ...keys);
    },
    resize: async (nextColumns, nextRows) => {
      await tmux('resize-window', '-x', String(nextColumns), '-y', String(nextRows));
    },
    variable: async (name) => (await tmux('display-message', '-p', `#{${name}}`)).trim(),
    close: async () => {
      await tmux('kill-server');
    },
    until: async (what, isDone) => {
      for (let tries = 0; ; tries += 1) {
        const screen = await pane.capture();
        if (await isDone(screen)) return screen;
        if (tries > 400) throw new Error(`waited in vain for ${what}:\n${screen}`);
        await delay(30);
      }
    },
  };
  return pane;
}
