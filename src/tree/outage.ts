// A pod's sandbox was replaced: how long the pod was without a pause, and until every container that ran before runs again.
import { isDeepStrictEqual } from 'node:util';
import type { ReturnedContainer } from '../cause/cascade.ts';
import type { Cause } from '../cause/cause.ts';
import type { BootNs } from '../kernel/identity.ts';
import { amend, emit, processRefs, sandboxRef } from './emit.ts';
import { hasHadPause, isNewerSandbox, ranAt } from './items.ts';
import { containerName } from './records.ts';
import type { Context, Item, Outage, PauseRestarted, PodState } from './state.ts';

/** After this an outage is reported as it is, with `complete: false`. */
const MAX_OUTAGE_NS = 60e9;
const MAX_RETURNED = 64;
/** Of containers below one sandbox, those that fail over and over count each time. */
const MAX_STARTS = 256;
/** Of one pod: so many of the last ones can still be amended. */
const MAX_OUTAGES = 4;

const AGENT_DOWN: Cause = { kind: 'agent-down', findings: [], evidence: ['The old pause was dead already when podtree started.'] };
const UNSEEN: Cause = { kind: 'unknown', findings: [], evidence: ['The old pause was not seen to die before the new one ran.'] };

/** A new pause runs. With an earlier sandbox of the same pod that is a restart, whatever `attempt` says. Events of its CPU may be so late that the one
 * after it has long been told of: then it is the one that was replaced, and not the one before it. */
export function beginOutage(ctx: Context, item: Item): void {
  if (!item.init || item.announced.started) return;
  item.announced.started = true;
  if (!ctx.isPrimed) return;
  const { former, next } = neighboursOf(item);
  if (former) addOutage(former, item);
  if (next) {
    const outage = item.pod.outages.find((each) => each.item === next);
    if (outage) outage.former = item;
    else addOutage(item, next);
  }
  if (former || next) reviewOutages(ctx, item.pod);
}

/** The last sandbox of the pod that had a pause before this one, and the first after it whose pause was told to run. */
function neighboursOf(item: Item): { readonly former?: Item; readonly next?: Item } {
  const { pod } = item;
  const others = new Set([...pod.items.values(), ...pod.outages.flatMap((outage) => [outage.former, outage.item])]);
  if (pod.predecessor) others.add(pod.predecessor);
  let former: Item | undefined;
  let next: Item | undefined;
  for (const other of others) {
    if (other === item || other.kind !== 'sandbox' || !hasHadPause(other)) continue;
    if (!isNewerSandbox(other, item)) {
      if (!former || isNewerSandbox(other, former)) former = other;
    } else if (other.announced.started && !other.isFromBefore) {
      if (!next || isNewerSandbox(next, other)) next = other;
    }
  }
  return { ...(former && { former }), ...(next && { next }) };
}

function addOutage(former: Item, item: Item): void {
  const { pod, startedNs } = item;
  const containers = [...pod.items.values()].filter((other) => other.kind === 'container' && other.startedNs !== 0);
  pod.outages.push({
    pod,
    former,
    item,
    missingBefore: new Set(),
    ranBefore: containers.filter((other) => ranAt(other, startedNs) && comesBack(other)).map(containerName),
    // Another CPU may have told of the containers first.
    starts: new Set(containers.filter((other) => other.startedNs > startedNs)),
    deadlineNs: startedNs + MAX_OUTAGE_NS,
    hasExpired: false,
  });
  pod.outages.sort((a, b) => a.item.startedNs - b.item.startedNs);
}

/** A container runs, or it is known by now what it is called. */
export function noteContainerStart(ctx: Context, item: Item): void {
  const outage = item.pod.outages.findLast((each) => each.item.startedNs <= item.startedNs);
  if (!outage || item.startedNs > outage.deadlineNs || outage.starts.size >= MAX_STARTS) return;
  outage.starts.add(item);
  reviewOutages(ctx, item.pod);
}

/** Tells what is known by now of the pod's last restarts, where that is more, or something else, than what was told. */
export function reviewOutages(ctx: Context, pod: PodState): void {
  for (const [index, outage] of pod.outages.entries()) {
    const next = pod.outages[index + 1];
    const returns = returnsOf(outage, next?.item.startedNs);
    const isOver = next !== undefined || outage.hasExpired || returns.wholeNs !== undefined;
    tell(ctx, outage, returns, isOver);
    if (isOver) ctx.outages.delete(outage);
    else ctx.outages.add(outage);
    // It failed again before it was whole: what ran before the first time is still awaited.
    if (next) next.missingBefore = outage.hasExpired ? new Set() : returns.missing;
  }
  while (pod.outages.length > MAX_OUTAGES) pod.outages.shift();
}

