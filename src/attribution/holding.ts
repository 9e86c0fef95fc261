// Keeps events that wait for something to become known (the name of a container, the path of a cgroup), for a bounded time and in a bounded number.
import type { ContainerId } from '../kernel/identity.ts';

export interface Holding<Event, Key = ContainerId> {
  /** Keeps an event. Returns keys that have to be released now because the bound is reached: the longest-held first. */
  hold(id: Key, event: Event, nowNs: number): Key[];
  isHeld(id: Key): boolean;
  /** Takes the events of a key out, in the order in which they came. */
  release(id: Key): Event[];
  /** Keys that have been held for longer than `maxHoldNs`. */
  overdue(nowNs: number): Key[];
  ids(): Key[];
  /** When the longest-held key is overdue, ns; undefined when nothing is held. */
  nextDeadlineNs(): number | undefined;
  readonly size: number;
}

export function createHolding<Event, Key = ContainerId>(options: { maxEvents: number; maxHoldNs: number }): Holding<Event, Key> {
  const held = new Map<Key, { sinceNs: number; events: Event[] }>();
  let size = 0;

  return {
    hold: (id, event, nowNs) => {
      let entry = held.get(id);
      if (!entry) {
        entry = { sinceNs: nowNs, events: [] };
        held.set(id, entry);
      }
      entry.events.push(event);
      size++;
      const evicted: Key[] = [];
      let excess = size - options.maxEvents;
      for (const [candidate, { events }] of held) {
        if (excess <= 0) break;
        evicted.push(candidate);
        excess -= events.length;
      }
      return evicted;
    },
    isHeld: (id) => held.has(id),
    release: (id) => {
      const entry = held.get(id);
      if (!entry) return [];
      held.delete(id);
      size -= entry.events.length;
      return entry.events;
    },
    overdue: (nowNs) => {
      const ids: Key[] = [];
      for (const [id, { sinceNs }] of held) if (nowNs - sinceNs >= options.maxHoldNs) ids.push(id);
      return ids;
    },
    ids: () => [...held.keys()],
    nextDeadlineNs: () => {
      // Map order is insertion order, so the first entry is the longest-held.
      const first = held.values().next();
      return first.done ? undefined : first.value.sinceNs + options.maxHoldNs;
    },
    get size() {
      return size;
    },
  };
}
