// The daemon: the pipeline, served over HTTP and WebSocket, counted in metrics.
import type { Logger } from 'pino';
import type { ListenAddress } from '../src/config/address.ts';
import type { Config } from '../src/config/schema.ts';
import { createStreamServer } from '../src/stream/server.ts';
import { createPipeline } from './pipeline.ts';
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
    onUpdates: (updates) => server.publish(updates),
    onGap: (stage, lost) => server.gap(stage, lost),
    onReadiness: (readiness) => {
      if (readiness.ready) log.debug({}, 'ready');
      else log.warn({ reason: readiness.reason }, 'not ready');
    },
  });
  const server = createStreamServer({
    ...config.listen,
    node: pipeline.identity.nodeName,
    bootId: pipeline.identity.bootId,
    version: version(),
    tree: pipeline.engine.snapshot,
    readiness: pipeline.readiness,
    metrics: async () => '',
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
  return {
    address,
    ready,
    stop: async () => {
      await pipeline.stop();
      await server.close();
    },
  };
}
