// What the stream was told last of each alert: of all that fire, and of the last ones that are over. For whoever opens the page later.
import type { AlertEvent } from './incident.ts';

export interface RecentAlerts {
  note(events: readonly AlertEvent[]): void;
  /** In the order in which they were first raised; `restored` are alerts that fire since before this run of the agent. */
  list(restored: readonly AlertEvent[]): readonly AlertEvent[];
}

const MAX_RESOLVED = 100;

export function createRecentAlerts(maxResolved = MAX_RESOLVED): RecentAlerts {
  const told = new Map<string, AlertEvent>();
  const resolved = new Set<string>();
  return {
    note(events) {
      for (const event of events) {
        told.set(event.id, event);
        // What fires again under its id is not over any more.
        resolved.delete(event.id);
        if (event.type === 'alert.resolved') resolved.add(event.id);
        const oldest = resolved.size > maxResolved ? resolved.keys().next() : undefined;
        if (oldest?.done !== false) continue;
        resolved.delete(oldest.value);
        told.delete(oldest.value);
      }
    },
    list: (restored) => [...restored.filter(({ id }) => !told.has(id)), ...told.values()],
  };
}
