// The death of a pause: its cause is told as soon as it is known, after a moment in any case, and amended when better evidence comes later.
import { isDeepStrictEqual } from 'node:util';
import type { PauseDeath } from '../cause/death.ts';
import { concludeCause, mayStillBeExplained, type SenderLookup } from '../cause/verdict.ts';
import type { ExitEvent } from '../kernel/event.ts';
import type { PodUid } from '../kernel/identity.ts';
import { exitRecord } from '../kernel/signal.ts';
import { cascadeOf, disagreementsOf, reviewVictims } from './cascade.ts';
import type { TreeEvent } from './change.ts';
import { amend, emit, processRefs, refsOf, touchPod } from './emit.ts';
import { startOf } from './graveyard.ts';
import { itemOfCgroup, ranAt } from './items.ts';
import { deletionOf, isDeletionWatched } from './metadata.ts';
import { comesBack, reviewOutages } from './outage.ts';
import { containerName, processRecord } from './records.ts';
import { daemonDeathBefore, shimDeathOf } from './runtime-process.ts';
import { describeSender } from './sender.ts';
import type { Context, Item, PauseExit, PodState, ProcessState } from './state.ts';

/** So long it is watched what becomes of the containers that ran, and as long at least for what else may come to light. */
const MAX_CASCADE_NS = 600e9;
const MIN_AMEND_NS = 120e9;
const MAX_REMEMBERED = 256;
/** On a busy machine the events of one CPU are behind those of another by more than usual: as long again is waited, up to this. */
const MAX_SKEW_NS = 1e9;

export function pauseDied(ctx: Context, process: ProcessState, event: ExitEvent | undefined): void {
  const { item } = process;
  if (!event) {
    item.runningAtDeath = namesOf(running(item.pod, ctx.nowNs));
    item.cause = concludeCause({ ...unseenDeath(ctx, process), timeNs: ctx.nowNs }, lookupIn(ctx));
    emit(ctx, ctx.nowNs, { type: 'pause.exited', ...processRefs(ctx, process), cause: item.cause, source: 'levels' });
    return reviewOutages(ctx, item.pod);
  }
  const pending: PauseExit = {
    item,
    event,
    process: processRecord(ctx, process),
    startNs: startOf(process),
    victims: new Map(),
    leaked: new Set(),
    wasWatched: isDeletionWatched(ctx, item.pod.uid),
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

interface About {
  readonly pid?: number;
  readonly pod?: PodState;
  /** The pod itself may be forgotten already. */
  readonly podUid?: PodUid;
}

/** Something was learned that may explain a death or tell of what followed: of one process, of one pod, or of whatever it is. */
export function reviewPauseExits(ctx: Context, about: About = {}): void {
  for (const exit of ctx.pauseExits) if (concerns(exit, about)) judge(ctx, exit, false);
}

function concerns(exit: PauseExit, { pid, pod, podUid }: About): boolean {
  if (podUid !== undefined) return exit.item.pod.uid === podUid;
  if (pod) return exit.item.pod === pod;
  if (pid === undefined || pid === exit.event.task.pid || pid === exit.item.shimPid) return true;
  for (const { item } of exit.victims.values()) if (item.first?.pid === pid) return true;
  return false;
}

/** A mount keeps the network namespace of a sandbox that is gone. */
export function noteLeak(ctx: Context, inode: number, path: string): void {
  for (const exit of ctx.pauseExits) {
    if (exit.item.namespaces?.[0] !== inode || exit.leaked.has(path)) continue;
    exit.leaked.add(path);
    judge(ctx, exit, false);
  }
}

/** Tells what has waited long enough, and forgets what nothing can amend any more. */
export function settlePauseExits(ctx: Context): void {
  for (let index = ctx.pauseExits.length - 1; index >= 0; index--) {
    const exit = ctx.pauseExits[index];
    if (!exit) continue;
    if (!exit.told && ctx.nowNs >= exit.deadlineNs) judge(ctx, exit, true);
    if (exit.told && ctx.nowNs >= exit.deadlineNs + amendNs(exit)) ctx.pauseExits.splice(index, 1);
  }
}

function amendNs(exit: PauseExit): number {
  for (const { item } of exit.victims.values()) if (!item.exit) return MAX_CASCADE_NS;
  return MIN_AMEND_NS;
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
  reviewVictims(exit);
  exit.item.runningAtDeath = namesOf([...exit.victims.values()].map((victim) => victim.item));
  const death = deathOf(ctx, exit);
  const lookup = lookupIn(ctx);
  if (!exit.told && !isFinal && mayStillBeExplained(death, lookup)) return;
  const { item, event, process } = exit;
  const told = { cause: concludeCause(death, lookup), cascade: cascadeOf(ctx, exit) };
  if (exit.told && isDeepStrictEqual(told, { cause: exit.told.cause, cascade: exit.told.cascade })) return;
  if (item.cause?.kind !== told.cause.kind) touchPod(ctx, item.pod);
  item.cause = told.cause;
  if (exit.told) exit.told = amend(ctx, { ...exit.told, ...told });
  else {
    const draft = { type: 'pause.exited' as const, ...refsOf(ctx, item), process, exit: exitRecord(event), ...told };
    exit.told = emit(ctx, event.timeNs, draft) as Extract<TreeEvent, { type: 'pause.exited' }>;
  }
  reviewOutages(ctx, item.pod);
}

function deathOf(ctx: Context, exit: PauseExit): PauseDeath {
  const { item, event, startNs } = exit;
  const { pid } = event.task;
  return {
    pid,
    timeNs: event.timeNs,
    exit: event,
    signals: ctx.signals.signalsTo(pid, startNs, event.timeNs),
    oom: ctx.signals.oomOf(pid, startNs, event.timeNs),
    shimPid: item.shimPid,
    parentPid: event.task.ppid,
    daemonPid: ctx.runtimePid,
    liveContainers: exit.victims.size,
    shimDeath: shimDeathOf(ctx, item.shimPid, startNs, event.timeNs),
    daemonDeath: daemonDeathBefore(ctx, event.timeNs),
    addressLostNs: item.addressLostNs,
    isDriverMismatch: ctx.registry.byId(event.task.cgroupId)?.owner.isDriverMismatch === true,
    hadContainer: item.isFromBefore ? undefined : item.hadContainer,
    disagreements: disagreementsOf(exit),
    deletion: deletionOf(ctx, item.pod.uid, event.timeNs, exit.wasWatched),
  };
}

/** Levels say that it is gone, and nothing else. */
function unseenDeath(ctx: Context, { pid, item }: ProcessState): Omit<PauseDeath, 'timeNs'> {
  return {
    ...{ pid, signals: [], shimPid: 0, parentPid: 0, daemonPid: ctx.runtimePid, liveContainers: 0 },
    ...{ isDriverMismatch: false, hadContainer: item.isFromBefore || item.hadContainer ? undefined : false, disagreements: [] },
    deletion: deletionOf(ctx, item.pod.uid, ctx.nowNs, false),
  };
}

function lookupIn(ctx: Context): SenderLookup {
  return {
    describe: (event) => describeSender(ctx, event),
    isInContainer: (event) => itemOfCgroup(ctx, ctx.registry.byId(event.task.cgroupId)) !== undefined,
    pathOf: (event) => ctx.registry.byId(event.task.cgroupId)?.path,
  };
}
