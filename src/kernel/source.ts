// The kernel as a stream of typed events: runs one bpftrace with all probes, says when they are really attached, and brings it back when it dies.
import { randomInt } from 'node:crypto';
import { PodtreeError } from '../error.ts';
import { type Bpftrace, checkPrivileges, findBpftrace, profileOf } from './bpftrace.ts';
import { type Child, startChild } from './child.ts';
import { composeFrom, type Hierarchy, type KernelFacts, readKernelFacts } from './compose.ts';
import type { KernelEvent } from './event.ts';
import type { BootNs, CgroupId, NamespaceSet } from './identity.ts';
import { createLineSplitter } from './lines.ts';
import { type Batch, createBatch, createLineParser } from './parse.ts';
import { CANARY_LIMIT, seedCanary, seedNamespace, seedProcess, seedRoot } from './seed.ts';

export type KernelMessage =
  /** What one read brought, in bpftrace's order: not the order of time across CPUs. Never empty. */
  | { readonly type: 'events'; readonly events: readonly KernelEvent[] }
  /** Events that the kernel had no room for. */
  | { readonly type: 'lost'; readonly lost: number }
  /** Lines that no probe of ours prints, and lines that were too long. */
  | { readonly type: 'malformed'; readonly count: number }
  /** The probes are attached: what happens from now on is seen. Read /proc now. wallNs is CLOCK_REALTIME at bootNs, to within a millisecond. */
  | {
      readonly type: 'ready';
      readonly attachMs: number;
      readonly bpftraceVersion: string;
      readonly bootNs: BootNs;
      readonly wallNs: bigint;
    }
  /** The child is gone, and with it everything until the next ready. */
  | { readonly type: 'down'; readonly error: PodtreeError; readonly restartInMs: number };

export interface KernelLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface RestartPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** The delay is drawn from (1 - jitter) to 1 times itself. */
  readonly jitterRatio: number;
  /** A child that was ready for so long starts the delays anew. */
  readonly healthyMs: number;
}

export const DEFAULT_RESTART: RestartPolicy = { firstMs: 500, factor: 2, capMs: 30_000, jitterRatio: 0.5, healthyMs: 60_000 };

export interface KernelSourceOptions {
  /** Absolute, or a name looked up in PATH. Default 'bpftrace'. */
  readonly bpftracePath?: string | undefined;
  /** The folder with the .bt files. */
  readonly probesDir: string;
  readonly hierarchy: Hierarchy;
  /** Namespaces of the host's pid 1: joining them makes no guest. */
  readonly hostNamespaces: NamespaceSet;
  /** Ids of the cgroups below which pods are. More come by addPodRoot. */
  readonly podRoots: readonly CgroupId[];
  /** Also print the arguments of every exec in a pod. */
  readonly processArgs: boolean;
  /** The one output. While a returned promise is pending nothing is read from bpftrace. What it throws is a bug and is not caught. */
  readonly onMessage: (message: KernelMessage) => void | Promise<void>;
  readonly log: KernelLog;
  /** This process, as the initial pid namespace numbers it. Default process.pid. */
  readonly agentPid?: number;
  readonly restart?: Partial<RestartPolicy>;
  /** Give up a child whose canary has not come back by then. Default 60 s. */
  readonly readyTimeoutMs?: number;
  /** How long a signal waits for the line that names its sender's parents. Default 20 ms. */
  readonly joinMs?: number;
  /** Default: reads this machine's BTF and tracefs. */
  readonly readFacts?: () => Promise<KernelFacts>;
  /** From 0 to 1. Default Math.random. */
  readonly random?: () => number;
}

export interface KernelSourceStats {
  readonly state: 'stopped' | 'starting' | 'ready' | 'down';
  readonly bpftracePid: number | undefined;
  readonly restarts: number;
  readonly lines: number;
  readonly events: number;
  readonly lost: number;
  readonly malformed: number;
}

export interface KernelSource {
  /** Checks the machine, then starts bpftrace; `ready` follows as a message. Rejects with a PodtreeError when this machine cannot run it. */
  start(): Promise<void>;
  /** Ends bpftrace and waits for it, three seconds at most. No message follows. */
  stop(): Promise<void>;
  /** Watch a process that was there before the probes. Only while ready: seed again after each `ready`. False when it was not done. */
  watchProcess(pid: number, options?: { readonly isGuest?: boolean }): boolean;
  /** Cgroups that hold pods are kept over restarts. */
  addPodRoot(id: CgroupId): void;
  /** Who joins this namespace becomes a guest. Kept over restarts until it is removed: inode numbers come back as the host's. */
  addPodNamespace(inode: number): void;
  removePodNamespace(inode: number): void;
  stats(): KernelSourceStats;
}

