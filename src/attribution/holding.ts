// Keeps events that cannot be attributed yet, by what they wait for, for a bounded time and in a bounded number.

export interface Holding<Key, Event> {
  /** Keeps an event. Returns the keys that have to be released now because the bound is reached: the longest-held first. */
  hold(key: Key, event: Event, nowNs: number): Key[];
  isHeld(key: Key): boolean;
  /** Takes out what waits for a key, oldest event first. */
  release(key: Key): Event[];
  /** Keys that have been held for long enough. */
  overdue(nowNs: number): Key[];
  keys(): Key[];
  /** When the longest-held key is overdue as things stand, ns; undefined when nothing is held. */
  nextDeadlineNs(): number | undefined;
  /** Events held. */
  readonly size: number;
}

export interface HoldingOptions {
  readonly maxEvents: number;
  readonly maxHoldNs: number;
  /** What is waited for may still come: then a key is held longer, for up to `maxNs`. `timeNs` is when the first event held for it happened. */
  readonly extension?: { readonly maxNs: number; readonly mayStillCome: (timeNs: number) => boolean };
}

interface Held<Event> {
  readonly sinceNs: number;
  readonly firstNs: number;
  readonly events: Event[];
}

export function createHolding<Key, Event extends { readonly timeNs: number }>({
  maxEvents,
  maxHoldNs,
  extension,
}: HoldingOptions): Holding<Key, Event> {
  // Map order is insertion order, so the first entry is the longest-held.
  const held = new Map<Key, Held<Event>>();
  let size = 0;
  const deadlineOf = ({ sinceNs, firstNs }: Held<Event>): number =>
    sinceNs + (extension?.mayStillCome(firstNs) ? extension.maxNs : maxHoldNs);
  return {
    hold: (key, event, nowNs) => {
      const entry = held.get(key);
      if (entry) entry.events.push(event);
      else held.set(key, { sinceNs: nowNs, firstNs: event.timeNs, events: [event] });
      size++;
      const evicted: Key[] = [];
      let excess = size - maxEvents;
      for (const [candidate, { events }] of held) {
        if (excess <= 0) break;
        evicted.push(candidate);
        excess -= events.length;
      }
      return evicted;
    },
    isHeld: (key) => held.has(key),
    release: (key) => {
      const entry = held.get(key);
      if (!entry) return [];
      held.delete(key);
      size -= entry.events.length;
      return entry.events.sort((a, b) => a.timeNs - b.timeNs);
    },
    overdue: (nowNs) => {
      const keys: Key[] = [];
      // What waits behind a key that is held longer is looked at when that is not: the order of time is nearly that of events.
      for (const [key, entry] of held) {
        if (nowNs < deadlineOf(entry)) break;
        keys.push(key);
      }
      return keys;
    },
    keys: () => [...held.keys()],
    nextDeadlineNs: () => {
      const first = held.values().next();
      return first.done ? undefined : deadlineOf(first.value);
    },
    get size() {
      return size;
    },
  };
}
