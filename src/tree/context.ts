// Makes the engine's state, and answers how much of it there is.
import { createCgroupRegistry } from '../attribution/cgroup-registry.ts';
import { createNamespaceTable, type NamespaceOwner } from '../attribution/namespace-table.ts';
import { createSignalLog } from '../cause/signal-log.ts';
import type { HostIdentity } from '../host/level.ts';
import type { BootNs } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import { createGraveyard } from './graveyard.ts';
import type { Context } from './state.ts';
import type { EngineCounts, ProbeSeeds, TreeLimits } from './surroundings.ts';

/** Of a second and a half in a storm of 45,000 forks a second. */
const MAX_DEATHS = 65_536;
const MAX_KEPT = 2048;

const DEFAULT_LIMITS: TreeLimits = {
  maxProcessesPerPod: 4096,
  maxHistory: 10,
  maxHeldEvents: 20_000,
  maxHoldMs: 2000,
  maxCauseWaitMs: 50,
  maxPods: 2000,
};

export interface EngineOptions {
  readonly node: string;
  readonly host: HostIdentity;
  /** Boot time in ns to RFC 3339 UTC with nine digits. Asked twice for each event: it has to be fast. */
  readonly wallTime: (bootNs: BootNs) => string;
  /** Start of every event id: differs between two runs of the daemon. */
  readonly idPrefix: string;
  readonly limits?: Partial<TreeLimits>;
}

export function createContext(options: EngineOptions): Context {
  let lastEvent = 0;
  const ctx: Context = {
    node: options.node,
    host: options.host,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    drops: { processLimit: 0, podLimit: 0, heldOverflow: 0, holdTimeout: 0, unknownCgroup: 0, podless: 0, metadataLimit: 0, tooLate: 0 },
    wallTime: options.wallTime,
    nextEventId: () => `${options.idPrefix}-${++lastEvent}`,
    registry: createCgroupRegistry({ now: () => ctx.nowNs }),
    // Whom the containers that were in it share with is told anew: with nobody, as long as they have ended.
    namespaces: createNamespaceTable(options.host.namespaces, { onOver: (owners) => touchOwners(ctx, owners) }),
    signals: createSignalLog(),
    pods: new Map(),
    items: new Map(),
    itemsByCgroup: new Map(),
    retired: new Map(),
    processes: new Map(),
    graveyard: createGraveyard({ maxDeaths: MAX_DEATHS, maxKept: MAX_KEPT }),
    metadata: new Map(),
    isMetadataCurrent: false,
    leaked: new Map(),
    pinnedBefore: new Map(),
    formerOwners: new Map(),
    pauseExits: [],
    pendingNamespaces: new Map(),
    outages: new Set(),
    watchedRuntime: new Set(),
    runtimeDeaths: new Map(),
    daemonDeathPid: undefined,
    shimPids: new Map(),
    makerPids: new Set(),
    strays: new Map(),
    leftGuests: new Map(),
    missing: new Map(),
    unmet: [],
    untoldEnds: new Map(),
    unlisted: new Map(),
    goneCgroups: new Map(),
    emptied: new Set(),
    runtimeName: undefined,
    runtimePid: undefined,
    runtimeMounts: new Set(),
    isRuntimeAvailable: false,
    isPrimed: false,
    nowNs: 0,
    latestEventNs: 0,
    skewNs: 0,
    caughtUpNs: 0,
    events: [],
    changes: [],
    dirtyPods: new Set(),
    touched: [],
    removed: [],
    requests: { askRuntime: false, askHost: false, watchPids: [], watchRuntimePids: [], podRoots: [] },
  };
  return ctx;
}

export function seedsOf(ctx: Context): ProbeSeeds {
  const namespaces = new Set<number>();
  for (const item of ctx.items.values()) {
    for (const [type, inode] of (item.namespaces ?? []).entries()) {
      if (inode !== 0 && !ctx.namespaces.isHost(type, inode)) namespaces.add(inode);
    }
  }
  return {
    pids: [...ctx.processes.keys()],
    runtimePids: [...ctx.watchedRuntime],
    podRoots: ctx.registry.podRoots(),
    namespaces: [...namespaces],
  };
}

export function countsOf(ctx: Context, held: number): EngineCounts {
  let pods = 0;
  let sandboxes = 0;
  let containers = 0;
  for (const pod of ctx.pods.values()) {
    if (!pod.shown) continue;
    pods++;
    if (pod.shownSandbox) sandboxes++;
    for (const { record } of pod.history) if (record.state !== 'removed') sandboxes++;
  }
  for (const item of ctx.items.values()) if (item.shown) containers++;
  return { pods, sandboxes, containers, processes: ctx.processes.size, held, cgroups: ctx.registry.size };
}

export function unnamedOf(ctx: Context): { pid: number; startNs: BootNs }[] {
  const unnamed: { pid: number; startNs: BootNs }[] = [];
  for (const { init, pod } of ctx.items.values()) {
    if (init && pod.ref.name === undefined) unnamed.push({ pid: init.pid, startNs: init.startNs });
  }
  return unnamed;
}

function touchOwners(ctx: Context, owners: readonly NamespaceOwner[]): void {
  for (const { containerId } of owners) {
    const item = ctx.items.get(containerId);
    if (item) touchPod(ctx, item.pod);
  }
}
