// The daemon: the pipeline, served over HTTP and WebSocket, counted in metrics, kept in history, watched by alert rules.
import type { Logger } from 'pino';
import { createAlerting } from '../src/alert/alerting.ts';
import type { ListenAddress } from '../src/config/address.ts';
import { planReload, type Reload } from '../src/config/reload.ts';
import type { Config } from '../src/config/schema.ts';
import type { RuntimeLevel } from '../src/cri/level.ts';
import { type History, openHistory } from '../src/history/history.ts';
import { createCgroupUsage } from '../src/host/cgroup-usage.ts';
import { createMetrics } from '../src/metrics/registry.ts';
import { createHealthServer } from '../src/stream/health-server.ts';
import { createStreamServer } from '../src/stream/server.ts';
import type { TreeEvent, TreeUpdate } from '../src/tree/change.ts';
import type { Pod } from '../src/tree/model.ts';
import { startHeapTrim } from './heap-trim.ts';
import { historyLimits, streamLimits } from './limits.ts';
import { createPipeline, type Readiness } from './pipeline.ts';
import { eventsOf, pausesOf, readingsOf } from './readings.ts';
import { type Rehearsals, startRehearsals } from './rehearsal.ts';
import { openRemoteAccess } from './remote-access.ts';
import { createUsageSampler } from './usage-sampler.ts';
import { version } from './version.ts';

export interface Daemon {
  /** In the order of the configuration. */
  readonly addresses: readonly ListenAddress[];
  /** Where probes and scrapes are answered besides that; undefined when it is off. */
  readonly metricsAddress: ListenAddress | undefined;
  /** Resolves when the probes are attached and the first snapshot was taken; rejects with what the machine lacks. */
  readonly ready: Promise<void>;
  /** How it is, in one line for a person. */
  status(): string;
  /** Takes over what can be changed live, and reads certificates and tokens again. One at a time. */
  reload(next: Config): Promise<Pick<Reload, 'applied' | 'needRestart'>>;
  stop(): Promise<void>;
}

