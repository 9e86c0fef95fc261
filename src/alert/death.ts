// The death of a pause as the rules see it, whatever told of it. Plain data that can be kept on disk.
import type { ContainerRef, PodRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { HitPod } from '../history/memory-limit.ts';
import type { ExitRecord } from '../kernel/signal.ts';

export interface Death {
  /** Pod uid and the sandbox that died. */
  readonly key: string;
  readonly pod: PodRef;
  readonly atMs: number;
  readonly time: string;
  readonly cause: Cause;
  readonly exit?: ExitRecord | undefined;
  readonly outageMs?: number | undefined;
  /** Of a death by the OOM killer, those that ran: the limit may be that of one of them. */
  readonly containers?: readonly ContainerRef[] | undefined;
  /** Names of the rules that have counted it into an alert. */
  readonly alertedBy: string[];
}

/** new: it counts from now on. changed: more is known of it. withdrawn: it was planned after all. */
export type DeathNews = { readonly kind: 'new' | 'changed' | 'withdrawn'; readonly death: Death };

/** What a memory limit may belong to. */
export function hitPodOf({ key, pod: { uid }, containers = [] }: Death): HitPod {
  return { podUid: uid, sandboxId: key.slice(uid.length + 1), containers };
}
