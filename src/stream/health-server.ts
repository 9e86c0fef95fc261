// A listener of its own for probes and scrapes: /healthz, /readyz and /metrics, and nothing else, so that it may be on any address.
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { messageOf } from '../error.ts';
import { type Answer, bodyRefusal, failure, methodRefusal, respond, respondBroken, splitTarget } from './answer.ts';
import { HEALTH_PATHS, type HealthSources, healthAnswer, isHealthPath } from './health.ts';
import { refusalOf } from './host-guard.ts';
import { type Address, listenOn, SERVER_OPTIONS } from './listening.ts';

export interface HealthServerOptions extends HealthSources {
  readonly address: Address;
  /** Names that may stand in the Host header besides loopback and IP addresses. */
  allowedHosts(): readonly string[];
  readonly log: HealthLog;
}

interface HealthLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface HealthServer {
  /** Rejects with LISTEN_FAILED. */
  listen(): Promise<Address>;
  /** Answers that are under way are finished, for a second at most. */
  close(): Promise<void>;
}

/** Anybody may connect here: one that holds all he can get must leave room for the kubelet and for Prometheus. */
const MAX_CONNECTIONS = 128;
const MAX_CONNECTIONS_OF_ONE = 16;
const CLOSE_MS = 1000;

export function createHealthServer(options: HealthServerOptions): HealthServer {
  const { log } = options;
  // Collecting costs more than sending: who asks while it is being done gets the same text.
  let collecting: Promise<string> | undefined;
  const sources: HealthSources = {
    node: options.node,
    version: options.version,
    readiness: () => options.readiness(),
    metrics: () => {
      collecting ??= options.metrics().finally(() => {
        collecting = undefined;
      });
      return collecting;
    },
  };

  async function answer(request: IncomingMessage): Promise<Answer> {
    const refusal = refusalOf(request, { allowedHosts: options.allowedHosts(), anyAddress: true });
    if (refusal !== undefined) return failure(403, 'FORBIDDEN', refusal);
    const path = splitTarget(request.url ?? '')?.path ?? '';
    if (!isHealthPath(path)) return failure(404, 'NOT_FOUND', `only ${HEALTH_PATHS.join(', ')} are here`);
    return methodRefusal(request) ?? healthAnswer(sources, path);
  }

  const server = createServer(SERVER_OPTIONS, (request, response) => {
    const refused = bodyRefusal(request);
    if (refused !== undefined) return respond(request, response, refused);
    answer(request)
      .then((result) => respond(request, response, result))
      .catch((error: unknown) => {
        log.warn({ path: request.url?.slice(0, 200), error: messageOf(error) }, 'request failed');
        respondBroken(request, response, error);
      });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('upgrade', (_request, stream) => stream.destroy());
  server.on('clientError', (_error, stream) => stream.destroy());
  const perPeer = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress ?? '';
    const count = (perPeer.get(peer) ?? 0) + 1;
    if (count > MAX_CONNECTIONS_OF_ONE) {
      log.debug({ peer }, 'connection refused: this peer has too many');
      socket.destroy();
      return;
    }
    perPeer.set(peer, count);
    socket.once('close', () => {
      const left = (perPeer.get(peer) ?? 1) - 1;
      if (left === 0) perPeer.delete(peer);
      else perPeer.set(peer, left);
    });
  });

  return {
    listen: async () => {
      const address = await listenOn(server, options.address, '--metrics-listen');
      server.on('error', (error) => log.warn({ error: messageOf(error) }, 'listening socket failed: probes may not get an answer'));
      return address;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cutOff = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
      await closed;
      clearTimeout(cutOff);
    },
  };
}
