// Which pod and container a namespace belongs to. An inode number is reused within seconds, so an entry is a generation of it.
import { type ContainerId, NAMESPACE_TYPES, type NamespaceIds, type NamespaceSet, type PodUid } from '../kernel/identity.ts';
import type { NamespaceRef } from './reference.ts';

export interface NamespaceOwner {
  readonly podUid: PodUid;
  readonly containerId: ContainerId;
}

interface Entry {
  /** Never changes: what has been told of the namespace is found again by it. */
  readonly id: string;
  /** When it was made, or when it was first heard of. */
  readonly sinceNs: number;
  /** The kernel's unique id, once an exec has told it. */
  unique?: string;
  owner?: NamespaceOwner;
}

export interface NamespaceTable {
  isHost(type: number, inode: number): boolean;
  /** The namespace as events name it. `type` is an index into NAMESPACE_TYPES. */
  refer(type: number, inode: number): NamespaceRef;
  ownerOf(type: number, inode: number): NamespaceOwner | undefined;
  /** Its making was seen, and it has not come to belong to anybody. */
  isUnclaimed(type: number, inode: number): boolean;
  /** A namespace was made: whatever the number stood for before is over. */
  create(type: number, inode: number, timeNs: number): void;
  /** Gives every namespace of `set` that is neither the host's nor somebody else's to `owner`. `isMaker` says for which types nobody can have had
   * it before: what was known of that number was another namespace, whose end was missed. */
  own(owner: NamespaceOwner, set: NamespaceSet, ids: NamespaceIds | undefined, timeNs: number, isMaker?: (type: number) => boolean): void;
  /** Drops all that a container (or sandbox) owned. */
  disown(containerId: ContainerId): void;
  readonly size: number;
}

export function createNamespaceTable(host: NamespaceSet, maxEntries = 50_000): NamespaceTable {
  const entries = new Map<number, Entry>();
  // Inode numbers of all types come from one allocator (proc_alloc_inum), below 2^32: one number keys both.
  const keyOf = (type: number, inode: number) => type * 0x1_0000_0000 + inode;
  const typeOf = (type: number) => NAMESPACE_TYPES[type] ?? 'net';

  function put(type: number, inode: number, entry: Entry): Entry {
    entries.set(keyOf(type, inode), entry);
    if (entries.size > maxEntries) {
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    }
    return entry;
  }

  return {
    isHost: (type, inode) => inode !== 0 && host[type] === inode,
    refer: (type, inode) => ({ type: typeOf(type), inode, id: entries.get(keyOf(type, inode))?.id ?? String(inode) }),
    ownerOf: (type, inode) => entries.get(keyOf(type, inode))?.owner,
    isUnclaimed: (type, inode) => {
      const entry = entries.get(keyOf(type, inode));
      return entry !== undefined && entry.owner === undefined;
    },
    create: (type, inode, timeNs) => {
      // Known since a later moment: this is its own beginning, told late by another CPU.
      if ((entries.get(keyOf(type, inode))?.sinceNs ?? -1) >= timeNs) return;
      put(type, inode, { id: `${inode}@${timeNs}`, sinceNs: timeNs });
    },
    own: (owner, set, ids, timeNs, isMaker = () => false) => {
      for (const [type, inode] of set.entries()) {
        if (inode === 0 || host[type] === inode) continue;
        const unique = ids?.[type];
        const known = entries.get(keyOf(type, inode));
        // What is told late is about a namespace whose number another one has by now.
        if (known && known.sinceNs > timeNs) continue;
        const isFormer = known?.owner !== undefined && known.owner.containerId !== owner.containerId && isMaker(type);
        if (known && !isFormer && (!unique || (known.unique ?? unique) === unique)) {
          if (unique) known.unique = unique;
          known.owner ??= owner;
        } else {
          put(type, inode, { id: unique || `${inode}@${timeNs}`, sinceNs: timeNs, ...(unique && { unique }), owner });
        }
      }
    },
    disown: (containerId) => {
      for (const [key, entry] of entries) if (entry.owner?.containerId === containerId) entries.delete(key);
    },
    get size() {
      return entries.size;
    },
  };
}
