// The columns that a line of `tail` can have besides the time and what happened.
import type { TreeEvent } from '../tree/change.ts';
import { escapeText } from './escape.ts';
import { podLabel, shortId } from './label.ts';
import { type Piece, piece } from './line.ts';

export interface EventColumn {
  readonly width: number;
  /** One line for the reference. */
  readonly doc: string;
  readonly cell: (event: TreeEvent) => Piece;
}

/** `time`, `type` and `what` are drawn with the rest of the line: these are the others. */
export const EVENT_COLUMNS = {
  namespace: { width: 16, doc: "the pod's Kubernetes namespace", cell: ({ pod }) => text(pod?.namespace) },
  pod: { width: 36, doc: 'namespace and name of the pod, or its uid', cell: (event) => piece(podOf(event), 'strong') },
  container: { width: 16, doc: 'the container, or `pause`', cell: (event) => piece(containerOf(event)) },
  process: { width: 24, doc: 'name and pid of the process', cell: ({ process }) => text(process && `${process.comm} ${process.pid}`) },
  pid: { width: 7, doc: 'its pid', cell: ({ process }) => text(process?.pid) },
  inside: { width: 6, doc: 'its pid in its own pid namespace', cell: ({ process }) => text(process?.nsPid) },
  parent: { width: 7, doc: 'pid of its parent', cell: ({ process }) => text(process?.ppid) },
  user: { width: 6, doc: 'its user id', cell: ({ process }) => text(process?.uid) },
  sandbox: { width: 12, doc: 'id of the sandbox, the first twelve digits', cell: ({ sandbox }) => id(sandbox?.id) },
  attempt: { width: 3, doc: "the runtime's count of the sandbox", cell: ({ sandbox }) => text(sandbox?.attempt) },
  id: { width: 24, doc: 'id of the event: an amended one has that of the first', cell: (event) => text(event.id, 'muted') },
  uid: { width: 36, doc: 'uid of the pod', cell: ({ pod }) => text(pod?.uid, 'muted') },
  node: { width: 20, doc: 'name of the node', cell: ({ node }) => text(node, 'muted') },
} as const satisfies Readonly<Record<string, EventColumn>>;

const OTHERS = {
  time: 'when, as --times says',
  type: 'what kind of event',
  what: 'what happened',
} as const;

export type EventColumnId = keyof typeof EVENT_COLUMNS | keyof typeof OTHERS;

/** Each with what it says. */
export const EVENT_COLUMN_DOCS: Readonly<Record<EventColumnId, string>> = {
  ...OTHERS,
  ...(Object.fromEntries(Object.entries(EVENT_COLUMNS).map(([name, { doc }]) => [name, doc])) as Record<
    keyof typeof EVENT_COLUMNS,
    string
  >),
};

export const EVENT_COLUMN_IDS = Object.keys(EVENT_COLUMN_DOCS) as readonly EventColumnId[];

/** The pod as it is called, or where the event was when it was in none. */
export function podOf(event: TreeEvent): string {
  if (event.pod !== undefined) return podLabel(event.pod);
  return event.attribution === 'host' ? '(host)' : '-';
}

export function containerOf(event: TreeEvent): string {
  if (event.container !== undefined) return escapeText(event.container.name);
  return event.type.startsWith('pause.') || event.process?.role === 'pause' ? 'pause' : '-';
}

function text(value: string | number | undefined, style: Piece['style'] = 'plain'): Piece {
  return piece(value === undefined ? '-' : escapeText(String(value)), value === undefined ? 'muted' : style);
}

function id(value: string | undefined): Piece {
  return piece(value === undefined ? '-' : shortId(value), 'muted');
}
