// One client's filter applied to the stream: which part of the tree the client has, and what of each update it must get to keep that part right.
//
// Namespace, pod, selector and container choose a part of the tree; types only choose events, and changes come all the same. A pod that enters
// the part later (it was relabelled, or named only now) comes whole in one update, one that leaves it is removed.
import type { PodRef } from '../attribution/reference.ts';
import type { TreeChange, TreeEvent } from '../tree/change.ts';
import type { LeakedNamespace, Pod, Tree } from '../tree/model.ts';
import { changesOfPod } from './apply.ts';
import type { Filter } from './filter.ts';
import type { Update } from './frame.ts';
import type { PodDirectory } from './pod-directory.ts';

/** Consecutive updates, the first with sequence number `from`. */
export interface Slice {
  readonly from: number;
  /** Number after the last one. */
  readonly to: number;
  readonly updates: readonly Update[];
}

export interface View {
  /** The client's part of the tree; from now on the client is taken to have it. */
  snapshot(tree: Tree): Tree;
  /** A client comes back with the part it had: `slice` is everything it missed. */
  resume(slice: Pick<Slice, 'from' | 'updates'>, tree: Tree): void;
  /** What the client gets of a slice. `tree` is the tree now, which may be later than the slice: applying the rest of the updates to it gives it again. */
  select(slice: Slice, tree: () => Tree): readonly Update[];
}

/** The part of a tree that a filter lets pass. */
export function filterTree(tree: Tree, filter: Filter): Tree {
  if (filter.isEveryPod) return tree;
  return {
    ...tree,
    pods: tree.pods.flatMap((pod) => narrow(pod, filter) ?? []),
    leaked: tree.leaked.filter((leaked) => matchesLeaked(leaked, filter)),
  };
}

/** The pod with those of its containers that pass, or undefined when it is not in the filter's part of the tree. */
function narrow(pod: Pod, filter: Filter): Pod | undefined {
  if (!filter.matchesPod(pod)) return undefined;
  if (filter.container === undefined) return pod;
  const containers = pod.sandbox?.containers.filter((container) => container.name === filter.container) ?? [];
  return pod.sandbox === undefined || containers.length === 0 ? undefined : { ...pod, sandbox: { ...pod.sandbox, containers } };
}

// The labels of a pod that is gone are not known any more: a selector does not find it.
function matchesLeaked(leaked: LeakedNamespace, filter: Filter): boolean {
  return filter.container === undefined && leaked.pod !== undefined && filter.matchesPod({ ...leaked.pod, labels: {} });
}

type ContainerIds = ReadonlySet<string>;

function containerIds(pod: Pod): ContainerIds {
  return new Set(pod.sandbox?.containers.map((container) => container.id));
}

function isSame(left: ContainerIds, right: ContainerIds): boolean {
  if (left.size !== right.size) return false;
  for (const id of left) if (!right.has(id)) return false;
  return true;
}

function uidOf(change: TreeChange): string {
  return change.kind === 'leaked' ? '' : (change.podUid ?? change.key);
}

/** An update without its changes and without its event: the same object for every client, so that it is encoded once. */
interface Variants {
  readonly event: Update;
  readonly changes: Update | undefined;
}

const variants = new WeakMap<Update, Variants>();

function variantsOf(update: Update): Variants {
  const known = variants.get(update);
  if (known !== undefined) return known;
  const { token, event, changes } = update;
  const made = {
    event: { token, ...(event && { event }), changes: [] },
    changes: changes.length === 0 ? undefined : { token, changes },
  };
  variants.set(update, made);
  return made;
}

