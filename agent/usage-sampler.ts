// Samples what pods use and who listens and talks in them, on a slow timer and only while somebody watches.
import type { Logger } from 'pino';
import { messageOf } from '../src/error.ts';
import type { CgroupUsage, ReadCgroupUsage } from '../src/host/cgroup-usage.ts';
import { type Holder, readNetworkUse } from '../src/host/network-usage.ts';
import { createPace } from '../src/host/pace.ts';
import type { ContainerId } from '../src/kernel/identity.ts';
import type { ResourceUse, UsageRecord } from '../src/tree/model.ts';
import type { UsageTarget } from '../src/tree/usage.ts';

const MAX_SHARE = 1 / 20;

export interface UsageSampler {
  start(): void;
  stop(): void;
}

export interface UsageSamplerOptions {
  readonly isWatched: () => boolean;
  readonly targets: () => readonly UsageTarget[];
  /** What was sampled, by sandbox; once more with nothing when nobody watches any more. */
  readonly onSample: (samples: ReadonlyMap<ContainerId, UsageRecord>) => void;
  /** RFC 3339 UTC, nine digits. */
  readonly wallTime: () => string;
  readonly log: Logger;
  readonly readCgroup: ReadCgroupUsage;
  /** Between two samples, ms; longer when one takes long, so that at most a twentieth of a processor goes into it. Default 5000. */
  readonly intervalMs?: number;
  /** How soon a watcher is noticed, ms. Default 500. */
  readonly lookMs?: number;
}

interface Before {
  readonly atMs: number;
  readonly cpuMs: number;
}

export function createUsageSampler(options: UsageSamplerOptions): UsageSampler {
  const { readCgroup, intervalMs = 5000, lookMs = 500 } = options;
  let before = new Map<ContainerId, Before>();
  let holders = new Map<ContainerId, Map<number, Holder>>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = true;
  let isShown = false;

  function useOf(id: ContainerId, cgroupPath: string, now: Map<ContainerId, Before>): ResourceUse | undefined {
    const used: CgroupUsage | undefined = readCgroup(cgroupPath);
    if (!used) return undefined;
    const atMs = performance.now();
    const last = before.get(id);
    now.set(id, { atMs, cpuMs: used.cpuMs });
    const cores = last && atMs > last.atMs ? Math.max(0, used.cpuMs - last.cpuMs) / (atMs - last.atMs) : undefined;
    return {
      cpuMs: Math.round(used.cpuMs * 1000) / 1000,
      ...(cores !== undefined && { cpuCores: Math.round(cores * 10_000) / 10_000 }),
      memoryBytes: used.memoryBytes,
    };
  }

  function read(target: UsageTarget, now: Map<ContainerId, Before>, nowHolders: Map<ContainerId, Map<number, Holder>>): UsageRecord {
    const { sandboxId, pause, containers, hostNetwork } = target;
    const pauseUse = pause && useOf(pause.id, pause.cgroupPath, now);
    const members = pause ? [...containers, pause] : containers;
    const insidePid = members.find(({ pids }) => pids.length > 0)?.pids[0];
    const known = holders.get(sandboxId) ?? new Map<number, Holder>();
    nowHolders.set(sandboxId, known);
    const network =
      hostNetwork || insidePid === undefined
        ? { ports: [], peers: [] }
        : readNetworkUse(
            insidePid,
            members.map(({ id, pids }) => ({ containerId: id, pids })),
            known,
          );
    return {
      sampledAt: options.wallTime(),
      ...(pauseUse && { pause: pauseUse }),
      containers: containers.flatMap(({ id, cgroupPath }) => {
        const use = useOf(id, cgroupPath, now);
        return use ? [{ id, ...use }] : [];
      }),
      ...network,
    };
  }

  async function sample(): Promise<number> {
    const startedMs = performance.now();
    const pace = createPace();
    const samples = new Map<ContainerId, UsageRecord>();
    const now = new Map<ContainerId, Before>();
    const nowHolders = new Map<ContainerId, Map<number, Holder>>();
    for (const target of options.targets()) {
      await pace.rest();
      samples.set(target.sandboxId, read(target, now, nowHolders));
    }
    before = now;
    holders = nowHolders;
    if (!isStopped) options.onSample(samples);
    return performance.now() - startedMs;
  }

  async function turn(): Promise<void> {
    let nextMs = lookMs;
    try {
      if (options.isWatched()) {
        isShown = true;
        nextMs = Math.max(intervalMs, (await sample()) / MAX_SHARE);
      } else if (isShown) {
        // What nobody looks at gets old: it is taken away.
        isShown = false;
        before.clear();
        holders.clear();
        options.onSample(new Map());
      }
    } catch (error) {
      options.log.warn({ error: messageOf(error) }, 'sampling what pods use failed: it is tried again');
      nextMs = intervalMs;
    }
    if (!isStopped) timer = setTimeout(() => void turn(), nextMs);
  }

  return {
    start: () => {
      isStopped = false;
      timer = setTimeout(() => void turn(), lookMs);
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
