// The death of a pause: its cause is told as soon as it is known, after a moment in any case, and amended when better evidence comes later.
import { systemdUnitOf } from '../attribution/cgroup-path.ts';
import type { Cause, Sender } from '../cause/cause.ts';
import { concludeCause, mayStillBeExplained, type PauseDeath, type SenderLookup } from '../cause/verdict.ts';
import type { ExitEvent, SignalEvent } from '../kernel/event.ts';
import { exitRecord } from '../kernel/signal.ts';
import type { TreeEvent } from './change.ts';
import { amend, emit, processRefs, refsOf } from './emit.ts';
import { startOf } from './graveyard.ts';
import { itemOfCgroup, ranAt } from './items.ts';
import { comesBack } from './outage.ts';
import { containerName, processRecord } from './records.ts';
import type { Context, Item, PauseExit, PodState, ProcessState } from './state.ts';

/** Evidence that comes later than this is of something else. */
const MAX_AMEND_NS = 10e9;
const MAX_REMEMBERED = 256;
/** On a busy machine the events of one CPU are behind those of another by more than usual: as long again is waited, up to this. */
const MAX_SKEW_NS = 1e9;

export function pauseDied(ctx: Context, process: ProcessState, event: ExitEvent | undefined): void {
  const { item } = process;
  if (!event) {
    item.runningAtDeath = namesOf(running(item.pod, ctx.nowNs));
    item.cause = concludeCause({ pid: process.pid, signals: [], runtimePids: [], liveContainers: 0 }, lookupIn(ctx));
    emit(ctx, ctx.nowNs, { type: 'pause.exited', ...processRefs(ctx, process), cause: item.cause, source: 'levels' });
    return;
  }
  const pending: PauseExit = {
    item,
    event,
    process: processRecord(ctx, process),
    startNs: startOf(process),
    // At its end the parent is the shim, at its start it may still have been the runc that made it.
    shimPids: [event.task.ppid, item.shimPid],
    // From now, not from its death: when bpftrace is behind, everything comes late together.
    deadlineNs: ctx.nowNs + Math.max(ctx.limits.maxCauseWaitMs * 1e6, Math.min(2 * ctx.skewNs, MAX_SKEW_NS)),
  };
  ctx.pauseExits.push(pending);
  if (ctx.pauseExits.length > MAX_REMEMBERED) tell(ctx, ctx.pauseExits.shift());
  judge(ctx, pending, false);
}

function running(pod: PodState, timeNs: number): Item[] {
  return [...pod.items.values()].filter((item) => ranAt(item, timeNs));
}

function namesOf(items: readonly Item[]): string[] {
  return items.filter(comesBack).map(containerName);
}

/** Something was learned that may explain a death: a signal, an OOM kill, the end of a container. */
export function reviewPauseExits(ctx: Context, pod?: PodState): void {
  for (const exit of ctx.pauseExits) if (!pod || exit.item.pod === pod) judge(ctx, exit, false);
}

/** Tells what has waited long enough, and forgets what nothing can amend any more. */
export function settlePauseExits(ctx: Context): void {
  for (let index = ctx.pauseExits.length - 1; index >= 0; index--) {
    const exit = ctx.pauseExits[index];
    if (!exit) continue;
    if (!exit.told && ctx.nowNs >= exit.deadlineNs) judge(ctx, exit, true);
    if (exit.told && ctx.nowNs >= exit.deadlineNs + MAX_AMEND_NS) ctx.pauseExits.splice(index, 1);
  }
}

export function nextPauseDeadlineNs(ctx: Context): number {
  let nextNs = Number.POSITIVE_INFINITY;
  for (const exit of ctx.pauseExits) if (!exit.told && exit.deadlineNs < nextNs) nextNs = exit.deadlineNs;
  return nextNs;
}

function tell(ctx: Context, exit: PauseExit | undefined): void {
  if (exit && !exit.told) judge(ctx, exit, true);
}

function judge(ctx: Context, exit: PauseExit, isFinal: boolean): void {
  const death = deathOf(ctx, exit);
  const lookup = lookupIn(ctx);
  if (!exit.told && !isFinal && mayStillBeExplained(death, lookup)) return;
  const cause = concludeCause(death, lookup);
  exit.item.runningAtDeath = namesOf(running(exit.item.pod, exit.event.timeNs));
  if (!exit.told) {
    exit.item.cause = cause;
    const { item, event, process } = exit;
    const draft = { type: 'pause.exited' as const, ...refsOf(ctx, item), process, exit: exitRecord(event), cause };
    exit.told = emit(ctx, event.timeNs, draft) as Extract<TreeEvent, { type: 'pause.exited' }>;
    return;
  }
  if (isSame(cause, exit.told.cause)) return;
  exit.item.cause = cause;
  exit.told = amend(ctx, { ...exit.told, cause });
  const outage = ctx.outages.get(exit.item.pod.uid);
  if (outage?.former === exit.item) outage.event = { ...outage.event, cause };
}

function deathOf(ctx: Context, { item, event, startNs, shimPids }: PauseExit): PauseDeath {
  const { pid } = event.task;
  return {
    pid,
    exit: event,
    signals: ctx.signals.signalsTo(pid, startNs, event.timeNs),
    oom: ctx.signals.oomOf(pid, startNs, event.timeNs),
    runtimePids: [...new Set([...shimPids, ctx.runtimePid ?? 0])].filter((pid) => pid > 1),
    liveContainers: running(item.pod, event.timeNs).length,
  };
}

/** Everything that counts is in it: kind, signal, who sent it, and how many containers ran. */
function isSame(cause: Cause, other: Cause): boolean {
  return JSON.stringify(cause) === JSON.stringify(other);
}

function lookupIn(ctx: Context): SenderLookup {
  return {
    describe: (event) => describeSender(ctx, event),
    isInContainer: (event) => itemOfCgroup(ctx, ctx.registry.byId(event.task.cgroupId)) !== undefined,
  };
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
