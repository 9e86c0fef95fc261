// Where each part of a pod stands in each kind of namespace: on the pause's line, on the node's, on its own. The page draws it as a map of lines.
import { NAMESPACE_TYPES, type NamespaceType } from '../kernel/identity.ts';
import type { NamespaceRecord, ProcessRecord, Sandbox } from '../tree/model.ts';

/** root: it is the pause's, and the pod's line begins here. node-root: likewise the node's. none: it has nothing to do with this kind. */
export type Place = 'node-root' | 'root' | 'node' | 'pod' | 'own' | 'other' | 'none';
/** The part of a line in a row: it begins at the station, passes, or ends there. */
export type Segment = 'none' | 'begin' | 'pass' | 'end';

export interface Station {
  readonly type: NamespaceType;
  readonly place: Place;
  readonly inode?: number;
  /** With place other: the name of the container whose namespace it is. */
  readonly with?: string;
  readonly nodeLine: Segment;
  readonly podLine: Segment;
}

export interface LaneRow {
  readonly kind: 'node' | 'pause' | 'container' | 'guest';
  /** Of the container; `pid@start` of a guest. */
  readonly key: string;
  readonly stations: readonly Station[];
}

interface Member {
  readonly kind: LaneRow['kind'];
  readonly key: string;
  place(type: NamespaceType): Pick<Station, 'place' | 'inode' | 'with'>;
}

/** `entered`: the kinds of namespaces that a guest was seen to enter. */
export function lanesOf(sandbox: Sandbox, entered: (guest: ProcessRecord) => readonly NamespaceType[]): readonly LaneRow[] {
  const isNodes = (type: NamespaceType): boolean => find(sandbox.namespaces, type)?.scope === 'host';
  const members: Member[] = [
    { kind: 'node', key: 'node', place: () => ({ place: 'none' }) },
    { kind: 'pause', key: 'pause', place: (type) => placeOfPause(find(sandbox.namespaces, type)) },
    ...sandbox.containers.map(
      ({ id, namespaces }): Member => ({
        kind: 'container',
        key: id,
        place: (type) => placeOf(find(namespaces, type), isNodes(type), sandbox),
      }),
    ),
    ...sandbox.guests.map(
      (guest): Member => ({
        kind: 'guest',
        key: `${guest.pid}@${guest.startTime}`,
        place: (type) => (entered(guest).includes(type) ? { place: isNodes(type) ? 'node' : 'pod' } : { place: 'none' }),
      }),
    ),
  ];
  const columns = NAMESPACE_TYPES.map((type) => column(type, members));
  return members.map(({ kind, key }, row) => ({ kind, key, stations: columns.flatMap((stations) => stations[row] ?? []) }));
}

function column(type: NamespaceType, members: readonly Member[]): Station[] {
  const places = members.map((member) => member.place(type));
  const lastOnNode = places.findLastIndex(({ place }) => place === 'node');
  const lastOnPod = places.findLastIndex(({ place }) => place === 'pod');
  const root = places.findIndex(({ place }) => place === 'root');
  return places.map((each, row) => ({
    ...each,
    type,
    place: row === 0 && lastOnNode > 0 ? 'node-root' : each.place,
    nodeLine: segment(row, lastOnNode > 0 ? 0 : -1, lastOnNode),
    podLine: segment(row, lastOnPod > root ? root : -1, lastOnPod),
  }));
}

function segment(row: number, first: number, last: number): Segment {
  if (first < 0 || row < first || row > last) return 'none';
  if (row === first) return 'begin';
  return row === last ? 'end' : 'pass';
}

function find(namespaces: readonly NamespaceRecord[], type: NamespaceType): NamespaceRecord | undefined {
  return namespaces.find((each) => each.type === type);
}

function placeOfPause(namespace: NamespaceRecord | undefined): Pick<Station, 'place' | 'inode'> {
  if (namespace === undefined) return { place: 'none' };
  return { place: namespace.scope === 'host' ? 'node' : 'root', inode: namespace.inode };
}

function placeOf(namespace: NamespaceRecord | undefined, isNodes: boolean, sandbox: Sandbox): Pick<Station, 'place' | 'inode' | 'with'> {
  if (namespace === undefined) return { place: 'none' };
  const { scope, inode } = namespace;
  switch (scope) {
    case 'host':
      return { place: 'node', inode };
    case 'pod':
      return { place: isNodes ? 'node' : 'pod', inode };
    case 'container': {
      const other = sandbox.containers.find(({ id }) => id === namespace.with)?.name ?? namespace.with?.slice(0, 12);
      return { place: 'other', inode, ...(other !== undefined && { with: other }) };
    }
    default:
      return { place: 'own', inode };
  }
}

/** What each kind of namespace is about, for people who do not know. */
export const MEANING: Readonly<Record<NamespaceType, string>> = {
  net: 'address and ports',
  pid: 'process ids',
  ipc: 'shared memory',
  uts: 'host name',
  mnt: 'files',
  user: 'user ids',
  cgroup: 'view of cgroups',
};
