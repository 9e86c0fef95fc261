// What the kernel tells of a pod's processes: fork, exec, arguments, exit, a move to another cgroup. In whatever order it arrives.
import type { ArgsEvent, CgroupAttachEvent, ExecEvent, ExitEvent, ForkEvent, HostnameEvent } from '../kernel/event.ts';
import { isHostname } from '../kernel/hostname.ts';
import { emitProcess, touchPod, touchProcess } from './emit.ts';
import { tellLateExec, tellLateExit, tellLateFork } from './late-process.ts';
import { addProcess, buryProcess, ensureProcess, leaveProcess, moveProcess, processDied } from './process.ts';
import { findByTick, findProcess, hasEnded, recallProcess } from './process-lookup.ts';
import { becameProgram, reconsider, setForker } from './role.ts';
import { isOutsideMount } from './runtime-process.ts';
import type { Context, Item, ProcessState } from './state.ts';

const CLONE_PARENT = 0x8000;

/** `forkerItem` is the container the forker is in. */
export function onFork(ctx: Context, item: Item, event: ForkEvent, forkerItem: Item | undefined): void {
  const { task, timeNs } = event;
  const startNs = event.startNs || timeNs;
  const isForkerHere = forkerItem === item;
  const forker = isForkerHere ? (ensureProcess(ctx, item, task, timeNs) ?? recallProcess(ctx, task.pid, task.startNs)) : undefined;
  const isSibling = (event.flags & CLONE_PARENT) !== 0 || event.ppid !== task.pid;
  const birth = { timeNs, isForkerHere, isSibling, forker };

  const known = recallProcess(ctx, event.pid, startNs);
  if (known) {
    if (known.role !== 'guest' && known.birthNs === 0) bornLate(ctx, known, event, birth);
    return;
  }
  if (hasEnded(ctx, event.pid, startNs)) return tellLateFork(ctx, item, event, startNs);
  const process = addProcess(ctx, item, {
    pid: event.pid,
    startNs,
    exactStartNs: event.startNs,
    ppid: event.ppid,
    comm: task.comm,
    args: forker?.args ?? [],
    uid: event.uid,
    nsPid: event.nsPid,
    isParentOutside: !isForkerHere,
    role: 'child',
    timeNs,
  });
  setForker(process, birth);
  emitProcess(ctx, timeNs, 'process.started', process);
}

/** Its exec or its exit came first, from another CPU, and has told of its start. */
function bornLate(ctx: Context, known: ProcessState, event: ForkEvent, birth: Parameters<typeof setForker>[1]): void {
  const role = known.role;
  setForker(known, birth);
  if (known.hasForked || known.role !== role || known === known.item.first) reconsider(ctx, known.item);
  if (event.timeNs > known.ppidNs) {
    known.ppid = event.ppid;
    known.ppidNs = event.timeNs;
  }
  known.nsPid ??= event.nsPid || undefined;
  known.uid ??= event.uid;
  if (ctx.processes.get(known.pid) === known) touchProcess(ctx, known);
}

export function onExec(ctx: Context, item: Item, event: ExecEvent): void {
  const { task, timeNs } = event;
  const process = ensureProcess(ctx, item, task, timeNs) ?? ctx.graveyard.find(task.pid, task.startNs);
  if (!process) return tellLateExec(ctx, item, event);
  // Until it leaves the mount namespace of the host, or of the runtime, it is the runtime on its way in: every container has one of its own.
  const isInside = !isOutsideMount(ctx, event.namespaces[4]);
  const isAlive = ctx.processes.get(task.pid) === process;
  if (timeNs >= process.commNs) {
    process.commNs = timeNs;
    process.comm = task.comm;
    process.uid = event.uid;
    if (timeNs > process.argsNs) {
      process.args = [];
      process.argsNs = timeNs;
    }
    if (isAlive) touchProcess(ctx, process);
    else process.record = undefined;
  }
  if (event.nsPid) process.nsPid = event.nsPid;
  if (!isInside || process.role === 'guest') return emitProcess(ctx, timeNs, 'process.exec', process);
  // The exec is told before what it leads to.
  const at = ctx.events.length;
  becameProgram(ctx, process, timeNs, event);
  const consequences = ctx.events.splice(at);
  emitProcess(ctx, timeNs, 'process.exec', process);
  ctx.events.push(...consequences);
}

/** The arguments of an exec, told right after it. */
export function onArgs(ctx: Context, event: ArgsEvent): void {
  const process = findProcess(ctx, event.pid, event.startNs);
  if (!process || event.timeNs < process.argsNs) return;
  process.args = event.args;
  process.argsNs = event.timeNs;
  touchProcess(ctx, process);
}

/** Without a runtime a pod is called what its pause or one of its containers is called inside: the kubelet sets that to the pod's name. It may have
 * been read from /proc, which knows starts to the tick. */
export function onHostname(ctx: Context, event: HostnameEvent): void {
  const process = findByTick(ctx, event.pid, event.startNs);
  if (!process || process !== process.item.init || process.item.pod.ref.name !== undefined || !isHostname(event.hostname)) return;
  const { pod } = process.item;
  pod.ref = { uid: pod.uid, name: event.hostname };
  touchPod(ctx, pod);
}

export function onExit(ctx: Context, item: Item, event: ExitEvent): void {
  const process = ensureProcess(ctx, item, event.task, event.timeNs);
  if (!process) return tellLateExit(ctx, item, event);
  buryProcess(ctx, process);
  processDied(ctx, process, event);
}

/** A process was put into another cgroup; one that was not known tells who it is by its next event. */
export function onAttach(ctx: Context, item: Item | undefined, event: CgroupAttachEvent): void {
  const process = ctx.processes.get(event.targetPid);
  if (!process || event.timeNs < process.placedNs) return;
  const isGuest = process.role === 'guest';
  if (item === process.item && !isGuest) process.placedNs = event.timeNs;
  else if (item) moveProcess(ctx, process, item, event.timeNs);
  else if (!isGuest && process !== process.item.init) leaveProcess(ctx, process);
}
