// A pod's sandbox was replaced: how long the pod was without a pause, and until every container that ran before runs again.
import type { Cause } from '../cause/cause.ts';
import type { BootNs } from '../kernel/identity.ts';
import type { TreeEvent } from './change.ts';
import { amend, emit, processRefs, sandboxRef } from './emit.ts';
import { hasHadPause, isNewer, newestSandbox, runningContainers } from './items.ts';
import { containerName } from './records.ts';
import type { Context, Item } from './state.ts';

/** After this an outage is reported as it is, with `complete: false`. */
const MAX_OUTAGE_NS = 60e9;

const AGENT_DOWN: Cause = { kind: 'agent-down', evidence: ['The old pause was dead already when podtree started.'] };
const UNSEEN: Cause = { kind: 'unknown', evidence: ['The old pause was not seen to die before the new one ran.'] };

/** A new pause runs. With an earlier sandbox of the same pod that is a restart, whatever `attempt` says. */
export function beginOutage(ctx: Context, item: Item, timeNs: BootNs): void {
  const former = formerSandbox(item);
  if (!former || !ctx.isPrimed || !item.init || newestSandbox(item.pod) !== item) return;
  const diedNs = former.exit?.timeNs;
  const event = emit(ctx, timeNs, {
    type: 'pause.restarted',
    ...processRefs(ctx, item.init),
    cause: former.cause ?? (former.initStartNs === 0 ? AGENT_DOWN : UNSEEN),
    oldSandbox: sandboxRef(former),
    newSandbox: sandboxRef(item),
    ...(former.sandbox?.ips[0] && { ipBefore: former.sandbox.ips[0] }),
    ...(item.sandbox?.ips[0] && { ipAfter: item.sandbox.ips[0] }),
    ...(diedNs !== undefined && { sandboxOutageMs: milliseconds(timeNs - diedNs) }),
  }) as Extract<TreeEvent, { type: 'pause.restarted' }>;
  const awaited = former.exit ? former.runningAtDeath : runningContainers(item.pod).map(containerName);
  ctx.outages.set(item.pod.uid, {
    pod: item.pod,
    event,
    sandboxId: item.id,
    awaited: new Set(awaited),
    restarted: new Set(),
    diedNs,
    deadlineNs: timeNs + MAX_OUTAGE_NS,
  });
  if (awaited.length === 0) completeOutage(ctx, item, timeNs, true);
}

function formerSandbox(item: Item): Item | undefined {
  let former: Item | undefined;
  for (const other of item.pod.items.values()) {
    if (other === item || other.kind !== 'sandbox' || !hasHadPause(other) || isNewer(other, item)) continue;
    if (!former || isNewer(other, former)) former = other;
  }
  return former ?? item.pod.predecessor;
}

export function noteContainerStart(ctx: Context, item: Item, timeNs: BootNs): void {
  const outage = ctx.outages.get(item.pod.uid);
  const name = containerName(item);
  if (!outage?.awaited.delete(name)) return;
  outage.restarted.add(name);
  if (outage.awaited.size === 0) completeOutage(ctx, item, timeNs, true);
}

function completeOutage(ctx: Context, item: Item, timeNs: BootNs, isComplete: boolean): void {
  const outage = ctx.outages.get(item.pod.uid);
  if (!outage) return;
  ctx.outages.delete(item.pod.uid);
  const sandbox = item.pod.items.get(outage.sandboxId);
  amend(ctx, {
    ...outage.event,
    ...(sandbox && { newSandbox: sandboxRef(sandbox) }),
    ...(sandbox?.sandbox?.ips[0] && { ipAfter: sandbox.sandbox.ips[0] }),
    ...(isComplete && outage.diedNs !== undefined && { outageMs: milliseconds(timeNs - outage.diedNs) }),
    containersRestarted: outage.restarted.size,
    complete: isComplete,
  });
}

/** Gives up on outages that have lasted a minute: the pod may never come back whole. */
export function expireOutages(ctx: Context): void {
  for (const outage of [...ctx.outages.values()]) {
    const item = outage.pod.items.get(outage.sandboxId);
    if (ctx.nowNs >= outage.deadlineNs && item) completeOutage(ctx, item, ctx.nowNs, false);
    else if (!item) ctx.outages.delete(outage.pod.uid);
  }
}

/** Three digits after the point are microseconds: more is not there. */
function milliseconds(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}
