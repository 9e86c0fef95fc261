// Puts probes, /proc, runtimes and the tree together: what the daemon serves and what a recording saves.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { isPodRoot } from '../src/attribution/cgroup-path.ts';
import { createRedaction } from '../src/attribution/redact-args.ts';
import type { Config } from '../src/config/schema.ts';
import { createRuntimeClient } from '../src/cri/client.ts';
import { DEMO_ENDPOINT } from '../src/demo/demo.ts';
import { messageOf } from '../src/error.ts';
import { createClock } from '../src/host/clock.ts';
import { findHierarchy } from '../src/host/hierarchy.ts';
import { readContainerHostname } from '../src/host/hostname.ts';
import { type NodeIdentity, readHostIdentity, requireHostNamespaces } from '../src/host/identity.ts';
import type { HostLevel } from '../src/host/level.ts';
import { scanHost } from '../src/host/scan.ts';
import type { KernelEvent } from '../src/kernel/event.ts';
import type { ContainerId } from '../src/kernel/identity.ts';
import { createKernelSource, type KernelMessage } from '../src/kernel/source.ts';
import type { TreeUpdate } from '../src/tree/change.ts';
import { createEngine, type Engine, type EngineInput } from '../src/tree/engine.ts';
import type { UsageRecord } from '../src/tree/model.ts';
import { createMetadataSource, type MetadataStats } from './metadata.ts';
import { createRuntimePoll, type RuntimePoll } from './runtime-poll.ts';

/** A resync after a loss waits this long for more of it, so that a burst costs one. */
const RESYNC_DELAY_MS = 250;

/** A runtime hears of a death some milliseconds after the kernel told us: it would know nothing yet, and asking takes time in which the alert
 * about it waits to be sent. */
const AFTER_DEATH_MS = 8;

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

export interface PipelineEvents {
  /** Every input of the engine, before it is taken: what a recording keeps. */
  onInput?(input: EngineInput): void;
  /** `latencyNs`: age of the oldest kernel event of the batch, absent for levels. */
  onUpdates(updates: readonly TreeUpdate[], latencyNs?: number): void;
  /** Events were lost, or nobody watched for a while; the tree has been or will be read anew. */
  onGap(stage: 'kernel' | 'agent', lost: number | undefined): void;
  onReadiness(readiness: Readiness): void;
  /** The levels were read and the tree agrees with them again. */
  onResync?(durationMs: number): void;
}

export interface PipelineStats {
  readonly kernelEvents: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly malformed: number;
  readonly queueDropped: number;
  readonly probeRestarts: number;
  readonly resyncs: number;
  readonly attachMs: number | undefined;
  readonly bpftraceVersion: string | undefined;
  readonly runtime: { readonly ok: number; readonly error: number };
  /** Of the API server. */
  readonly metadata: MetadataStats;
}

export interface Pipeline {
  readonly identity: NodeIdentity;
  readonly engine: Engine;
  readonly idPrefix: string;
  wallOffsetNs(): bigint;
  readiness(): Readiness;
  /** The first levels are in: the tree is complete. Stays true when the probes go down later. */
  hasTree(): boolean;
  stats(): PipelineStats;
  /** Puts a sample of what pods use into the tree. */
  takeUsage(samples: ReadonlyMap<ContainerId, UsageRecord>): void;
  /** The time now, as events have it. */
  wallTime(): string;
  /** Starts the probes; resolves when the first levels are in and the tree is complete, or when it is stopped before that.
   * Rejects with what the machine lacks. */
  start(): Promise<void>;
  /** Reads /proc and the runtime now, and then again in the interval that is set now. */
  resync(): void;
  stop(): Promise<void>;
}

