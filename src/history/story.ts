// Tells a pod's events as a story: one incident for each sandbox that ended, with what led to it and what followed from it.
import type { TreeEvent } from '../tree/change.ts';
import type { PodHistory } from './record.ts';

export type PauseExit = Extract<TreeEvent, { type: 'pause.exited' }>;
export type PauseRestart = Extract<TreeEvent, { type: 'pause.restarted' }>;

export interface Incident {
  /** The sandbox that ended. */
  readonly sandbox: { readonly id: string; readonly attempt: number };
  readonly exit?: PauseExit;
  readonly restart?: PauseRestart;
  readonly cause: PauseExit['cause'];
  /** When the pause died; when that is not known, when the death was found or the new sandbox was made. */
  readonly time: string;
  /** The death itself was seen: spans counted from `time` are real. */
  readonly isTimed: boolean;
  /** What happened shortly before, oldest first. */
  readonly before: readonly TreeEvent[];
  /** What it brought, oldest first, without the restart itself. */
  readonly after: readonly TreeEvent[];
}

/** What happened so long before a death may have to do with it. */
const LEAD_MS = 30_000;
/** What starts so long after the new sandbox is part of the pod's return. */
const RETURN_MS = 60_000;

/** Oldest first. Planned stops are incidents as well. */
export function incidentsOf({ events }: Pick<PodHistory, 'events'>): Incident[] {
  const ends = new Map<string, { exit?: PauseExit; restart?: PauseRestart }>();
  for (const event of events) {
    if (event.type === 'pause.exited' && event.sandbox) ends.set(event.sandbox.id, { ...ends.get(event.sandbox.id), exit: event });
    if (event.type === 'pause.restarted') ends.set(event.oldSandbox.id, { ...ends.get(event.oldSandbox.id), restart: event });
  }
  const bare = [...ends].flatMap(([id, { exit, restart }]) => {
    const told = exit ?? restart;
    if (!told) return [];
    const sandbox = restart?.oldSandbox ?? exit?.sandbox ?? { id, attempt: 0 };
    // A restart repeats the cause of the exit; an amended exit knows it better.
    const cause = exit && (!restart || exit.revision >= restart.revision) ? exit.cause : (restart?.cause ?? told.cause);
    const isTimed = exit !== undefined && exit.source === 'kernel';
    return [{ sandbox, cause, isTimed, time: told.time, ...(exit && { exit }), ...(restart && { restart }) }];
  });
  bare.sort((a, b) => milliseconds(a.time) - milliseconds(b.time));
  return bare.map((incident, index) => {
    const next = bare[index + 1];
    return { ...incident, ...surroundings(incident, events, { from: bare[index - 1]?.time, to: next?.time }) };
  });
}

/** The node went down and came up again: the evidence of missed restarts has it in these words. */
export function isReboot({ kind, evidence }: PauseExit['cause']): boolean {
  return kind === 'agent-down' && evidence.some((sentence) => sentence.startsWith('The node was rebooted'));
}

function surroundings(
  incident: Omit<Incident, 'before' | 'after'>,
  events: readonly TreeEvent[],
  bounds: { readonly from: string | undefined; readonly to: string | undefined },
): Pick<Incident, 'before' | 'after'> {
  const died = milliseconds(incident.time);
  const from = Math.max(died - LEAD_MS, bounds.from === undefined ? Number.NEGATIVE_INFINITY : milliseconds(bounds.from));
  const to = bounds.to === undefined ? Number.POSITIVE_INFINITY : milliseconds(bounds.to);
  const returned = (incident.restart ? milliseconds(incident.restart.time) : died) + RETURN_MS;
  const before: TreeEvent[] = [];
  const after: TreeEvent[] = [];
  for (const event of events) {
    const time = milliseconds(event.time);
    if (event === incident.exit || event === incident.restart) continue;
    if (time < died) {
      if (time >= from && isLead(event, incident)) before.push(event);
    } else if (time < to && isConsequence(event, incident, time <= returned)) after.push(event);
  }
  return { before, after };
}

function isLead(event: TreeEvent, { sandbox }: Pick<Incident, 'sandbox'>): boolean {
  if (event.type === 'namespace.joined') return true;
  return event.type === 'container.exited' && (event.sandbox === undefined || event.sandbox.id === sandbox.id);
}

function isConsequence(event: TreeEvent, incident: Pick<Incident, 'sandbox' | 'restart'>, isSoon: boolean): boolean {
  switch (event.type) {
    case 'container.exited':
      // Those that lived on without their pause belong to it however late they end.
      return event.sandbox?.id === incident.sandbox.id || (isSoon && event.sandbox === undefined);
    case 'container.started':
      return isSoon && event.sandbox?.id !== incident.sandbox.id;
    case 'pod.removed':
      return isSoon || !incident.restart;
    case 'alert.firing':
      return isSoon;
    default:
      return false;
  }
}

function milliseconds(time: string): number {
  return Date.parse(time);
}

/** From one moment to another, ms, to the microsecond: Date knows no finer than a millisecond. */
export function spanMs(from: string, to: string): number {
  const whole = Math.floor(Date.parse(to) / 1000) - Math.floor(Date.parse(from) / 1000);
  return whole * 1000 + (fraction(to) - fraction(from)) * 1000;
}

function fraction(time: string): number {
  return Number(`0${/\.\d+/.exec(time)?.[0] ?? ''}`);
}
