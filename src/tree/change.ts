// What happened (an event) and what it changed in the tree (changes): the output of the tree, the input of the stream.
import type { NamespaceType } from '../kernel/identity.ts';
import type { ContainerRecord, ExitRecord, LeakedNamespace, PodRecord, ProcessRecord, SandboxRecord } from './model.ts';

/** Whole records without their children, keyed by id: applying one twice does no harm. A `put` of a sandbox whose id differs from the pod's
 * current one makes it the current one and moves the former to history. Removing an item removes what is below it. */
export type TreeChange =
  | { readonly op: 'put'; readonly kind: 'pod'; readonly podUid: string; readonly key: string; readonly record: PodRecord }
  | {
      readonly op: 'put';
      readonly kind: 'sandbox';
      readonly podUid: string;
      readonly sandboxId: string;
      readonly key: string;
      readonly record: SandboxRecord;
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
  | { readonly op: 'put'; readonly kind: 'leaked'; readonly key: string; readonly record: LeakedNamespace }
  | {
      readonly op: 'remove';
      readonly kind: 'pod' | 'sandbox' | 'container' | 'process' | 'guest' | 'leaked';
      readonly podUid?: string;
      readonly sandboxId?: string;
      readonly containerId?: string;
      readonly key: string;
    };

export interface PodRef {
  readonly uid: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface NamespaceRef {
  readonly type: NamespaceType;
  readonly inode: number;
  readonly id: string;
}

export type JoinedBy = 'runtime' | 'cni' | 'exec' | 'kubelet' | 'pod' | 'foreign';

export interface Sender {
  readonly pid: number;
  readonly comm: string;
  readonly exe?: string;
  readonly uid: number;
  /** The systemd unit (or session scope) of a host process, from its cgroup path. */
  readonly unit?: string;
  readonly pod?: PodRef;
  readonly container?: { readonly id: string; readonly name: string };
  readonly parents: readonly { readonly pid: number; readonly comm: string }[];
}

export type CauseKind = 'planned-stop' | 'signal' | 'oom' | 'exit' | 'agent-down' | 'unknown';

export interface Cause {
  readonly kind: CauseKind;
  readonly signal?: string;
  readonly sender?: Sender;
  readonly oom?: { readonly victimPid: number; readonly allocatorPid: number; readonly allocatorComm: string };
  /** The raw observations the verdict was concluded from, one sentence each. */
  readonly evidence: readonly string[];
}

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
    | { readonly type: 'pause.exited'; readonly exit?: ExitRecord; readonly cause: Cause }
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
        readonly complete?: boolean;
      }
    | { readonly type: 'agent.gap'; readonly stage: 'kernel' | 'agent' | 'client'; readonly lost?: number; readonly reason: string }
  );

export type TreeEventType = TreeEvent['type'];

/** One step of the tree: why, and what changed. `event` is absent when only what is known about an item changed (a name, an address). */
export interface TreeUpdate {
  readonly event?: TreeEvent;
  readonly changes: readonly TreeChange[];
}
