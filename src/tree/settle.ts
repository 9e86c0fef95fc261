// After each input: decides what the tree shows now, and turns the difference to what it showed before into changes.
import { emit, emitFirst, refsOf, sandboxRef } from './emit.ts';
import { hasHadPause, refreshCurrent, removeItem } from './items.ts';
import type { SandboxRecord } from './model.ts';
import { containerName, containerRecord, podRecord, processRecord, sandboxRecord, sandboxState } from './records.ts';
import type { Context, Item, PodState, ProcessState } from './state.ts';

/** Brings pods, sandboxes and containers up to date; parents come before children in the changes, and removing an item removes what is below. */
export function settlePods(ctx: Context): void {
  if (ctx.dirtyPods.size === 0) return;
  // Settling may announce things, which touches nothing further: a plain loop over what is dirty now.
  for (const pod of ctx.dirtyPods) settlePod(ctx, pod);
  ctx.dirtyPods.clear();
}

function settlePod(ctx: Context, pod: PodState): void {
  for (const item of [...pod.items.values()]) if (isOver(ctx, item)) retire(ctx, item);
  refreshCurrent(pod);
  const { current } = pod;
  if (!isPresent(pod)) return hidePod(ctx, pod);
  showPod(ctx, pod);
  for (const item of pod.items.values()) if (item.kind === 'sandbox') showSandbox(ctx, item, item === pod.current);
  for (const item of pod.items.values()) {
    if (item.kind !== 'container') continue;
    if (current && isContainerShown(ctx, item, current)) showContainer(ctx, item, current);
    else hideContainer(ctx, item);
  }
}

/** Nothing is left of it: no process, no entry at the runtime, and no directory that a process may still come into. */
function isOver(ctx: Context, item: Item): boolean {
  if (item.processes.size > 0 || item.isListed) return false;
  if (ctx.isRuntimeAvailable && item.wasNamed) return true;
  return !item.hasCgroup;
}

function retire(ctx: Context, item: Item): void {
  const { pod } = item;
  if (item.kind === 'sandbox') {
    for (const guest of [...item.guests]) {
      item.guests.delete(guest);
      if (ctx.processes.get(guest.pid) === guest) ctx.processes.delete(guest.pid);
      pod.processCount--;
      ctx.touchedProcesses.delete(guest);
    }
    if (hasHadPause(item)) {
      pod.predecessor = item;
    }
    if (item.shown || item.announced.created) {
      emit(ctx, ctx.nowNs, { type: 'sandbox.removed', ...refsOf(ctx, item), sandbox: sandboxRef(item), source: 'levels' });
    }
    if (item.shown) {
      ctx.changes.push({ op: 'remove', kind: 'sandbox', podUid: pod.uid, sandboxId: item.id, key: item.id });
      if (item.shown.under === 'current') for (const other of pod.items.values()) unshow(other);
      if (hasHadPause(item)) putHistory(ctx, pod, { ...sandboxRecord(ctx, item), state: 'removed' });
      else pod.history = pod.history.filter((entry) => entry.id !== item.id);
    }
  } else {
    hideContainer(ctx, item);
  }
  removeItem(ctx, item);
}

/** What was below a removed or superseded sandbox has to be shown again under the new one. */
function unshow(item: Item): void {
  if (item.kind === 'container') delete item.shown;
  for (const process of item.processes) process.isShown = false;
}

/** The runtime lists a sandbox for it, or a process lives in its cgroups; a directory alone is no evidence (only the kubelet removes it). */
function isPresent(pod: PodState): boolean {
  for (const item of pod.items.values()) {
    if (item.processes.size > 0 || item.isListed) return true;
  }
  return false;
}

function hidePod(ctx: Context, pod: PodState): void {
  if (pod.items.size === 0) ctx.pods.delete(pod.uid);
  if (pod.shown === undefined) return;
  delete pod.shown;
  pod.isAnnounced = false;
  ctx.outages.delete(pod.uid);
  for (const item of pod.items.values()) {
    delete item.shown;
    for (const process of [...item.processes, ...item.guests]) process.isShown = false;
  }
  ctx.changes.push({ op: 'remove', kind: 'pod', podUid: pod.uid, key: pod.uid });
  emit(ctx, ctx.nowNs, { type: 'pod.removed', pod: pod.ref, source: 'levels' });
}

function showPod(ctx: Context, pod: PodState): void {
  const record = podRecord(pod);
  const json = JSON.stringify(record);
  if (pod.shown !== json) {
    pod.shown = json;
    ctx.changes.push({ op: 'put', kind: 'pod', podUid: pod.uid, key: pod.uid, record });
  }
  if (pod.isAnnounced) return;
  pod.isAnnounced = true;
  emitFirst(ctx, { type: 'pod.added', pod: pod.ref });
}

function showSandbox(ctx: Context, item: Item, isCurrent: boolean): void {
  const { pod } = item;
  const record = sandboxRecord(ctx, item);
  const json = JSON.stringify(record);
  const under = isCurrent ? 'current' : 'history';
  if (item.shown?.json === json && item.shown.under === under) return;
  const wasCurrent = item.shown?.under === 'current';
  item.shown = { json, under };
  if (isCurrent && !wasCurrent) {
    for (const other of pod.items.values()) if (other.kind === 'container' || other === item) unshow(other);
    for (const other of pod.items.values())
      if (other.kind === 'sandbox' && other !== item && other.shown) other.shown = { json: '', under: 'history' };
    pod.history = pod.history.filter((entry) => entry.id !== item.id);
  }
  if (isCurrent) ctx.changes.push({ op: 'put', kind: 'sandbox', podUid: pod.uid, sandboxId: item.id, key: item.id, record });
  else putHistory(ctx, pod, record);
  announceSandbox(ctx, item, isCurrent);
}

