// Keeps the alerts that fire: raises, counts, amends and ends them, groups them into incidents, and says what stream and sinks are to be told.
import type { OutputCollector } from './alert-output.ts';
import { type Alert, type AlertEvent, alertEvent, type Incident, type Notification, newAlert, newsMs, type Sign } from './incident.ts';
import { createIncidentList } from './incident-list.ts';
import type { AlertRule } from './rule.ts';
import type { SavedAlert } from './saved.ts';

export interface AlertBook {
  find(rule: AlertRule, subject: string): Alert | undefined;
  /** Raises the alert, or counts on. */
  sign(rule: AlertRule, sign: Sign, nowMs: number): void;
  /** More is known; nothing happened again. */
  amend(rule: AlertRule, subject: string, news: AlertChange, nowMs: number): void;
  /** The state is over, or it was no reason. */
  end(rule: AlertRule, subject: string, nowMs: number): void;
  /** Ends what has been quiet, and tells what had to wait. */
  tick(nowMs: number): void;
  /** Other rules from now on. Alerts of those that are gone end. */
  setRules(rules: readonly AlertRule[], nowMs: number): void;
  nextDeadlineMs(): number | undefined;
  /** All incidents that fire, as notifications. */
  firing(nowMs: number): readonly Notification[];
  counts(): ReadonlyMap<string, number>;
  readonly suppressed: number;
}

/** What may change of an alert while it fires. */
type AlertChange = Partial<Pick<Alert, 'summary' | 'cause' | 'pod' | 'keys' | 'count' | 'last' | 'lastMs'>>;

export interface AlertBookOptions {
  readonly node: string;
  readonly rules: readonly AlertRule[];
  /** Different at each start of the agent. */
  readonly idPrefix: string;
  readonly restored: readonly SavedAlert[];
  /** Takes what has to be told and kept. */
  readonly output: OutputCollector;
  readonly maxAlerts?: number;
}

/** An alert that counts on is told of again after so long: to the stream, and to sinks, there twice as long each time. */
const STREAM_UPDATE_MS = 1000;
const SINK_UPDATE_MS = 60_000;
const MAX_SINK_UPDATE_MS = 30 * 60_000;