interface Returns {
  readonly missing: ReadonlySet<string>;
  readonly returned: readonly Item[];
  readonly wholeNs?: BootNs;
}

/** Which of the containers that ran before are back. Without names any container counts for one of them. */
function returnsOf({ former, item, missingBefore, ranBefore, starts }: Outage, endNs: BootNs = Number.POSITIVE_INFINITY): Returns {
  const missing = new Set([...missingBefore, ...(former.exit ? former.runningAtDeath : ranBefore)]);
  const returned: Item[] = [];
  let wholeNs = missing.size === 0 ? item.startedNs : undefined;
  for (const container of [...starts].sort((a, b) => a.startedNs - b.startedNs)) {
    const [any] = missing;
    const name = container.container ? container.container.name : any;
    if (container.startedNs >= endNs || name === undefined || !missing.delete(name)) continue;
    returned.push(container);
    if (missing.size === 0) wholeNs = container.startedNs;
  }
  return { missing, returned, ...(wholeNs !== undefined && { wholeNs }) };
}

/** First that a new pause runs, then how it went on. */
function tell(ctx: Context, outage: Outage, returns: Returns, isOver: boolean): void {
  const { first } = outage.item;
  if (!outage.told && first) {
    const refs = processRefs(ctx, first);
    const event = emit(ctx, outage.item.startedNs, { type: 'pause.restarted', ...refs, ...describe(outage, returns, false) });
    outage.told = { refs, event: event as PauseRestarted };
  }
  if (!outage.told) return;
  const { refs } = outage.told;
  const { id, revision, time, node, source, type } = outage.told.event;
  const event = { id, revision, time, node, source, type, ...refs, ...describe(outage, returns, isOver) };
  if (!isDeepStrictEqual(event, outage.told.event)) outage.told = { refs, event: amend(ctx, event) };
}

function describe({ former, item, told }: Outage, { returned, wholeNs }: Returns, isOver: boolean) {
  const endNs = former.exit?.timeNs;
  // What only a scan has missed was gone before that, nobody knows when.
  const diedNs = endNs !== undefined && endNs <= item.startedNs ? endNs : undefined;
  // The runtime may not know an address any more that it had.
  const ipBefore = former.sandbox?.ips[0] ?? (told?.event.oldSandbox.id === former.id ? told.event.ipBefore : undefined);
  const ipAfter = item.sandbox?.ips[0] ?? told?.event.ipAfter;
  return {
    cause: former.cause ?? (former.first ? UNSEEN : AGENT_DOWN),
    oldSandbox: sandboxRef(former),
    newSandbox: sandboxRef(item),
    returned: isOver ? returned.slice(0, MAX_RETURNED).map((each) => returnedContainer(each, diedNs)) : [],
    ...(ipBefore !== undefined && { ipBefore }),
    ...(ipAfter !== undefined && { ipAfter }),
    ...(diedNs !== undefined && { sandboxOutageMs: milliseconds(item.startedNs - diedNs) }),
    ...(isOver && diedNs !== undefined && wholeNs !== undefined && { outageMs: milliseconds(wholeNs - diedNs) }),
    ...(isOver && { containersRestarted: returned.length, complete: wholeNs !== undefined }),
  };
}

function returnedContainer(item: Item, diedNs: BootNs | undefined): ReturnedContainer {
  const afterMs = diedNs !== undefined && { afterMs: milliseconds(item.startedNs - diedNs) };
  return { id: item.id, name: containerName(item), ...afterMs };
}

/** Init containers are meant to end, and the kubelet never starts an ephemeral one again (kuberuntime computePodActions). */
export function comesBack(item: Item): boolean {
  return item.container?.kind !== 'init' && item.container?.kind !== 'ephemeral';
}

/** Gives up on outages that have lasted a minute: the pod may never come back whole. */
export function expireOutages(ctx: Context): void {
  for (const outage of [...ctx.outages]) {
    if (outage.pod.items.has(outage.item.id) && ctx.nowNs < outage.deadlineNs) continue;
    outage.hasExpired = true;
    reviewOutages(ctx, outage.pod);
  }
}

/** Three digits after the point are microseconds: more is not there. */
function milliseconds(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}

export function nextOutageDeadlineNs(ctx: Context): number {
  let nextNs = Number.POSITIVE_INFINITY;
  for (const { deadlineNs } of ctx.outages) if (deadlineNs < nextNs) nextNs = deadlineNs;
  return nextNs;
}
