// The processes of pods: which one an event means, and how they come into the tree and leave it.
import type { ExitEvent, TaskRef } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { exitRecord } from '../kernel/signal.ts';
import { noteFallen } from './cascade.ts';
import { containerDied } from './container.ts';
import { emitProcess, touchPod, touchProcess } from './emit.ts';
import { startOf } from './graveyard.ts';
import { placeOf } from './place.ts';
import { findProcess, hasEnded } from './process-lookup.ts';
import { processKey } from './records.ts';
import type { Context, Item, ProcessState } from './state.ts';
import { awaitEnd } from './untold-end.ts';

export interface Birth {
  readonly pid: number;
  readonly startNs: BootNs;
  /** 0 when only its tick is known. */
  readonly exactStartNs: BootNs;
  readonly ppid: number;
  readonly comm: string;
  readonly args: readonly string[];
  readonly uid: number | undefined;
  readonly nsPid: number | undefined;
  readonly isParentOutside: boolean;
  readonly role: ProcessState['role'];
  /** When all this was so, ns. */
  readonly timeNs: BootNs;
}

/** Adds a process to a container (or, as a guest, to a sandbox). It must not have ended: one that still has the pid is older, and has. */
export function addProcess(ctx: Context, item: Item, birth: Birth): ProcessState {
  const former = ctx.processes.get(birth.pid);
  if (former) displaceProcess(ctx, former, birth.timeNs);
  const process: ProcessState = {
    pid: birth.pid,
    startNs: birth.startNs,
    exactStartNs: birth.exactStartNs,
    seenNs: ctx.nowNs,
    ppid: birth.ppid,
    ppidNs: birth.timeNs,
    comm: birth.comm,
    commNs: birth.timeNs,
    args: birth.args,
    argsNs: birth.timeNs,
    uid: birth.uid,
    nsPid: birth.nsPid === 0 ? undefined : birth.nsPid,
    role: birth.role,
    birthNs: 0,
    isForkerHere: false,
    isSibling: false,
    forker: undefined,
    hasForked: false,
    isParentOutside: birth.isParentOutside,
    isEntrant: birth.isParentOutside,
    isStage: false,
    programNs: 0,
    programSeenNs: 0,
    namespaces: undefined,
    namespaceIds: undefined,
    item,
    placedNs: birth.timeNs,
    end: undefined,
    isTouched: true,
    record: undefined,
    shown: undefined,
    key: '',
  };
  ctx.processes.set(process.pid, process);
  ctx.touched.push(process);
  settleIn(ctx, process, item);
  return process;
}

function homeOf(process: ProcessState): Set<ProcessState> {
  return process.role === 'guest' ? process.item.guests : process.item.processes;
}

function settleIn(ctx: Context, process: ProcessState, item: Item): void {
  const home = homeOf(process);
  if (home.size === 0) touchPod(ctx, item.pod);
  home.add(process);
  if (process.role !== 'guest') item.hadProcess = true;
  item.pod.processCount++;
}

function moveOut(ctx: Context, process: ProcessState): void {
  const { item } = process;
  const home = homeOf(process);
  home.delete(process);
  item.pod.processCount--;
  if (home.size > 0) return;
  touchPod(ctx, item.pod);
  item.pod.emptiedNs = ctx.nowNs;
  ctx.emptied.add(item.pod);
}

/** The process a task belongs to, alive: one not heard of before was moved here after its fork, or its fork is yet to be told. */
export function ensureProcess(ctx: Context, item: Item, task: TaskRef, timeNs: BootNs): ProcessState | undefined {
  const known = findProcess(ctx, task.pid, task.startNs);
  if (known) {
    if (known.item !== item && timeNs > known.placedNs) moveProcess(ctx, known, item, timeNs);
    observe(ctx, known, task, timeNs);
    return known;
  }
  if (hasEnded(ctx, task.pid, task.startNs)) return undefined;
  const isParentOutside = !isInPod(ctx, task.ppid, item);
  const process = addProcess(ctx, item, {
    pid: task.pid,
    startNs: task.startNs,
    exactStartNs: task.startNs,
    ppid: task.ppid,
    comm: task.comm,
    args: [],
    uid: undefined,
    nsPid: undefined,
    isParentOutside,
    role: isParentOutside ? 'runtime' : 'child',
    timeNs,
  });
  emitProcess(ctx, Math.min(task.startNs, timeNs), 'process.started', process);
  return process;
}

