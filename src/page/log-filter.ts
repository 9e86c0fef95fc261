// Which events of the log are shown: kept up to date with what is new, without looking at thousands of old ones each time.
import type { TreeEvent } from '../tree/change.ts';
import type { EventLog, LogEntry } from './event-log.ts';

export const EVENT_GROUPS = ['pause', 'alert', 'sandbox', 'pod', 'container', 'namespace', 'process'] as const;
export type EventGroup = (typeof EVENT_GROUPS)[number];

/** The many come last and are asked for: a busy node has thousands of processes a minute. */
export const DEFAULT_GROUPS: readonly EventGroup[] = ['pause', 'alert', 'sandbox', 'pod', 'container', 'namespace'];

export interface LogQuery {
  readonly groups: readonly EventGroup[];
  readonly text: string;
  readonly namespace: string;
  /** A uid. */
  readonly pod: string;
}

export function readLogQuery(query: Readonly<Record<string, string>>): LogQuery {
  const shown = query.show?.split(',');
  return {
    groups: shown === undefined ? DEFAULT_GROUPS : EVENT_GROUPS.filter((group) => shown.includes(group)),
    text: query.q ?? '',
    namespace: query.ns ?? '',
    pod: query.pod ?? '',
  };
}

/** Undefined for what has a place of its own in the log, such as a gap. */
export function groupOf({ type }: TreeEvent): EventGroup | undefined {
  const group = type.slice(0, type.indexOf('.'));
  return EVENT_GROUPS.find((each) => each === group);
}

export function compileLogQuery({ groups, text, namespace, pod }: LogQuery): (entry: LogEntry) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (entry) => {
    // What is missing concerns whoever looks at a part.
    if (entry.kind === 'gap') return true;
    const { event } = entry;
    const group = groupOf(event);
    if (group === undefined) return true;
    if (!groups.includes(group)) return false;
    const owner = event.type === 'namespace.joined' ? event.owner : undefined;
    if (pod !== '' && event.pod?.uid !== pod && owner?.uid !== pod) return false;
    if (namespace !== '' && event.pod?.namespace !== namespace && owner?.namespace !== namespace) return false;
    return words.length === 0 || words.every((word) => searchText(event).includes(word));
  };
}

const texts = new WeakMap<TreeEvent, string>();

function searchText(event: TreeEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const { type, pod, container, process } = event;
  const parts = [type, pod?.namespace, pod?.name, pod?.uid, container?.name, process?.comm, process?.pid];
  if ('cause' in event && event.cause !== undefined)
    parts.push(event.cause.kind, event.cause.signal, event.cause.sender?.comm, event.cause.sender?.pid);
  if ('exit' in event) parts.push(event.exit?.signal ?? undefined, event.exit?.code ?? undefined);
  if ('alert' in event) parts.push(event.alert.name, event.alert.summary);
  if ('by' in event) parts.push(event.by);
  const text = parts
    .filter((part) => part !== undefined)
    .join(' ')
    .slice(0, 4000)
    .toLowerCase();
  texts.set(event, text);
  return text;
}

export interface FilteredLog {
  /** The entries that pass now. The same list each time, changed in place: thousands are not copied for each new one. */
  entries(): readonly LogEntry[];
}

export function createFilteredLog(log: EventLog, query: LogQuery): FilteredLog {
  const passes = compileLogQuery(query);
  const list: LogEntry[] = [];
  let next = 0;
  let version = -1;
  let amendments = -1;
  return {
    entries() {
      if (log.version === version) return list;
      const { entries } = log;
      const first = entries[0]?.number ?? 0;
      if (log.amendments !== amendments) {
        list.length = 0;
        next = 0;
      }
      const from = Math.max(0, next - first);
      const gone = list.findIndex(({ number }) => number >= first);
      list.splice(0, gone < 0 ? list.length : gone);
      for (let index = from; index < entries.length; index += 1) {
        const entry = entries[index];
        if (entry !== undefined && passes(entry)) list.push(entry);
      }
      next = (entries.at(-1)?.number ?? -1) + 1;
      version = log.version;
      amendments = log.amendments;
      return list;
    },
  };
}
