// As much of the tree as the rules need, kept from its changes: a pod's labels, whether it has its pause, and which containers run.
import type { PodRef } from '../attribution/reference.ts';
import type { TreeChange } from '../tree/change.ts';
import type { LeakedNamespace, PodController } from '../tree/model.ts';

interface WatchedContainer {
  readonly name: string;
  readonly isApp: boolean;
  readonly isRunning: boolean;
  /** When it was first seen not running after it ran. */
  readonly endedMs: number | undefined;
}

export interface WatchedPod {
  readonly uid: string;
  namespace: string | undefined;
  name: string | undefined;
  labels: Readonly<Record<string, string>>;
  /** Known only where the API server is asked. */
  controller: PodController | undefined;
  /** Somebody has deleted it: it will not come back. */
  isDeleted: boolean;
  sandboxId: string | undefined;
  /** A pinned sandbox and one in a virtual machine have none on the node: they count as having it. */
  hasPause: boolean;
  isCreating: boolean;
  readonly containers: Map<string, WatchedContainer>;
}

/** Containers that die with the pause are told of before it, or after: so long before, they are its victims. */
const SAME_DEATH_MS = 2000;

export interface PodWatch {
  /** Gives the uids of the pods that changed, and the keys of the leaked namespaces. */
  apply(changes: readonly TreeChange[], nowMs: number): { readonly pods: ReadonlySet<string>; readonly leaked: ReadonlySet<string> };
  pod(uid: string): WatchedPod | undefined;
  leaked(key: string): LeakedNamespace | undefined;
}

export function refOf(pod: WatchedPod): PodRef {
  return {
    uid: pod.uid,
    ...(pod.namespace !== undefined && { namespace: pod.namespace }),
    ...(pod.name !== undefined && { name: pod.name }),
  };
}

/** The names of the containers that ran when the pause died. */
export function runningNames(pod: WatchedPod, diedMs: number): readonly string[] {
  const ran = [...pod.containers.values()].filter(
    ({ isApp, isRunning, endedMs }) => isApp && (isRunning || (endedMs !== undefined && endedMs >= diedMs - SAME_DEATH_MS)),
  );
  return ran.map(({ name }) => name);
}

/** The awaited containers that do not run in a sandbox with its pause. */
export function missingNames(pod: WatchedPod, awaited: readonly string[]): readonly string[] {
  if (!pod.hasPause) return awaited;
  const running = new Set([...pod.containers.values()].filter(({ isRunning }) => isRunning).map(({ name }) => name));
  return awaited.filter((name) => !running.has(name));
}

/** Its pause is dead and its containers run on. */
export function isOrphaned(pod: WatchedPod): boolean {
  return pod.sandboxId !== undefined && !pod.hasPause && !pod.isCreating && [...pod.containers.values()].some(({ isRunning }) => isRunning);
}

export function createPodWatch(): PodWatch {
  const pods = new Map<string, WatchedPod>();
  const leaks = new Map<string, LeakedNamespace>();

  function podOf(uid: string): WatchedPod {
    const known = pods.get(uid);
    if (known !== undefined) return known;
    const pod: WatchedPod = {
      uid,
      namespace: undefined,
      name: undefined,
      labels: {},
      controller: undefined,
      isDeleted: false,
      sandboxId: undefined,
      hasPause: false,
      isCreating: false,
      containers: new Map(),
    };
    pods.set(uid, pod);
    return pod;
  }

  function put(change: Extract<TreeChange, { op: 'put' }>, nowMs: number): void {
    switch (change.kind) {
      case 'pod': {
        const pod = podOf(change.podUid);
        pod.labels = change.record.labels;
        pod.controller = change.record.controller;
        pod.isDeleted = change.record.deletedAt !== undefined;
        pod.namespace = change.record.namespace;
        pod.name = change.record.name;
        return;
      }
      case 'sandbox': {
        const pod = podOf(change.podUid);
        if (change.history === true) {
          if (pod.sandboxId === change.key) forgetSandbox(pod);
          return;
        }
        if (pod.sandboxId !== change.key) pod.containers.clear();
        pod.sandboxId = change.key;
        pod.hasPause = change.record.pause !== undefined || change.record.kind !== 'process';
        pod.isCreating = change.record.state === 'creating';
        return;
      }
      case 'container': {
        const pod = podOf(change.podUid);
        if (pod.sandboxId !== change.sandboxId) return;
        const { record } = change;
        const isRunning = record.state === 'running';
        const former = pod.containers.get(change.key);
        const endedMs = isRunning ? undefined : (former?.endedMs ?? (former?.isRunning === true ? nowMs : undefined));
        const isApp = record.kind === 'app' || record.kind === 'sidecar';
        pod.containers.set(change.key, { name: record.name, isApp, isRunning, endedMs });
        return;
      }
      case 'leaked':
        leaks.set(change.key, change.record);
        return;
      default:
        return;
    }
  }

  function remove(change: Extract<TreeChange, { op: 'remove' }>): void {
    if (change.kind === 'pod') pods.delete(change.key);
    if (change.kind === 'leaked') leaks.delete(change.key);
    const pod = change.podUid === undefined ? undefined : pods.get(change.podUid);
    if (pod === undefined) return;
    if (change.kind === 'container') pod.containers.delete(change.key);
    if (change.kind === 'sandbox' && pod.sandboxId === change.key) forgetSandbox(pod);
  }

  return {
    apply(changes, nowMs) {
      const touched = new Set<string>();
      const leaked = new Set<string>();
      for (const change of changes) {
        if (change.kind === 'process' || change.kind === 'guest') continue;
        if (change.kind === 'leaked') leaked.add(change.key);
        else touched.add(change.podUid ?? change.key);
        if (change.op === 'put') put(change, nowMs);
        else remove(change);
      }
      return { pods: touched, leaked };
    },
    pod: (uid) => pods.get(uid),
    leaked: (key) => leaks.get(key),
  };
}

function forgetSandbox(pod: WatchedPod): void {
  pod.sandboxId = undefined;
  pod.hasPause = false;
  pod.isCreating = false;
  pod.containers.clear();
}
