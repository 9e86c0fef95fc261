// A pod's sandbox was replaced: how long the pod was without a pause, and until every container that ran before runs again.
import type { ReturnedContainer } from '../cause/cascade.ts';
import type { Cause } from '../cause/cause.ts';
import type { BootNs } from '../kernel/identity.ts';
import type { TreeEvent } from './change.ts';
import { amend, emit, processRefs, sandboxRef } from './emit.ts';
import { hasHadPause, isNewerSandbox, ranAt } from './items.ts';
import { containerName } from './records.ts';
import type { Context, Item, Outage, PodState } from './state.ts';

/** After this an outage is reported as it is, with `complete: false`. */
const MAX_OUTAGE_NS = 60e9;
const MAX_RETURNED = 64;

const AGENT_DOWN: Cause = { kind: 'agent-down', findings: [], evidence: ['The old pause was dead already when podtree started.'] };
const UNSEEN: Cause = { kind: 'unknown', findings: [], evidence: ['The old pause was not seen to die before the new one ran.'] };

/** A new pause runs. With an earlier sandbox of the same pod that is a restart, whatever `attempt` says. */
export function beginOutage(ctx: Context, item: Item, timeNs: BootNs): void {
  const former = formerSandbox(item);
  if (!former || !item.init || item.announced.started || isSuperseded(item)) return;
  item.announced.started = true;
  if (!ctx.isPrimed) return;
  const diedNs = former.exit?.timeNs;
  // It failed again before it was whole: what ran before the first time is still awaited.
  const unfinished = ctx.outages.get(item.pod.uid)?.awaited ?? [];
  completeOutage(ctx, item.pod, timeNs, false);
  const event = emit(ctx, timeNs, {
    type: 'pause.restarted',
    ...processRefs(ctx, item.init),
    cause: former.cause ?? (former.first ? UNSEEN : AGENT_DOWN),
    oldSandbox: sandboxRef(former),
    newSandbox: sandboxRef(item),
    returned: [],
    ...(former.sandbox?.ips[0] && { ipBefore: former.sandbox.ips[0] }),
    ...(item.sandbox?.ips[0] && { ipAfter: item.sandbox.ips[0] }),
    ...(diedNs !== undefined && { sandboxOutageMs: milliseconds(timeNs - diedNs) }),
  }) as Extract<TreeEvent, { type: 'pause.restarted' }>;
  const awaited = [...unfinished, ...(former.exit ? former.runningAtDeath : runningNames(item, timeNs))];
  ctx.outages.set(item.pod.uid, {
    pod: item.pod,
    event,
    former,
    sandboxId: item.id,
    awaited: new Set(awaited),
    restarted: new Map(),
    diedNs,
    deadlineNs: timeNs + MAX_OUTAGE_NS,
  });
  if (awaited.length === 0) return completeOutage(ctx, item.pod, timeNs, true);
  // Another CPU may have told of the containers first.
  for (const other of item.pod.items.values()) {
    if (other.kind === 'container' && other.init && other.startedNs > timeNs) noteContainerStart(ctx, other, other.startedNs);
  }
}

function runningNames({ pod }: Item, timeNs: BootNs): string[] {
  return [...pod.items.values()].filter((other) => ranAt(other, timeNs) && comesBack(other)).map(containerName);
}

/** A later pause runs already. A later sandbox may also be known by the runtime's word alone, while its events are on their way. */
function isSuperseded(item: Item): boolean {
  for (const other of item.pod.items.values()) {
    if (other !== item && other.kind === 'sandbox' && other.first && isNewerSandbox(other, item)) return true;
  }
  return false;
}

/** The last sandbox of the pod that had a pause before this one. */
function formerSandbox(item: Item): Item | undefined {
  let former: Item | undefined;
  for (const other of item.pod.items.values()) {
    if (other === item || other.kind !== 'sandbox' || !hasHadPause(other) || isNewerSandbox(other, item)) continue;
    if (!former || isNewerSandbox(other, former)) former = other;
  }
  return former ?? item.pod.predecessor;
}

/** A container runs. Without names any container counts for one of those that ran before. */
export function noteContainerStart(ctx: Context, item: Item, timeNs: BootNs): void {
  const outage = ctx.outages.get(item.pod.uid);
  if (!outage || outage.restarted.has(item)) return;
  const [any] = outage.awaited;
  const name = item.container ? item.container.name : any;
  if (name === undefined || !outage.awaited.delete(name)) return;
  outage.restarted.set(item, timeNs);
  if (outage.awaited.size === 0) completeOutage(ctx, item.pod, timeNs, true);
}

function completeOutage(ctx: Context, pod: PodState, timeNs: BootNs, isComplete: boolean): void {
  const outage = ctx.outages.get(pod.uid);
  if (!outage) return;
  ctx.outages.delete(pod.uid);
  const sandbox = pod.items.get(outage.sandboxId);
  outage.former.restart = amend(ctx, {
    ...outage.event,
    ...(sandbox && { newSandbox: sandboxRef(sandbox) }),
    ...(sandbox?.sandbox?.ips[0] && { ipAfter: sandbox.sandbox.ips[0] }),
    ...(isComplete && outage.diedNs !== undefined && { outageMs: milliseconds(timeNs - outage.diedNs) }),
    containersRestarted: outage.restarted.size,
    returned: returnedOf(outage),
    complete: isComplete,
  });
}

function returnedOf({ restarted, diedNs }: Outage): ReturnedContainer[] {
  const inOrder = [...restarted].sort(([, a], [, b]) => a - b).slice(0, MAX_RETURNED);
  return inOrder.map(([item, timeNs]) => ({
    id: item.id,
    name: containerName(item),
    ...(diedNs !== undefined && { afterMs: milliseconds(timeNs - diedNs) }),
  }));
}

/** Init containers are meant to end, and the kubelet never starts an ephemeral one again (kuberuntime computePodActions). */
export function comesBack(item: Item): boolean {
  return item.container?.kind !== 'init' && item.container?.kind !== 'ephemeral';
}

/** Gives up on outages that have lasted a minute: the pod may never come back whole. */
export function expireOutages(ctx: Context): void {
  for (const outage of [...ctx.outages.values()]) {
    const isGone = !outage.pod.items.has(outage.sandboxId);
    if (isGone || ctx.nowNs >= outage.deadlineNs) completeOutage(ctx, outage.pod, ctx.nowNs, false);
  }
}

/** Three digits after the point are microseconds: more is not there. */
function milliseconds(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}

export function nextOutageDeadlineNs(ctx: Context): number {
  let nextNs = Number.POSITIVE_INFINITY;
  for (const { deadlineNs } of ctx.outages.values()) if (deadlineNs < nextNs) nextNs = deadlineNs;
  return nextNs;
}
