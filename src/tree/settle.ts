// After each input: decides what the tree shows now, and turns the difference to what it showed before into changes.
import { emit, emitFirst, refsOf, sandboxRef, touchPod } from './emit.ts';
import { dropFormer, pushFormer, putFormer, removeSandbox } from './former.ts';
import { hasHadPause, isNewerSandbox, refreshCurrent, removeItem } from './items.ts';
import type { SandboxRecord } from './model.ts';
import { placeOf } from './place.ts';
import {
  containerName,
  containerRecord,
  podRecord,
  processKey,
  processRecord,
  sandboxKind,
  sandboxRecord,
  sandboxState,
} from './records.ts';
import { type Context, type Item, LATE_NS, type PodState, type ProcessState } from './state.ts';

/** Brings pods, sandboxes and containers up to date; parents come before children in the changes, and removing an item removes what is below. */
export function settlePods(ctx: Context): void {
  // Settling may announce things, which touches nothing further: a plain loop over what is dirty now.
  for (const pod of ctx.dirtyPods) settlePod(ctx, pod);
  ctx.dirtyPods.clear();
}

function settlePod(ctx: Context, pod: PodState): void {
  refreshCurrent(pod);
  for (const item of [...pod.items.values()]) if (isOver(ctx, item)) retire(ctx, item);
  refreshCurrent(pod);
  if (!isPresent(ctx, pod)) return hidePod(ctx, pod);
  const qos = pod.qos ?? ctx.registry.qosOf(pod.uid);
  if (qos) pod.qos = qos;
  showPod(ctx, pod);
  const sandboxes = [...pod.items.values()].filter((item) => item.kind === 'sandbox');
  for (const item of sandboxes.sort((a, b) => (isNewerSandbox(a, b) ? 1 : -1))) {
    if (item !== pod.current) showFormer(ctx, pod, sandboxRecord(ctx, item));
    announceCreated(ctx, item);
  }
  const { current } = pod;
  if (current) showCurrent(ctx, current);
  else hideSandbox(ctx, pod);
  for (const item of pod.items.values()) {
    if (item.kind !== 'container') continue;
    if (current && isContainerShown(ctx, item, current)) showContainer(ctx, item, current);
    else hideContainer(ctx, item);
  }
}

/** Nothing is left of it: no process, no entry at the runtime, and no directory that a process may still come into. */
function isOver(ctx: Context, item: Item): boolean {
  if (isInhabited(item) || item.isListed) return false;
  // Its containers run on: they have no other place.
  if (item === item.pod.current && hasLiveContainer(item.pod)) return false;
  return (ctx.isRuntimeAvailable && item.wasNamed) || item.cgroups.size === 0;
}

/** A process of it lives, or how its first one ended is still to be told. */
function isInhabited({ processes, init }: Item): boolean {
  return processes.size > 0 || init !== undefined;
}

function hasLiveContainer(pod: PodState): boolean {
  for (const item of pod.items.values()) if (item.kind === 'container' && isInhabited(item)) return true;
  return false;
}

function retire(ctx: Context, item: Item): void {
  const { pod } = item;
  if (item.kind === 'container') hideContainer(ctx, item);
  else retireSandbox(ctx, item);
  removeItem(ctx, item);
  touchPod(ctx, pod);
}

function retireSandbox(ctx: Context, item: Item): void {
  const { pod } = item;
  for (const guest of item.guests) {
    if (ctx.processes.get(guest.pid) === guest) ctx.processes.delete(guest.pid);
    pod.processCount--;
  }
  item.guests.clear();
  if (hasHadPause(item)) pod.predecessor = item;
  if (item.announced.created) {
    emit(ctx, ctx.nowNs, { type: 'sandbox.removed', ...refsOf(ctx, item), sandbox: sandboxRef(item), source: 'levels' });
  }
  // A sandbox that never had a pause leaves no history.
  if (hasHadPause(item) && pod.shown) return showFormer(ctx, pod, { ...sandboxRecord(ctx, item), state: 'removed' });
  if (pod.shownSandbox?.record.id === item.id) return hideSandbox(ctx, pod);
  if (dropFormer(pod, item.id)) removeSandbox(ctx, pod, item.id);
}

