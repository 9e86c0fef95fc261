// The pipeline from kernel events and levels to tree updates: a pure machine. Inputs in, updates out; no I/O, no timers, no clock of its own.
import type { RuntimeLevel } from '../cri/level.ts';
import type { HostLevel } from '../host/level.ts';
import type { KernelEvent } from '../kernel/event.ts';
import type { BootNs, ContainerId } from '../kernel/identity.ts';
import { isAwaitingEvents, nextAbsenceDeadlineNs, settleAbsent } from './absence.ts';
import type { TreeUpdate } from './change.ts';
import { countsOf, createContext, type EngineOptions, seedsOf, unnamedOf } from './context.ts';
import { dispatch, learn } from './dispatch.ts';
import { emit } from './emit.ts';
import { expireStrays } from './guest.ts';
import { applyHost, meetLate } from './host-level.ts';
import { forgetPods } from './items.ts';
import { applyMetadata, forgetMetadata } from './metadata-level.ts';
import type { Tree, UsageRecord } from './model.ts';
import { expireOutages, nextOutageDeadlineNs } from './outage.ts';
import { nextPauseDeadlineNs, settlePauseExits } from './pause.ts';
import { expirePending } from './pending.ts';
import type { MetadataNews } from './pod-metadata.ts';
import { applyRuntime, runtimeAway } from './runtime-level.ts';
import { noteDaemon } from './runtime-process.ts';
import { nextEmptiedDeadlineNs, settleEmptied, settlePods, settleProcesses } from './settle.ts';
import { snapshotOf } from './snapshot.ts';
import type { Context } from './state.ts';
import type { EngineCounts, EngineRequests, ProbeSeeds, TreeDrops } from './surroundings.ts';
import { settleUntoldEnds } from './untold-end.ts';
import { applyUsage, type UsageTarget, usageTargetsOf } from './usage.ts';
import { createWaiting } from './waiting.ts';

export type { EngineCounts, ProbeSeeds } from './surroundings.ts';

/** Everything that can happen to the tree. A recording is a list of these. `nowNs` is CLOCK_BOOTTIME and never goes back. */
export type EngineInput =
  | { readonly type: 'kernel'; readonly nowNs: BootNs; readonly events: readonly KernelEvent[] }
  | { readonly type: 'host'; readonly nowNs: BootNs; readonly level: HostLevel }
  /** `level` absent: the runtime does not answer, or there is none. `fromNs` is when it was asked. */
  | {
      readonly type: 'runtime';
      readonly nowNs: BootNs;
      readonly fromNs: BootNs;
      readonly level?: RuntimeLevel;
      readonly daemonPid?: number;
    }
  | { readonly type: 'lost'; readonly nowNs: BootNs; readonly stage: 'kernel' | 'agent'; readonly lost?: number; readonly reason: string }
  /** All events of the time before have come. */
  | { readonly type: 'caught-up'; readonly nowNs: BootNs; readonly untilNs: BootNs }
  /** What sandboxes use, of all that are told of; of others nothing is known any more. */
  | { readonly type: 'usage'; readonly nowNs: BootNs; readonly samples: ReadonlyMap<ContainerId, UsageRecord> }
  /** What the API server says of the pods of this node; never, where it is not asked. */
  | ({ readonly type: 'metadata'; readonly nowNs: BootNs } & MetadataNews)
  | { readonly type: 'tick'; readonly nowNs: BootNs }
  /** The first levels have been taken: from here on what happens is news. */
  | { readonly type: 'primed'; readonly nowNs: BootNs };

export interface Engine {
  /** Takes one input and returns what it brought, in order. */
  input(input: EngineInput): TreeUpdate[];
  snapshot(): Omit<Tree, 'token'>;
  /** What the surroundings are asked to do since the last call. */
  takeRequests(): EngineRequests;
  /** What probes that start anew have to be told of. */
  seeds(): ProbeSeeds;
  /** First processes of pods that nobody has named: their host names would do (feed them as `hostname` events). */
  unnamed(): readonly { readonly pid: number; readonly startNs: BootNs }[];
  /** What a sample of the sandboxes' use has to read. */
  usageTargets(): readonly UsageTarget[];
  /** When a tick is due at the latest, ns; undefined when nothing waits. */
  nextDeadlineNs(): BootNs | undefined;
  counts(): EngineCounts;
  readonly drops: Readonly<TreeDrops>;
}

const NO_CHANGES: TreeUpdate['changes'] = [];
/** How often what is only memory is looked through for what has become old. */
const SWEEP_NS = 1e9;
/** As long as an outage may last. */
const FORGET_POD_NS = 60e9;

