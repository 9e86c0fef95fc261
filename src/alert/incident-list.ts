// The incidents that are open: which one a new alert belongs to, whose alert leads it, and when its window is closed.
import { type Alert, addMember, INCIDENT_WINDOW_MS, type Incident } from './incident.ts';

/** What a new alert is put into an incident by. */
export interface NewMember {
  readonly rule: string;
  readonly pod?: Alert['pod'] | undefined;
  readonly atMs: number;
}

export interface IncidentList {
  restore(incident: Incident): void;
  /** Puts the alert into the incident it belongs to; one that begins an incident lends it its id. */
  join(id: string, member: NewMember, nowMs: number): Incident;
  find(id: string): Incident | undefined;
  /** An incident that told its sinks of fewer than it has is due when its window is closed. */
  untold(nowMs: number): readonly Incident[];
  nextDeadlineMs(): number;
  all(): Iterable<Incident>;
  remove(id: string): void;
}

export function createIncidentList(): IncidentList {
  const incidents = new Map<string, Incident>();

  function openFor({ rule, atMs }: NewMember, nowMs: number): Incident | undefined {
    for (const incident of incidents.values()) {
      if (incident.rule !== rule || incident.active === 0) continue;
      // What is found by comparing comes together, whenever it happened; what waited for evidence happened together.
      const isTogether = nowMs - incident.openedMs <= INCIDENT_WINDOW_MS || Math.abs(atMs - incident.startMs) <= INCIDENT_WINDOW_MS;
      if (isTogether) return incident;
    }
    return undefined;
  }

  return {
    restore: (incident) => void incidents.set(incident.id, incident),
    join(id, member, nowMs) {
      const { rule, atMs } = member;
      const fresh: Incident = { id, rule, openedMs: nowMs, startMs: atMs, members: [], memberCount: 0, active: 0, toldCount: 0 };
      const incident = openFor(member, nowMs) ?? fresh;
      if (incident === fresh) incidents.set(id, fresh);
      addMember(incident, member.pod);
      return incident;
    },
    find: (id) => incidents.get(id),
    untold: (nowMs) =>
      [...incidents.values()].filter(
        ({ toldCount, memberCount, openedMs }) => toldCount !== memberCount && nowMs - openedMs >= INCIDENT_WINDOW_MS,
      ),
    nextDeadlineMs() {
      let nextMs = Number.POSITIVE_INFINITY;
      for (const { toldCount, memberCount, openedMs } of incidents.values()) {
        if (toldCount !== memberCount) nextMs = Math.min(nextMs, openedMs + INCIDENT_WINDOW_MS);
      }
      return nextMs;
    },
    all: () => incidents.values(),
    remove: (id) => void incidents.delete(id),
  };
}
