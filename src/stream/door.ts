// One address that the agent listens on: plain and open on loopback, anywhere else with TLS and nobody let in without a credential.
import { constants } from 'node:crypto';
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTls } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Access } from '../access/access.ts';
import { peerKey } from '../access/bucket.ts';
import { isLoopback } from '../access/loopback.ts';
import type { TlsMaterial } from '../access/tls-files.ts';
import { messageOf, PodtreeError } from '../error.ts';
import type { Refusal, RefusalReason } from './admission.ts';
import { failure, respond } from './answer.ts';
import { enter, type Guest } from './entrance.ts';
import { createGate, type Gate, type GateLimits } from './gate.ts';
import { type Address, listenOn, SERVER_OPTIONS } from './listening.ts';
import { refuse } from './refuse.ts';

export interface DoorOptions {
  readonly address: Address;
  /** Absent: the door is open. */
  readonly access: Access | undefined;
  readonly gate: GateLimits;
  readonly connections: number;
  readonly now: () => number;
  /** Every refusal before a request is answered, with the peer's address. */
  readonly onRefusal: (reason: RefusalReason, peer: string) => void;
  /** `guest` is absent at an open door. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse, guest: Guest | undefined) => void;
  readonly onUpgrade: (request: IncomingMessage, stream: Duplex, head: Buffer, guest: Guest | undefined) => void;
  readonly onFailure: (message: string, error: unknown) => void;
}

export interface Door {
  /** Rejects with LISTEN_FAILED. */
  listen(): Promise<Address>;
  /** Takes no more connections; resolves when all are closed. */
  close(): Promise<void>;
  /** Cuts what is still open. */
  cut(): void;
}

/** Answers of Node's own would tell a client without a credential apart from the rest. */
const GUARDED_OPTIONS = { ...SERVER_OPTIONS, requireHostHeader: false } as const;
/** Each connection shows its certificate anew: a session that is taken up again was checked by the CAs of another day.
 * TLS 1.2 is what clients of ten years ago speak; of its ciphers Node's default leaves out those without forward secrecy. */
const TLS_OPTIONS = { minVersion: 'TLSv1.2', handshakeTimeout: 5000, secureOptions: constants.SSL_OP_NO_TICKET } as const;

export function createDoor(options: DoorOptions): Door {
  const { address, access, onRefusal } = options;
  const gate = access && createGate({ limits: options.gate, now: options.now, onRefusal });
  const server =
    access === undefined ? createPlain(SERVER_OPTIONS) : createTls({ ...GUARDED_OPTIONS, ...TLS_OPTIONS, ...contextOf(access.tls()) });
  server.maxConnections = options.connections;
  server.on('drop', (dropped) => onRefusal('connections', peerKey(dropped?.remoteAddress)));
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => clientError(error, stream, access !== undefined, onRefusal));
  if (access === undefined || gate === undefined) {
    server.on('request', (request, response) => options.onRequest(request, response, undefined));
    server.on('upgrade', (request, stream, head) => options.onUpgrade(request, stream, head, undefined));
  } else {
    guardConnections(server, gate, access, onRefusal);
    if ('setSecureContext' in server) access.onChange(() => server.setSecureContext({ ...TLS_OPTIONS, ...contextOf(access.tls()) }));
    /** A bug of ours must neither let anybody in nor end the agent. */
    const judged = (request: IncomingMessage, act: (result: Guest | Refusal) => void): void => {
      enter(request, access, gate)
        .then(act)
        .catch((error: unknown) => {
          options.onFailure('a credential could not be looked at', error);
          request.socket.destroy();
        });
    };
    const take = (request: IncomingMessage, response: ServerResponse): void =>
      judged(request, (result) => {
        if (!('reason' in result)) return options.onRequest(request, response, result);
        onRefusal(result.reason, peerKey(request.socket.remoteAddress));
        // The next try is another connection, which the gate counts.
        respond(request, response, failure(result.status, result.code, result.message, { ...result.headers, Connection: 'close' }));
      });
    for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, take);
    server.on('connect', (request, stream) => {
      onRefusal('handshake', peerKey(request.socket.remoteAddress));
      stream.destroy();
    });
    server.on('upgrade', (request, stream, head) => {
      stream.on('error', () => {});
      judged(request, (result) => {
        if (stream.destroyed) return;
        if (!('reason' in result)) return options.onUpgrade(request, stream, head, result);
        onRefusal(result.reason, peerKey(request.socket.remoteAddress));
        refuse(stream, result);
      });
    });
  }

  return {
    listen: async () => {
      const bound = await listenOn(server, address, '--listen');
      if (access === undefined && isLoopback(address.host) && !isLoopback(bound.host)) {
        server.close();
        const what = `${address.host} is ${bound.host} here, which is not loopback: give --listen 127.0.0.1:${address.port}`;
        throw new PodtreeError('LISTEN_FAILED', `cannot listen on ${address.host}:${address.port}: ${what}`);
      }
      server.on('error', (error) => options.onFailure('listening socket failed: new clients may not get in', error));
      return bound;
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      return closed;
    },
    cut: () => {
      server.closeAllConnections();
      gate?.close();
    },
  };
}

/** The gate sees a connection before TLS or HTTP does. */
function guardConnections(server: Server, gate: Gate, access: Access, onRefusal: DoorOptions['onRefusal']): void {
  const takers = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (gate.admit(socket, access.generation())) for (const take of takers) take.call(server, socket);
  });
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    // Whoever went away by himself was not refused, and what the gate has cut it has counted: both come as a reset.
    if (error.code !== 'ECONNRESET') onRefusal('tls', peerKey(socket.remoteAddress));
    socket.destroy();
  });
}

function contextOf({ cert, key, ca }: TlsMaterial): object {
  // Who shows no certificate may have a token, and one that is not good is refused with a reason: so the handshake lets both pass.
  return { cert, key, ...(ca !== undefined && { ca, requestCert: true, rejectUnauthorized: false }) };
}

function clientError(error: NodeJS.ErrnoException, stream: Duplex, isGuarded: boolean, onRefusal: DoorOptions['onRefusal']): void {
  if (stream.destroyed || !stream.writable) return;
  const peer = stream instanceof Socket ? peerKey(stream.remoteAddress) : '';
  const reason = isGuarded && error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'slow' : 'handshake';
  // Browsers connect ahead of what they will ask for. An answer to nothing would be taken for that to the next request.
  const hasAsked = stream instanceof Socket && stream.bytesRead > 0;
  if (error.code === 'ECONNRESET' || !hasAsked) {
    if (reason === 'slow') onRefusal(reason, peer);
    stream.destroy();
    return;
  }
  onRefusal(reason, peer);
  refuse(stream, { reason, status: 400, code: 'BAD_REQUEST', message: `not a request: ${messageOf(error)}` });
}