export function createEngine(options: EngineOptions): Engine {
  const ctx = createContext(options);
  const waiting = createWaiting(ctx, apply);
  let updates: TreeUpdate[] = [];
  let sweptNs = 0;

  function apply(event: KernelEvent): void {
    dispatch(ctx, event);
    flush();
  }

  /** Each event's changes go with it: the first of what one step brought has them all. */
  function flush(): void {
    if (ctx.dirtyPods.size > 0) settlePods(ctx);
    settleProcesses(ctx);
    const { events } = ctx;
    const [first] = events;
    if (!first && ctx.changes.length === 0) return;
    // An array that has grown keeps room for more, and the journal keeps the changes of every update.
    const changes = ctx.changes.slice();
    ctx.events = [];
    ctx.changes = [];
    if (!ctx.isPrimed) return;
    updates.push(first ? { event: first, changes } : { changes });
    for (let index = 1; index < events.length; index++) {
      const event = events[index];
      if (event) updates.push({ event, changes: NO_CHANGES });
    }
  }

  function tick(): void {
    waiting.expire();
    if (isAwaitingEvents(ctx)) {
      meetLate(ctx);
      settleAbsent(ctx);
      settleUntoldEnds(ctx);
    }
    settleEmptied(ctx);
    settlePauseExits(ctx);
    expireOutages(ctx);
    if (ctx.nowNs - sweptNs < SWEEP_NS) return;
    sweptNs = ctx.nowNs;
    expirePending(ctx);
    expireStrays(ctx);
    forgetPods(ctx, FORGET_POD_NS);
    forgetMetadata(ctx);
  }

  function step(input: EngineInput): void {
    switch (input.type) {
      case 'kernel':
        return kernel(input.events);
      case 'host':
        applyHost(ctx, input.level, waiting.isHeld);
        return waiting.releaseLearned();
      case 'runtime':
        return runtime(input);
      case 'lost': {
        const { stage, reason, lost } = input;
        emit(ctx, ctx.nowNs, { type: 'agent.gap', stage, reason, ...(lost !== undefined && { lost }) });
        return;
      }
      case 'caught-up':
        ctx.caughtUpNs = Math.max(ctx.caughtUpNs, input.untilNs);
        return;
      case 'usage':
        return applyUsage(ctx, input.samples);
      case 'metadata':
        return applyMetadata(ctx, input);
      case 'tick':
        return;
      case 'primed':
        flush();
        ctx.isPrimed = true;
        return;
      default:
        input satisfies never;
    }
  }

  function kernel(events: readonly KernelEvent[]): void {
    for (const event of inOrder(events)) {
      noteTime(ctx, event.timeNs);
      learn(ctx, event);
      if (event.kind === 'cgroup-mkdir') waiting.releaseLearned();
      else waiting.take(event);
    }
  }

  function runtime(input: Extract<EngineInput, { type: 'runtime' }>): void {
    noteDaemon(ctx, input.daemonPid);
    if (!input.level) {
      runtimeAway(ctx);
      return waiting.releaseAll();
    }
    waiting.releaseNamed(applyRuntime(ctx, input.level, input.fromNs));
  }

  return {
    input: (input) => {
      if (input.nowNs > ctx.nowNs) ctx.nowNs = input.nowNs;
      step(input);
      flush();
      tick();
      flush();
      const brought = updates;
      updates = [];
      return brought;
    },
    snapshot: () => snapshotOf(ctx),
    takeRequests: () => {
      const { askRuntime, askHost, watchPids, watchRuntimePids, podRoots } = ctx.requests;
      ctx.requests.askRuntime = waiting.isAwaitingNames() && ctx.isRuntimeAvailable;
      ctx.requests.askHost = false;
      return {
        askRuntime,
        askHost,
        askCatchUp: isAwaitingEvents(ctx) || waiting.isAwaitingPaths(),
        watchPids: watchPids.splice(0),
        watchRuntimePids: watchRuntimePids.splice(0),
        podRoots: podRoots.splice(0),
      };
    },
    seeds: () => seedsOf(ctx),
    unnamed: () => unnamedOf(ctx),
    usageTargets: () => usageTargetsOf(ctx),
    nextDeadlineNs: () => {
      const nextNs = Math.min(
        waiting.nextDeadlineNs(),
        nextAbsenceDeadlineNs(ctx),
        nextEmptiedDeadlineNs(ctx),
        nextPauseDeadlineNs(ctx),
        nextOutageDeadlineNs(ctx),
      );
      return Number.isFinite(nextNs) ? nextNs : undefined;
    },
    counts: () => countsOf(ctx, waiting.size),
    drops: ctx.drops,
  };
}

/** Lateness is remembered for some hundred events. */
function noteTime(ctx: Context, timeNs: BootNs): void {
  ctx.skewNs = Math.max(ctx.skewNs * 0.99, ctx.latestEventNs - timeNs);
  if (timeNs > ctx.latestEventNs) ctx.latestEventNs = timeNs;
}

/** A batch holds events of several CPUs, each in order: sorted, most of the disorder is gone before it can matter. */
function inOrder(events: readonly KernelEvent[]): readonly KernelEvent[] {
  let lastNs = 0;
  for (const { timeNs } of events) {
    if (timeNs < lastNs) return [...events].sort((a, b) => a.timeNs - b.timeNs);
    lastNs = timeNs;
  }
  return events;
}
