// What a kernel source says, as one union: events, and everything that makes them incomplete.
import type { PodtreeError } from '../error.ts';
import type { KernelEvent } from './event.ts';
import type { BootNs } from './identity.ts';

export type KernelMessage =
  /** What one read brought, in bpftrace's order: not the order of time across CPUs. Never empty. */
  | { readonly type: 'events'; readonly events: readonly KernelEvent[] }
  /** Events that the kernel had no room for. */
  | { readonly type: 'lost'; readonly lost: number }
  /** All that happened before has come, of every CPU: what was lost apart. Answers a catchUp. */
  | { readonly type: 'caught-up'; readonly untilNs: BootNs }
  /** Lines that no probe of ours prints, and lines that were too long. */
  | { readonly type: 'malformed'; readonly count: number }
  /** The probes are attached: what happens from now on is seen. Read /proc now. `wallNs` is CLOCK_REALTIME at bootNs, within a millisecond. */
  | {
      readonly type: 'ready';
      readonly attachMs: number;
      readonly bpftraceVersion: string;
      readonly bootNs: BootNs;
      readonly wallNs: bigint;
    }
  /** bpftrace is gone, and with it everything until the next ready. */
  | { readonly type: 'down'; readonly error: PodtreeError; readonly restartInMs: number };
