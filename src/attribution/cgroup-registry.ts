// Turns a cgroup id into a path and its owner. Fed by one scan of the cgroup tree and by every mkdir and rmdir after it; does no I/O.
import type { CgroupId } from '../kernel/identity.ts';
import { type CgroupOwner, isPodRoot, ownerOfCgroupPath } from './cgroup-path.ts';

export interface CgroupEntry {
  readonly id: CgroupId;
  readonly path: string;
  readonly owner: CgroupOwner;
}

export interface CgroupRegistry {
  byId(id: CgroupId): CgroupEntry | undefined;
  /** Its directory is there, as far as is known. */
  isLive(id: CgroupId): boolean;
  byPath(path: string): CgroupEntry | undefined;
  learn(id: CgroupId, path: string): CgroupEntry;
  /** The directory is gone. Its name is kept for a while: exits of what lived in it may still be on their way from another CPU. */
  forget(id: CgroupId): CgroupEntry | undefined;
  /** Takes a scan: learns what is new, forgets what is not in it unless it was learned after `fromNs`. Returns what was forgotten. */
  reconcile(cgroups: ReadonlyMap<CgroupId, string>, fromNs: number): CgroupEntry[];
  /** Cgroups whose descendants are pods. */
  podRoots(): CgroupId[];
  readonly size: number;
}

/** Ids are unique while the machine is up (kernfs allocates them cyclically), so a forgotten one is never another cgroup's. */
export function createCgroupRegistry(options: { now: () => number; maxEntries?: number; maxForgotten?: number }): CgroupRegistry {
  const { now, maxEntries = 100_000, maxForgotten = 4096 } = options;
  const live = new Map<CgroupId, CgroupEntry & { learnedNs: number }>();
  const idsByPath = new Map<string, CgroupId>();
  const forgotten = new Map<CgroupId, CgroupEntry>();

  function learn(id: CgroupId, path: string): CgroupEntry {
    const known = live.get(id);
    if (known && known.path === path) return known;
    const entry = { id, path, owner: ownerOfCgroupPath(path), learnedNs: now() };
    live.set(id, entry);
    idsByPath.set(path, id);
    if (live.size > maxEntries) {
      const oldest = live.keys().next();
      if (!oldest.done) forget(oldest.value);
    }
    return entry;
  }

  function forget(id: CgroupId): CgroupEntry | undefined {
    const entry = live.get(id);
    if (!entry) return undefined;
    live.delete(id);
    if (idsByPath.get(entry.path) === id) idsByPath.delete(entry.path);
    forgotten.set(id, entry);
    if (forgotten.size > maxForgotten) {
      const oldest = forgotten.keys().next();
      if (!oldest.done) forgotten.delete(oldest.value);
    }
    return entry;
  }

  return {
    isLive: (id) => live.has(id),
    byId: (id) => live.get(id) ?? forgotten.get(id),
    byPath: (path) => {
      const id = idsByPath.get(path);
      return id === undefined ? undefined : live.get(id);
    },
    learn,
    forget,
    reconcile: (cgroups, fromNs) => {
      for (const [id, path] of cgroups) if (!forgotten.has(id)) learn(id, path);
      const gone: CgroupEntry[] = [];
      for (const entry of [...live.values()]) {
        if (cgroups.has(entry.id) || entry.learnedNs >= fromNs) continue;
        forget(entry.id);
        gone.push(entry);
      }
      return gone;
    },
    podRoots: () => [...live.values()].filter((entry) => isPodRoot(entry.path)).map((entry) => entry.id),
    get size() {
      return live.size;
    },
  };
}
