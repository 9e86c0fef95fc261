// The agent's HTTP and WebSocket server: what it takes from the tree, and how it starts and stops.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { messageOf } from '../error.ts';
import type { TreeUpdate } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';
import { admit, chooseProtocol, REFUSAL_REASONS, type Refusal, type RefusalReason } from './admission.ts';
import { errorBody, respondBroken, SAFETY_HEADERS } from './answer.ts';
import type { HealthSources } from './health.ts';
import { createHub, type HubStats } from './hub.ts';
import { STREAM_LIMITS, type StreamLimits } from './limits.ts';
import { listenOn, SERVER_OPTIONS } from './listening.ts';
import { handleRequest, notReadyText, type PodsQuery } from './routes.ts';

/** What is logged, in pino's form. */
export interface StreamLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface StreamServerOptions extends HealthSources {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly bootId: string;
  /** The tree after all updates published so far, neither more nor less. */
  tree(): Omit<Tree, 'token'>;
  /** False until the first tree is complete: it is not served before. Default: it is complete. */
  hasTree?(): boolean;
  /** The history of a pod, undefined for one that is not known. */
  history?(uid: string): unknown;
  /** Pods that are there or were. */
  pods?(search: PodsQuery): unknown;
  /** The last event of each alert that fires or did lately. */
  alerts?(): readonly unknown[];
  /** Names besides loopback that clients may use in the Host header; asked for with each request. */
  allowedHosts?(): readonly string[];
  readonly limits?: Partial<StreamLimits>;
  readonly log: StreamLog;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** Lower-case letters and digits, different at each start of the agent. */
  readonly epoch?: string;
}

export interface StreamStats extends HubStats {
  /** Connections and upgrades that were turned away. */
  readonly refused: Readonly<Record<RefusalReason, number>>;
  /** Clients cut off because of what they sent. */
  readonly protocolErrors: number;
}

export interface StreamServer {
  /** Rejects with LISTEN_FAILED. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /** Takes what happened in the tree, in order, as soon as the tree has it. Never waits; costs next to nothing without clients. */
  publish(updates: readonly TreeUpdate[]): void;
  /** States a loss and sends every client a fresh snapshot: to be called when the resync is done and what it found is published. */
  gap(stage: 'kernel' | 'agent', lost?: number): void;
  /** In effect at once; a client too many stays. */
  setLimits(limits: Pick<StreamLimits, 'clients' | 'clientBufferBytes' | 'journalBytes'>): void;
  /** Tells clients that the agent stops (1001) and resolves when everything is closed. */
  close(): Promise<void>;
  stats(): StreamStats;
}

