// The time line of a pod as data: sandboxes and containers as spans, deaths and what else matters as marks, and how long the pod was not whole.
import type { TreeEvent } from '../tree/change.ts';
import type { Pod } from '../tree/model.ts';
import { type PastSandbox, type PodPast, startMs } from './pod-past.ts';

/** Times are ms since 1970, with fractions; `to` is undefined for what goes on. */
export interface Span {
  readonly from: number;
  readonly to: number | undefined;
}

export interface SandboxSpan extends Span {
  readonly id: string;
  readonly attempt: number;
  readonly ip: string | undefined;
  /** Its pause died before the runtime had stopped the pod. */
  readonly isKilled: boolean;
}

export interface ContainerSpan extends Span {
  readonly id: string;
  readonly sandboxId: string | undefined;
  readonly exit: { readonly code: number | null; readonly signal: string | null } | undefined;
  /** From here on it ran without its pause. */
  readonly orphanedFrom: number | undefined;
}

export interface ContainerLine {
  readonly name: string;
  readonly spans: readonly ContainerSpan[];
}

export interface Mark {
  readonly id: string;
  readonly at: number;
  readonly kind: 'death' | 'stop' | 'outsider' | 'alert' | 'ready';
  readonly event: TreeEvent;
}

export interface Outage extends Span {
  readonly id: string;
  /** When a new pause ran. */
  readonly pauseAt: number | undefined;
}

export interface TimeModel {
  readonly from: number;
  readonly to: number;
  readonly sandboxes: readonly SandboxSpan[];
  readonly containers: readonly ContainerLine[];
  readonly marks: readonly Mark[];
  readonly outages: readonly Outage[];
}

/** Wall time of an event with its nine digits, ms. */
export function exactMs(time: string): number {
  const fraction = Number(`0${/\.\d+/.exec(time)?.[0] ?? ''}`);
  return Math.floor(Date.parse(time) / 1000) * 1000 + fraction * 1000;
}

type Exit = Extract<TreeEvent, { type: 'pause.exited' }>;

export function timeModel({ sandboxes, events }: PodPast, pod: Pod | undefined, nowMs: number): TimeModel {
  const exits = new Map<string, Exit>();
  for (const event of events) if (event.type === 'pause.exited' && event.sandbox !== undefined) exits.set(event.sandbox.id, event);
  const current = pod?.sandbox?.id;
  const boxes = sandboxes.map((sandbox) => sandboxSpan(sandbox, exits.get(sandbox.id), events, sandbox.id === current));
  const lines = containerLines(events, pod, boxes, exits);
  const marks = events.flatMap((event) => markOf(event) ?? []);
  const starts = [...boxes, ...lines.flatMap(({ spans }) => spans)].map(({ from }) => from).filter((from) => from > 0);
  const from = Math.min(nowMs, ...starts, ...marks.map(({ at }) => at));
  const ends = boxes.map((box) => box.to ?? nowMs);
  const to = pod === undefined ? Math.max(from + 1, ...ends, ...marks.map(({ at }) => at)) : Math.max(nowMs, from + 1);
  return { from, to, sandboxes: boxes, containers: lines, marks, outages: outagesOf(events, exits) };
}

function sandboxSpan(sandbox: PastSandbox, exit: Exit | undefined, events: readonly TreeEvent[], isCurrent: boolean): SandboxSpan {
  const { id, attempt, ips } = sandbox;
  const made = events.find((event) => event.type === 'sandbox.created' && event.sandbox?.id === id);
  const removed = events.find((event) => event.type === 'sandbox.removed' && event.sandbox?.id === id);
  const started = (sandbox.pause ?? sandbox.lastPause ?? exit?.process)?.startTime;
  const pauseStart = started === undefined ? undefined : exactMs(started);
  const end = exit?.time ?? removed?.time ?? (isCurrent ? undefined : sandbox.lastSeen);
  return {
    id,
    attempt,
    ip: ips[0],
    from: pauseStart ?? (made?.source === 'kernel' ? exactMs(made.time) : startMs(sandbox)),
    to: end === undefined ? undefined : exactMs(end),
    isKilled: exit !== undefined && exit.cause.kind !== 'planned-stop',
  };
}

