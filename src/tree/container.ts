// The life of a container and of a pause: its first program starts, its first process dies.

import { systemdUnitOf } from '../attribution/cgroup-path.ts';
import type { Sender } from '../cause/cause.ts';
import { concludeCause, mayStillBeExplained, type PauseDeath } from '../cause/verdict.ts';
import type { ExitEvent, SignalEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { NAMESPACE_TYPES, type NamespaceIds, type NamespaceSet } from '../kernel/identity.ts';
import { exitRecord } from '../kernel/signal.ts';
import { amend, emit, processRefs, refsOf, touchPod, touchProcess } from './emit.ts';
import { itemOfCgroup, runningContainers } from './items.ts';
import { beginOutage, noteContainerStart } from './outage.ts';
import { resolvePending } from './pending.ts';
import { containerName, processRecord } from './records.ts';
import type { Context, Item, PendingPauseExit, ProcessState } from './state.ts';

/** Index of mnt in NAMESPACE_TYPES. */
const MNT = 4;

/** A process that the runtime brought in executes a program in the container's mount namespace: the earliest such is the container's first
 * process (or the pause), later ones are execs. */
export function programStarted(
  ctx: Context,
  process: ProcessState,
  set: NamespaceSet,
  ids: NamespaceIds | undefined,
  timeNs: BootNs,
): void {
  const { item } = process;
  const wasSeen = item.init === process;
  if (!wasSeen && item.initStartNs !== 0 && process.startNs > item.initStartNs) {
    process.role = 'exec';
    touchProcess(ctx, process);
    return;
  }
  const former = item.init;
  if (former && former !== process) {
    former.role = 'exec';
    touchProcess(ctx, former);
  }
  item.init = process;
  item.initStartNs = process.startNs;
  item.startedNs = timeNs;
  delete item.exit;
  process.role = item.kind === 'sandbox' ? 'pause' : 'init';
  // Before the namespaces: with them it comes out who joined them, and of whom the shim is known.
  if (process.ppid > 1 && !wasSeen) ctx.shimPids.set(process.ppid, (ctx.shimPids.get(process.ppid) ?? 0) + 1);
  setNamespaces(ctx, item, set, ids, timeNs);
  touchProcess(ctx, process);
  touchPod(ctx, item.pod);
  if (wasSeen) return;
  if (item.kind === 'sandbox') beginOutage(ctx, item, timeNs);
  else noteContainerStart(ctx, item, timeNs);
}

export function setNamespaces(ctx: Context, item: Item, set: NamespaceSet, ids: NamespaceIds | undefined, timeNs: BootNs): void {
  item.namespaces = set;
  // A sandbox' own namespaces are new, and so is every container's mount namespace.
  const isMaker = (type: number) => item.kind === 'sandbox' || type === MNT;
  ctx.namespaces.own({ podUid: item.pod.uid, containerId: item.id }, set, ids, timeNs, isMaker);
  item.namespaceRefs = NAMESPACE_TYPES.flatMap((_, type) => {
    const inode = set[type] ?? 0;
    return inode === 0 ? [] : [ctx.namespaces.refer(type, inode)];
  });
  for (const [type, inode] of set.entries()) {
    if (ctx.namespaces.ownerOf(type, inode)?.containerId === item.id) resolvePending(ctx, type, inode, item);
  }
  if (item.kind === 'sandbox') item.pod.hostNetwork = ctx.namespaces.isHost(0, set[0]);
}

/** A death told without its cause is told again when the signal comes within this time: from a machine that is far behind. */
const LATE_SIGNAL_NS = 5e9;

/** `event` is undefined when the exit itself was missed. */
export function containerDied(ctx: Context, process: ProcessState, event: ExitEvent | undefined): void {
  const { item } = process;
  const timeNs = event?.timeNs ?? ctx.nowNs;
  const exit = event && exitRecord(event);
  delete item.init;
  item.exit = { record: exit, timeNs };
  touchPod(ctx, item.pod);
  ctx.requests.askRuntime = true;
  const shims = ctx.shimPids.get(process.ppid);
  if (shims !== undefined) {
    if (shims > 1) ctx.shimPids.set(process.ppid, shims - 1);
    else ctx.shimPids.delete(process.ppid);
  }
  if (item.kind === 'sandbox') return pauseDied(ctx, process, event, timeNs);
  if (exit) item.pod.lastExits.set(containerName(item), exit);
  if (item.pod.lastExits.size > 64) item.pod.lastExits.clear();
  emit(ctx, timeNs, { type: 'container.exited', ...processRefs(ctx, process), ...(exit && { exit }), source: event ? 'kernel' : 'levels' });
}

function pauseDied(ctx: Context, process: ProcessState, event: ExitEvent | undefined, timeNs: BootNs): void {
  const { item } = process;
  const running = runningContainers(item.pod);
  item.runningAtDeath = running.filter((container) => container.container?.kind !== 'init').map(containerName);
  if (!event) {
    item.cause = concludeCause(deathOf(ctx, process.pid, process.startNs, undefined, process.ppid, running.length), () => unknownSender);
    emit(ctx, timeNs, { type: 'pause.exited', ...processRefs(ctx, process), cause: item.cause, source: 'levels' });
    return;
  }
  const pending: PendingPauseExit = {
    item,
    exit: { code: event.code, signal: event.signal },
    timeNs,
    process: processRecord(ctx, process),
    pausePid: process.pid,
    pauseStartNs: process.startNs,
    // The parent at the end, as the kernel has it: at the start it may still have been the runc that made it.
    shimPid: event.task.ppid > 1 ? event.task.ppid : process.ppid,
    liveContainers: running.length,
    // From now, not from its death: when bpftrace is behind, everything comes late together.
    deadlineNs: ctx.nowNs + ctx.limits.maxCauseWaitMs * 1e6,
  };
  if (!settlePauseExit(ctx, pending, false)) ctx.pendingExits.push(pending);
}

const unknownSender: Sender = { pid: 0, comm: '', uid: 0, parents: [] };

function deathOf(
  ctx: Context,
  pid: number,
  startNs: BootNs,
  exit: PendingPauseExit['exit'] | undefined,
  shimPid: number,
  liveContainers: number,
): PauseDeath {
  return { exit, signals: ctx.signals.signalsTo(pid, startNs), oom: ctx.signals.oomOf(pid, startNs), shimPid, liveContainers };
}

/** Reports the death of a pause when its cause is known, or with `isDue` as it is. False when it is worth waiting longer. */
export function settlePauseExit(ctx: Context, pending: PendingPauseExit, isDue: boolean): boolean {
  const { item, told } = pending;
  const all = deathOf(ctx, pending.pausePid, pending.pauseStartNs, pending.exit, pending.shimPid, pending.liveContainers);
  // Whoever has its pid by now may be killed as well.
  const death = { ...all, signals: all.signals.filter((signal) => signal.timeNs <= pending.timeNs) };
  const isOpen = mayStillBeExplained(death);
  if (isOpen && (told || !isDue)) return isDue;
  const cause = concludeCause(death, (signal) => describeSender(ctx, signal));
  item.cause = cause;
  if (told) {
    amend(ctx, { ...told, cause });
  } else {
    const event = emit(ctx, pending.timeNs, {
      type: 'pause.exited',
      ...refsOf(ctx, item),
      process: pending.process,
      exit: exitRecord(pending.exit),
      cause,
    });
    if (isOpen && event.type === 'pause.exited') {
      pending.told = event;
      pending.deadlineNs = ctx.nowNs + LATE_SIGNAL_NS;
      return false;
    }
  }
  ctx.signals.drop(pending.pausePid);
  return true;
}

function describeSender(ctx: Context, event: SignalEvent): Sender {
  const entry = ctx.registry.byId(event.task.cgroupId);
  const item = itemOfCgroup(ctx, entry);
  const unit = item || !entry ? undefined : systemdUnitOf(entry.path);
  return {
    pid: event.task.pid,
    comm: event.task.comm,
    ...(event.exe !== '' && { exe: event.exe }),
    uid: event.uid,
    ...(unit && { unit }),
    ...(item && { pod: item.pod.ref }),
    ...(item?.kind === 'container' && { container: { id: item.id, name: containerName(item) } }),
    parents: event.parents,
  };
}
