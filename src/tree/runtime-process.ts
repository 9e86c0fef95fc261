// The runtime's own processes, shims and the daemon: which of them the probes watch, and how they died. Their deaths explain those of pauses.
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { RuntimeDeath } from '../cause/death.ts';
import { decisiveSignal } from '../cause/decisive-signal.ts';
import type { HostProcess } from '../host/level.ts';
import type { ExitEvent } from '../kernel/event.ts';
import { type BootNs, NAMESPACE_TYPES } from '../kernel/identity.ts';
import { describeSender } from './sender.ts';
import type { Context, RuntimeEnd } from './state.ts';

const MNT_TYPE = NAMESPACE_TYPES.indexOf('mnt');
const MAX_WATCHED = 4096;
const MAX_DEATHS = 1024;
/** A runtime that ended longer ago has nothing to do with it. */
const MAX_DAEMON_NS = 60e9;

/** From now on its end is told, and who sends it a signal. */
export function watchRuntime(ctx: Context, pid: number): void {
  if (pid <= 1 || ctx.watchedRuntime.has(pid)) return;
  ctx.watchedRuntime.add(pid);
  dropOldest(ctx.watchedRuntime, MAX_WATCHED);
  ctx.requests.watchRuntimePids.push(pid);
}

/** True when the process was the runtime's. */
export function onRuntimeExit(ctx: Context, event: ExitEvent): boolean {
  const { pid, comm } = event.task;
  if (!ctx.watchedRuntime.delete(pid)) return false;
  ctx.runtimeDeaths.delete(pid);
  ctx.runtimeDeaths.set(pid, { pid, comm, startNs: event.task.startNs, timeNs: event.timeNs, exit: event });
  dropOldest(ctx.runtimeDeaths, MAX_DEATHS);
  if (pid === ctx.runtimePid) ctx.daemonDeathPid = pid;
  ctx.requests.askRuntime = true;
  return true;
}

/** Another process serves the CRI than before. */
export function noteDaemon(ctx: Context, pid: number | undefined): void {
  const former = ctx.runtimePid;
  ctx.runtimePid = pid;
  if (pid === undefined || pid === former) return;
  watchRuntime(ctx, pid);
  // Where it lives is read with the processes.
  ctx.requests.askHost = true;
  if (former === undefined || ctx.runtimeDeaths.has(former)) return;
  ctx.watchedRuntime.delete(former);
  ctx.runtimeDeaths.set(former, { pid: former, comm: ctx.runtimeName ?? '', startNs: 0, timeNs: ctx.nowNs });
  ctx.daemonDeathPid = former;
}

/** The daemon need not live in the host's mount namespace: a snap has one of its own, and so has a service with PrivateMounts (systemd.exec(5)). */
export function noteRuntimeMounts(ctx: Context, processes: readonly HostProcess[]): void {
  const own = processes
    .filter(({ pid }) => pid === ctx.runtimePid || ctx.makerPids.has(pid))
    .map(({ namespaces }) => namespaces[MNT_TYPE] ?? 0);
  ctx.runtimeMounts = new Set(own.filter((inode) => inode !== 0));
}

/** Who is there is not in a container, which always has a mount namespace of its own. */
export function isOutsideMount(ctx: Context, inode: number): boolean {
  return ctx.namespaces.isHost(MNT_TYPE, inode) || ctx.runtimeMounts.has(inode);
}

/** The death of a shim in the time that the process it was the parent of lived. */
export function shimDeathOf(ctx: Context, pid: number, fromNs: BootNs, toNs: BootNs): RuntimeDeath | undefined {
  const death = ctx.runtimeDeaths.get(pid);
  return death && death.timeNs >= fromNs && death.timeNs <= toNs ? describe(ctx, death) : undefined;
}

/** The last time the daemon ended, when that was a short time before. */
export function daemonDeathBefore(ctx: Context, timeNs: BootNs): RuntimeDeath | undefined {
  const death = ctx.daemonDeathPid === undefined ? undefined : ctx.runtimeDeaths.get(ctx.daemonDeathPid);
  return death && death.timeNs <= timeNs && death.timeNs >= timeNs - MAX_DAEMON_NS ? describe(ctx, death) : undefined;
}

function describe(ctx: Context, { pid, comm, startNs, timeNs, exit }: RuntimeEnd): RuntimeDeath {
  const decisive = exit && decisiveSignal(exit, ctx.signals.signalsTo(pid, startNs, timeNs));
  return { pid, comm, timeNs, ...(exit && { exit }), ...(decisive && { sender: describeSender(ctx, decisive) }) };
}