export function createView(filter: Filter, directory: PodDirectory): View {
  /** Pods the client has, with the containers it may see when the filter names one. */
  const visible = new Map<string, ContainerIds>();
  /** Pods of which we do not know whether the client that came back has them, and in which state. */
  const uncertain = new Set<string>();

  const isStructural = (change: TreeChange): boolean =>
    change.kind === 'pod' || (filter.container !== undefined && (change.kind === 'sandbox' || change.kind === 'container'));

  function structuralUids(updates: readonly Update[]): Set<string> {
    const uids = new Set<string>();
    for (const { changes } of updates) for (const change of changes) if (isStructural(change)) uids.add(uidOf(change));
    return uids;
  }

  function adopt(pods: readonly Pod[]): void {
    for (const pod of pods) visible.set(pod.uid, filter.container === undefined ? new Set() : containerIds(pod));
  }

  function matchesRef(ref: PodRef | undefined): boolean {
    if (ref === undefined) return false;
    const known = directory.lookup(ref.uid);
    return filter.matchesPod({ labels: {}, ...known, ...ref });
  }

  function passesEvent(event: TreeEvent): boolean {
    if (!filter.matchesType(event.type)) return false;
    if (filter.isEveryPod || event.type === 'agent.gap') return true;
    // An alert about the node concerns whoever looks at a part of it.
    if (event.pod === undefined && (event.type === 'alert.firing' || event.type === 'alert.resolved')) return true;
    if (filter.container !== undefined && event.container?.name !== filter.container) return false;
    return matchesRef(event.pod) || (event.type === 'namespace.joined' && matchesRef(event.owner));
  }

  function passesChange(change: TreeChange, replaced: ReadonlySet<string>): boolean {
    if (change.kind === 'leaked') {
      // Removing what the client does not have does no harm.
      return change.op === 'remove' || matchesLeaked(change.record, filter);
    }
    const uid = uidOf(change);
    const containers = visible.get(uid);
    if (containers === undefined || replaced.has(uid)) return false;
    if (filter.container !== undefined && (change.kind === 'container' || change.kind === 'process')) {
      const id = change.kind === 'container' ? change.key : change.containerId;
      return id !== undefined && containers.has(id);
    }
    if (change.kind === 'pod' && change.op === 'remove') visible.delete(uid);
    return true;
  }

  /** Pods whose place in the client's part changes with this slice, and the changes that say so, which replace those of the slice. */
  function transitions(slice: Slice, tree: () => Tree): { replaced: Set<string>; changes: TreeChange[] } {
    const replaced = new Set<string>();
    const changes: TreeChange[] = [];
    const touched = structuralUids(slice.updates);
    const pods = touched.size === 0 ? undefined : new Map(tree().pods.map((pod) => [pod.uid, pod]));
    for (const uid of touched) {
      const pod = pods?.get(uid);
      const known = directory.lookup(uid);
      const wasUncertain = uncertain.delete(uid);
      if (pod === undefined && wasUncertain) {
        replaced.add(uid);
        changes.push({ op: 'remove', kind: 'pod', podUid: uid, key: uid });
        continue;
      }
      if (pod === undefined) {
        // Gone by now, its removal is in this slice or in a later one. If the client does not have it, it came and went meanwhile.
        if (!visible.has(uid) && known !== undefined && filter.matchesPod(known)) visible.set(uid, new Set());
        continue;
      }
      const now = narrow(pod, filter);
      const before = visible.get(uid);
      const after = now === undefined ? undefined : filter.container === undefined ? new Set<string>() : containerIds(now);
      if (!wasUncertain && (before === after || (before !== undefined && after !== undefined && isSame(before, after)))) continue;
      if (after === undefined) visible.delete(uid);
      else visible.set(uid, after);
      // Everything about a pod that is new in this slice is in this slice.
      if (filter.container === undefined && after !== undefined && known !== undefined && known.bornAt >= slice.from) continue;
      replaced.add(uid);
      if (wasUncertain || before !== undefined) changes.push({ op: 'remove', kind: 'pod', podUid: uid, key: uid });
      if (now !== undefined) changes.push(...changesOfPod(now));
    }
    return { replaced, changes };
  }

  function selectUpdate(update: Update, replaced: ReadonlySet<string>): Update | undefined {
    const { token, event } = update;
    const changes = filter.isEveryPod ? update.changes : update.changes.filter((change) => passesChange(change, replaced));
    const passes = event !== undefined && passesEvent(event);
    const hasAll = changes.length === update.changes.length;
    if (hasAll && (passes || event === undefined)) return changes.length === 0 && !passes ? undefined : update;
    if (passes) return changes.length === 0 ? variantsOf(update).event : { token, event, changes };
    if (hasAll) return variantsOf(update).changes;
    return changes.length === 0 ? undefined : { token, changes };
  }

  return {
    snapshot(tree) {
      const part = filterTree(tree, filter);
      if (filter.isEveryPod) return part;
      visible.clear();
      uncertain.clear();
      adopt(part.pods);
      return part;
    },
    resume(slice, tree) {
      if (filter.isEveryPod) return;
      for (const uid of structuralUids(slice.updates)) if ((directory.lookup(uid)?.bornAt ?? 0) < slice.from) uncertain.add(uid);
      for (const { changes } of slice.updates) {
        for (const change of changes) if (change.kind === 'pod' && change.op === 'remove') uncertain.add(uidOf(change));
      }
      const part = filterTree(tree, filter);
      adopt(part.pods.filter((pod) => !uncertain.has(pod.uid) && (directory.lookup(pod.uid)?.bornAt ?? 0) < slice.from));
    },
    select(slice, tree) {
      const { replaced, changes } = filter.isEveryPod ? { replaced: new Set<string>(), changes: [] } : transitions(slice, tree);
      const updates = slice.updates.flatMap((update) => selectUpdate(update, replaced) ?? []);
      const last = slice.updates.at(-1);
      if (changes.length > 0 && last !== undefined) updates.push({ token: last.token, changes });
      return updates;
    },
  };
}
