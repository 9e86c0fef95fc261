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

/** What `emit` does with processRefs, written out: these are nearly all events there are. */
export function emitProcess(
  ctx: Context,
  timeNs: BootNs,
  type: 'process.started' | 'process.exec' | 'process.exited',
  process: ProcessState,
  exit?: ExitRecord,
): void {
  const { pod, sandbox, container, attribution } = refsOf(ctx, process.item);
  const event: Mutable<TreeEvent & { type: 'process.exited' }> = {
    id: ctx.nextEventId(),
    revision: 0,
    time: ctx.wallTime(timeNs),
    node: ctx.node,
    source: 'kernel',
    type: type as 'process.exited',
    pod,
    process: processRecord(ctx, process),
  };
  if (sandbox) event.sandbox = sandbox;
  if (container) event.container = container;
  if (attribution) event.attribution = attribution;
  if (exit) event.exit = exit;
  ctx.events.push(event);
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** pod.added and sandbox.created come before the events of the processes that showed them. */
export function emitFirst(ctx: Context, draft: Draft): void {
  const at = ctx.events.findLastIndex((other) => other.type === 'pod.added' || other.type === 'sandbox.created') + 1;
  ctx.events.splice(at, 0, makeEvent(ctx, ctx.nowNs, draft));
}

function makeEvent(ctx: Context, timeNs: BootNs, draft: Draft): TreeEvent {
  return { id: ctx.nextEventId(), revision: 0, time: ctx.wallTime(timeNs), node: ctx.node, source: 'kernel', ...draft } as TreeEvent;
}

/** Sends the same event again with more in it. */
export function amend(ctx: Context, event: TreeEvent): void {
  ctx.events.push({ ...event, revision: event.revision + 1 });
}

export function sandboxRef(item: Item): SandboxRef {
  return { id: item.id, attempt: item.sandbox?.attempt ?? 0 };
}

/** The pod, sandbox and container an event of this item is about. Events share the objects as long as they say the same: thousands are kept. */
export function refsOf(ctx: Context, item: Item): ItemRefs {
  const sandbox = item.kind === 'sandbox' ? item : sandboxOf(item);
  const name = item.kind === 'container' ? containerName(item) : undefined;
  const isUnnamed = ctx.isRuntimeAvailable && !item.wasNamed;
  const known = item.refs;
  const isCurrent =
    known !== undefined &&
    known.pod === item.pod.ref &&
    known.sandbox?.id === sandbox?.id &&
    known.sandbox?.attempt === (sandbox && (sandbox.sandbox?.attempt ?? 0)) &&
    known.container?.name === name &&
    (known.attribution !== undefined) === isUnnamed;
  if (isCurrent) return known;
  item.refs = {
    pod: item.pod.ref,
    ...(sandbox && { sandbox: sandboxRef(sandbox) }),
    ...(name !== undefined && { container: { id: item.id, name } }),
    ...(isUnnamed && { attribution: 'unnamed-container' as const }),
  };
  return item.refs;
}

export function processRefs(ctx: Context, process: ProcessState): ItemRefs & { process: ReturnType<typeof processRecord> } {
  return { ...refsOf(ctx, process.item), process: processRecord(ctx, process) };
}

/** The sandbox a container was made in, as the runtime says, else the pod's current one. */
export function sandboxOf(item: Item): Item | undefined {
  const named = item.container && item.pod.items.get(item.container.sandboxId);
  return named ?? item.pod.current;
}

export function touchPod(ctx: Context, pod: PodState): void {
  ctx.dirtyPods.add(pod);
}

export function touchProcess(ctx: Context, process: ProcessState): void {
  process.record = undefined;
  ctx.touchedProcesses.add(process);
  if (process === process.item.init && process.item.kind === 'sandbox') ctx.dirtyPods.add(process.item.pod);
}