export function wallText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000000Z`;
}

export function createAlertBook(options: AlertBookOptions): AlertBook {
  const { node, idPrefix, output, maxAlerts = 2000 } = options;
  let ruleByName = new Map(options.rules.map((rule) => [rule.name, rule]));
  const alerts = new Map<string, Alert>();
  const incidents = createIncidentList();
  /** The first alert of each incident, which speaks for it. */
  const leads = new Map<string, Alert>();
  let made = 0;
  let suppressed = 0;

  const keyOf = (rule: string, subject: string): string => `${rule} ${subject}`;
  for (const { alert, incident } of options.restored) {
    if (incident !== undefined) incidents.restore(incident);
    if (alert.id === alert.incident) leads.set(alert.id, alert);
    if (!alert.isQuiet) alerts.set(keyOf(alert.rule, alert.subject), alert);
  }

  function save(alert: Alert): void {
    const incident = alert.id === alert.incident ? incidents.find(alert.incident) : undefined;
    output.save(alert.id, { kind: 'alert', alert, ...(incident && { incident }) });
  }

  function publish(alert: Alert, incident: Incident, type: AlertEvent['type'], time: string, nowMs: number): AlertEvent {
    const event = alertEvent(alert, incident, type, time, node);
    alert.revision += 1;
    alert.publishedMs = nowMs;
    alert.isChanged = false;
    output.event(event);
    return event;
  }

  function raise(rule: AlertRule, sign: Sign, nowMs: number): void {
    if (alerts.size >= maxAlerts) {
      suppressed += 1;
      return;
    }
    made += 1;
    const id = `${idPrefix}-alert-${made}`;
    const incident = incidents.join(id, { ...sign, rule: rule.name }, nowMs);
    const alert = newAlert(id, rule, incident.id, sign, nowMs);
    alerts.set(keyOf(rule.name, sign.subject), alert);
    if (incident.id === id) leads.set(id, alert);
    const event = publish(alert, incident, 'alert.firing', sign.time, nowMs);
    output.notifyPod('firing', event);
    if (incident.id === id) output.notifyIncident(incident, 'firing', event);
    save(alert);
    const lead = leads.get(incident.id);
    if (lead !== undefined && lead !== alert) save(lead);
  }

  /** Tells what has changed, when it is time to. */
  function tell(alert: Alert, nowMs: number): void {
    const incident = incidents.find(alert.incident);
    const isSinkDue = alert.isUnsent && sinkDueMs(alert) <= nowMs;
    const isStreamDue = alert.isChanged && nowMs - alert.publishedMs >= STREAM_UPDATE_MS;
    if (incident === undefined || !(isStreamDue || isSinkDue)) return;
    const event = publish(alert, incident, 'alert.firing', alert.last, nowMs);
    if (isSinkDue) {
      alert.notifiedMs = nowMs;
      alert.updates += 1;
      alert.isUnsent = false;
      output.notifyPod('update', event);
      if (alert.id === incident.id) output.notifyIncident(incident, 'update', event);
    }
    save(alert);
  }

  function change(alert: Alert, news: AlertChange, nowMs: number): void {
    Object.assign(alert, news);
    alert.isChanged = true;
    alert.isUnsent = true;
    tell(alert, nowMs);
    save(alert);
  }

  function closeAlert(alert: Alert, nowMs: number): void {
    const incident = incidents.find(alert.incident);
    alerts.delete(keyOf(alert.rule, alert.subject));
    alert.isQuiet = true;
    if (incident === undefined) {
      output.save(alert.id, undefined);
      return;
    }
    incident.active -= 1;
    const lead = leads.get(incident.id);
    if (alert !== lead) {
      output.notifyPod('resolved', publish(alert, incident, 'alert.resolved', wallText(nowMs), nowMs));
      output.save(alert.id, undefined);
      if (lead !== undefined) save(lead);
    }
    if (incident.active === 0) closeIncident(incident, lead, nowMs);
    else if (alert === lead) save(alert);
  }

  function closeIncident(incident: Incident, lead: Alert | undefined, nowMs: number): void {
    if (lead !== undefined) {
      const event = publish(lead, incident, 'alert.resolved', wallText(nowMs), nowMs);
      output.notifyPod('resolved', event);
      output.notifyIncident(incident, 'resolved', event);
      output.save(lead.id, undefined);
    }
    leads.delete(incident.id);
    incidents.remove(incident.id);
  }

  /** The window is closed, and there is more than the one pod that the sinks were told of at once. */
  function tellIncident(incident: Incident, nowMs: number): void {
    const lead = leads.get(incident.id);
    if (lead === undefined) return;
    const event = publish(lead, incident, 'alert.firing', lead.last, nowMs);
    lead.notifiedMs = nowMs;
    lead.isUnsent = false;
    output.notifyIncident(incident, 'update', event);
    save(lead);
  }

  /** When the alert is over if nothing happens; undefined when that is not a matter of time. */
  function quietAtMs(alert: Alert): number | undefined {
    const rule = ruleByName.get(alert.rule);
    // A rule that is no longer there watches nothing any more.
    if (rule === undefined) return 0;
    return rule.type === 'outage' || rule.type === 'leak' ? undefined : alert.lastMs + rule.resolveAfterMs;
  }

  return {
    find: (rule, subject) => alerts.get(keyOf(rule.name, subject)),
    sign(rule, sign, nowMs) {
      const alert = alerts.get(keyOf(rule.name, sign.subject));
      if (alert === undefined) {
        raise(rule, sign, nowMs);
        return;
      }
      const { pod, cause, keys, summary, count, time, atMs } = sign;
      const news: AlertChange = {
        summary,
        count: alert.count + count,
        ...(atMs >= Date.parse(alert.last) && { last: time }),
        lastMs: Math.max(alert.lastMs, newsMs(atMs, nowMs)),
        ...(pod !== undefined && { pod }),
        ...(cause !== undefined && { cause }),
        ...(keys !== undefined && { keys }),
      };
      change(alert, news, nowMs);
    },
    amend(rule, subject, news, nowMs) {
      const alert = alerts.get(keyOf(rule.name, subject));
      if (alert !== undefined) change(alert, news, nowMs);
    },
    end(rule, subject, nowMs) {
      const alert = alerts.get(keyOf(rule.name, subject));
      if (alert !== undefined) closeAlert(alert, nowMs);
    },
    tick(nowMs) {
      for (const incident of incidents.untold(nowMs)) tellIncident(incident, nowMs);
      for (const alert of [...alerts.values()]) {
        const quietMs = quietAtMs(alert);
        if (quietMs !== undefined && quietMs <= nowMs) closeAlert(alert, nowMs);
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
      let nextMs = incidents.nextDeadlineMs();
      for (const alert of alerts.values()) {
        nextMs = Math.min(nextMs, quietAtMs(alert) ?? Number.POSITIVE_INFINITY);
        if (alert.isChanged) nextMs = Math.min(nextMs, alert.publishedMs + STREAM_UPDATE_MS);
        if (alert.isUnsent) nextMs = Math.min(nextMs, sinkDueMs(alert));
      }
      return nextMs === Number.POSITIVE_INFINITY ? undefined : nextMs;
    },
    firing(nowMs) {
      return [...incidents.all()].flatMap((incident) => {
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

/** A loop that goes on for days must not fill a channel. */
function sinkDueMs({ notifiedMs, updates }: Alert): number {
  return notifiedMs + Math.min(SINK_UPDATE_MS * 2 ** updates, MAX_SINK_UPDATE_MS);
}