const CANARY_INTERVAL_MS = 25;
/** A node has one or two pod roots; 65 kinds of namespace inodes for each of 250 pods are more than it has. */
const MAX_SEEDS = 16_384;

export function createKernelSource(options: KernelSourceOptions): KernelSource {
  const policy: RestartPolicy = { ...DEFAULT_RESTART, ...options.restart };
  const random = options.random ?? Math.random;
  const podRoots = new Set<CgroupId>(options.podRoots);
  const podNamespaces = new Set<number>();
  const counted = { restarts: 0, lines: 0, events: 0, lost: 0, malformed: 0 };

  let state: KernelSourceStats['state'] = 'stopped';
  let isWanted = false;
  let machine: { readonly bpftrace: Bpftrace; readonly facts: KernelFacts } | undefined;
  let child: Child | undefined;
  let running: Promise<void> = Promise.resolve();
  let delayMs = policy.firstMs;
  let wake: (() => void) | undefined;

  const runOnce = async (bpftrace: Bpftrace, facts: KernelFacts): Promise<PodtreeError> => {
    const profile = profileOf(bpftrace);
    const program = await composeFrom(options.probesDir, {
      facts,
      hierarchy: options.hierarchy,
      hostNamespaces: options.hostNamespaces,
      agentPid: options.agentPid ?? process.pid,
      podRoots: [...podRoots],
      podNamespaces: [...podNamespaces],
      processArgs: options.processArgs,
      rawCgroups: profile.rawCgroups,
    });
    const splitter = createLineSplitter();
    const parser = createLineParser(profile);
    const startedMs = performance.now();
    const canaries = new Map<number, { wallNs: bigint; bootNs?: BootNs; isHatched?: boolean }>();
    let canaryNumber = randomInt(CANARY_LIMIT / 2);
    let readyMs: number | undefined;
    let isTimedOut = false;
    let joinTimer: NodeJS.Timeout | undefined;
    let droppedLines = 0;
    let isDelivering = false;

    const report = async (batch: Batch): Promise<void> => {
      isDelivering = true;
      counted.events += batch.events.length;
      counted.lost += batch.lost;
      counted.malformed += batch.malformed;
      if (batch.malformedSample !== undefined)
        options.log.debug({ line: batch.malformedSample }, 'a line from bpftrace that no probe prints');
      if (batch.lost > 0) await options.onMessage({ type: 'lost', lost: batch.lost });
      if (batch.malformed > 0) await options.onMessage({ type: 'malformed', count: batch.malformed });
      if (batch.events.length > 0) await options.onMessage({ type: 'events', events: batch.events });
      isDelivering = false;
    };

    const flushLater = (): void => {
      joinTimer ??= setTimeout(() => {
        joinTimer = undefined;
        if (isDelivering) return flushLater();
        const batch = createBatch();
        parser.flush(batch);
        if (isWanted) void report(batch);
      }, options.joinMs ?? 20);
    };

    const becomeReady = (batch: Batch): Extract<KernelMessage, { type: 'ready' }> | undefined => {
      for (const { end, number, timeNs } of batch.canaries) {
        const canary = canaries.get(number);
        if (canary === undefined) continue;
        if (end === 'hatch') canary.isHatched = true;
        else canary.bootNs = timeNs;
        if (!canary.isHatched || canary.bootNs === undefined) continue;
        canaries.clear();
        return {
          type: 'ready',
          attachMs: performance.now() - startedMs,
          bpftraceVersion: bpftrace.version,
          bootNs: canary.bootNs,
          wallNs: canary.wallNs,
        };
      }
      return undefined;
    };

    const current = startChild({
      path: bpftrace.path,
      program,
      env: profile.env,
      async onChunk(chunk) {
        const batch = createBatch();
        const lines = splitter.push(chunk);
        counted.lines += lines.length;
        for (const line of lines) parser.parse(line, batch);
        batch.malformed += splitter.dropped - droppedLines;
        droppedLines = splitter.dropped;
        if (readyMs === undefined) {
          const ready = becomeReady(batch);
          // What came before is older than the first look at /proc and is in it.
          if (ready === undefined) return;
          clearInterval(canaryTimer);
          clearTimeout(readyTimer);
          readyMs = performance.now();
          state = 'ready';
          // What was added since the program was composed.
          for (const id of podRoots) seedRoot(id);
          for (const inode of podNamespaces) seedNamespace(inode);
          await options.onMessage(ready);
        }
        await report(batch);
        if (parser.pending > 0) flushLater();
      },
    });
    child = current;
    const canaryTimer = setInterval(() => {
      canaryNumber = (canaryNumber + 1) % CANARY_LIMIT;
      if (canaries.size > 1_000) canaries.clear();
      canaries.set(canaryNumber, { wallNs: wallNs() });
      seedCanary(canaryNumber);
    }, CANARY_INTERVAL_MS);
    const readyTimeoutMs = options.readyTimeoutMs ?? 60_000;
    const readyTimer = setTimeout(() => {
      isTimedOut = true;
      void current.stop();
    }, readyTimeoutMs);

    try {
      const { how, stderr } = await current.exited;
      if (readyMs !== undefined && performance.now() - readyMs >= policy.healthyMs) delayMs = policy.firstMs;
      const said = stderr === '' ? '' : `: ${stderr}`;
      return isTimedOut
        ? new PodtreeError(
            'PROBE_NOT_ATTACHED',
            `kernel: the probes were not attached within ${readyTimeoutMs} ms${said}. If this process has a pid namespace of its own, give it the host's (hostPID: true)`,
          )
        : new PodtreeError(
            'PROBE_EXITED',
            `kernel: bpftrace ${bpftrace.version} ended with ${how}${said || (readyMs === undefined ? ' before its probes were attached' : '')}`,
          );
    } finally {
      child = undefined;
      clearInterval(canaryTimer);
      clearTimeout(readyTimer);
      clearTimeout(joinTimer);
    }
  };

  const run = async (): Promise<void> => {
    while (isWanted && machine !== undefined) {
      state = 'starting';
      const error = await runOnce(machine.bpftrace, machine.facts);
      if (!isWanted) break;
      state = 'down';
      counted.restarts++;
      const restartInMs = Math.round(delayMs * (1 - policy.jitterRatio * random()));
      delayMs = Math.min(delayMs * policy.factor, policy.capMs);
      await options.onMessage({ type: 'down', error, restartInMs });
      if (isWanted) await pause(restartInMs);
    }
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    async start() {
      if (isWanted) return;
      isWanted = true;
      try {
        const bpftrace = await findBpftrace(options.bpftracePath);
        await checkPrivileges(bpftrace);
        machine = { bpftrace, facts: await (options.readFacts ?? readKernelFacts)() };
      } catch (error) {
        isWanted = false;
        throw error;
      }
      running = run();
    },
    async stop() {
      isWanted = false;
      wake?.();
      await child?.stop();
      await running;
      state = 'stopped';
    },
    watchProcess: (pid, { isGuest = false } = {}) => state === 'ready' && seedProcess(pid, isGuest),
    addPodRoot(id) {
      if (podRoots.has(id) || podRoots.size >= MAX_SEEDS) return;
      podRoots.add(id);
      if (state !== 'ready' || seedRoot(id)) return;
      options.log.info({ cgroupId: id }, 'restarting the probes: the id of this pod root can only be given at their start');
      void child?.stop();
    },
    addPodNamespace(inode) {
      if (podNamespaces.size < MAX_SEEDS) podNamespaces.add(inode);
      if (state === 'ready') seedNamespace(inode);
    },
    removePodNamespace(inode) {
      podNamespaces.delete(inode);
      if (state === 'ready') seedNamespace(inode, true);
    },
    stats: () => ({ state, bpftracePid: child?.pid, ...counted }),
  };
}

/** CLOCK_REALTIME, ns. Microseconds where the process clock agrees with the wall clock, else Date's milliseconds. */
function wallNs(): bigint {
  const fineMs = performance.timeOrigin + performance.now();
  const wallMs = Date.now();
  return BigInt(Math.round((Math.abs(fineMs - wallMs) < 2 ? fineMs : wallMs) * 1e3)) * 1_000n;
}
