// What a pause's death brought, step by step: from the events around it and from what the death's own record tells, each thing once.
import type { CascadeContainer } from '../cause/cascade.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { TreeEvent } from '../tree/change.ts';
import { type Incident, spanMs } from './story.ts';

interface When {
  /** Absent where only the span is known, and for what has not happened. */
  readonly time?: string;
  /** From the pause's death, ms; absent when that was not seen. */
  readonly afterMs?: number;
}

export type AftermathStep = When &
  (
    | {
        readonly kind: 'ended';
        readonly name: string;
        readonly exit?: ExitRecord | undefined;
        /** What the death's record has of it; absent when it is not in there. */
        readonly container?: CascadeContainer | undefined;
      }
    /** A container that is not known to have ended. */
    | { readonly kind: 'lives-on'; readonly container: CascadeContainer }
    | { readonly kind: 'returned'; readonly name: string; readonly pid?: number | undefined }
    | { readonly kind: 'event'; readonly event: TreeEvent }
  );

/** In the order in which they happened; what has no time comes last. */
export function aftermathOf(incident: Incident): AftermathStep[] {
  const { before, after, restart, exit } = incident;
  const events: TreeEvent[] = restart ? [...after, restart] : [...after];
  const steps = events.map((event) => stepOf(event, incident));
  const told = new Set([...before, ...events].flatMap(({ container }) => container?.id ?? []));
  for (const container of exit?.cascade?.containers ?? []) {
    if (told.has(container.id)) continue;
    const { endedAfterMs } = container;
    if (endedAfterMs === undefined && !container.exit && container.fate === 'orphaned') steps.push({ kind: 'lives-on', container });
    else
      steps.push({
        kind: 'ended',
        name: nameOf(container),
        exit: container.exit,
        container,
        ...(endedAfterMs !== undefined && { afterMs: endedAfterMs }),
      });
  }
  for (const container of restart?.returned ?? []) {
    const { afterMs } = container;
    if (!told.has(container.id)) steps.push({ kind: 'returned', name: nameOf(container), ...(afterMs !== undefined && { afterMs }) });
  }
  return steps.toSorted((a, b) => position(a, incident) - position(b, incident));
}

function stepOf(event: TreeEvent, incident: Incident): AftermathStep {
  const { container } = event;
  const when = { time: event.time, ...(incident.isTimed && { afterMs: spanMs(incident.time, event.time) }) };
  if (event.type === 'container.exited' && container) {
    const ended = incident.exit?.cascade?.containers.find(({ id }) => id === container.id);
    const exit = event.exit ?? ended?.exit;
    const { endedAfterMs } = ended ?? {};
    return {
      kind: 'ended',
      name: nameOf(container),
      exit,
      container: ended,
      ...when,
      ...(endedAfterMs !== undefined && { afterMs: endedAfterMs }),
    };
  }
  if (event.type === 'container.started' && container) {
    const afterMs = incident.restart?.returned.find(({ id }) => id === container.id)?.afterMs;
    return { kind: 'returned', name: nameOf(container), pid: event.process?.pid, ...when, ...(afterMs !== undefined && { afterMs }) };
  }
  return { kind: 'event', event, ...when };
}

function nameOf({ id, name }: { readonly id: string; readonly name: string }): string {
  return name === '' ? id.slice(0, 12) : name;
}

function position(step: AftermathStep, incident: Incident): number {
  const { afterMs, time } = step;
  if (afterMs !== undefined) return afterMs;
  if (step.kind === 'ended' && step.container?.fate === 'with-pause') return 0;
  return time === undefined ? Number.POSITIVE_INFINITY : Date.parse(time) - Date.parse(incident.time);
}
