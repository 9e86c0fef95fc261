// What an alert is between its first sign and its end, and which alerts are one incident. Plain data that can be kept on disk.
import type { PodRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { AlertRecord, Severity } from '../tree/alert-record.ts';
import type { TreeEvent } from '../tree/change.ts';

export type AlertEvent = Extract<TreeEvent, { type: 'alert.firing' | 'alert.resolved' }>;

/** What a sink is told. `incident`: once for all pods of an incident, the event being its first alert's. `pod`: for each pod. */
export interface Notification {
  readonly scope: 'incident' | 'pod';
  /** firing and resolved must arrive; an update says again what fires, with what is new. */
  readonly reason: 'firing' | 'update' | 'resolved';
  readonly event: AlertEvent;
}

/** One rule about one subject: a pod, a leaked namespace, or the node. Also the form in which it is kept on disk. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  severity: Severity;
  /** Within the rule: a pod's uid, the key of a leaked namespace, `node`. */
  readonly subject: string;
  readonly incident: string;
  readonly since: string;
  pod?: PodRef;
  last: string;
  lastMs: number;
  count: number;
  summary: string;
  cause?: Cause;
  revision: number;
  /** When the stream was told last, and the sinks; what changed since waits for its turn. */
  publishedMs: number;
  notifiedMs: number;
  isChanged: boolean;
  isUnsent: boolean;
  /** It has ended, but its incident goes on under its id. */
  isQuiet: boolean;
  /** Deaths it was raised for, the newest ones; containers that are awaited. */
  keys: readonly string[];
}

/** Alerts of one rule that began within the window; the first one lends its id. */
export interface Incident {
  readonly id: string;
  readonly rule: string;
  readonly openedMs: number;
  readonly startMs: number;
  /** All that ever belonged to it. */
  readonly members: PodRef[];
  memberCount: number;
  /** Alerts of it that have not ended. */
  active: number;
  /** Members that the sinks have been told of. */
  toldCount: number;
}

export const INCIDENT_WINDOW_MS = 2000;
const MAX_MEMBERS = 50;

export function addMember(incident: Incident, pod: PodRef | undefined): void {
  incident.memberCount += 1;
  incident.active += 1;
  if (pod !== undefined && incident.members.length < MAX_MEMBERS) incident.members.push(pod);
}

function alertRecord(alert: Alert, incident: Incident, summary: string): AlertRecord {
  // The other members' own events are about them alone.
  const isShared = alert.id === incident.id && incident.memberCount > 1;
  return {
    name: alert.rule,
    severity: alert.severity,
    since: alert.since,
    last: alert.last,
    summary,
    count: alert.count,
    incident: incident.id,
    members: isShared ? [...incident.members] : [],
    memberCount: incident.memberCount,
  };
}

export function alertEvent(alert: Alert, incident: Incident, type: AlertEvent['type'], time: string, node: string): AlertEvent {
  const isShared = alert.id === incident.id && incident.memberCount > 1;
  const own = isShared
    ? `${incident.memberCount} pods within ${INCIDENT_WINDOW_MS / 1000} s on node ${node}. First: ${alert.summary}`
    : alert.summary;
  const summary = type === 'alert.resolved' ? `Over: ${own}` : own;
  return {
    id: alert.id,
    revision: alert.revision,
    time,
    node,
    source: 'kernel',
    type,
    ...(alert.pod !== undefined && { pod: alert.pod }),
    ...(alert.cause !== undefined && { cause: alert.cause }),
    alert: alertRecord(alert, incident, summary),
  };
}