/** Resolves when it listens. Throws PodtreeError for an address or a state directory that another agent has, and for a machine that cannot run it. */
export async function startDaemon(config: Config, log: Logger): Promise<Daemon> {
  /** What is in effect: the rest of `config` takes a restart to change. */
  let running = config;
  let history: History | undefined;
  let hasBegun = false;
  let isStopping = false;
  const readiness = (): Readiness => (isStopping ? { ready: false, reason: 'the agent is stopping' } : pipeline.readiness());
  /** What the runtime said first: it may still know how containers ended that nobody saw. */
  let firstRuntime: RuntimeLevel | undefined;
  let rehearsals: Rehearsals | undefined;
  const pipelineConfig = {
    ...config,
    get resyncIntervalMs() {
      return running.resyncIntervalMs;
    },
  };
  const pipeline = createPipeline(pipelineConfig, log, {
    onInput: (input) => {
      if (input.type === 'runtime' && !hasBegun) firstRuntime = input.level;
    },
    onUpdates: (updates, latencyNs) => {
      publish(updates);
      if (latencyNs !== undefined) metrics.observeLatency(latencyNs / 1e9);
    },
    onResync: (durationMs) => metrics.observeResync(durationMs / 1000),
    onGap: (stage, lost) => {
      server.gap(stage, lost);
      alerting.onLoss(stage, lost);
    },
    onReadiness: (readiness) => {
      if (readiness.ready) log.debug({}, 'ready');
      else log.warn({ reason: readiness.reason }, 'not ready');
      if (!readiness.ready || hasBegun) return;
      alerting.onTree(pipeline.engine.snapshot());
      void beginHistory();
      rehearsals = startRehearsals({ identity: pipeline.identity, rules: config.alerts.rules });
    },
  });
  const access = openRemoteAccess({
    config: () => running,
    node: pipeline.identity.nodeName,
    env: process.env,
    log: log.child({ subsystem: 'access' }),
  });
  const alerting = createAlerting({
    config: config.alerts,
    stateDir: config.stateDir,
    node: pipeline.identity.nodeName,
    idPrefix: pipeline.idPrefix,
    env: process.env,
    log: log.child({ subsystem: 'alert' }),
    publish,
  });
  const readCgroup = createCgroupUsage();
  const metrics = createMetrics({
    version: version(),
    bpftraceVersion: () => pipeline.stats().bpftraceVersion,
    read: () => readingsOf(pipeline, server.stats()),
    alerts: () => alerting.stats(),
    history: () => history?.stats(),
    pauses: () => pausesOf(pipeline.engine.usageTargets(), readCgroup),
  });

  /** Everything that is told goes this way, to all who listen. */
  function publish(updates: readonly TreeUpdate[]): void {
    server.publish(updates);
    metrics.countUpdates(updates);
    alerting.onUpdates(updates);
    const more = history?.observe(updates) ?? [];
    if (more.length > 0) publish(asUpdates(more));
  }

  async function beginHistory(): Promise<void> {
    hasBegun = true;
    const missed = (await history?.begin({ tree: pipeline.engine.snapshot, runtime: firstRuntime })) ?? [];
    firstRuntime = undefined;
    publish(asUpdates(missed));
    history?.told(missed);
  }

  const livePod = (uid: string): Pod | undefined => pipeline.engine.snapshot().pods.find((pod) => pod.uid === uid);
  const server = createStreamServer({
    addresses: config.listen,
    access,
    gate: { peerConnections: config.limits.peerConnections },
    node: pipeline.identity.nodeName,
    bootId: pipeline.identity.bootId,
    version: version(),
    tree: pipeline.engine.snapshot,
    readiness,
    hasTree: pipeline.hasTree,
    metrics: metrics.text,
    history: (uid) => history?.pod(uid, livePod(uid)),
    pods: (search) => history?.pods(search),
    alerts: () => alerting.recent(),
    allowedHosts: () => running.allowedHosts,
    limits: streamLimits(config),
    log: log.child({ subsystem: 'stream' }),
    epoch: pipeline.idPrefix,
  });
  const health =
    config.metrics.listen &&
    createHealthServer({
      address: config.metrics.listen,
      node: pipeline.identity.nodeName,
      version: version(),
      readiness,
      metrics: metrics.text,
      // Prometheus may know this machine by the name of the node.
      allowedHosts: () => [...running.allowedHosts, pipeline.identity.nodeName],
      log: log.child({ subsystem: 'metrics' }),
    });
  let addresses: readonly ListenAddress[];
  let metricsAddress: ListenAddress | undefined;
  try {
    addresses = await server.listen();
    metricsAddress = await health?.listen();
    history = await openHistory({
      stateDir: config.stateDir,
      node: pipeline.identity.nodeName,
      bootId: pipeline.identity.bootId,
      log: log.child({ subsystem: 'history' }),
      limits: historyLimits(config),
    });
  } catch (error) {
    await alerting.stop();
    await health?.close();
    await server.close();
    access?.stop();
    throw error;
  }
  alerting.start();
  const ready = pipeline.start();
  // Whoever does not wait for it is told by the log.
  ready.catch(() => {});
  const sampler = createUsageSampler({
    isWatched: () => pipeline.hasTree() && server.stats().clients > 0,
    targets: pipeline.engine.usageTargets,
    onSample: pipeline.takeUsage,
    wallTime: pipeline.wallTime,
    log: log.child({ subsystem: 'usage' }),
    readCgroup,
  });
  sampler.start();
  const heapTrim = startHeapTrim({ events: () => eventsOf(pipeline) });
  return {
    addresses,
    metricsAddress,
    ready,
    status: () => statusText(readiness(), pipeline.engine.counts().pods),
    reload: async (next) => {
      const { config: merged, applied, needRestart } = planReload(running, next);
      running = merged;
      server.setLimits(streamLimits(running));
      await history?.setLimits(historyLimits(running));
      if (applied.some(({ setting }) => setting.startsWith('alerts.'))) await alerting.configure(running.alerts);
      if (applied.some(({ setting }) => setting === 'resyncIntervalMs')) pipeline.resync();
      access?.reload();
      server.recheck();
      return { applied, needRestart };
    },
    stop: async () => {
      isStopping = true;
      heapTrim.stop();
      rehearsals?.stop();
      sampler.stop();
      // First the probes: what they still say is told, kept and alerted about like everything before.
      await pipeline.stop();
      await Promise.all([alerting.stop(), history?.close(), server.close()]);
      await health?.close();
      access?.stop();
    },
  };
}

function statusText(readiness: Readiness, pods: number): string {
  return readiness.ready ? `watching ${pods} pod${pods === 1 ? '' : 's'}` : `not ready: ${readiness.reason}`;
}

function asUpdates(events: readonly TreeEvent[]): TreeUpdate[] {
  return events.map((event) => ({ event, changes: [] }));
}
