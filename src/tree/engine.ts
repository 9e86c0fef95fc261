// The pipeline from kernel events and levels to tree updates: a pure machine. Inputs in, updates out; no I/O, no timers, no clock of its own.
import { isPodRoot } from '../attribution/cgroup-path.ts';
import { createCgroupRegistry } from '../attribution/cgroup-registry.ts';
import { createHolding } from '../attribution/holding.ts';
import { createNamespaceTable } from '../attribution/namespace-table.ts';
import { createSignalLog } from '../cause/signal-log.ts';
import type { RuntimeLevel } from '../cri/level.ts';
import type { HostIdentity, HostLevel } from '../host/level.ts';
import type { KernelEvent } from '../kernel/event.ts';
import { type BootNs, type CgroupId, CLONE_FLAG, type ContainerId } from '../kernel/identity.ts';
import type { TreeChange, TreeEvent, TreeUpdate } from './change.ts';
import { settlePauseExit } from './container.ts';
import { createDeadProcesses } from './dead.ts';
import { emit } from './emit.ts';
import { itemOfCgroup, onHostname, unnamedOf } from './items.ts';
import { onCloneNamespaces, onGuestFork, onSetns, onUnshare } from './join.ts';
import { applyHost, applyRuntime, cgroupGone, runtimeAway } from './levels.ts';
import type { Tree } from './model.ts';
import { expireOutages } from './outage.ts';
import { expirePending } from './pending.ts';
import { findProcess, moveProcess, onArgs, onExec, onExit, onFork } from './process.ts';
import { settlePods, settleProcesses } from './settle.ts';
import { snapshotOf } from './snapshot.ts';
import type { Context, EngineRequests, Item, TreeDrops, TreeLimits } from './state.ts';

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
  | { readonly type: 'tick'; readonly nowNs: BootNs }
  /** The first levels have been taken: from here on what happens is news. */
  | { readonly type: 'primed'; readonly nowNs: BootNs };

export interface EngineOptions {
  readonly node: string;
  readonly host: HostIdentity;
  /** Boot time in ns to RFC 3339 UTC with nine digits. */
  readonly wallTime: (bootNs: BootNs) => string;
  /** Start of every event id: differs between two runs of the daemon. */
  readonly idPrefix: string;
  readonly limits?: Partial<TreeLimits>;
}

export interface EngineCounts {
  readonly pods: number;
  readonly sandboxes: number;
  readonly containers: number;
  readonly processes: number;
  readonly held: number;
  readonly cgroups: number;
}

/** What the probes' filters compare with, all of it. */
export interface ProbeSeeds {
  readonly pids: readonly number[];
  readonly podRoots: readonly CgroupId[];
  readonly namespaces: readonly number[];
}

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
  /** When a tick is due at the latest, ns; undefined when nothing waits. */
  nextDeadlineNs(): BootNs | undefined;
  counts(): EngineCounts;
  readonly drops: Readonly<TreeDrops>;
}

const DEFAULT_LIMITS: TreeLimits = {
  maxProcessesPerPod: 4096,
  maxHistory: 10,
  maxHeldEvents: 20_000,
  maxHoldMs: 2000,
  maxCauseWaitMs: 50,
  maxPods: 2000,
};

const NO_CHANGES: readonly TreeChange[] = [];
/** Events of two CPUs are milliseconds apart, a scan of /proc is older by some hundreds. */
const REMEMBERED_DEATHS = 16_384;
const NAMESPACE_FLAGS = Object.values(CLONE_FLAG).reduce((all, flag) => all | flag, 0);
const CLONE_INTO_CGROUP = 0x2_0000_0000;

/** A mkdir is told before anything in its cgroup, but by another CPU: milliseconds late, or more when bpftrace is behind. */
const ORPHAN_HOLD_NS = 100e6;
const MAX_ORPHANS = 4096;

