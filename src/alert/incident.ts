// What an alert is between its first sign and its end, and which alerts are one incident. Plain data that can be kept on disk.
import type { PodRef } from '../attribution/reference.ts';
import type { Cause } from '../cause/cause.ts';
import type { AlertRecord, Severity } from '../tree/alert-record.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { AlertRule } from './rule.ts';

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
  /** From when on it has been quiet. */
  lastMs: number;
  count: number;
  summary: string;
  cause?: Cause;
  revision: number;
  /** When the stream was told last, and the sinks; what changed since waits for its turn. */
  publishedMs: number;
  notifiedMs: number;
  /** How often sinks were told that it goes on. */
  updates: number;
  isChanged: boolean;
  isUnsent: boolean;
  /** It has ended, but its incident goes on under its id. */
  isQuiet: boolean;
  /** Deaths it was raised for, the newest ones; containers that are awaited. */
  keys: readonly string[];
}

/** Something that a rule is about has happened. */
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
/** The time it takes to tell of a thing, at most; what is told later is told of late. */
export const TOLD_LATE_MS = 5000;
const MAX_MEMBERS = 50;

export function addMember(incident: Incident, pod: PodRef | undefined): void {
  incident.memberCount += 1;
  incident.active += 1;
  if (pod !== undefined && incident.members.length < MAX_MEMBERS) incident.members.push(pod);
}

/** From when on quiet is counted. What is told of late, as after the agent was down, is news when it is told: else its alert would be over
 * before anybody has seen it. */
export function newsMs(atMs: number, nowMs: number): number {
  return Math.max(atMs, nowMs - TOLD_LATE_MS);
}

/** An alert as it is when it is raised: nothing is left to be told. */
export function newAlert(id: string, rule: Pick<AlertRule, 'name' | 'severity'>, incident: string, sign: Sign, nowMs: number): Alert {
  return {
    id,
    rule: rule.name,
    severity: rule.severity,
    subject: sign.subject,
    incident,
    since: sign.time,
    ...(sign.pod !== undefined && { pod: sign.pod }),
    last: sign.time,
    lastMs: newsMs(sign.atMs, nowMs),
    count: sign.count,
    summary: sign.summary,
    ...(sign.cause !== undefined && { cause: sign.cause }),
    revision: 0,
    publishedMs: nowMs,
    notifiedMs: nowMs,
    updates: 0,
    isChanged: false,
    isUnsent: false,
    isQuiet: false,
    keys: sign.keys ?? [],
  };
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
