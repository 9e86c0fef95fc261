// The tree as a client keeps it: a snapshot, and changes applied to it. Pure; every function gives a new tree and leaves its argument alone.
import { NAMESPACE_TYPES } from '../kernel/identity.ts';
import type { TreeChange } from '../tree/change.ts';
import type { Container, LeakedNamespace, NamespaceRecord, Pod, ProcessRecord, Sandbox, SandboxRecord, Tree } from '../tree/model.ts';

/** The key of a process or guest in changes. */
export function processKey(process: ProcessRecord): string {
  return `${process.pid}@${process.startTime}`;
}

/** The key of a leaked namespace in changes: the path that pins it, which may come to pin another one, and the inode. */
export function leakedKey(leaked: LeakedNamespace): string {
  return `${leaked.path} ${leaked.inode}`;
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

const KIND_RANK: Readonly<Record<Container['kind'], number>> = { init: 0, sidecar: 1, app: 2, ephemeral: 3 };

function byPod(left: Pod, right: Pod): number {
  return (
    compareText(left.namespace ?? '', right.namespace ?? '') ||
    compareText(left.name ?? '', right.name ?? '') ||
    compareText(left.uid, right.uid)
  );
}

function byContainer(left: Container, right: Container): number {
  return KIND_RANK[left.kind] - KIND_RANK[right.kind] || compareText(left.name, right.name) || compareText(left.id, right.id);
}

function byProcess(left: ProcessRecord, right: ProcessRecord): number {
  return compareText(left.startTime, right.startTime) || left.pid - right.pid;
}

function byNamespace(left: NamespaceRecord, right: NamespaceRecord): number {
  return NAMESPACE_TYPES.indexOf(left.type) - NAMESPACE_TYPES.indexOf(right.type);
}

function sortRecord<T extends { readonly namespaces: readonly NamespaceRecord[] }>(record: T): T {
  return { ...record, namespaces: record.namespaces.toSorted(byNamespace) };
}

function sortSandbox(sandbox: Sandbox): Sandbox {
  const containers = sandbox.containers.map((item) => ({ ...sortRecord(item), processes: item.processes.toSorted(byProcess) }));
  return { ...sortRecord(sandbox), containers: containers.sort(byContainer), guests: sandbox.guests.toSorted(byProcess) };
}

function sortPod(pod: Pod): Pod {
  const history = pod.history.map(sortRecord);
  return pod.sandbox === undefined ? { ...pod, history } : { ...pod, sandbox: sortSandbox(pod.sandbox), history };
}

/** The one order in which every tree is shown and sent: pods by namespace and name, containers by kind and name, processes by start, namespaces by
 * type. History stays oldest first. Two trees with the same content are deeply equal after it. */
export function sortTree(tree: Tree): Tree {
  return {
    ...tree,
    pods: tree.pods.map(sortPod).sort(byPod),
    leaked: tree.leaked.toSorted((left, right) => compareText(leakedKey(left), leakedKey(right))),
  };
}

/** Replaces the item with the same key or adds it. */
function put<T>(items: readonly T[], keyOf: (item: T) => string, item: T): readonly T[] {
  const key = keyOf(item);
  const index = items.findIndex((other) => keyOf(other) === key);
  return index < 0 ? [...items, item] : items.with(index, item);
}

function without<T>(items: readonly T[], keyOf: (item: T) => string, key: string): readonly T[] {
  return items.filter((item) => keyOf(item) !== key);
}

const idOf = (item: { readonly id: string }): string => item.id;

function putSandbox(pod: Pod, record: SandboxRecord): Pod {
  const { sandbox } = pod;
  if (sandbox?.id === record.id) {
    const { containers, guests, usage } = sandbox;
    return { ...pod, sandbox: { ...record, containers, guests, ...(usage && { usage }) } };
  }
  return { ...pod, sandbox: { ...record, containers: [], guests: [] }, history: without(pod.history, idOf, record.id) };
}

function putHistory(pod: Pod, record: SandboxRecord): Pod {
  const { sandbox, ...rest } = pod;
  const history = put(pod.history, idOf, record);
  return sandbox === undefined || sandbox.id === record.id ? { ...rest, history } : { ...pod, history };
}

function removeSandbox(pod: Pod, id: string): Pod {
  const { sandbox, ...rest } = pod;
  const history = without(pod.history, idOf, id);
  return sandbox === undefined || sandbox.id === id ? { ...rest, history } : { ...pod, history };
}

function withSandbox(pod: Pod, id: string | undefined, edit: (sandbox: Sandbox) => Sandbox): Pod {
  const { sandbox } = pod;
  return sandbox === undefined || sandbox.id !== id ? pod : { ...pod, sandbox: edit(sandbox) };
}

function withContainer(pod: Pod, sandboxId: string | undefined, id: string | undefined, edit: (container: Container) => Container): Pod {
  return withSandbox(pod, sandboxId, (sandbox) => ({
    ...sandbox,
    containers: sandbox.containers.map((container) => (container.id === id ? edit(container) : container)),
  }));
}

function putContainer(sandbox: Sandbox, record: Omit<Container, 'processes'>): Sandbox {
  const former = sandbox.containers.find((container) => container.id === record.id);
  return { ...sandbox, containers: put(sandbox.containers, idOf, { ...record, processes: former?.processes ?? [] }) };
}

function changePod(pod: Pod, change: TreeChange): Pod {
  if (change.op === 'remove') {
    const { key, sandboxId, containerId } = change;
    switch (change.kind) {
      case 'sandbox':
        return removeSandbox(pod, key);
      case 'container':
        return withSandbox(pod, sandboxId, (box) => ({ ...box, containers: without(box.containers, idOf, key) }));
      case 'process':
        return withContainer(pod, sandboxId, containerId, (item) => ({ ...item, processes: without(item.processes, processKey, key) }));
      case 'usage':
        return withSandbox(pod, sandboxId, ({ usage: _former, ...box }) => box);
      case 'guest':
        return withSandbox(pod, sandboxId, (box) => ({ ...box, guests: without(box.guests, processKey, key) }));
      default:
        return pod;
    }
  }
  switch (change.kind) {
    case 'sandbox':
      return change.history === true ? putHistory(pod, change.record) : putSandbox(pod, change.record);
    case 'container':
      return withSandbox(pod, change.sandboxId, (box) => putContainer(box, change.record));
    case 'process':
      return withContainer(pod, change.sandboxId, change.containerId, (item) => ({
        ...item,
        processes: put(item.processes, processKey, change.record),
      }));
    case 'usage':
      return withSandbox(pod, change.sandboxId, (box) => ({ ...box, usage: change.record }));
    case 'guest':
      return withSandbox(pod, change.sandboxId, (box) => ({ ...box, guests: put(box.guests, processKey, change.record) }));
    default:
      return pod;
  }
}

function putPod(pods: Map<string, Pod>, change: Extract<TreeChange, { op: 'put'; kind: 'pod' }>): void {
  const former = pods.get(change.podUid);
  const base = { ...change.record, history: former?.history ?? [] };
  pods.set(change.podUid, former?.sandbox === undefined ? base : { ...base, sandbox: former.sandbox });
}

/** The tree after these changes, in the order of `sortTree`. A change of something whose parent is not there is ignored; applying a change twice
 * gives the same as once. The token is left as it was: it comes with the update. */
export function applyChanges(tree: Tree, changes: readonly TreeChange[]): Tree {
  if (changes.length === 0) return tree;
  const pods = new Map(tree.pods.map((pod) => [pod.uid, pod]));
  const touched = new Set<string>();
  let leaked = tree.leaked;
  for (const change of changes) {
    if (change.kind === 'leaked') {
      leaked = change.op === 'put' ? put(leaked, leakedKey, change.record) : without(leaked, leakedKey, change.key);
      continue;
    }
    const uid = change.podUid ?? change.key;
    if (change.kind === 'pod') {
      if (change.op === 'put') putPod(pods, change);
      else pods.delete(uid);
    }
    const pod = pods.get(uid);
    if (pod === undefined) continue;
    touched.add(uid);
    pods.set(uid, changePod(pod, change));
  }
  return {
    ...tree,
    pods: [...pods.values()].map((pod) => (touched.has(pod.uid) ? sortPod(pod) : pod)).sort(byPod),
    leaked: leaked.toSorted((left, right) => compareText(leakedKey(left), leakedKey(right))),
  };
}

/** The changes that make this pod out of nothing. */
export function changesOfPod(pod: Pod): readonly TreeChange[] {
  const { sandbox, history, ...record } = pod;
  const podUid = pod.uid;
  const changes: TreeChange[] = [{ op: 'put', kind: 'pod', podUid, key: podUid, record }];
  for (const former of history) {
    changes.push({ op: 'put', kind: 'sandbox', podUid, sandboxId: former.id, key: former.id, record: former, history: true });
  }
  if (sandbox === undefined) return changes;
  const { containers, guests, usage, ...box } = sandbox;
  const sandboxId = sandbox.id;
  changes.push({ op: 'put', kind: 'sandbox', podUid, sandboxId, key: sandboxId, record: box });
  for (const { processes, ...item } of containers) {
    const containerId = item.id;
    changes.push({ op: 'put', kind: 'container', podUid, sandboxId, containerId, key: containerId, record: item });
    for (const process of processes) {
      changes.push({ op: 'put', kind: 'process', podUid, sandboxId, containerId, key: processKey(process), record: process });
    }
  }
  for (const guest of guests) changes.push({ op: 'put', kind: 'guest', podUid, sandboxId, key: processKey(guest), record: guest });
  if (usage) changes.push({ op: 'put', kind: 'usage', podUid, sandboxId, key: sandboxId, record: usage });
  return changes;
}