/** Whatever a task does shows its name and its parent; only the main thread's name is the process'. */
function observe(ctx: Context, process: ProcessState, { tid, pid, ppid, comm }: TaskRef, timeNs: BootNs): void {
  const isNewParent = timeNs > process.ppidNs && process.ppid !== ppid;
  const isNewName = timeNs > process.commNs && process.comm !== comm && tid === pid;
  if (timeNs > process.ppidNs) process.ppidNs = timeNs;
  if (timeNs > process.commNs && tid === pid) process.commNs = timeNs;
  if (isNewParent) process.ppid = ppid;
  if (isNewName) process.comm = comm;
  if (isNewParent || isNewName) touchProcess(ctx, process);
}

/** An orphan's parent is the first process of its pid namespace, which may be another container's; the runtime's is never in the pod. */
export function isInPod(ctx: Context, pid: number, item: Item): boolean {
  const parent = ctx.processes.get(pid);
  return parent !== undefined && parent.role !== 'guest' && parent.item.pod === item.pod;
}

/** It was put into a cgroup of another container. */
export function moveProcess(ctx: Context, process: ProcessState, item: Item, timeNs: BootNs): void {
  if (process === process.item.init || ctx.processes.get(process.pid) !== process) return;
  unshow(ctx, process);
  moveOut(ctx, process);
  process.item = item;
  process.placedNs = timeNs;
  process.role = 'runtime';
  process.isEntrant = true;
  process.isParentOutside = true;
  process.isForkerHere = false;
  process.isStage = false;
  process.programNs = 0;
  process.record = undefined;
  settleIn(ctx, process, item);
  touchProcess(ctx, process);
}

/** It lives on, but in no pod. */
export function leaveProcess(ctx: Context, process: ProcessState): void {
  ctx.processes.delete(process.pid);
  unshow(ctx, process);
  moveOut(ctx, process);
  ctx.missing.delete(process);
}

function unshow(ctx: Context, process: ProcessState): void {
  const place = process.shown && placeOf(process);
  if (place) ctx.removed.push({ op: 'remove', ...place, key: processKey(ctx, process) });
  process.shown = undefined;
}

/** A process that levels say is gone: its exit was missed, so how it ended is not known. */
export function loseProcess(ctx: Context, process: ProcessState): void {
  buryProcess(ctx, process);
  processDied(ctx, process);
}

/** Its pid is another's: it has died, but of what another CPU has not told yet, unless that was lost. */
function displaceProcess(ctx: Context, process: ProcessState, untilNs: BootNs): void {
  buryProcess(ctx, process);
  awaitEnd(ctx, process.pid, startOf(process), untilNs, (event) => processDied(ctx, process, event));
}

/** Tells the end of a process that is out of the tree. `event` is absent when the exit itself was missed. */
export function processDied(ctx: Context, process: ProcessState, event?: ExitEvent): void {
  process.end = event;
  if (event && process.nsPid === undefined && event.nsPid !== 0) {
    process.nsPid = event.nsPid;
    process.record = undefined;
  }
  noteFallen(process);
  if (event) emitProcess(ctx, event.timeNs, 'process.exited', process, { exit: exitRecord(event) });
  else emitProcess(ctx, ctx.nowNs, 'process.exited', process, { source: 'levels' });
  if (process === process.item.init) containerDied(ctx, process, event);
}

/** Takes a dead process out of the tree. */
export function buryProcess(ctx: Context, process: ProcessState): void {
  leaveProcess(ctx, process);
  if (process.exactStartNs === 0) process.exactStartNs = startOf(process);
  // Of a child whose birth was told nothing can come to light that matters.
  ctx.graveyard.add(process, process.role !== 'child' || process.birthNs === 0, ctx.nowNs);
}
