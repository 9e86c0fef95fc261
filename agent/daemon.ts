// The daemon: the pipeline, served over HTTP and WebSocket, counted in metrics.
import type { Logger } from 'pino';
import type { ListenAddress } from '../src/config/address.ts';
import type { Config } from '../src/config/schema.ts';
import { createMetrics, type Drop, type Readings } from '../src/metrics/registry.ts';
import { createStreamServer, type StreamStats } from '../src/stream/server.ts';
import { startHeapTrim } from './heap-trim.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { version } from './version.ts';

export interface Daemon {
  readonly address: ListenAddress;
  /** Resolves when the probes are attached and the first snapshot was taken; rejects with what the machine lacks. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when it listens. Throws PodtreeError for an address that is taken and for a machine that cannot run it. */
export async function startDaemon(config: Config, log: Logger): Promise<Daemon> {
  const pipeline = createPipeline(config, log, {
    onUpdates: (updates, latencyNs) => {
      server.publish(updates);
      metrics.countUpdates(updates);
      if (latencyNs !== undefined) metrics.observeLatency(latencyNs / 1e9);
    },
    onResync: (durationMs) => metrics.observeResync(durationMs / 1000),
    onGap: (stage, lost) => server.gap(stage, lost),
    onReadiness: (readiness) => {
      if (readiness.ready) log.debug({}, 'ready');
      else log.warn({ reason: readiness.reason }, 'not ready');
    },
  });
  const metrics = createMetrics({
    version: version(),
    bpftraceVersion: () => pipeline.stats().bpftraceVersion,
    read: () => readingsOf(pipeline, server.stats()),
  });
  const server = createStreamServer({
    ...config.listen,
    node: pipeline.identity.nodeName,
    bootId: pipeline.identity.bootId,
    version: version(),
    tree: pipeline.engine.snapshot,
    readiness: pipeline.readiness,
    hasTree: pipeline.hasTree,
    metrics: metrics.text,
    allowedHosts: config.allowedHosts,
    limits: {
      clients: config.limits.clients,
      clientBufferBytes: config.limits.clientBufferBytes,
      journalUpdates: config.limits.journalUpdates,
      journalBytes: config.limits.journalBytes,
    },
    log: log.child({ subsystem: 'stream' }),
    epoch: pipeline.idPrefix,
  });
  const address = await server.listen();
  const ready = pipeline.start();
  // Whoever does not wait for it is told by the log.
  ready.catch(() => {});
  const heapTrim = startHeapTrim({ events: () => eventsOf(pipeline) });
  return {
    address,
    ready,
    stop: async () => {
      heapTrim.stop();
      await pipeline.stop();
      await server.close();
    },
  };
}

function eventsOf(pipeline: Pipeline): number {
  return Object.values(pipeline.stats().kernelEvents).reduce((sum, count) => sum + count, 0);
}

function readingsOf(pipeline: Pipeline, stream: StreamStats): Readings {
  const { kernelEvents, lost, malformed, queueDropped, probeRestarts, runtime } = pipeline.stats();
  const { drops } = pipeline.engine;
  const dropped: Drop[] = [
    { stage: 'kernel', reason: 'malformed', count: malformed },
    { stage: 'attribution', reason: 'pending-namespaces', count: drops.podless },
    { stage: 'attribution', reason: 'held-too-many', count: drops.heldOverflow },
    { stage: 'attribution', reason: 'held-too-long', count: drops.holdTimeout },
    { stage: 'tree', reason: 'pod-limit', count: drops.podLimit },
    { stage: 'tree', reason: 'process-limit', count: drops.processLimit },
  ];
  return {
    isReady: pipeline.readiness().ready,
    kernelEvents,
    lost: { kernel: lost, agent: queueDropped },
    drops: dropped,
    probeRestarts,
    criRequests: runtime,
    tree: pipeline.engine.counts(),
    stream,
  };
}
