// The agent's HTTP and WebSocket server: one tree and its clients behind one door or several, what it takes from the tree, how it starts and stops.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access, AccessStats } from '../access/access.ts';
import { isLoopback } from '../access/loopback.ts';
import { WAYS, type Way } from '../access/verdict.ts';
import { messageOf, PodtreeError } from '../error.ts';
import type { TreeUpdate } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';
import { admit, chooseProtocol, type Refusal, type RefusalReason } from './admission.ts';
import { respondBroken } from './answer.ts';
import { createDoor, type Door } from './door.ts';
import type { Guest } from './entrance.ts';
import { GATE_LIMITS, type GateLimits } from './gate.ts';
import type { HealthSources } from './health.ts';
import type { HostRule } from './host-guard.ts';
import { createHub, type HubStats } from './hub.ts';
import { STREAM_LIMITS, type StreamLimits } from './limits.ts';
import type { Address } from './listening.ts';
import { createRecheck, type Recheck } from './recheck.ts';
import { createRefusalLog } from './refusal-log.ts';
import { refuse } from './refuse.ts';
import { handleRequest, notReadyText, type PodsQuery } from './routes.ts';

/** What is logged, in pino's form. */
export interface StreamLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface StreamServerOptions extends HealthSources {
  /** Those that are loopback are open; at all others everything takes TLS and a credential. */
  readonly addresses: readonly Address[];
  /** Who may come in there; needed as soon as one of the addresses is not loopback. Stopped by whoever opened it. */
  readonly access?: Access | undefined;
  /** Which addresses are open; for tests. */
  readonly isOpen?: (host: string) => boolean;
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
  /** Of doors that are not open. */
  readonly gate?: Partial<GateLimits>;
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
  /** Clients whose stream ended with their credential. */
  readonly credentialsEnded: number;
  /** Requests and streams that a credential opened. */
  readonly granted: Readonly<Record<Way, number>>;
  /** Absent where every door is open. */
  readonly access?: AccessStats;
}

export interface StreamServer {
  /** Resolves with the addresses in their order. Rejects with LISTEN_FAILED; then it is to be closed. */
  listen(): Promise<readonly Address[]>;
  /** Takes what happened in the tree, in order, as soon as the tree has it. Never waits; costs next to nothing without clients. */
  publish(updates: readonly TreeUpdate[]): void;
  /** States a loss and sends every client a fresh snapshot: to be called when the resync is done and what it found is published. */
  gap(stage: 'kernel' | 'agent', lost?: number): void;
  /** In effect at once; a client too many stays. */
  setLimits(limits: Pick<StreamLimits, 'clients' | 'clientBufferBytes' | 'journalBytes'>): void;
  /** Looks at the credentials of all clients now: what they may has changed. */
  recheck(): void;
  /** Tells clients that the agent stops (1001) and resolves when everything is closed. */
  close(): Promise<void>;
  stats(): StreamStats;
}

