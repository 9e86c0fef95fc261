// Keeps events of containers that the runtime has not named yet, in order, for a bounded time and in a bounded number.
import type { ContainerId } from '../kernel/identity.ts';

export interface Holding<Event> {
  /** Keeps an event. Returns containers that have to be released now because the bound is reached: the longest-held first. */
  hold(id: ContainerId, event: Event, nowNs: number): ContainerId[];
  isHeld(id: ContainerId): boolean;
  /** Takes the events of a container out, in the order in which they came. */
  release(id: ContainerId): Event[];
  /** Containers that have been held for longer than `maxHoldNs`. */
  overdue(nowNs: number): ContainerId[];
  ids(): ContainerId[];
  /** When the longest-held container is overdue, ns; undefined when nothing is held. */
  nextDeadlineNs(): number | undefined;
  readonly size: number;
}

export function createHolding<Event>(options: { maxEvents: number; maxHoldNs: number }): Holding<Event> {
  const held = new Map<ContainerId, { sinceNs: number; events: Event[] }>();
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
      const evicted: ContainerId[] = [];
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
      const ids: ContainerId[] = [];
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