function announceSandbox(ctx: Context, item: Item, isCurrent: boolean): void {
  if (!item.announced.created) {
    item.announced.created = true;
    emitFirst(ctx, { type: 'sandbox.created', ...refsOf(ctx, item), sandbox: sandboxRef(item) });
  }
  // Its held events are about to tell of the pause: ready comes after them, as it did.
  const hasPause = item.init !== undefined || item.sandbox?.pid === 0;
  if (isCurrent && hasPause && !item.announced.ready && sandboxState(ctx, item) === 'ready') {
    item.announced.ready = true;
    emit(ctx, ctx.nowNs, { type: 'sandbox.ready', ...refsOf(ctx, item), source: 'levels' });
  }
}

/** History is bounded: the oldest sandbox is let go. */
function putHistory(ctx: Context, pod: PodState, record: SandboxRecord): void {
  const at = pod.history.findIndex((entry) => entry.id === record.id);
  if (at === -1) pod.history.push(record);
  else pod.history[at] = record;
  ctx.changes.push({ op: 'put', kind: 'sandbox', podUid: pod.uid, sandboxId: record.id, key: record.id, record, history: true });
  if (pod.history.length <= ctx.limits.maxHistory) return;
  const oldest = pod.history.shift();
  if (oldest) ctx.changes.push({ op: 'remove', kind: 'sandbox', podUid: pod.uid, sandboxId: oldest.id, key: oldest.id });
}

/** A dead container is shown until another of the same name has taken its place or its sandbox was replaced: a live one always is. */
function isContainerShown(ctx: Context, item: Item, current: Item): boolean {
  if (item.processes.size > 0) return true;
  if (item.container && item.container.sandboxId !== current.id) return false;
  if (!item.isListed && !(item.hadProcess && item.hasCgroup)) return false;
  for (const other of item.pod.items.values()) {
    if (other !== item && other.kind === 'container' && containerName(other) === containerName(item) && isNewerContainer(other, item))
      return false;
  }
  return !ctx.isRuntimeAvailable || item.isListed;
}

function isNewerContainer(other: Item, item: Item): boolean {
  if (other.container && item.container) return other.container.createdAt > item.container.createdAt;
  return other.seenNs > item.seenNs;
}

function showContainer(ctx: Context, item: Item, sandbox: Item): void {
  const record = containerRecord(ctx, item);
  const json = JSON.stringify(record);
  if (item.shown?.json === json && item.shown.under === sandbox.id) return;
  const isNew = item.shown?.under !== sandbox.id;
  item.shown = { json, under: sandbox.id };
  const at = { podUid: item.pod.uid, sandboxId: sandbox.id, containerId: item.id };
  ctx.changes.push({ op: 'put', kind: 'container', ...at, key: item.id, record });
  if (isNew) for (const process of item.processes) ctx.touchedProcesses.add(process);
}

function hideContainer(ctx: Context, item: Item): void {
  if (!item.shown) return;
  const sandboxId = item.shown.under;
  delete item.shown;
  for (const process of item.processes) process.isShown = false;
  ctx.changes.push({ op: 'remove', kind: 'container', podUid: item.pod.uid, sandboxId, containerId: item.id, key: item.id });
}

/** Processes after their containers: fork and exit are all there is most of the time, so this is the short way. */
export function settleProcesses(ctx: Context): void {
  if (ctx.removedProcesses.size > 0) {
    for (const process of ctx.removedProcesses) hideProcess(ctx, process);
    ctx.removedProcesses.clear();
  }
  if (ctx.touchedProcesses.size > 0) {
    for (const process of ctx.touchedProcesses) showProcess(ctx, process);
    ctx.touchedProcesses.clear();
  }
}

function hideProcess(ctx: Context, process: ProcessState): void {
  process.isShown = false;
  const under = placeOf(process);
  if (under === undefined) return;
  const { item } = process;
  const key = publicKey(ctx, process);
  const podUid = item.pod.uid;
  ctx.changes.push(
    item.kind === 'container'
      ? { op: 'remove', kind: 'process', podUid, sandboxId: under, containerId: item.id, key }
      : { op: 'remove', kind: 'guest', podUid, sandboxId: under, key },
  );
}

function showProcess(ctx: Context, process: ProcessState): void {
  const under = placeOf(process);
  if (under === undefined) return;
  const { item } = process;
  if (!process.isShown && item.pod.processCount > ctx.limits.maxProcessesPerPod) {
    ctx.drops.processLimit++;
    return;
  }
  process.isShown = true;
  const podUid = item.pod.uid;
  const key = publicKey(ctx, process);
  const record = processRecord(ctx, process);
  ctx.changes.push(
    item.kind === 'container'
      ? { op: 'put', kind: 'process', podUid, sandboxId: under, containerId: item.id, key, record }
      : { op: 'put', kind: 'guest', podUid, sandboxId: under, key, record },
  );
}

function publicKey(ctx: Context, process: ProcessState): string {
  return `${process.pid}@${processRecord(ctx, process).startTime}`;
}

/** The sandbox below which a process stands in the tree; undefined when what it belongs to is not shown. The pause is part of its sandbox' record. */
function placeOf({ item, role }: ProcessState): string | undefined {
  if (item.kind === 'container') return item.shown?.under;
  return role === 'guest' && item.shown?.under === 'current' ? item.id : undefined;
}
