// Processes of pods: from fork to exit, whatever order the kernel's events arrive in.
import type { ArgsEvent, ExecEvent, ExitEvent, ForkEvent, TaskRef } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { exitRecord } from '../kernel/signal.ts';
import type { TreeEvent } from './change.ts';
import { containerDied, programStarted } from './container.ts';
import { emit, emitProcess, processRefs, touchPod, touchProcess } from './emit.ts';
import type { Context, Item, ProcessState } from './state.ts';

/** /proc counts in ticks of 10 ms (USER_HZ 100 on every architecture), rounded down. */
const TICK_NS = 10_000_000;
const NO_ARGS: readonly string[] = [];
const CLONE_PARENT = 0x8000;

export function tickOf(ns: BootNs): BootNs {
  return Math.floor(ns / TICK_NS) * TICK_NS;
}

/** The process with this identity, if it is known and alive. Learns the exact start time of one that /proc told of. */
export function findProcess(ctx: Context, pid: number, startNs: BootNs): ProcessState | undefined {
  const known = ctx.processes.get(pid);
  if (!known) return undefined;
  if (known.exactStartNs !== undefined) return known.exactStartNs === startNs || known.exactStartNs === 0 ? known : undefined;
  if (tickOf(startNs) !== known.startNs && startNs !== known.startNs) return undefined;
  known.exactStartNs = startNs;
  return known;
}

export function isDead(ctx: Context, pid: number, startNs: BootNs): boolean {
  return ctx.dead.has(pid, (deadNs) => deadNs === startNs || deadNs === tickOf(startNs));
}

/** The same for what /proc tells, which knows the start by the tick alone: a scan may be older than the exit. */
export function isDeadByTick(ctx: Context, pid: number, startNs: BootNs): boolean {
  return ctx.dead.has(pid, (deadNs) => deadNs === startNs || tickOf(deadNs) === tickOf(startNs));
}

interface Birth {
  readonly pid: number;
  readonly startNs: BootNs;
  readonly exactStartNs?: BootNs | undefined;
  readonly ppid: number;
  readonly comm: string;
  readonly args?: readonly string[];
  readonly uid?: number | undefined;
  readonly nsPid?: number | undefined;
  readonly isEntrant: boolean;
  readonly role: ProcessState['role'];
}

/** Adds a process to a container (or, as a guest, to a sandbox). A process that still has the pid is one whose exit was missed. */
export function addProcess(ctx: Context, item: Item, birth: Birth): ProcessState {
  const former = ctx.processes.get(birth.pid);
  if (former) loseProcess(ctx, former);
  const process: ProcessState = {
    pid: birth.pid,
    startNs: birth.startNs,
    exactStartNs: birth.exactStartNs,
    seenNs: ctx.nowNs,
    ppid: birth.ppid,
    comm: birth.comm,
    args: birth.args ?? NO_ARGS,
    uid: birth.uid,
    nsPid: birth.nsPid || undefined,
    role: birth.role,
    isEntrant: birth.isEntrant,
    execNs: 0,
    item,
    isShown: false,
    record: undefined,
  };
  ctx.processes.set(process.pid, process);
  const home = process.role === 'guest' ? item.guests : item.processes;
  if (home.size === 0 || !item.hadProcess) touchPod(ctx, item.pod);
  home.add(process);
  if (process.role !== 'guest') item.hadProcess = true;
  item.pod.processCount++;
  ctx.touchedProcesses.add(process);
  return process;
}

/** The process a task belongs to; one not heard of before was moved here after its fork, or forked before the probes were there. */
export function ensureProcess(ctx: Context, item: Item, task: TaskRef, timeNs: BootNs): ProcessState | undefined {
  const known = findProcess(ctx, task.pid, task.startNs);
  if (known) return known.item === item ? known : moveProcess(ctx, known, item);
  if (isDead(ctx, task.pid, task.startNs)) return undefined;
  const parent = ctx.processes.get(task.ppid);
  const isEntrant = parent?.item !== item || parent.role === 'guest';
  const process = addProcess(ctx, item, {
    pid: task.pid,
    startNs: task.startNs,
    exactStartNs: task.startNs,
    ppid: task.ppid,
    comm: task.comm,
    isEntrant,
    role: isEntrant ? 'runtime' : 'child',
  });
  emitProcess(ctx, Math.min(task.startNs, timeNs), 'process.started', process);
  return process;
}

/** A process came into the cgroup of another container: crun moves a new container there only after it has joined the pod's namespaces. */
export function moveProcess(ctx: Context, process: ProcessState, item: Item): ProcessState {
  const { pid, startNs, exactStartNs, ppid, comm, args, uid, nsPid } = process;
  dropProcess(ctx, process);
  return addProcess(ctx, item, {
    pid,
    startNs,
    exactStartNs,
    ppid,
    comm,
    args,
    uid,
    nsPid,
    isEntrant: true,
    role: 'runtime',
  });
}

