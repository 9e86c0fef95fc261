// Which pod and container a namespace belongs to. An inode number is reused within seconds, so an entry is a generation of it.
import { type ContainerId, NAMESPACE_TYPES, type NamespaceIds, type NamespaceSet, type PodUid } from '../kernel/identity.ts';
import { dropOldest } from './drop-oldest.ts';
import type { NamespaceRef } from './reference.ts';

export interface NamespaceOwner {
  readonly podUid: PodUid;
  readonly containerId: ContainerId;
}

interface Membership {
  readonly owner: NamespaceOwner;
  readonly timeNs: number;
}

interface Generation {
  /** Never changes: what has been told of the namespace is found again by it. */
  readonly id: string;
  /** The kernel's own id, once an exec has told it. */
  unique: string;
  /** When it was made, or first seen. */
  sinceNs: number;
  /** It was seen being made. */
  isBirthSeen: boolean;
  /** Who has said to be in it, and when: the first is the owner. */
  claims: Membership[];
  /** What had the number before: events of that time may still be on their way. */
  former: Generation | undefined;
}

/** No two containers share a mount namespace. */
const MNT = NAMESPACE_TYPES.indexOf('mnt');
/** A pod's containers, and those of pods that they run. */
const MAX_CLAIMS = 64;

export interface NamespaceClaim {
  readonly owner: NamespaceOwner;
  readonly set: NamespaceSet;
  readonly ids: NamespaceIds | undefined;
  readonly timeNs: number;
  /** It is a sandbox, whose pause started then: who was seen under the number before that was in another namespace, because a sandbox shares with
   * the host or with those that come after it. */
  readonly pauseStartNs?: number | undefined;
}

/** All times are boot time in ns. `type` is an index into NAMESPACE_TYPES. */
export interface NamespaceTable {
  isHost(type: number, inode: number): boolean;
  /** The namespace that had the number at that time, as events name it. */
  refer(type: number, inode: number, timeNs: number): NamespaceRef;
  ownerOf(type: number, inode: number, timeNs: number): NamespaceOwner | undefined;
  /** Its making was seen, and nobody has been seen in it since. */
  isUnclaimed(type: number, inode: number): boolean;
  /** A namespace was made: whatever the number stood for before is over. Returns who was seen in it before this was told, and was taken for a member
   * of the former one. */
  create(type: number, inode: number, timeNs: number): readonly NamespaceOwner[];
  /** Gives every namespace of a set that is neither the host's nor somebody else's to its owner. */
  own(claim: NamespaceClaim): void;
  /** It is known to be over: who is seen under the number next is in another one. */
  end(type: number, inode: number): void;
  /** Drops all that a container (or sandbox) owned. */
  disown(containerId: ContainerId): void;
  readonly size: number;
}

export interface NamespaceTableOptions {
  readonly maxEntries?: number;
  /** Who was in a namespace that is over by now: another has its number, or nothing has. */
  readonly onOver?: (owners: readonly NamespaceOwner[]) => void;
}

export function createNamespaceTable(host: NamespaceSet, options: NamespaceTableOptions = {}): NamespaceTable {
  const { maxEntries = 50_000, onOver } = options;
  const entries = new Map<number, Generation>();

  function tellOver(generation: Generation | undefined): void {
    if (generation && generation.claims.length > 0) onOver?.(generation.claims.map(({ owner }) => owner));
  }

  function put(key: number, generation: Generation): void {
    entries.set(key, generation);
    dropOldest(entries, maxEntries);
  }

  function at(type: number, inode: number, timeNs: number): Generation | undefined {
    for (let generation = entries.get(keyOf(type, inode)); generation; generation = generation.former) {
      // One whose birth was not seen may be older than when it was first seen.
      if (generation.sinceNs <= timeNs || (!generation.isBirthSeen && !generation.former)) return generation;
    }
    return undefined;
  }

  function begin(key: number, generation: Omit<Generation, 'former'>): void {
    const former = entries.get(key);
    if (former) former.former = undefined;
    put(key, { ...generation, former });
    tellOver(former);
  }

  function claim(type: number, inode: number, { owner, ids, timeNs, pauseStartNs }: NamespaceClaim): void {
    const key = keyOf(type, inode);
    const unique = ids?.[type] ?? '';
    const membership = { owner, timeNs };
    const fresh = {
      id: unique || `${inode}@${timeNs}`,
      unique,
      sinceNs: timeNs,
      isBirthSeen: false,
      claims: [membership],
    };
    const known = at(type, inode, timeNs);
    if (!known) {
      if (!entries.has(key)) put(key, { ...fresh, former: undefined });
      return;
    }
    const others = known.claims.filter((other) => other.owner.containerId !== owner.containerId);
    const isOther = unique !== '' && known.unique !== '' && known.unique !== unique;
    const isNew = type === MNT ? others.length > 0 : others.some((other) => other.timeNs < (pauseStartNs ?? 0));
    if (isOther || isNew) {
      if (entries.get(key) === known && timeNs >= known.sinceNs) begin(key, fresh);
      return;
    }
    if (unique !== '') known.unique = unique;
    if (known.claims.length > others.length || others.length >= MAX_CLAIMS) return;
    if (pauseStartNs === undefined) known.claims.push(membership);
    else known.claims.unshift(membership);
  }

  /** The new one's birth is told after somebody was seen in it, who was taken for a member of the former. */
  function split(key: number, known: Generation | undefined, timeNs: number, inode: number): readonly NamespaceOwner[] {
    const moved = known?.claims.filter((claim) => claim.timeNs >= timeNs) ?? [];
    if (known) known.claims = known.claims.filter((claim) => claim.timeNs < timeNs);
    begin(key, { id: `${inode}@${timeNs}`, unique: '', sinceNs: timeNs, isBirthSeen: true, claims: moved });
    return moved.map(({ owner }) => owner);
  }

  return {
    isHost: (type, inode) => inode !== 0 && host[type] === inode,
    refer: (type, inode, timeNs) => ({
      type: NAMESPACE_TYPES[type] ?? 'net',
      inode,
      id: at(type, inode, timeNs)?.id ?? String(inode),
    }),
    ownerOf: (type, inode, timeNs) => at(type, inode, timeNs)?.claims[0]?.owner,
    isUnclaimed: (type, inode) => {
      const known = entries.get(keyOf(type, inode));
      return known?.isBirthSeen === true && known.claims.length === 0;
    },
    create: (type, inode, timeNs) => {
      const key = keyOf(type, inode);
      const known = entries.get(key);
      if (!known || timeNs > known.sinceNs) return split(key, known, timeNs, inode);
      if (known.isBirthSeen) return [];
      known.isBirthSeen = true;
      known.sinceNs = timeNs;
      return [];
    },
    own: (all) => {
      for (const [type, inode] of all.set.entries()) if (inode !== 0 && host[type] !== inode) claim(type, inode, all);
    },
    end: (type, inode) => {
      const known = entries.get(keyOf(type, inode));
      entries.delete(keyOf(type, inode));
      tellOver(known);
    },
    disown: (containerId) => {
      for (const [key, { claims }] of entries) if (claims[0]?.owner.containerId === containerId) entries.delete(key);
    },
    get size() {
      return entries.size;
    },
  };
}

/** Inode numbers of all types come from one allocator (proc_alloc_inum), below 2^32: one number keys both. */
function keyOf(type: number, inode: number): number {
  return type * 0x1_0000_0000 + inode;
}