function containerLines(
  events: readonly TreeEvent[],
  pod: Pod | undefined,
  boxes: readonly SandboxSpan[],
  exits: ReadonlyMap<string, Exit>,
): readonly ContainerLine[] {
  const spans = new Map<string, { name: string; span: ContainerSpan }>();
  const boxOf = (id: string | undefined): SandboxSpan | undefined => boxes.find((box) => box.id === id);
  const orphaned = (sandboxId: string | undefined, to: number | undefined): number | undefined => {
    const death = exits.get(sandboxId ?? '');
    const at = death === undefined ? undefined : exactMs(death.time);
    return at !== undefined && (to === undefined || to > at) ? at : undefined;
  };
  for (const { id, name, state, processes, lastExit } of pod?.sandbox?.containers ?? []) {
    const box = pod?.sandbox;
    const from = exactMs(processes.find(({ role }) => role === 'init')?.startTime ?? '');
    const start = Number.isNaN(from) ? (boxOf(box?.id)?.from ?? 0) : from;
    const to = state === 'exited' ? start : undefined;
    // Of a container that was never running there is nothing to draw.
    if (state === 'created') continue;
    spans.set(id, { name, span: { id, sandboxId: box?.id, from: start, to, exit: lastExit, orphanedFrom: orphaned(box?.id, to) } });
  }
  for (const event of events) {
    const { container, sandbox } = event;
    if (container === undefined) continue;
    const known = spans.get(container.id)?.span;
    if (event.type === 'container.started') {
      const span = {
        id: container.id,
        sandboxId: sandbox?.id,
        from: exactMs(event.time),
        to: undefined,
        exit: undefined,
        orphanedFrom: orphaned(sandbox?.id, undefined),
      };
      spans.set(container.id, { name: container.name, span });
    } else if (event.type === 'container.exited') {
      const to = exactMs(event.time);
      const sandboxId = sandbox?.id ?? known?.sandboxId;
      const from = known?.from ?? boxOf(sandboxId)?.from ?? to;
      spans.set(container.id, {
        name: container.name,
        span: { id: container.id, sandboxId, from, to, exit: event.exit, orphanedFrom: orphaned(sandboxId, to) },
      });
    }
  }
  const lines = new Map<string, ContainerSpan[]>();
  for (const { name, span } of [...spans.values()].sort((left, right) => left.span.from - right.span.from)) {
    const line = lines.get(name);
    if (line === undefined) lines.set(name, [span]);
    else line.push(span);
  }
  return [...lines].map(([name, list]) => ({ name, spans: list }));
}

function markOf(event: TreeEvent): Mark | undefined {
  const at = exactMs(event.time);
  switch (event.type) {
    case 'pause.exited':
      return { id: event.id, at, kind: event.cause.kind === 'planned-stop' ? 'stop' : 'death', event };
    case 'namespace.joined':
      return event.by === 'foreign' ? { id: event.id, at, kind: 'outsider', event } : undefined;
    case 'alert.firing':
      return { id: event.id, at, kind: 'alert', event };
    case 'sandbox.ready':
      return { id: event.id, at, kind: 'ready', event };
    default:
      return undefined;
  }
}

/** From each death to the pod being whole again; as long as that is not known, to the new pause, or open. */
function outagesOf(events: readonly TreeEvent[], exits: ReadonlyMap<string, Exit>): readonly Outage[] {
  return [...exits.values()].flatMap((exit): readonly Outage[] => {
    if (exit.cause.kind === 'planned-stop' || exit.source !== 'kernel') return [];
    const from = exactMs(exit.time);
    const restart = events.find((event) => event.type === 'pause.restarted' && event.oldSandbox.id === exit.sandbox?.id);
    if (restart?.type !== 'pause.restarted') return [{ id: exit.id, from, to: undefined, pauseAt: undefined }];
    const pauseAt = restart.sandboxOutageMs === undefined ? exactMs(restart.time) : from + restart.sandboxOutageMs;
    const to = restart.outageMs === undefined ? undefined : from + restart.outageMs;
    return [{ id: exit.id, from, to: to ?? (restart.complete === false ? pauseAt : undefined), pauseAt }];
  });
}
