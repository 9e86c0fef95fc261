// What the death of a pause took down, as told to users.
import type { ExitRecord } from '../kernel/signal.ts';
import type { Ancestor } from './cause.ts';

/** A container that ran when the pause of its sandbox died. */
export interface CascadeContainer {
  readonly id: string;
  readonly name: string;
  /** with-pause: the kernel killed it with the pause's pid namespace. orphaned: it ran on in the sandbox without a pause. */
  readonly fate: 'with-pause' | 'orphaned';
  /** Its processes when the pause died. */
  readonly processes: number;
  readonly exit?: ExitRecord;
  /** From the pause's death to its own; absent while it runs on. */
  readonly endedAfterMs?: number;
  /** Who sent the signal that ended it. */
  readonly endedBy?: Ancestor;
}

export interface Cascade {
  /** At most 64 are told. */
  readonly containers: readonly CascadeContainer[];
  readonly containerCount: number;
  /** Processes of the pod's containers when the pause died. */
  readonly processes: number;
  /** Paths of its namespaces that a mount still keeps although nothing is left in them. */
  readonly leaked: readonly string[];
}

/** A container that runs in the sandbox that took the place of another. */
export interface ReturnedContainer {
  readonly id: string;
  readonly name: string;
  /** From the old pause's death to its start; absent when that death was not seen. */
  readonly afterMs?: number;
}