export function onFork(ctx: Context, item: Item, event: ForkEvent): void {
  const startNs = event.startNs || event.timeNs;
  const forker = event.task;
  const forkerItem = ctx.registry.byId(forker.cgroupId);
  const isForkerHere = forkerItem !== undefined && ctx.itemsByCgroup.get(forker.cgroupId) === item;
  const parent = isForkerHere ? ensureProcess(ctx, item, forker, event.timeNs) : undefined;
  const known = findProcess(ctx, event.pid, startNs);
  if (known) {
    // Its exec or exit came first, from another CPU, and has told of its start.
    if (known.ppid !== event.ppid && known.execNs === 0) {
      known.ppid = event.ppid;
      touchProcess(ctx, known);
    }
    return;
  }
  if (isDead(ctx, event.pid, startNs)) return;
  // runc and crun clone with CLONE_PARENT: the child's parent is the runtime outside, not the stage that forked it (nsexec.c).
  const isSibling = (event.flags & CLONE_PARENT) !== 0 || event.ppid !== forker.pid;
  const isEntrant = !isForkerHere || (isSibling ? (parent?.isEntrant ?? true) : false);
  const role = isEntrant || parent?.role === 'runtime' ? 'runtime' : 'child';
  const process = addProcess(ctx, item, {
    pid: event.pid,
    startNs,
    exactStartNs: event.startNs,
    ppid: event.ppid,
    comm: forker.comm,
    args: parent?.args ?? [],
    uid: event.uid,
    nsPid: event.nsPid,
    isEntrant,
    role,
  });
  emitProcess(ctx, event.timeNs, 'process.started', process);
}

export function onExec(ctx: Context, item: Item, event: ExecEvent): void {
  const process = ensureProcess(ctx, item, event.task, event.timeNs);
  if (!process || event.timeNs < process.execNs) return emitLate(ctx, item, event);
  process.comm = event.task.comm;
  process.uid = event.uid;
  process.args = [];
  // The parent at its fork was runc create or runc exec, which has ended since: now it is the shim's.
  process.ppid = event.task.ppid;
  if (event.nsPid) process.nsPid = event.nsPid;
  touchProcess(ctx, process);
  const [, , , , mnt] = event.namespaces;
  // Until it leaves the host's mount namespace it is the runtime on its way in: every container has a mount namespace of its own.
  const isInside = !ctx.namespaces.isHost(4, mnt);
  const isFirst = process.execNs === 0 || event.timeNs <= (process.programSeenNs ?? 0);
  const becomes = process.isEntrant && process.role !== 'guest' && isInside && isFirst;
  if (isInside) process.execNs = event.timeNs;
  delete process.programSeenNs;
  if (becomes) programStarted(ctx, process, event.namespaces, event.namespaceIds, event.timeNs);
  emitProcess(ctx, event.timeNs, 'process.exec', process);
  if (becomes && process === item.init) announceStart(ctx, process, event.timeNs);
}

/** An exec that arrives after the exit (or after a later exec) is told, and changes nothing. */
function emitLate(ctx: Context, item: Item, event: ExecEvent): void {
  const { task } = event;
  const process: TreeEvent['process'] = {
    pid: task.pid,
    ...(event.nsPid && { nsPid: event.nsPid }),
    ppid: task.ppid,
    comm: task.comm,
    args: [],
    uid: event.uid,
    role: 'child',
    startTime: ctx.wallTime(task.startNs),
  };
  const refs = {
    pod: item.pod.ref,
    ...(item.kind === 'container' && { container: { id: item.id, name: item.container?.name ?? item.id.slice(0, 12) } }),
  };
  emit(ctx, event.timeNs, { type: 'process.exec', ...refs, process });
}

function announceStart(ctx: Context, process: ProcessState, timeNs: BootNs): void {
  if (process.item.kind === 'container') emit(ctx, timeNs, { type: 'container.started', ...processRefs(ctx, process) });
}

export function onArgs(ctx: Context, event: ArgsEvent): void {
  const process = findProcess(ctx, event.pid, event.startNs);
  if (!process) return;
  process.args = event.args;
  touchProcess(ctx, process);
}

export function onExit(ctx: Context, item: Item, event: ExitEvent): void {
  const { task } = event;
  if (isDead(ctx, task.pid, task.startNs)) return;
  const process = ensureProcess(ctx, item, task, event.timeNs);
  if (!process) return;
  if (process.comm !== task.comm) {
    process.comm = task.comm;
    process.record = undefined;
  }
  const exit = exitRecord(event);
  emitProcess(ctx, event.timeNs, 'process.exited', process, exit);
  dropProcess(ctx, process, event.task.startNs);
  if (process === item.init) containerDied(ctx, process, event);
}

/** A process that levels say is gone, or whose pid another one has: its exit was missed, so how it ended is not known. */
export function loseProcess(ctx: Context, process: ProcessState): void {
  emit(ctx, ctx.nowNs, { type: 'process.exited', ...processRefs(ctx, process), source: 'levels' });
  dropProcess(ctx, process, process.exactStartNs || process.startNs);
  if (process === process.item.init) containerDied(ctx, process, undefined);
}

/** Takes a process out of the tree; with its start time it is dead, without it has only left. */
export function dropProcess(ctx: Context, process: ProcessState, startNs?: BootNs): void {
  const { item } = process;
  if (ctx.processes.get(process.pid) === process) ctx.processes.delete(process.pid);
  const home = process.role === 'guest' ? item.guests : item.processes;
  home.delete(process);
  item.pod.processCount--;
  ctx.touchedProcesses.delete(process);
  if (process.isShown) ctx.removedProcesses.add(process);
  if (home.size === 0) touchPod(ctx, item.pod);
  if (startNs === undefined) return;
  ctx.dead.add(process.pid, startNs);
  if (process.startNs !== startNs) ctx.dead.add(process.pid, process.startNs);
}
