// The columns that a table of the tree can have, with their headers and what they say.
import {
  addressCell,
  attemptCell,
  controllerCell,
  cpuCell,
  exitCell,
  idCell,
  insideCell,
  kindCell,
  memoryCell,
  nameCell,
  namespacesCell,
  networkCell,
  processesCell,
  processOf,
  readyCell,
  restartsCell,
  sinceOf,
  stateCell,
  textCell,
} from './cell.ts';
import { escapeArgs } from './escape.ts';
import type { Item } from './item.ts';
import { type Piece, piece } from './line.ts';
import { formatSince, type TimeForm } from './time-form.ts';

export interface CellContext {
  /** Wall clock in ms, for ages. */
  readonly now: number;
  readonly times: TimeForm;
}

export interface Column {
  readonly header: string;
  /** One line for the reference. */
  readonly doc: string;
  /** Width where it cannot depend on what is shown just now. */
  readonly width: number;
  readonly align?: 'right';
  readonly cell: (item: Item, context: CellContext) => Piece;
}

/** In the order of the reference. */
export const COLUMNS = {
  name: { header: 'NAME', width: 24, doc: 'what it is called, below what it belongs to', cell: nameCell },
  namespace: { header: 'NAMESPACE', width: 16, doc: "the pod's Kubernetes namespace", cell: ({ pod }) => textCell(pod.namespace) },
  kind: { header: 'KIND', width: 9, doc: 'pod, pause, the kind of a container, the role of a process', cell: kindCell },
  state: {
    header: 'STATE',
    width: 10,
    doc: 'of the sandbox or the container; `no pause` when that is dead, `stopped` when that was planned, `deleting` when somebody has deleted the pod',
    cell: stateCell,
  },
  ready: { header: 'READY', width: 5, align: 'right', doc: 'containers that run, of those that should', cell: readyCell },
  restarts: {
    header: 'RESTARTS',
    width: 8,
    align: 'right',
    doc: 'of a pod: sandboxes before this one, as far as they are known, + restarts of its containers',
    cell: restartsCell,
  },
  processes: { header: 'PROCS', width: 5, align: 'right', doc: 'how many; of a pod with pause and guests', cell: processesCell },
  cpu: { header: 'CPU%', width: 5, align: 'right', doc: 'of one core, while somebody watches', cell: cpuCell },
  memory: { header: 'MEM', width: 6, align: 'right', doc: 'memory charged to it, while somebody watches', cell: memoryCell },
  pid: {
    header: 'PID',
    width: 7,
    align: 'right',
    doc: 'of the process, the pause, the first process of a container',
    cell: (item) => textCell(processOf(item)?.pid),
  },
  inside: {
    header: 'INSIDE',
    width: 6,
    align: 'right',
    doc: 'the pid in its own pid namespace, where it is another one',
    cell: insideCell,
  },
  user: { header: 'USER', width: 5, align: 'right', doc: 'user id of the process', cell: (item) => textCell(processOf(item)?.uid) },
  age: {
    header: 'AGE',
    width: 6,
    align: 'right',
    doc: 'since it was made or started',
    cell: (item, { now }) => piece(formatSince(sinceOf(item), 'relative', now)),
  },
  since: {
    header: 'SINCE',
    width: 20,
    doc: 'the same as date and time',
    cell: (item, { now, times }) => piece(formatSince(sinceOf(item), times === 'utc' ? 'utc' : 'local', now)),
  },
  ip: { header: 'IP', width: 15, doc: 'addresses of the pod', cell: addressCell },
  exit: { header: 'LAST EXIT', width: 9, doc: 'how the container ended last', cell: exitCell },
  shares: {
    header: 'SHARES',
    width: 12,
    doc: 'namespaces shared with the pause',
    cell: (item) => (item.kind === 'pause' ? piece('') : namespacesCell(item, 'pod', 'accent')),
  },
  owns: { header: 'OWNS', width: 16, doc: 'namespaces of its own', cell: (item) => namespacesCell(item, 'own', 'good') },
  host: {
    header: "NODE'S",
    width: 12,
    doc: "namespaces of the node's that it lives in",
    cell: (item) => namespacesCell(item, 'host', 'muted'),
  },
  netns: { header: 'NETNS', width: 10, align: 'right', doc: 'inode of its network namespace', cell: networkCell },
  attempt: { header: 'ATTEMPT', width: 7, align: 'right', doc: "the runtime's own count of the sandbox", cell: attemptCell },
  qos: { header: 'QOS', width: 10, doc: "the pod's quality of service", cell: ({ pod }) => textCell(pod.qos, 'muted') },
  runtime: { header: 'RUNTIME', width: 10, doc: 'what made the sandbox', cell: ({ pod }) => textCell(pod.sandbox?.runtime, 'muted') },
  controller: { header: 'CONTROLLED BY', width: 24, doc: 'what made the pod, where the API server tells', cell: controllerCell },
  id: { header: 'ID', width: 12, doc: 'of sandbox or container, the first twelve digits', cell: idCell },
  uid: { header: 'POD UID', width: 36, doc: 'uid of the pod', cell: ({ pod }) => textCell(pod.uid, 'muted') },
  args: {
    header: 'ARGS',
    width: 24,
    doc: 'arguments of the process, when the agent was told to show them',
    cell: (item) => piece(escapeArgs(processOf(item)?.args ?? []), 'muted'),
  },
} as const satisfies Readonly<Record<string, Column>>;

export type ColumnId = keyof typeof COLUMNS;
export const COLUMN_IDS = Object.keys(COLUMNS) as readonly ColumnId[];

export function columnOf(id: ColumnId): Column {
  return COLUMNS[id];
}