/** The runtime lists a sandbox for it, or a process lives in its cgroups; a directory alone is no evidence (only the kubelet removes it). When the
 * last process has just gone, the fork of the next one may be on its way: runc's stages end before the first program starts. */
function isPresent(ctx: Context, pod: PodState): boolean {
  for (const item of pod.items.values()) if (isInhabited(item) || item.isListed) return true;
  return pod.shown !== undefined && ctx.nowNs < pod.emptiedNs + LATE_NS;
}

/** Looks again at pods that were left without a process. */
export function settleEmptied(ctx: Context): void {
  for (const pod of ctx.emptied) {
    if (ctx.nowNs < pod.emptiedNs + LATE_NS) continue;
    ctx.emptied.delete(pod);
    touchPod(ctx, pod);
  }
}

export function nextEmptiedDeadlineNs(ctx: Context): number {
  let nextNs = Number.POSITIVE_INFINITY;
  for (const { emptiedNs } of ctx.emptied) nextNs = Math.min(nextNs, emptiedNs + LATE_NS);
  return nextNs;
}

function hidePod(ctx: Context, pod: PodState): void {
  if (!pod.shown) return;
  pod.goneNs = ctx.nowNs;
  delete pod.shown;
  unshowSandbox(pod);
  ctx.changes.push({ op: 'remove', kind: 'pod', podUid: pod.uid, key: pod.uid });
  if (!pod.isAnnounced) return;
  pod.isAnnounced = false;
  emit(ctx, ctx.nowNs, { type: 'pod.removed', pod: pod.ref, source: 'levels' });
}

function showPod(ctx: Context, pod: PodState): void {
  const record = podRecord(ctx, pod);
  const json = JSON.stringify(record);
  const isNew = !pod.shown;
  if (pod.shown?.json !== json) {
    pod.shown = { record, json };
    ctx.changes.push({ op: 'put', kind: 'pod', podUid: pod.uid, key: pod.uid, record });
  }
  // It was hidden for a while: whoever watches has forgotten all that is below it.
  if (isNew) for (const { record: former } of pod.history) pushFormer(ctx, pod, former);
  if (pod.isAnnounced) return;
  pod.isAnnounced = true;
  emitFirst(ctx, { type: 'pod.added', pod: pod.ref });
}

/** What is below the sandbox that was current is gone from the tree, and has to be shown again wherever it belongs now. */
function unshowSandbox(pod: PodState): void {
  delete pod.shownSandbox;
  for (const item of pod.items.values()) {
    delete item.shown;
    delete item.usage;
    for (const process of item.processes) process.shown = undefined;
    for (const guest of item.guests) guest.shown = undefined;
  }
}

function hideSandbox(ctx: Context, pod: PodState): void {
  if (!pod.shownSandbox) return;
  removeSandbox(ctx, pod, pod.shownSandbox.record.id);
  unshowSandbox(pod);
}

function showCurrent(ctx: Context, item: Item): void {
  const { pod } = item;
  const record = sandboxRecord(ctx, item);
  const json = JSON.stringify(record);
  const isNew = pod.shownSandbox?.record.id !== item.id;
  if (!isNew && pod.shownSandbox?.json === json) return announceReady(ctx, item);
  if (isNew) {
    // One that was taken for the sandbox, and is none.
    hideSandbox(ctx, pod);
    dropFormer(pod, item.id);
    pod.forgotten.delete(item.id);
    for (const guest of item.guests) touch(ctx, guest);
  }
  pod.shownSandbox = { record, json };
  ctx.changes.push({ op: 'put', kind: 'sandbox', podUid: pod.uid, sandboxId: item.id, key: item.id, record });
  announceReady(ctx, item);
}

function showFormer(ctx: Context, pod: PodState, record: SandboxRecord): void {
  if (pod.shownSandbox?.record.id === record.id) unshowSandbox(pod);
  putFormer(ctx, pod, record);
}

function announceCreated(ctx: Context, item: Item): void {
  if (item.announced.created) return;
  item.announced.created = true;
  emitFirst(ctx, { type: 'sandbox.created', ...refsOf(ctx, item), sandbox: sandboxRef(item) });
}

