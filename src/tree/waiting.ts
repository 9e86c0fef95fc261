// Keeps back events that cannot be told yet: of containers that the runtime has not named, and of cgroups whose path has not arrived.
import { dropOldest } from '../attribution/drop-oldest.ts';
import { createHolding } from '../attribution/holding.ts';
import type { KernelEvent } from '../kernel/event.ts';
import type { BootNs, CgroupId, ContainerId } from '../kernel/identity.ts';
import { cgroupOf } from './dispatch.ts';
import { MAX_PATIENCE_NS } from './patience.ts';
import type { Context } from './state.ts';

/** The mkdir of a cgroup is over before a process is in it, but it may be told by another CPU, whose buffer a storm has filled: it is on its way until
 * all events of that time have come. What was lost of it a scan finds within this. */
const CGROUP_WAIT_NS = 1e9;
const MAX_UNNAMED = 1024;

export interface Waiting {
  /** Applies an event now, or later. */
  take(event: KernelEvent): void;
  isHeld(id: ContainerId): boolean;
  /** Paths of cgroups have been learned. */
  releaseLearned(): void;
  /** The runtime has named these. */
  releaseNamed(ids: readonly ContainerId[]): void;
  /** There is nobody to wait for: the runtime does not answer. */
  releaseAll(): void;
  /** Lets go of what has waited long enough, and counts it. */
  expire(): void;
  nextDeadlineNs(): BootNs;
  /** Paths are waited for that events may bring. */
  isAwaitingPaths(): boolean;
  /** Names are waited for that the runtime may know. */
  isAwaitingNames(): boolean;
  readonly size: number;
}

export function createWaiting(ctx: Context, apply: (event: KernelEvent) => void): Waiting {
  const { maxHeldEvents: maxEvents, maxHoldMs } = ctx.limits;
  const containers = createHolding<ContainerId, KernelEvent>({ maxEvents, maxHoldNs: maxHoldMs * 1e6 });
  const cgroups = createHolding<CgroupId, KernelEvent>({
    maxEvents,
    maxHoldNs: CGROUP_WAIT_NS,
    extension: { maxNs: MAX_PATIENCE_NS, mayStillCome: (timeNs) => ctx.caughtUpNs < timeNs },
  });
  /** When the last event without a path happened, ns. */
  let lastPathlessNs: BootNs = 0;
  /** Processes whose exec waits: what is told of it in events of their own has to wait with it, by pid. */
  const execs = new Map<number, () => Wait>();
  /** Containers that the runtime does not know, although it was given time to: they are not waited for again. */
  const unnamed = new Set<ContainerId>();

  type Wait = (event: KernelEvent) => void;

  function waitForName(id: ContainerId, event: KernelEvent): void {
    ctx.requests.askRuntime = true;
    for (const evicted of containers.hold(id, event, ctx.nowNs)) {
      ctx.drops.heldOverflow++;
      releaseContainer(evicted);
    }
  }

  function waitForPath(id: CgroupId, event: KernelEvent): void {
    lastPathlessNs = Math.max(lastPathlessNs, event.timeNs);
    for (const evicted of cgroups.hold(id, event, ctx.nowNs)) {
      ctx.drops.heldOverflow++;
      releaseCgroup(evicted, apply);
    }
  }

  function isUnnamed(id: ContainerId): boolean {
    if (!ctx.isRuntimeAvailable) return false;
    if (containers.isHeld(id)) return true;
    const item = ctx.items.get(id);
    return item ? !item.wasNamed && !item.hadProcess : !unnamed.has(id);
  }

  function waitFor(event: KernelEvent): Wait | undefined {
    if (event.kind === 'args' || event.kind === 'hostname') return execs.get(event.pid)?.();
    const cgroupId = cgroupOf(event);
    if (cgroupId === undefined || cgroupId === '0') return undefined;
    const entry = ctx.registry.byId(cgroupId);
    if (!entry) return ctx.registry.size > 0 ? (later) => waitForPath(cgroupId, later) : undefined;
    const { role, containerId } = entry.owner;
    if (role !== 'container' || !containerId || !isUnnamed(containerId)) return undefined;
    return (later) => waitForName(containerId, later);
  }

  function take(event: KernelEvent): void {
    const wait = waitFor(event);
    if (!wait) return apply(event);
    if (event.kind === 'exec') execs.set(event.task.pid, () => wait);
    wait(event);
  }

  function letGo(events: readonly KernelEvent[], to: (event: KernelEvent) => void): void {
    for (const event of events) {
      if (event.kind === 'exec') execs.delete(event.task.pid);
      to(event);
    }
  }

  function releaseContainer(id: ContainerId): void {
    letGo(containers.release(id), apply);
  }

  function releaseCgroup(id: CgroupId, to: (event: KernelEvent) => void): void {
    letGo(cgroups.release(id), to);
  }

  function giveUp(id: ContainerId): void {
    ctx.drops.holdTimeout++;
    unnamed.add(id);
    dropOldest(unnamed, MAX_UNNAMED);
    releaseContainer(id);
  }

  return {
    take,
    isHeld: (id) => containers.isHeld(id),
    releaseLearned: () => {
      if (cgroups.size === 0) return;
      for (const id of cgroups.keys()) if (ctx.registry.byId(id)) releaseCgroup(id, take);
    },
    releaseNamed: (ids) => {
      for (const id of ids) {
        if (containers.isHeld(id)) releaseContainer(id);
        // What was told of it in the meantime was told of nobody.
        if (unnamed.delete(id)) ctx.requests.askHost = true;
      }
    },
    releaseAll: () => {
      for (const id of containers.keys()) releaseContainer(id);
    },
    expire: () => {
      for (const id of containers.overdue(ctx.nowNs)) giveUp(id);
      for (const id of cgroups.overdue(ctx.nowNs)) {
        ctx.drops.unknownCgroup++;
        releaseCgroup(id, apply);
      }
    },
    nextDeadlineNs: () =>
      Math.min(containers.nextDeadlineNs() ?? Number.POSITIVE_INFINITY, cgroups.nextDeadlineNs() ?? Number.POSITIVE_INFINITY),
    isAwaitingPaths: () => cgroups.size > 0 && ctx.caughtUpNs < lastPathlessNs,
    isAwaitingNames: () => containers.size > 0,
    get size() {
      return containers.size + cgroups.size;
    },
  };
}
