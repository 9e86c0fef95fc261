// Turns a cgroup id into a path and its owner. Fed by one scan of the cgroup tree and by every mkdir and rmdir after it; does no I/O.
import type { CgroupId, PodUid } from '../kernel/identity.ts';
import { type CgroupOwner, isPodRoot, ownerOfCgroupPath, type Qos } from './cgroup-path.ts';
import { dropOldest } from './drop-oldest.ts';

export interface CgroupEntry {
  readonly id: CgroupId;
  readonly path: string;
  readonly owner: CgroupOwner;
}

export interface CgroupRegistry {
  /** Also one that is gone, for a while: exits of what lived in it may still be on their way from another CPU. */
  byId(id: CgroupId): CgroupEntry | undefined;
  byPath(path: string): CgroupEntry | undefined;
  /** The directory is there: it was made and not removed. */
  isLive(id: CgroupId): boolean;
  /** A directory that was removed already (its rmdir came first, from another CPU) is learned as one that is gone. */
  learn(id: CgroupId, path: string): CgroupEntry;
  forget(id: CgroupId): CgroupEntry | undefined;
  /** Those that are thought to be there and are not in a scan which began at `fromNs`. */
  absent(cgroups: ReadonlyMap<CgroupId, string>, fromNs: number): CgroupId[];
  /** The QoS class that the place of a pod's own cgroup says. */
  qosOf(podUid: PodUid): Qos | undefined;
  /** Cgroups whose descendants are pods. */
  podRoots(): CgroupId[];
  readonly size: number;
}

export interface CgroupRegistryOptions {
  readonly now: () => number;
  readonly maxEntries?: number;
  readonly maxForgotten?: number;
}

/** Ids are unique while the machine is up (kernfs allocates them cyclically), so a forgotten one is never another cgroup's. */
export function createCgroupRegistry({ now, maxEntries = 100_000, maxForgotten = 4096 }: CgroupRegistryOptions): CgroupRegistry {
  const live = new Map<CgroupId, CgroupEntry & { learnedNs: number }>();
  const idsByPath = new Map<string, CgroupId>();
  const pods = new Map<PodUid, CgroupEntry>();
  /** Undefined for one that was removed before it was known. */
  const forgotten = new Map<CgroupId, CgroupEntry | undefined>();

  function learn(id: CgroupId, path: string): CgroupEntry {
    const known = live.get(id) ?? forgotten.get(id);
    if (known?.path === path) return known;
    const entry = { id, path, owner: ownerOfCgroupPath(path), learnedNs: now() };
    if (forgotten.has(id)) {
      forgotten.set(id, entry);
      return entry;
    }
    if (known && idsByPath.get(known.path) === id) idsByPath.delete(known.path);
    live.set(id, entry);
    idsByPath.set(path, id);
    if (entry.owner.role === 'pod' && entry.owner.podUid) pods.set(entry.owner.podUid, entry);
    if (live.size > maxEntries) {
      const oldest = live.keys().next();
      if (!oldest.done) forget(oldest.value);
    }
    return entry;
  }

  function forget(id: CgroupId): CgroupEntry | undefined {
    const entry = live.get(id);
    if (!entry && forgotten.has(id)) return undefined;
    live.delete(id);
    if (entry && idsByPath.get(entry.path) === id) idsByPath.delete(entry.path);
    if (entry?.owner.podUid && pods.get(entry.owner.podUid) === entry) pods.delete(entry.owner.podUid);
    forgotten.set(id, entry);
    dropOldest(forgotten, maxForgotten);
    return entry;
  }

  return {
    byId: (id) => live.get(id) ?? forgotten.get(id),
    byPath: (path) => {
      const id = idsByPath.get(path);
      return id === undefined ? undefined : live.get(id);
    },
    isLive: (id) => live.has(id),
    learn,
    forget,
    absent: (cgroups, fromNs) =>
      [...live.values()].filter(({ id, learnedNs }) => !cgroups.has(id) && learnedNs < fromNs).map(({ id }) => id),
    qosOf: (podUid) => pods.get(podUid)?.owner.qos,
    podRoots: () => [...live.values()].filter((entry) => isPodRoot(entry.path)).map((entry) => entry.id),
    get size() {
      return live.size;
    },
  };
}
