// The events the page has been sent, the last of them: bounded, each once, an amended one in the place of what it amends.
import type { TreeEvent } from '../tree/change.ts';

export type LogEntry =
  | {
      /** Counts up, and is the entry's for as long as it is kept. */
      readonly number: number;
      readonly kind: 'event';
      readonly event: TreeEvent;
    }
  | {
      readonly number: number;
      readonly kind: 'gap';
      /** Wall time on this machine at which the page came to know of it. */
      readonly atMs: number;
      readonly text: string;
    };

export interface EventLog {
  readonly entries: readonly LogEntry[];
  /** How many were put away because there were too many. */
  readonly dropped: number;
  /** Different whenever the entries are. */
  readonly version: number;
  /** Different whenever entries that were there are others now. */
  readonly amendments: number;
  add(event: TreeEvent): void;
  gap(text: string, atMs: number): void;
  find(id: string): LogEntry | undefined;
  clear(): void;
}

export const MAX_LOG_ENTRIES = 20_000;

/** An event that can be amended, or linked to, is found by its id; those of processes are too many and are neither. */
function isIndexed(event: TreeEvent): boolean {
  return !event.type.startsWith('process.');
}

export function createEventLog(maxEntries = MAX_LOG_ENTRIES): EventLog {
  let entries: LogEntry[] = [];
  let next = 0;
  let dropped = 0;
  let version = 0;
  let amendments = 0;
  const numbers = new Map<string, number>();

  const at = (number: number | undefined): number => (number === undefined ? -1 : number - (entries[0]?.number ?? next));

  function push(entry: LogEntry): void {
    entries.push(entry);
    next += 1;
    version += 1;
    // A tenth at once: moving all of them for each new one would be dear.
    if (entries.length > maxEntries * 1.1) {
      const removed = entries.splice(0, entries.length - maxEntries);
      dropped += removed.length;
      for (const each of removed) if (each.kind === 'event' && isIndexed(each.event)) numbers.delete(each.event.id);
    }
  }

  return {
    get entries() {
      return entries;
    },
    get dropped() {
      return dropped;
    },
    get version() {
      return version;
    },
    get amendments() {
      return amendments;
    },
    add(event) {
      if (!isIndexed(event)) {
        push({ number: next, kind: 'event', event });
        return;
      }
      const index = at(numbers.get(event.id));
      const known = entries[index];
      if (known?.kind === 'event') {
        if (known.event.revision >= event.revision) return;
        entries[index] = { ...known, event };
        version += 1;
        amendments += 1;
        return;
      }
      numbers.set(event.id, next);
      push({ number: next, kind: 'event', event });
    },
    gap: (text, atMs) => push({ number: next, kind: 'gap', text, atMs }),
    find: (id) => entries[at(numbers.get(id))],
    clear() {
      entries = [];
      numbers.clear();
      dropped = 0;
      version += 1;
      amendments += 1;
    },
  };
}