export function createEngine(options: EngineOptions): Engine {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const ctx = createContext(options, limits);
  const holding = createHolding<KernelEvent>({ maxEvents: limits.maxHeldEvents, maxHoldNs: limits.maxHoldMs * 1e6 });
  /** Events of cgroups whose mkdir is still to come, from another CPU. */
  const orphans = createHolding<KernelEvent, CgroupId>({ maxEvents: MAX_ORPHANS, maxHoldNs: ORPHAN_HOLD_NS });
  const updates: TreeUpdate[] = [];

  function flush(): void {
    settlePods(ctx);
    settleProcesses(ctx);
    if (ctx.events.length === 0 && ctx.changes.length === 0) return;
    const changes = ctx.changes.length === 0 ? NO_CHANGES : ctx.changes.splice(0);
    const [event] = ctx.events;
    if (ctx.isPrimed) {
      updates.push(event ? { event, changes } : { changes });
      for (let index = 1; index < ctx.events.length; index++) updates.push({ event: ctx.events[index] as TreeEvent, changes: NO_CHANGES });
    }
    ctx.events.length = 0;
  }

  function release(id: ContainerId): void {
    for (const event of inOrder(holding.release(id))) {
      apply(event);
      flush();
    }
  }

  function releaseOrphans(id: CgroupId): void {
    for (const event of inOrder(orphans.release(id))) takeKnown(event);
  }

  /** Events of a container that the runtime is about to name wait for the name. */
  function mustWait(id: ContainerId | undefined): id is ContainerId {
    if (!id || !ctx.isRuntimeAvailable) return false;
    if (holding.isHeld(id)) return true;
    const item = ctx.items.get(id);
    return !item || (!item.wasNamed && !item.hadProcess);
  }

  function take(event: KernelEvent): void {
    const cgroupId = cgroupOf(event);
    const isOrphan = cgroupId !== undefined && cgroupId !== '0' && event.kind !== 'cgroup-rmdir' && !ctx.registry.byId(cgroupId);
    if (!isOrphan) return takeKnown(event);
    for (const evicted of orphans.hold(cgroupId, event, ctx.nowNs)) releaseOrphans(evicted);
  }

  function takeKnown(event: KernelEvent): void {
    const id = containerOf(event);
    if (!mustWait(id)) {
      apply(event);
      flush();
      return;
    }
    ctx.requests.askRuntime = true;
    for (const evicted of holding.hold(id, event, ctx.nowNs)) {
      ctx.drops.heldOverflow++;
      release(evicted);
    }
  }

  function cgroupOf(event: KernelEvent): CgroupId | undefined {
    switch (event.kind) {
      case 'fork':
        return forkedInto(event);
      case 'exec':
      case 'exit':
      case 'setns':
      case 'unshare':
        return event.task.cgroupId;
      case 'cgroup-rmdir':
      case 'cgroup-attach':
        return event.cgroupId;
      default:
        return undefined;
    }
  }

  function containerOf(event: KernelEvent): ContainerId | undefined {
    const cgroupId = cgroupOf(event);
    const owner = cgroupId === undefined ? undefined : ctx.registry.byId(cgroupId)?.owner;
    return owner?.role === 'container' ? owner.containerId : undefined;
  }

  function itemOf(cgroupId: CgroupId): Item | undefined {
    return ctx.itemsByCgroup.get(cgroupId) ?? itemOfCgroup(ctx, ctx.registry.byId(cgroupId));
  }

  function apply(event: KernelEvent): void {
    switch (event.kind) {
      case 'fork': {
        const item = itemOf(forkedInto(event));
        if (item) onFork(ctx, item, event);
        else onGuestFork(ctx, event);
        if (event.flags & NAMESPACE_FLAGS) onCloneNamespaces(ctx, item, event);
        return;
      }
      case 'exec':
      case 'exit': {
        const guest = findProcess(ctx, event.task.pid, event.task.startNs);
        const item = itemOf(event.task.cgroupId) ?? (guest?.role === 'guest' ? guest.item : undefined);
        if (!item) {
          // A guest whose setns is still to come, from another CPU.
          if (event.kind === 'exit') ctx.dead.add(event.task.pid, event.task.startNs);
          return;
        }
        if (event.kind === 'exec') onExec(ctx, item, event);
        else onExit(ctx, item, event);
        return;
      }
      case 'args':
        return onArgs(ctx, event);
      case 'hostname':
        return onHostname(ctx, event);
      case 'setns':
        return onSetns(ctx, itemOf(event.task.cgroupId), event);
      case 'unshare':
        return onUnshare(ctx, itemOf(event.task.cgroupId), event);
      case 'signal':
        ctx.signals.addSignal(event);
        return settleExits(false);
      case 'oom':
        ctx.signals.addOom(event);
        return settleExits(false);
      case 'cgroup-mkdir':
        return;
      case 'cgroup-rmdir':
        return cgroupGone(ctx, event.cgroupId);
      case 'cgroup-attach': {
        const item = itemOf(event.cgroupId);
        const process = ctx.processes.get(event.targetPid);
        if (process && item && process.item !== item) moveProcess(ctx, process, item);
        return;
      }
      default:
        event satisfies never;
    }
  }

  /** Paths of cgroups are learned at once, also for what is held: everything later is named by them. */
  function learn(event: KernelEvent): void {
    if (event.kind === 'cgroup-mkdir') {
      const entry = ctx.registry.learn(event.cgroupId, event.path);
      if (isPodRoot(event.path)) ctx.requests.podRoots.push(event.cgroupId);
      if (entry.owner.role === 'container') ctx.requests.askRuntime = true;
    } else if (event.kind === 'cgroup-rmdir') {
      ctx.registry.forget(event.cgroupId);
    }
  }

  function settleExits(isOverdue: boolean): void {
    for (const [index, pending] of [...ctx.pendingExits.entries()].reverse()) {
      if (settlePauseExit(ctx, pending, isOverdue && ctx.nowNs >= pending.deadlineNs)) ctx.pendingExits.splice(index, 1);
    }
  }

  function tick(): void {
    for (const id of holding.overdue(ctx.nowNs)) {
      ctx.drops.holdTimeout++;
      release(id);
    }
    for (const id of orphans.overdue(ctx.nowNs)) {
      ctx.drops.unknownCgroup++;
      releaseOrphans(id);
    }
    settleExits(true);
    expireOutages(ctx);
    expirePending(ctx);
  }

  function step(input: EngineInput): void {
    switch (input.type) {
      case 'kernel':
        for (const event of inOrder(input.events)) {
          learn(event);
          if (event.kind === 'cgroup-mkdir') releaseOrphans(event.cgroupId);
          else take(event);
        }
        return;
      case 'host':
        applyHost(ctx, input.level, ({ id }) => holding.isHeld(id));
        for (const id of orphans.ids()) if (ctx.registry.byId(id)) releaseOrphans(id);
        return;
      case 'runtime':
        return runtime(input);
      case 'lost':
        emit(ctx, ctx.nowNs, {
          type: 'agent.gap',
          stage: input.stage,
          reason: input.reason,
          ...(input.lost !== undefined && { lost: input.lost }),
        });
        return;
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

  function runtime(input: Extract<EngineInput, { type: 'runtime' }>): void {
    ctx.runtimePid = input.daemonPid;
    if (!input.level) {
      runtimeAway(ctx);
      for (const id of holding.ids()) release(id);
      return;
    }
    const named = applyRuntime(ctx, input.level, input.fromNs);
    for (const id of named) if (holding.isHeld(id)) release(id);
  }

  return {
    input: (input) => {
      ctx.nowNs = Math.max(ctx.nowNs, input.nowNs);
      step(input);
      flush();
      tick();
      flush();
      return updates.splice(0);
    },
    snapshot: () => snapshotOf(ctx),
    takeRequests: () => {
      const { askRuntime, watchPids, podRoots } = ctx.requests;
      ctx.requests.askRuntime = holding.size > 0 && ctx.isRuntimeAvailable;
      return { askRuntime, watchPids: watchPids.splice(0), podRoots: podRoots.splice(0) };
    },
    unnamed: () => unnamedOf(ctx),
    seeds: () => seedsOf(ctx),
    nextDeadlineNs: () => {
      const deadlines = [
        holding.nextDeadlineNs(),
        orphans.nextDeadlineNs(),
        ...ctx.pendingExits.map((pending) => pending.deadlineNs),
      ].filter((ns) => ns !== undefined);
      for (const outage of ctx.outages.values()) deadlines.push(outage.deadlineNs);
      return deadlines.length === 0 ? undefined : Math.min(...deadlines);
    },
    counts: () => countsOf(ctx, holding.size + orphans.size),
    drops: ctx.drops,
  };
}

/** Where the child of a fork is. Only CLONE_INTO_CGROUP puts it elsewhere than where its parent is. */
function forkedInto(event: Extract<KernelEvent, { kind: 'fork' }>): CgroupId {
  if (event.cgroupId !== '0') return event.cgroupId;
  return event.flags >= CLONE_INTO_CGROUP ? event.cgroupId : event.task.cgroupId;
}

/** A batch holds events of several CPUs, each in order: sorted, most of the disorder is gone before it can matter. */
function inOrder(events: readonly KernelEvent[]): readonly KernelEvent[] {
  for (let index = 1; index < events.length; index++) {
    const [before, event] = [events[index - 1], events[index]];
    if (before && event && event.timeNs < before.timeNs) return [...events].sort((a, b) => a.timeNs - b.timeNs);
  }
  return events;
}

function seedsOf(ctx: Context): ProbeSeeds {
  const namespaces = new Set<number>();
  for (const item of ctx.items.values()) {
    for (const [type, inode] of (item.namespaces ?? []).entries())
      if (inode !== 0 && !ctx.namespaces.isHost(type, inode)) namespaces.add(inode);
  }
  return { pids: [...ctx.processes.keys()], podRoots: ctx.registry.podRoots(), namespaces: [...namespaces] };
}

function countsOf(ctx: Context, held: number): EngineCounts {
  let pods = 0;
  let sandboxes = 0;
  let containers = 0;
  for (const pod of ctx.pods.values()) if (pod.shown !== undefined) pods++;
  for (const item of ctx.items.values()) {
    if (!item.shown) continue;
    if (item.kind === 'sandbox') sandboxes++;
    else containers++;
  }
  return { pods, sandboxes, containers, processes: ctx.processes.size, held, cgroups: ctx.registry.size };
}

function createContext(options: EngineOptions, limits: TreeLimits): Context {
  let lastEvent = 0;
  const ctx: Context = {
    node: options.node,
    host: options.host,
    limits,
    drops: { processLimit: 0, podLimit: 0, heldOverflow: 0, holdTimeout: 0, unknownCgroup: 0, podless: 0 },
    wallTime: options.wallTime,
    nextEventId: () => `${options.idPrefix}-${++lastEvent}`,
    registry: createCgroupRegistry({ now: () => ctx.nowNs }),
    namespaces: createNamespaceTable(options.host.namespaces),
    signals: createSignalLog(),
    pods: new Map(),
    items: new Map(),
    itemsByCgroup: new Map(),
    processes: new Map(),
    dead: createDeadProcesses(REMEMBERED_DEATHS),
    leaked: new Map(),
    pinnedBefore: new Map(),
    formerOwners: new Map(),
    pendingExits: [],
    pendingNamespaces: new Map(),
    outages: new Map(),
    shimPids: new Map(),
    runtimeName: undefined,
    runtimePid: undefined,
    sandboxMakers: new Set(),
    isRuntimeAvailable: false,
    isPrimed: false,
    nowNs: 0,
    events: [],
    dirtyPods: new Set(),
    touchedProcesses: new Set(),
    removedProcesses: new Set(),
    changes: [],
    requests: { askRuntime: false, watchPids: [], podRoots: [] },
  };
  return ctx;
}
