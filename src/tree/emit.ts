// Collects what one input brings: events, and the items it touched.
import type { SandboxRef } from '../attribution/reference.ts';
import type { BootNs } from '../kernel/identity.ts';
import type { ExitRecord } from '../kernel/signal.ts';
import type { TreeEvent } from './change.ts';
import { containerName, processRecord } from './records.ts';
import type { Context, Item, ItemRefs, PodState, ProcessState } from './state.ts';

/** TreeEvent without what `emit` fills in, for each type apart. */
type Draft<Event = TreeEvent> = Event extends TreeEvent
  ? Omit<Event, 'id' | 'revision' | 'time' | 'node' | 'source'> & { source?: TreeEvent['source'] }
  : never;

export function emit(ctx: Context, timeNs: BootNs, draft: Draft): TreeEvent {
  const event = makeEvent(ctx, timeNs, draft);
  ctx.events.push(event);
  return event;
}

/** pod.added and sandbox.created come before the events of the processes that showed them. */
export function emitFirst(ctx: Context, draft: Draft): void {
  const at = ctx.events.findLastIndex((other) => other.type === 'pod.added' || other.type === 'sandbox.created') + 1;
  ctx.events.splice(at, 0, makeEvent(ctx, ctx.nowNs, draft));
}

function makeEvent(ctx: Context, timeNs: BootNs, draft: Draft): TreeEvent {
  return { id: ctx.nextEventId(), revision: 0, time: ctx.wallTime(timeNs), node: ctx.node, source: 'kernel', ...draft } as TreeEvent;
}

/** Sends the same event again with more in it. */
export function amend<Event extends TreeEvent>(ctx: Context, event: Event): Event {
  const amended = { ...event, revision: event.revision + 1 };
  ctx.events.push(amended);
  return amended;
}

/** Nearly all events are these: written out, because spreading the references costs more than everything else. */
export function emitProcess(
  ctx: Context,
  timeNs: BootNs,
  type: 'process.started' | 'process.exec' | 'process.exited',
  process: ProcessState,
  options?: { readonly exit?: ExitRecord; readonly source?: TreeEvent['source'] },
): void {
  const refs = refsOf(ctx, process.item);
  const id = ctx.nextEventId();
  const time = ctx.wallTime(timeNs);
  const record = processRecord(ctx, process);
  const source = options?.source ?? 'kernel';
  const { pod, sandbox, container } = refs;
  const { node } = ctx;
  if (!sandbox || !container || refs.attribution || process.role === 'guest') {
    ctx.events.push({
      ...{ id, revision: 0, time, node, source, type },
      ...refs,
      ...(process.role === 'guest' && { attribution: 'host' as const }),
      process: record,
      ...(options?.exit && { exit: options.exit }),
    });
  } else if (options?.exit) {
    ctx.events.push({ id, revision: 0, time, node, source, type, pod, sandbox, container, process: record, exit: options.exit });
  } else {
    ctx.events.push({ id, revision: 0, time, node, source, type, pod, sandbox, container, process: record });
  }
}

export function sandboxRef(item: Item): SandboxRef {
  return { id: item.id, attempt: item.sandbox?.attempt ?? 0 };
}

/** The pod, sandbox and container an event of this item is about. */
export function refsOf(ctx: Context, item: Item): ItemRefs {
  item.refs ??= makeRefs(ctx, item);
  return item.refs;
}

function makeRefs(ctx: Context, item: Item): ItemRefs {
  const sandbox = item.kind === 'sandbox' ? item : sandboxOf(item);
  return {
    pod: item.pod.ref,
    ...(sandbox && { sandbox: sandboxRef(sandbox) }),
    ...(item.kind === 'container' && { container: { id: item.id, name: containerName(item) } }),
    ...(ctx.isRuntimeAvailable && !item.wasNamed && { attribution: 'unnamed-container' as const }),
  };
}

export function processRefs(ctx: Context, process: ProcessState): ItemRefs & { process: ReturnType<typeof processRecord> } {
  return { ...refsOf(ctx, process.item), process: processRecord(ctx, process) };
}

/** The sandbox a container was made in, as the runtime says, else the pod's current one. */
export function sandboxOf(item: Item): Item | undefined {
  const named = item.container && item.pod.items.get(item.container.sandboxId);
  return named ?? item.pod.current;
}

/** Something of the pod, of its sandboxes or of its containers is new. */
export function touchPod(ctx: Context, pod: PodState): void {
  ctx.dirtyPods.add(pod);
  for (const item of pod.items.values()) item.refs = undefined;
}

export function touchProcess(ctx: Context, process: ProcessState): void {
  process.record = undefined;
  if (process.item.kind === 'sandbox' && process === process.item.init) ctx.dirtyPods.add(process.item.pod);
  if (process.isTouched) return;
  process.isTouched = true;
  ctx.touched.push(process);
}

/** A container's first process runs its program: told once, by whichever shows it first. */
export function announceStart(ctx: Context, process: ProcessState): void {
  const { item } = process;
  const source = process.programSeenNs === 0 ? 'kernel' : 'levels';
  if (item.kind !== 'container' || item.announced.started) return;
  item.announced.started = true;
  emit(ctx, process.programNs, { type: 'container.started', ...processRefs(ctx, process), source });
}
