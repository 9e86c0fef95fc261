// Collects what one input brings: events, and the items it touched.
import type { ContainerRef, PodRef, SandboxRef } from '../attribution/reference.ts';
import type { BootNs } from '../kernel/identity.ts';
import type { TreeEvent } from './change.ts';
import { containerName, processRecord } from './records.ts';
import type { Context, Item, PodState, ProcessState } from './state.ts';

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
export function amend(ctx: Context, event: TreeEvent): void {
  ctx.events.push({ ...event, revision: event.revision + 1 });
}

interface ItemRefs {
  pod: PodRef;
  sandbox?: SandboxRef;
  container?: ContainerRef;
  attribution?: 'unnamed-container';
}

export function sandboxRef(item: Item): SandboxRef {
  return { id: item.id, attempt: item.sandbox?.attempt ?? 0 };
}

/** The pod, sandbox and container an event of this item is about. */
export function refsOf(ctx: Context, item: Item): ItemRefs {
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

export function touchPod(ctx: Context, pod: PodState): void {
  ctx.dirtyPods.add(pod);
}

export function touchProcess(ctx: Context, process: ProcessState): void {
  delete process.record;
  ctx.touchedProcesses.add(process);
  if (process === process.item.init && process.item.kind === 'sandbox') ctx.dirtyPods.add(process.item.pod);
}
