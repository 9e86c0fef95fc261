// Signal numbers, their names, and how a process ended.
import { constants } from 'node:os';

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    // Aliases share a number: keep the names that signal(7) uses first.
    .filter(([name]) => name !== 'SIGIOT' && name !== 'SIGPOLL' && name !== 'SIGUNUSED')
    .map(([name, number]) => [number, name]),
);

/** 'SIGKILL' for 9; real-time and unknown numbers as 'SIG34'. */
export function signalName(signal: number): string {
  return NAMES.get(signal) ?? `SIG${signal}`;
}

/** How a process ended: `code` is null when a signal ended it, `signal` null when it exited by itself. */
export interface ExitRecord {
  readonly code: number | null;
  readonly signal: string | null;
}

export function exitRecord(exit: { readonly code: number | undefined; readonly signal: number }): ExitRecord {
  return exit.signal === 0 ? { code: exit.code ?? null, signal: null } : { code: null, signal: signalName(exit.signal) };
}