/** Throws PodtreeError for a machine that cannot run it. */
export function createPipeline(config: Config, log: Logger, events: PipelineEvents): Pipeline {
  const identity = readHostIdentity(config.nodeName);
  requireHostNamespaces(identity);
  const hierarchy = findHierarchy({ override: hierarchyOverride(config.cgroupHierarchy) });
  const clock = createClock();
  const idPrefix = randomBytes(4).toString('hex');
  const engine = createEngine({
    node: identity.nodeName,
    host: identity,
    wallTime: clock.wallTime,
    idPrefix,
    limits: { maxHistory: config.limits.historySandboxes, maxProcessesPerPod: config.limits.podProcesses },
  });

  const isRedacted = config.processArgs === 'redacted';
  const redactArgs = createRedaction(config.redact);
  const kernelEvents: Record<string, number> = {};
  const stats = {
    lost: 0,
    malformed: 0,
    queueDropped: 0,
    probeRestarts: 0,
    resyncs: 0,
    attachMs: undefined as number | undefined,
    bpftraceVersion: undefined as string | undefined,
  };
  let readiness: Readiness = { ready: false, reason: 'the probes are being attached' };
  /** Until the first levels are in, events wait: what they say is younger than the probes and older than the levels. */
  let early: KernelEvent[] | undefined = [];
  const gaps: { readonly stage: 'kernel' | 'agent'; readonly lost: number | undefined }[] = [];
  let isStopped = false;
  let resyncTimer: NodeJS.Timeout | undefined;
  let resyncing: Promise<void> | undefined;
  let resyncAtMs = Number.POSITIVE_INFINITY;
  let isResyncStale = false;
  let isAttached = false;
  let tickTimer: NodeJS.Timeout | undefined;
  let unprobedTimer: NodeJS.Immediate | undefined;
  let tickAtNs = Number.POSITIVE_INFINITY;

  const poll: RuntimePoll = createRuntimePoll({
    node: createRuntimeClient(config.runtimeEndpoint ? { endpoint: config.runtimeEndpoint } : {}),
    demo: config.runtimeEndpoint === DEMO_ENDPOINT ? undefined : createRuntimeClient({ endpoint: DEMO_ENDPOINT }),
    hasDemo: () => existsSync(DEMO_ENDPOINT.slice('unix://'.length)),
    bootNow: clock.bootNow,
    onAnswer: (answer) => feed({ type: 'runtime', nowNs: clock.bootNow(), ...answer }),
    log: log.child({ subsystem: 'cri' }),
  });

  const source = createKernelSource({
    bpftracePath: config.bpftrace,
    probesDir: fileURLToPath(new URL('../probes', import.meta.url)),
    hierarchy,
    hostNamespaces: identity.namespaces,
    podRoots: [],
    processArgs: config.processArgs !== 'off',
    log: log.child({ subsystem: 'kernel' }),
    onMessage,
  });

  const metadata = createMetadataSource({
    config: config.kubernetes,
    node: identity.nodeName,
    env: process.env,
    onNews: (news) => feed({ type: 'metadata', nowNs: clock.bootNow(), ...news }),
    log: log.child({ subsystem: 'kubernetes' }),
  });

  const redactLevel = (level: HostLevel): HostLevel =>
    isRedacted ? { ...level, processes: level.processes.map((process) => ({ ...process, args: redactArgs(process.args) })) } : level;
  const redactEvents = (batch: readonly KernelEvent[]): readonly KernelEvent[] =>
    isRedacted ? batch.map((event) => (event.kind === 'args' ? { ...event, args: redactArgs(event.args) } : event)) : batch;

  function feed(input: EngineInput, oldestNs?: number): void {
    events.onInput?.(input);
    const updates = engine.input(input);
    const { askRuntime, askHost, askCatchUp, watchPids, watchRuntimePids, podRoots } = engine.takeRequests();
    for (const pid of watchPids) source.watchProcess(pid);
    for (const pid of watchRuntimePids) source.watchProcess(pid, 'runtime');
    for (const id of podRoots) source.addPodRoot(id);
    // What came into a new pod root before the probes knew of it was not seen.
    if (podRoots.length > 0 || askHost) resyncSoon();
    if (askRuntime) poll.ask(updates.some(({ event }) => event?.type === 'pause.exited') ? AFTER_DEATH_MS : 0);
    if (updates.length > 0) events.onUpdates(updates, oldestNs === undefined ? undefined : clock.bootNow() - oldestNs);
    if (askCatchUp && !source.catchUp()) catchUpWithNothing();
    scheduleTick();
  }

  /** Without probes no event is on its way: what a level shows is all that will be told. */
  function catchUpWithNothing(): void {
    if (early || unprobedTimer) return;
    unprobedTimer = setImmediate(() => {
      unprobedTimer = undefined;
      const nowNs = clock.bootNow();
      feed({ type: 'caught-up', nowNs, untilNs: nowNs });
    });
  }

  function scheduleTick(): void {
    const dueNs = engine.nextDeadlineNs();
    if (dueNs === undefined || dueNs >= tickAtNs || isStopped) return;
    clearTimeout(tickTimer);
    tickAtNs = dueNs;
    tickTimer = setTimeout(
      () => {
        tickAtNs = Number.POSITIVE_INFINITY;
        feed({ type: 'tick', nowNs: clock.bootNow() });
      },
      Math.max(1, (dueNs - clock.bootNow()) / 1e6),
    );
  }

  function onMessage(message: KernelMessage): void {
    switch (message.type) {
      case 'events':
        return onEvents(message.events);
      case 'lost':
        stats.lost += message.lost;
        feed({ type: 'lost', nowNs: clock.bootNow(), stage: 'kernel', lost: message.lost, reason: "bpftrace's buffer was full" });
        gaps.push({ stage: 'kernel', lost: message.lost });
        return resyncSoon();
      case 'caught-up':
        // Before the first levels are in, the events are not either.
        if (!early) feed({ type: 'caught-up', nowNs: clock.bootNow(), untilNs: message.untilNs });
        return;
      case 'malformed':
        stats.malformed += message.count;
        return;
      case 'ready':
        stats.attachMs = message.attachMs;
        stats.bpftraceVersion = message.bpftraceVersion;
        isAttached = true;
        log.info({ attachMs: Math.round(message.attachMs), bpftrace: message.bpftraceVersion }, 'probes attached');
        seed();
        return resyncSoon(0);
      case 'down':
        stats.probeRestarts++;
        isAttached = false;
        setReadiness({ ready: false, reason: `the probes are down: ${messageOf(message.error)}` });
        log.error(
          { error: messageOf(message.error), restartInMs: message.restartInMs },
          'probes are down: nothing is seen until they are back',
        );
        feed({ type: 'lost', nowNs: clock.bootNow(), stage: 'kernel', reason: 'the probes ended' });
        gaps.push({ stage: 'kernel', lost: undefined });
        return;
      default:
        message satisfies never;
    }
  }

  function onEvents(raw: readonly KernelEvent[]): void {
    const batch = redactEvents(raw);
    for (const { kind } of batch) kernelEvents[kind] = (kernelEvents[kind] ?? 0) + 1;
    if (!early) return feed({ type: 'kernel', nowNs: clock.bootNow(), events: batch }, batch[0]?.timeNs);
    const room = config.limits.queueEvents - early.length;
    early.push(...batch.slice(0, Math.max(0, room)));
    stats.queueDropped += Math.max(0, batch.length - room);
  }

  function seed(): void {
    const { pids, runtimePids, podRoots, namespaces } = engine.seeds();
    for (const id of podRoots) source.addPodRoot(id);
    for (const inode of namespaces) source.addPodNamespace(inode);
    for (const pid of pids) source.watchProcess(pid);
    for (const pid of runtimePids) source.watchProcess(pid, 'runtime');
  }

  /** One that is due earlier stays so: losses that follow each other closely must not put it off for ever. */
  function resyncSoon(delayMs = RESYNC_DELAY_MS): void {
    const atMs = performance.now() + delayMs;
    if (isStopped || atMs >= resyncAtMs) return;
    clearTimeout(resyncTimer);
    resyncAtMs = atMs;
    resyncTimer = setTimeout(() => {
      resyncAtMs = Number.POSITIVE_INFINITY;
      // What is read now may be older than the reason to read it.
      if (resyncing) {
        isResyncStale = true;
        return;
      }
      resyncing = resync()
        .catch((error: unknown) =>
          log.error({ error: messageOf(error) }, 'reading /proc failed: the tree may be behind until the next try'),
        )
        .finally(() => {
          resyncing = undefined;
          resyncSoon(isResyncStale ? 0 : config.resyncIntervalMs);
          isResyncStale = false;
        });
    }, delayMs);
  }

  /** Reads the levels and makes the tree agree with them. */
  async function resync(): Promise<void> {
    const startedMs = performance.now();
    const [level] = await Promise.all([
      scanHost({ hierarchy, hostNamespaces: identity.namespaces, bootNow: clock.bootNow, withArgs: config.processArgs !== 'off' }),
      early ? poll.once() : undefined,
    ]);
    if (isStopped) return;
    feed({ type: 'host', nowNs: clock.bootNow(), level: redactLevel(level) });
    seed();
    if (early) {
      const waiting = early;
      early = undefined;
      feed({ type: 'primed', nowNs: clock.bootNow() });
      feed({ type: 'kernel', nowNs: clock.bootNow(), events: waiting });
      if (stats.queueDropped > 0) gaps.push({ stage: 'agent', lost: stats.queueDropped });
    } else {
      poll.ask();
    }
    nameByHostname();
    stats.resyncs++;
    events.onResync?.(performance.now() - startedMs);
    if (!isAttached) return;
    setReadiness({ ready: true });
    // Stated only now: with a gap every client gets a fresh tree, and this is the first that is right again.
    for (const { stage, lost } of gaps.splice(0)) events.onGap(stage, lost);
  }

  /** Pods that were there before the probes, on a node whose runtime does not name them. */
  function nameByHostname(): void {
    const found: KernelEvent[] = [];
    for (const { pid, startNs } of engine.unnamed()) {
      const hostname = readContainerHostname(pid);
      if (hostname !== undefined) found.push({ kind: 'hostname', timeNs: clock.bootNow(), pid, startNs, hostname });
    }
    if (found.length > 0) feed({ type: 'kernel', nowNs: clock.bootNow(), events: found });
  }

  function setReadiness(next: Readiness): void {
    readiness = next;
    events.onReadiness(next);
    if (next.ready) for (const resolve of whenReady.splice(0)) resolve();
  }
  const whenReady: (() => void)[] = [];

  return {
    identity,
    engine,
    idPrefix,
    wallOffsetNs: clock.wallOffsetNs,
    readiness: () => readiness,
    hasTree: () => early === undefined,
    takeUsage: (samples) => feed({ type: 'usage', nowNs: clock.bootNow(), samples }),
    wallTime: () => clock.wallTime(clock.bootNow()),
    stats: () => ({ kernelEvents, ...stats, runtime: poll.answers, metadata: metadata.stats() }),
    start: async () => {
      // The filter has to know where pods are before the first event, and the names of all cgroups are needed at once.
      const first = await scanHost({ hierarchy, hostNamespaces: identity.namespaces, bootNow: clock.bootNow });
      // Told to stop in the meantime: probes that start now would have nobody to end them.
      if (isStopped) return;
      // Nothing waits for it: it may be away.
      metadata.start();
      for (const [id, path] of first.cgroups) if (isPodRoot(path)) source.addPodRoot(id);
      const ready = new Promise<void>((resolve) => whenReady.push(resolve));
      await source.start();
      await ready;
    },
    resync: () => {
      // Before the probes are there it would make a tree that misses what happens until then.
      if (!early) resyncSoon(0);
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(resyncTimer);
      clearTimeout(tickTimer);
      clearImmediate(unprobedTimer);
      poll.stop();
      await metadata.stop();
      await source.stop();
      await resyncing;
      for (const resolve of whenReady.splice(0)) resolve();
    },
  };
}

function hierarchyOverride(setting: Config['cgroupHierarchy']): string | undefined {
  switch (setting) {
    case 'auto':
      return undefined;
    case 'v2':
      return 'v2';
    case 'v1':
      return 'pids';
    default:
      return setting satisfies never;
  }
}