/** The runtime may say ready before the kernel's events of the pause have come: ready is told after them, as it was. */
function announceReady(ctx: Context, item: Item): void {
  const isComplete = item.init !== undefined || sandboxKind(item) !== 'process';
  if (!isComplete || item.announced.ready || sandboxState(ctx, item) !== 'ready') return;
  item.announced.ready = true;
  emit(ctx, ctx.nowNs, { type: 'sandbox.ready', ...refsOf(ctx, item), source: 'levels' });
}

/** A dead container is shown until another of the same name has taken its place or its sandbox was replaced: a live one always is. */
function isContainerShown(ctx: Context, item: Item, current: Item): boolean {
  if (item.processes.size > 0) return true;
  if (item.container && item.container.sandboxId !== current.id) return false;
  if (!item.isListed && (ctx.isRuntimeAvailable || !item.hadProcess || item.cgroups.size === 0)) return false;
  for (const other of item.pod.items.values()) {
    const isNamesake = other !== item && other.kind === 'container' && containerName(other) === containerName(item);
    if (isNamesake && isNewerContainer(other, item)) return false;
  }
  return true;
}

function isNewerContainer(other: Item, item: Item): boolean {
  if (other.container && item.container) return other.container.createdAt > item.container.createdAt;
  return other.seenNs > item.seenNs;
}

function showContainer(ctx: Context, item: Item, sandbox: Item): void {
  const record = containerRecord(ctx, item);
  const json = JSON.stringify(record);
  const isNew = item.shown?.under !== sandbox.id;
  if (!isNew && item.shown?.json === json) return;
  item.shown = { record, json, under: sandbox.id };
  const at = { podUid: item.pod.uid, sandboxId: sandbox.id, containerId: item.id };
  ctx.changes.push({ op: 'put', kind: 'container', ...at, key: item.id, record });
  if (isNew) for (const process of item.processes) touch(ctx, process);
}

function hideContainer(ctx: Context, item: Item): void {
  if (!item.shown) return;
  const sandboxId = item.shown.under;
  delete item.shown;
  for (const process of item.processes) process.shown = undefined;
  ctx.changes.push({ op: 'remove', kind: 'container', podUid: item.pod.uid, sandboxId, containerId: item.id, key: item.id });
}

function touch(ctx: Context, process: ProcessState): void {
  if (process.isTouched) return;
  process.isTouched = true;
  ctx.touched.push(process);
}

/** The runtime knows it as another pod's than its cgroup said: it is taken out where it was, with all that is in it. */
export function rehome(ctx: Context, item: Item, pod: PodState): void {
  const former = item.pod;
  if (former.shownSandbox?.record.id === item.id) hideSandbox(ctx, former);
  if (dropFormer(former, item.id) && former.shown) removeSandbox(ctx, former, item.id);
  hideContainer(ctx, item);
  touchPod(ctx, former);
  former.items.delete(item.id);
  if (former.current === item) refreshCurrent(former);
  item.pod = pod;
  pod.items.set(item.id, item);
  const count = item.processes.size + item.guests.size;
  former.processCount -= count;
  pod.processCount += count;
  for (const process of [...item.processes, ...item.guests]) touch(ctx, process);
  touchPod(ctx, pod);
}

/** Processes after their containers: fork and exit are all there is most of the time, so this is the short way. */
export function settleProcesses(ctx: Context): void {
  if (ctx.removed.length > 0) {
    for (const change of ctx.removed) ctx.changes.push(change);
    ctx.removed = [];
  }
  if (ctx.touched.length === 0) return;
  for (const process of ctx.touched) {
    process.isTouched = false;
    if (ctx.processes.get(process.pid) === process) showProcess(ctx, process);
  }
  ctx.touched.length = 0;
}

function showProcess(ctx: Context, process: ProcessState): void {
  const place = placeOf(process);
  if (!place) return;
  if (!process.shown && process.item.pod.processCount > ctx.limits.maxProcessesPerPod) {
    ctx.drops.processLimit++;
    return;
  }
  const record = processRecord(ctx, process);
  process.shown = record;
  const key = processKey(ctx, process);
  const { podUid, sandboxId } = place;
  if (place.kind === 'guest') ctx.changes.push({ op: 'put', kind: 'guest', podUid, sandboxId, key, record });
  else ctx.changes.push({ op: 'put', kind: 'process', podUid, sandboxId, containerId: place.containerId, key, record });
}
