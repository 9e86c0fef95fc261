// What happened (an event) and what it changed in the tree (changes): the output of the tree, the input of the stream.
import type { JoinedBy, NamespaceRef, PodRef } from '../attribution/reference.ts';
import type { Cascade, ReturnedContainer } from '../cause/cascade.ts';
import type { Cause } from '../cause/cause.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { AlertRecord } from './alert-record.ts';
import type { ContainerRecord, LeakedNamespace, PodRecord, ProcessRecord, SandboxRecord, UsageRecord } from './model.ts';

/** Whole records without their children, keyed by id: applying one twice does no harm. A `put` of a sandbox makes it the pod's current one (what was
 * below another current one, its `usage` too, is put again below it), unless it says `history`: then it is put into the pod's history, at its place when it is there
 * already, else at the end. Removing an item removes what is below it. */
export type TreeChange =
  | { readonly op: 'put'; readonly kind: 'pod'; readonly podUid: string; readonly key: string; readonly record: PodRecord }
  | {
      readonly op: 'put';
      readonly kind: 'sandbox';
      readonly podUid: string;
      readonly sandboxId: string;
      readonly key: string;
      readonly record: SandboxRecord;
      /** It is an earlier sandbox of the pod. */
      readonly history?: true;
    }
  | {
      readonly op: 'put';
      readonly kind: 'container';
      readonly podUid: string;
      readonly sandboxId: string;
      readonly containerId: string;
      readonly key: string;
      readonly record: ContainerRecord;
    }
  | {
      readonly op: 'put';
      readonly kind: 'process';
      readonly podUid: string;
      readonly sandboxId: string;
      readonly containerId: string;
      readonly key: string;
      readonly record: ProcessRecord;
    }
  | {
      readonly op: 'put';
      readonly kind: 'guest';
      readonly podUid: string;
      readonly sandboxId: string;
      readonly key: string;
      readonly record: ProcessRecord;
    }
  | {
      readonly op: 'put';
      readonly kind: 'usage';
      readonly podUid: string;
      readonly sandboxId: string;
      readonly key: string;
      readonly record: UsageRecord;
    }
  | { readonly op: 'put'; readonly kind: 'leaked'; readonly key: string; readonly record: LeakedNamespace }
  | {
      readonly op: 'remove';
      readonly kind: 'pod' | 'sandbox' | 'container' | 'process' | 'guest' | 'usage' | 'leaked';
      readonly podUid?: string;
      readonly sandboxId?: string;
      readonly containerId?: string;
      readonly key: string;
    };

interface EventBase {
  readonly id: string;
  /** 0, then 1, 2 … when the same event is amended. */
  readonly revision: number;
  /** RFC 3339 UTC, nine digits. */
  readonly time: string;
  readonly node: string;
  readonly pod?: PodRef;
  readonly sandbox?: { readonly id: string; readonly attempt: number };
  readonly container?: { readonly id: string; readonly name: string };
  readonly process?: ProcessRecord;
  /** kernel: seen as it happened. levels: found by comparing with /proc or the runtime. */
  readonly source: 'kernel' | 'levels';
  /** For pod events whose pod could not be named in time. */
  readonly attribution?: 'unnamed-container' | 'unknown-cgroup' | 'host';
}

export type TreeEvent = EventBase &
  (
    | { readonly type: 'process.started' }
    | { readonly type: 'process.exec' }
    | { readonly type: 'process.exited'; readonly exit?: ExitRecord }
    | { readonly type: 'container.started' }
    | { readonly type: 'container.exited'; readonly exit?: ExitRecord }
    | { readonly type: 'sandbox.created' }
    | { readonly type: 'sandbox.ready' }
    | { readonly type: 'sandbox.removed' }
    | { readonly type: 'pod.added' }
    | { readonly type: 'pod.removed' }
    | { readonly type: 'namespace.created'; readonly namespaces: readonly NamespaceRef[] }
    | {
        readonly type: 'namespace.joined';
        readonly namespaces: readonly NamespaceRef[];
        readonly owner: PodRef;
        readonly by: JoinedBy;
      }
    | { readonly type: 'pause.exited'; readonly exit?: ExitRecord; readonly cause: Cause; readonly cascade?: Cascade }
    | {
        readonly type: 'pause.restarted';
        readonly cause: Cause;
        readonly oldSandbox: { readonly id: string; readonly attempt: number };
        readonly newSandbox: { readonly id: string; readonly attempt: number };
        readonly ipBefore?: string;
        readonly ipAfter?: string;
        readonly sandboxOutageMs?: number;
        readonly outageMs?: number;
        readonly containersRestarted?: number;
        /** Each container's return, in the order of their starts: whole once the restart is complete or given up. */
        readonly returned: readonly ReturnedContainer[];
        readonly complete?: boolean;
      }
    | { readonly type: 'agent.gap'; readonly stage: 'kernel' | 'agent' | 'client'; readonly lost?: number; readonly reason: string }
    | { readonly type: 'alert.firing'; readonly alert: AlertRecord; readonly cause?: Cause }
    | { readonly type: 'alert.resolved'; readonly alert: AlertRecord; readonly cause?: Cause }
  );

export type TreeEventType = TreeEvent['type'];

/** One step of the tree: why, and what changed. `event` is absent when only what is known about an item changed (a name, an address). */
export interface TreeUpdate {
  readonly event?: TreeEvent;
  readonly changes: readonly TreeChange[];
}