/** Throws CONFIG_INVALID when nobody says who may come in at an address that is not loopback. */
export function createStreamServer(options: StreamServerOptions): StreamServer {
  const { log, node, bootId, version, access, isOpen = isLoopback } = options;
  // One object for all who look at a limit, so that they see it change.
  const limits: StreamLimits = { ...STREAM_LIMITS, ...options.limits };
  const gate: GateLimits = { ...GATE_LIMITS, ...options.gate };
  const epoch = options.epoch ?? randomBytes(6).toString('hex');
  const now = options.now ?? (() => performance.now());
  const hub = createHub({ node, bootId, version, epoch, limits, tree: () => options.tree(), now });
  const refusals = createRefusalLog(log);
  const granted = Object.fromEntries(WAYS.map((way) => [way, 0])) as Record<Way, number>;
  let protocolErrors = 0;
  let isClosing = false;

  const hasTree = (): boolean => options.hasTree?.() ?? true;
  const sources = {
    node,
    version,
    tree: () => hub.tree(),
    hasTree,
    readiness: () => options.readiness(),
    metrics: () => options.metrics(),
    history: (uid: string) => options.history?.(uid),
    pods: (search: PodsQuery) => options.pods?.(search),
    alerts: () => options.alerts?.() ?? [],
  };

  /** A guest has come over TLS, so that nobody can have led him here by a name of his own: addresses will do, and what the certificate names. */
  function hostRule(guest: Guest | undefined): HostRule {
    const allowedHosts = options.allowedHosts?.() ?? [];
    if (guest === undefined || access === undefined) return { allowedHosts };
    const { served } = access.tls();
    return { allowedHosts, anyAddress: true, isOurs: (name) => served.checkHost(name) !== undefined };
  }

  const recheck: Recheck | undefined =
    access &&
    createRecheck({
      access,
      everyMs: limits.recheckMs,
      wallNow: Date.now,
      onEnd: ({ identity }, reason) => log.info({ client: identity.name, way: identity.way, reason }, 'a client was shown out'),
    });
  if (recheck !== undefined) access?.onChange(() => recheck.now());

  const doors: readonly Door[] = options.addresses.map((address) => {
    const isGuarded = !isOpen(address.host);
    if (isGuarded && access === undefined) {
      throw new PodtreeError('CONFIG_INVALID', `${address.host} is not loopback, and nothing says who may connect there: docs/security.md`);
    }
    return createDoor({
      address,
      access: isGuarded ? access : undefined,
      gate,
      connections: limits.connections,
      now,
      onRefusal: (reason, peer) => refusals.count(reason, isGuarded ? peer : undefined),
      onFailure: (message, error) => log.warn({ error: messageOf(error) }, message),
      onRequest: (request, response, guest) => {
        if (guest !== undefined) granted[guest.identity.way] += 1;
        handleRequest({ ...sources, ...hostRule(guest) }, request, response).catch((error: unknown) => {
          log.warn({ path: request.url?.slice(0, 200), error: messageOf(error) }, 'request failed');
          respondBroken(request, response, error);
        });
      },
      onUpgrade: upgrade,
    });
  });

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
    refusals.count(refusal.reason);
    refuse(stream, refusal);
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, guest: Guest | undefined): void {
    stream.on('error', (error) => log.debug({ error: messageOf(error) }, 'client connection failed'));
    const admission = admit(request, hostRule(guest));
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
      if (guest !== undefined) welcome(socket, guest, request.socket.remoteAddress);
      hub.join({ socket, stream, codec: admission.codec, filter: admission.filter, since });
    });
  }

  /** Who listens from elsewhere, and until when, is what an auditor asks for. */
  function welcome(socket: WebSocket, guest: Guest, peer: string | undefined): void {
    const { name: client, way } = guest.identity;
    granted[way] += 1;
    recheck?.watch(socket, guest);
    log.info({ client, way, peer }, 'a client has connected');
    socket.once('close', (code) => log.info({ client, way, peer, code }, 'a client has left'));
  }

  return {
    listen: async () => {
      const addresses: Address[] = [];
      for (const door of doors) {
        const address = await door.listen();
        addresses.push(address);
        log.info({ ...address }, 'stream is open');
      }
      return addresses;
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
      const stopped = doors.map((door) => door.close());
      const cutOff = setTimeout(() => {
        for (const { socket } of hub.peers) socket.terminate();
        for (const door of doors) door.cut();
      }, limits.closeMs);
      await Promise.all([...clients, ...stopped]);
      clearTimeout(cutOff);
      refusals.stop();
    },
    recheck: () => recheck?.now(),
    stats: () => ({
      ...hub.stats(),
      refused: { ...refusals.totals },
      protocolErrors,
      credentialsEnded: recheck?.ended ?? 0,
      granted: { ...granted },
      ...(access && { access: access.stats() }),
    }),
  };
}
