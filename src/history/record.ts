// What history keeps and gives back: pods, their sandboxes and the events that matter, and what was known when the agent last ran.
import type { Cause } from '../cause/cause.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { PodRecord, ProcessRecord, SandboxRecord } from '../tree/model.ts';

/** A sandbox as it was last seen. Times are RFC 3339 UTC. */
export interface HistorySandbox extends SandboxRecord {
  /** Its pause as it was when it lived; `pause` is absent once it has died. */
  readonly lastPause?: ProcessRecord;
  /** Boot of the node on which it was first seen. */
  readonly bootId: string;
  readonly firstSeen: string;
  /** For the current sandbox of a pod that is there: when the agent last wrote. */
  readonly lastSeen: string;
}

export interface HistoryPod extends PodRecord {
  /** When the agent last heard of a pod that is not there any more. */
  readonly goneAt?: string;
}

/** The answer of GET /v1/pods/UID/history: everything oldest first. */
export interface PodHistory {
  readonly node: string;
  readonly pod: HistoryPod;
  readonly sandboxes: readonly HistorySandbox[];
  readonly events: readonly TreeEvent[];
}

/** One line of GET /v1/pods: a pod that is there or was, with its deaths. */
export interface PodSummary {
  readonly uid: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly goneAt?: string;
  /** Sandboxes whose pause died otherwise than by a planned stop, as far back as history goes. */
  readonly deaths: number;
  /** The last of them. `time` is that of the event. */
  readonly lastDeath?: { readonly time: string; readonly kind: Cause['kind']; readonly signal?: string; readonly by?: string };
}

export interface PodSearch {
  /** A name, `namespace/name`, or at least the first four characters of a uid. */
  readonly name?: string;
  readonly namespace?: string;
  /** At most this many, those with the latest deaths first. */
  readonly limit: number;
}

/** The sandbox a pod had when the agent last wrote. */
export interface KnownSandbox {
  readonly record: SandboxRecord;
  readonly lastPause?: ProcessRecord;
  /** Its pause was seen to die. */
  readonly death?: { readonly time: string; readonly cause: Cause };
}

export interface KnownPod {
  readonly uid: string;
  readonly sandbox: KnownSandbox;
  /** Ids of all its sandboxes that were ever seen, as far as they are kept. */
  readonly sandboxIds: ReadonlySet<string>;
}

/** What the last run of the agent knew. */
export interface Known {
  readonly bootId: string;
  /** When it last wrote, RFC 3339. */
  readonly lastSeen: string;
  /** It was stopped, and not killed or cut off. */
  readonly wasStopped: boolean;
  /** Pods that were there then, by uid. */
  readonly pods: ReadonlyMap<string, KnownPod>;
}

/** How long an event is kept when there is no room for all: the heavier the longer. */
export const WEIGHT = { ordinary: 0, cascade: 1, death: 2 } as const;
export type Weight = (typeof WEIGHT)[keyof typeof WEIGHT];

/** One thing to write. All of one batch is written or nothing. `atMs` is wall time in ms. */
export type HistoryWrite =
  | { readonly op: 'pod'; readonly record: PodRecord; readonly atMs: number }
  | { readonly op: 'pod-gone'; readonly uid: string; readonly atMs: number }
  | { readonly op: 'sandbox'; readonly podUid: string; readonly record: SandboxRecord; readonly isCurrent: boolean; readonly atMs: number }
  | { readonly op: 'sandbox-gone'; readonly id: string; readonly atMs: number }
  /** `isUntold`: it has yet to be published, also by the next run of the agent. */
  | {
      readonly op: 'event';
      readonly podUid: string;
      readonly event: TreeEvent;
      readonly weight: Weight;
      readonly isUntold: boolean;
      readonly atMs: number;
    }
  /** A pause died: what happened in the pod since `sinceMs` belongs to it. */
  | { readonly op: 'lift'; readonly podUid: string; readonly sinceMs: number }
  | { readonly op: 'told'; readonly ids: readonly string[] }
  | { readonly op: 'alive'; readonly bootId: string; readonly atMs: number; readonly isStopping: boolean };

/** What the store holds. */
export interface HistorySize {
  readonly pods: number;
  readonly sandboxes: number;
  readonly events: number;
  readonly bytes: number;
}

export interface HistoryLimits {
  /** Events of one pod. */
  readonly podEvents: number;
  /** Events in all. */
  readonly events: number;
  /** Age of events and of sandboxes that are not current, ms. */
  readonly maxAgeMs: number;
  /** How long a pod that is gone is remembered, ms. */
  readonly goneMs: number;
  /** Sandboxes of one pod. */
  readonly podSandboxes: number;
  /** Pods in all; those gone longest go first. */
  readonly pods: number;
}

export const HISTORY_LIMITS: HistoryLimits = {
  podEvents: 200,
  events: 20_000,
  maxAgeMs: 7 * 24 * 3_600_000,
  goneMs: 24 * 3_600_000,
  podSandboxes: 100,
  pods: 5_000,
};

/** RFC 3339 UTC with nine digits, of which three are known. */
export function wallTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000000Z');
}
