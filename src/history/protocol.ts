// What the daemon and the thread of the history file say to each other.
import type { ErrorCode } from '../error.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { KeptChange } from './kept-database.ts';
import type { HistoryLimits, HistoryWrite, Known, PodSearch } from './record.ts';

export interface WorkerInput {
  readonly stateDir: string;
  readonly limits: HistoryLimits;
}

/** The first message of the thread. */
export type Opened =
  | {
      readonly failure: { readonly code: ErrorCode | undefined; readonly message: string };
    }
  | {
      readonly failure?: never;
      readonly known: Known | undefined;
      readonly untold: readonly TreeEvent[];
      /** What became of the file while it was opened. */
      readonly changes: readonly KeptChange[];
    };

export type Request =
  | { readonly id: number; readonly type: 'write'; readonly batch: readonly HistoryWrite[] }
  | { readonly id: number; readonly type: 'pod'; readonly uid: string }
  | { readonly id: number; readonly type: 'pods'; readonly search: PodSearch }
  | { readonly id: number; readonly type: 'prune'; readonly nowMs: number }
  | { readonly id: number; readonly type: 'size' }
  | { readonly id: number; readonly type: 'limits'; readonly limits: Partial<HistoryLimits> }
  | { readonly id: number; readonly type: 'close' };

/** A request without the number that the sender gives it. */
export type RequestBody = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

/** `changes`: what became of the file meanwhile. */
export type Reply = { readonly id: number; readonly changes?: readonly KeptChange[] } & (
  | { readonly result: unknown; readonly error?: never }
  | { readonly error: string }
);