function refuse(stream: Duplex, { status, code, message }: Refusal): void {
  const body = errorBody(code, message);
  const headers = {
    ...SAFETY_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    // RFC 6455 4.4: says which version a client that asked for another could use.
    'Sec-WebSocket-Version': 13,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}

export function createStreamServer(options: StreamServerOptions): StreamServer {
  const { log, host, port, node, bootId, version } = options;
  // One object for all who look at a limit, so that they see it change.
  const limits: StreamLimits = { ...STREAM_LIMITS, ...options.limits };
  const epoch = options.epoch ?? randomBytes(6).toString('hex');
  const now = options.now ?? (() => performance.now());
  const hub = createHub({ node, bootId, version, epoch, limits, tree: () => options.tree(), now });
  const refused = Object.fromEntries(REFUSAL_REASONS.map((reason) => [reason, 0])) as Record<RefusalReason, number>;
  let protocolErrors = 0;
  let isClosing = false;

  const hasTree = (): boolean => options.hasTree?.() ?? true;
  const sources = {
    node,
    version,
    get allowedHosts() {
      return options.allowedHosts?.() ?? [];
    },
    tree: () => hub.tree(),
    hasTree,
    readiness: () => options.readiness(),
    metrics: () => options.metrics(),
    history: (uid: string) => options.history?.(uid),
    pods: (search: PodsQuery) => options.pods?.(search),
    alerts: () => options.alerts?.() ?? [],
  };
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    handleRequest(sources, request, response).catch((error: unknown) => {
      log.warn({ path: request.url?.slice(0, 200), error: messageOf(error) }, 'request failed');
      respondBroken(request, response, error);
    });
  });
  server.maxConnections = limits.connections;
  server.on('drop', () => {
    refused.connections += 1;
  });
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    if (stream.destroyed || !stream.writable) return;
    // Browsers connect ahead of what they will ask for. An answer to nothing would be taken for that to the next request.
    const hasAsked = stream instanceof Socket && stream.bytesRead > 0;
    if (error.code === 'ECONNRESET' || !hasAsked) stream.destroy();
    else turnAway(stream, { reason: 'handshake', status: 400, code: 'BAD_REQUEST', message: `not a request: ${messageOf(error)}` });
  });
  server.on('upgrade', upgrade);

  const socketOptions = {
    noServer: true,
    clientTracking: false,
    maxPayload: 64 * 1024,
    maxFragments: 64,
    perMessageDeflate: false,
    // ws would answer every ping, however little of its answers is read.
    autoPong: false,
    closeTimeout: limits.closeMs,
    handleProtocols: (offered: Set<string>) => chooseProtocol(offered) ?? false,
  };
  const sockets = new WebSocketServer(socketOptions);
  sockets.on('wsClientError', (error, stream) =>
    turnAway(stream, { reason: 'handshake', status: 400, code: 'BAD_REQUEST', message: messageOf(error) }),
  );

  function turnAway(stream: Duplex, refusal: Refusal): void {
    refused[refusal.reason] += 1;
    refuse(stream, refusal);
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', (error) => log.debug({ error: messageOf(error) }, 'client connection failed'));
    const admission = admit(request, sources);
    if ('reason' in admission) {
      turnAway(stream, admission);
      return;
    }
    if (!hasTree()) {
      turnAway(stream, { reason: 'busy', status: 503, code: 'NOT_READY', message: notReadyText(options.readiness()) });
      return;
    }
    const since = admission.since === undefined ? undefined : hub.locate(admission.since);
    if (admission.since !== undefined && since === undefined) {
      const message = `query: since=${JSON.stringify(admission.since.slice(0, 80))}: allowed is a token that this stream has sent`;
      turnAway(stream, { reason: 'query', status: 400, code: 'QUERY_INVALID', message });
      return;
    }
    if (isClosing || hub.peers.size >= limits.clients) {
      const message = isClosing ? 'the agent is stopping' : `${limits.clients} clients are connected, which is the most this agent serves`;
      turnAway(stream, { reason: 'busy', status: 503, code: 'BUSY', message });
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      // Only this client is affected: ws closes it with the code that says what was wrong.
      socket.on('error', (error) => {
        protocolErrors += 1;
        log.debug({ error: messageOf(error) }, 'client broke the protocol');
      });
      socket.on('ping', (data) => {
        if (socket.bufferedAmount <= limits.clientBufferBytes) socket.pong(data);
      });
      socket.on('message', () => {
        if (socket.readyState !== socket.OPEN) return;
        protocolErrors += 1;
        socket.close(1008, 'clients send nothing here: filters belong in the query of the URL');
      });
      hub.join({ socket, stream, codec: admission.codec, filter: admission.filter, since });
    });
  }

  return {
    listen: async () => {
      const address = await listenOn(server, { host, port }, '--listen');
      server.on('error', (error) => log.warn({ error: messageOf(error) }, 'listening socket failed: new clients may not get in'));
      log.info({ ...address }, 'stream is open');
      return address;
    },
    publish: (updates) => hub.publish(updates),
    gap: (stage, lost) => hub.gap(stage, lost),
    setLimits: ({ clients, clientBufferBytes, journalBytes }) => {
      Object.assign(limits, { clients, clientBufferBytes, journalBytes });
    },
    async close() {
      isClosing = true;
      hub.stop();
      const clients = [...hub.peers].map(({ socket }) => {
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        socket.close(1001, 'the agent is stopping');
        return closed;
      });
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cutOff = setTimeout(() => {
        for (const { socket } of hub.peers) socket.terminate();
        server.closeAllConnections();
      }, limits.closeMs);
      await Promise.all([...clients, stopped]);
      clearTimeout(cutOff);
    },
    stats: () => ({ ...hub.stats(), refused: { ...refused }, protocolErrors }),
  };
}
