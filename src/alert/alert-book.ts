// Keeps the alerts that fire: raises, counts, amends and ends them, groups them into incidents, and says what stream and sinks are to be told.
import type { PodRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import { type Alert, type AlertEvent, addMember, alertEvent, INCIDENT_WINDOW_MS, type Incident, type Notification } from './incident.ts';
import type { AlertRule } from './rule.ts';

export interface Sign {
  readonly subject: string;
  readonly pod?: PodRef | undefined;
  readonly atMs: number;
  readonly time: string;
  readonly cause?: Cause | undefined;
  /** How much it adds to the count. */
  readonly count: number;
  readonly summary: string;
  readonly keys?: readonly string[];
}

export interface AlertOutput {
  /** For the stream, in order. */
  readonly events: readonly AlertEvent[];
  readonly notifications: readonly Notification[];
  /** Alerts as they are to be kept on disk; undefined for those that are to be forgotten. By the alert's id. */
  readonly saved: ReadonlyMap<string, SavedAlert | undefined>;
}

export interface SavedAlert {
  readonly alert: Alert;
  /** With the incident's first alert. */
  readonly incident?: Incident;
}

export interface AlertBook {
  find(rule: AlertRule, subject: string): Alert | undefined;
  /** Raises the alert, or counts on. */
  sign(rule: AlertRule, sign: Sign, nowMs: number): void;
  /** More is known; nothing happened again. */
  amend(
    rule: AlertRule,
    subject: string,
    change: Partial<Pick<Alert, 'summary' | 'cause' | 'pod' | 'keys' | 'count'>>,
    nowMs: number,
  ): void;
  /** The state is over, or it was no reason. */
  end(rule: AlertRule, subject: string, nowMs: number): void;
  /** Ends what has been quiet, and tells what had to wait. */
  tick(nowMs: number): void;
  /** Other rules from now on. Alerts of those that are gone end. */
  setRules(rules: readonly AlertRule[], nowMs: number): void;
  nextDeadlineMs(): number | undefined;
  /** What has to be told since the last call. */
  take(): AlertOutput;
  /** All incidents that fire, as notifications. */
  firing(nowMs: number): readonly Notification[];
  counts(): ReadonlyMap<string, number>;
  readonly suppressed: number;
}

export interface AlertBookOptions {
  readonly node: string;
  readonly rules: readonly AlertRule[];
  /** Different at each start of the agent. */
  readonly idPrefix: string;
  readonly restored?: readonly SavedAlert[];
  readonly maxAlerts?: number;
}

/** An alert that counts on is told of again after so long: to the stream, to sinks. */
const STREAM_UPDATE_MS = 1000;
const SINK_UPDATE_MS = 60_000;

export function wallText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000000Z`;
}

export function createAlertBook(options: AlertBookOptions): AlertBook {
  const { node, idPrefix, maxAlerts = 2000 } = options;
  let ruleByName = new Map(options.rules.map((rule) => [rule.name, rule]));
  const alerts = new Map<string, Alert>();
  const incidents = new Map<string, Incident>();
  const leads = new Map<string, Alert>();
  let made = 0;
  let suppressed = 0;
  let events: AlertEvent[] = [];
  let notifications: Notification[] = [];
  let saved = new Map<string, SavedAlert | undefined>();

  const keyOf = (rule: string, subject: string): string => `${rule} ${subject}`;
  for (const { alert, incident } of options.restored ?? []) {
    if (incident !== undefined) incidents.set(incident.id, incident);
    if (alert.id === alert.incident) leads.set(alert.id, alert);
    if (!alert.isQuiet) alerts.set(keyOf(alert.rule, alert.subject), alert);
  }

  function save(alert: Alert): void {
    const incident = alert.id === alert.incident ? incidents.get(alert.incident) : undefined;
    saved.set(alert.id, incident === undefined ? { alert } : { alert, incident });
  }

  function incidentFor(rule: AlertRule, sign: Sign, id: string, nowMs: number): Incident {
    for (const incident of incidents.values()) {
      if (incident.rule !== rule.name || incident.active === 0) continue;
      // What is found by comparing comes together, whenever it happened; what waited for evidence happened together.
      const isTogether = nowMs - incident.openedMs <= INCIDENT_WINDOW_MS || Math.abs(sign.atMs - incident.startMs) <= INCIDENT_WINDOW_MS;
      if (isTogether) return incident;
    }
    const incident: Incident = {
      id,
      rule: rule.name,
      openedMs: nowMs,
      startMs: sign.atMs,
      members: [],
      memberCount: 0,
      active: 0,
      toldCount: 0,
    };
    incidents.set(id, incident);
    return incident;
  }

  function publish(alert: Alert, type: AlertEvent['type'], time: string, nowMs: number): AlertEvent | undefined {
    const incident = incidents.get(alert.incident);
    if (incident === undefined) return undefined;
    const event = alertEvent(alert, incident, type, time, node);
    alert.revision += 1;
    alert.publishedMs = nowMs;
    alert.isChanged = false;
    events.push(event);
    return event;
  }

  function notifyPod(alert: Alert, reason: Notification['reason'], event: AlertEvent): void {
    if (alert.pod !== undefined) notifications.push({ scope: 'pod', reason, event });
  }

  function notifyIncident(incident: Incident, reason: Notification['reason'], event: AlertEvent): void {
    incident.toldCount = incident.memberCount;
    notifications.push({ scope: 'incident', reason, event });
  }

  function raise(rule: AlertRule, sign: Sign, nowMs: number): void {
    if (alerts.size >= maxAlerts) {
      suppressed += 1;
      return;
    }
    made += 1;
    const id = `${idPrefix}-alert-${made}`;
    const incident = incidentFor(rule, sign, id, nowMs);
    const alert: Alert = {
      id,
      rule: rule.name,
      severity: rule.severity,
      subject: sign.subject,
      incident: incident.id,
      since: sign.time,
      ...(sign.pod !== undefined && { pod: sign.pod }),
      last: sign.time,
      lastMs: sign.atMs,
      count: sign.count,
      summary: sign.summary,
      ...(sign.cause !== undefined && { cause: sign.cause }),
      revision: 0,
      publishedMs: nowMs,
      notifiedMs: nowMs,
      isChanged: false,
      isUnsent: false,
      isQuiet: false,
      keys: sign.keys ?? [],
    };
    alerts.set(keyOf(rule.name, sign.subject), alert);
    addMember(incident, sign.pod);
    const isLead = incident.id === id;
    if (isLead) leads.set(id, alert);
    const event = publish(alert, 'alert.firing', sign.time, nowMs);
    if (event !== undefined) {
      notifyPod(alert, 'firing', event);
      if (isLead) notifyIncident(incident, 'firing', event);
    }
    save(alert);
    const lead = leads.get(incident.id);
    if (lead !== undefined && !isLead) save(lead);
  }

  function tell(alert: Alert, nowMs: number): void {
    const incident = incidents.get(alert.incident);
    const isSinkDue = alert.isUnsent && nowMs - alert.notifiedMs >= SINK_UPDATE_MS;
    if (incident === undefined || !((alert.isChanged && nowMs - alert.publishedMs >= STREAM_UPDATE_MS) || isSinkDue)) return;
    const event = publish(alert, 'alert.firing', alert.last, nowMs);
    if (event !== undefined && isSinkDue) {
      alert.notifiedMs = nowMs;
      alert.isUnsent = false;
      notifyPod(alert, 'update', event);
      if (alert.id === incident.id) notifyIncident(incident, 'update', event);
    }
    save(alert);
  }

  function closeAlert(alert: Alert, nowMs: number): void {
    const incident = incidents.get(alert.incident);
    alerts.delete(keyOf(alert.rule, alert.subject));
    alert.isQuiet = true;
    if (incident === undefined) {
      saved.set(alert.id, undefined);
      return;
    }
    incident.active -= 1;
    const lead = leads.get(incident.id);
    if (alert !== lead) {
      const event = publish(alert, 'alert.resolved', wallText(nowMs), nowMs);
      if (event !== undefined) notifyPod(alert, 'resolved', event);
      saved.set(alert.id, undefined);
      if (lead !== undefined) save(lead);
    }
    if (incident.active > 0) {
      if (alert === lead) save(alert);
      return;
    }
    if (lead !== undefined) {
      const event = publish(lead, 'alert.resolved', wallText(nowMs), nowMs);
      if (event !== undefined) {
        notifyPod(lead, 'resolved', event);
        notifyIncident(incident, 'resolved', event);
      }
      saved.set(lead.id, undefined);
    }
    leads.delete(incident.id);
    incidents.delete(incident.id);
  }

  /** The window is closed, and there is more than the one pod that the sinks were told of at once. */
  function closeWindow(incident: Incident, nowMs: number): void {
    const lead = leads.get(incident.id);
    if (lead === undefined || incident.toldCount === incident.memberCount || nowMs - incident.openedMs < INCIDENT_WINDOW_MS) return;
    const event = publish(lead, 'alert.firing', lead.last, nowMs);
    lead.notifiedMs = nowMs;
    lead.isUnsent = false;
    if (event !== undefined) notifyIncident(incident, 'update', event);
    save(lead);
  }

  const quietAt = (alert: Alert): number | undefined => {
    const rule = ruleByName.get(alert.rule);
    // A rule that is no longer there watches nothing any more.
    if (rule === undefined) return 0;
    return rule.type === 'outage' || rule.type === 'leak' ? undefined : alert.lastMs + rule.resolveAfterMs;
  };

  return {
    find: (rule, subject) => alerts.get(keyOf(rule.name, subject)),
    sign(rule, sign, nowMs) {
      const alert = alerts.get(keyOf(rule.name, sign.subject));
      if (alert === undefined) {
        raise(rule, sign, nowMs);
        return;
      }
      alert.count += sign.count;
      if (sign.atMs >= alert.lastMs) {
        alert.last = sign.time;
        alert.lastMs = sign.atMs;
      }
      alert.summary = sign.summary;
      if (sign.pod !== undefined) alert.pod = sign.pod;
      if (sign.cause !== undefined) alert.cause = sign.cause;
      if (sign.keys !== undefined) alert.keys = sign.keys;
      alert.isChanged = true;
      alert.isUnsent = true;
      tell(alert, nowMs);
      save(alert);
    },
    amend(rule, subject, change, nowMs) {
      const alert = alerts.get(keyOf(rule.name, subject));
      if (alert === undefined) return;
      Object.assign(alert, change);
      alert.isChanged = true;
      alert.isUnsent = true;
      tell(alert, nowMs);
      save(alert);
    },
    end(rule, subject, nowMs) {
      const alert = alerts.get(keyOf(rule.name, subject));
      if (alert !== undefined) closeAlert(alert, nowMs);
    },
    tick(nowMs) {
      for (const incident of incidents.values()) closeWindow(incident, nowMs);
      for (const alert of [...alerts.values()]) {
        const quiet = quietAt(alert);
        if (quiet !== undefined && quiet <= nowMs) closeAlert(alert, nowMs);
        else tell(alert, nowMs);
      }
    },
    setRules(rules, nowMs) {
      const before = ruleByName;
      ruleByName = new Map(rules.map((rule) => [rule.name, rule]));
      for (const alert of [...alerts.values()]) {
        const rule = ruleByName.get(alert.rule);
        // One of the same name that watches for something else is another rule.
        if (rule === undefined || rule.type !== (before.get(alert.rule) ?? rule).type) closeAlert(alert, nowMs);
        else if (rule.severity !== alert.severity) Object.assign(alert, { severity: rule.severity, isChanged: true, isUnsent: true });
      }
    },
    nextDeadlineMs() {
      let next = Number.POSITIVE_INFINITY;
      for (const { toldCount, memberCount, openedMs } of incidents.values()) {
        if (toldCount !== memberCount) next = Math.min(next, openedMs + INCIDENT_WINDOW_MS);
      }
      for (const alert of alerts.values()) {
        next = Math.min(next, quietAt(alert) ?? Number.POSITIVE_INFINITY);
        if (alert.isChanged) next = Math.min(next, alert.publishedMs + STREAM_UPDATE_MS);
        if (alert.isUnsent) next = Math.min(next, alert.notifiedMs + SINK_UPDATE_MS);
      }
      return next === Number.POSITIVE_INFINITY ? undefined : next;
    },
    take() {
      const output = { events, notifications, saved };
      events = [];
      notifications = [];
      saved = new Map();
      return output;
    },
    firing(nowMs) {
      return [...incidents.values()].flatMap((incident) => {
        const lead = leads.get(incident.id);
        if (lead === undefined || incident.active === 0) return [];
        const event = alertEvent(lead, incident, 'alert.firing', wallText(nowMs), node);
        return [{ scope: 'incident', reason: 'update', event } as const];
      });
    },
    counts() {
      const counts = new Map([...ruleByName.keys()].map((name) => [name, 0]));
      for (const { rule } of alerts.values()) counts.set(rule, (counts.get(rule) ?? 0) + 1);
      return counts;
    },
    get suppressed() {
      return suppressed;
    },
  };
}
