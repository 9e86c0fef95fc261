// What the stream last heard of each pod: name, labels and when it came, so that filters can judge changes and events that carry only a uid.
import type { TreeChange } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';
import type { PodTraits } from './filter.ts';

export interface KnownPod extends PodTraits {
  /** Number of the update that brought it; 0 when it was there before the first. */
  readonly bornAt: number;
}

export interface PodDirectory {
  observe(changes: readonly TreeChange[], sequence: number): void;
  /** Pods that are in the tree, and some that left it lately: their last events are still on the way. */
  lookup(uid: string): KnownPod | undefined;
}

const MAX_REMOVED = 1024;

export function createPodDirectory(tree: Pick<Tree, 'pods'>): PodDirectory {
  const present = new Map<string, KnownPod>();
  const removed = new Map<string, KnownPod>();
  for (const pod of tree.pods) present.set(pod.uid, { ...pod, bornAt: 0 });

  function remove(uid: string): void {
    const pod = present.get(uid);
    if (pod === undefined) return;
    present.delete(uid);
    removed.delete(uid);
    removed.set(uid, pod);
    if (removed.size <= MAX_REMOVED) return;
    for (const oldest of removed.keys()) {
      removed.delete(oldest);
      return;
    }
  }

  return {
    observe(changes, sequence) {
      for (const change of changes) {
        if (change.kind !== 'pod') continue;
        if (change.op === 'remove') {
          remove(change.podUid ?? change.key);
          continue;
        }
        removed.delete(change.podUid);
        present.set(change.podUid, { ...change.record, bornAt: present.get(change.podUid)?.bornAt ?? sequence });
      }
    },
    lookup: (uid) => present.get(uid) ?? removed.get(uid),
  };
}
