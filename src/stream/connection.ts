// One WebSocket connection to an agent: frames, checked, as an async iterable that stops reading the network while nobody takes them.
import type { IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { PodtreeError } from '../error.ts';
import { type Protocol, SUBPROTOCOL } from './codec.ts';
import { authorizationOf, type Credentials, tlsOptionsOf } from './credentials.ts';
import { credentialEnded, lost, malformed, type Party, refused, unreachable } from './failure.ts';
import type { Frame } from './frame.ts';
import { decodeJson } from './json.ts';
import { decodeProtobuf } from './protobuf.ts';
import { createConnectionOf, partyOf, type Route } from './route.ts';

export interface ConnectionLimits {
  /** Largest frame that is taken; a snapshot of a full node has a few MiB. */
  readonly frameBytes: number;
  /** Bytes of frames that wait to be taken before reading stops. */
  readonly queueBytes: number;
  readonly connectMs: number;
  /** The connection is given up when nothing, not even a heartbeat, came for this long. */
  readonly idleMs: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  frameBytes: 64 * 1024 * 1024,
  queueBytes: 4 * 1024 * 1024,
  connectMs: 5000,
  idleMs: 20_000,
};

export interface ConnectionOptions {
  readonly url: URL;
  readonly protocol: Protocol;
  readonly credentials: Credentials;
  readonly limits: ConnectionLimits;
  readonly signal: AbortSignal;
  /** Absent: a TCP connection to the URL. */
  readonly route?: Route | undefined;
}

const MAX_ERROR_BODY = 8192;

function readBody(response: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > MAX_ERROR_BODY) response.destroy();
  });
  response.on('close', () => done(body));
  response.on('error', () => {});
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** Ends without an error only when the signal fires. Otherwise throws AGENT_UNREACHABLE (worth another try), AGENT_UNAUTHORIZED (with another
 * credential), AGENT_UNTRUSTED, AGENT_FORBIDDEN, AGENT_PROTOCOL or QUERY_INVALID. */
export async function* connect({ url, protocol, credentials, limits, signal, route }: ConnectionOptions): AsyncGenerator<Frame> {
  if (signal.aborted) return;
  const party = partyOf(url, route);
  const queue: { readonly data: Buffer; readonly isBinary: boolean }[] = [];
  let queued = 0;
  let failure: PodtreeError | undefined;
  let wake: (() => void) | undefined;
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'), SUBPROTOCOL[protocol], {
    handshakeTimeout: limits.connectMs,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    followRedirects: false,
    headers: authorizationOf(credentials),
    ...(url.protocol === 'https:' && tlsOptionsOf(credentials)),
    ...(route !== undefined && { createConnection: createConnectionOf(route) }),
  });

  function fail(error: PodtreeError): void {
    failure ??= error;
    wake?.();
  }

  const idle = setTimeout(() => {
    // While we do not read we cannot know.
    if (socket.isPaused) idle.refresh();
    else {
      fail(lost(party, 'it went silent'));
      socket.terminate();
    }
  }, limits.connectMs + limits.idleMs);
  const abort = (): void => {
    wake?.();
    socket.terminate();
  };
  signal.addEventListener('abort', abort, { once: true });

  socket.on('message', (data, isBinary) => {
    idle.refresh();
    const bytes = bytesOf(data);
    queue.push({ data: bytes, isBinary });
    queued += bytes.length;
    if (queued > limits.queueBytes) socket.pause();
    wake?.();
  });
  socket.on('ping', () => idle.refresh());
  socket.on('unexpected-response', (request, response) => {
    readBody(response, (body) => {
      fail(refused(party, response.statusCode ?? 0, body));
      request.destroy();
    });
  });
  socket.on('error', (error) => {
    const code = (error as { readonly code?: unknown }).code;
    const isProtocol = typeof code === 'string' && code.startsWith('WS_ERR_');
    const isHandshake = /subprotocol|Sec-WebSocket|upgrade/i.test(error.message);
    fail(isProtocol || isHandshake ? malformed(party, error) : unreachable(party, error));
  });
  socket.on('close', (code, reason) => {
    const said = reason.toString().slice(0, 123);
    if (code === 1008) fail(said.startsWith('credential') ? credentialEnded(party, said) : malformed(party, new Error(said)));
    if (code === 1013) fail(lost(party, said));
    fail(lost(party, code === 1001 ? 'it was stopped' : 'the connection was cut'));
  });

  try {
    for (;;) {
      const message = queue.shift();
      if (signal.aborted) return;
      if (message === undefined) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
        continue;
      }
      queued -= message.data.length;
      if (socket.isPaused && queued <= limits.queueBytes / 2) socket.resume();
      const frame = decode(message.data, message.isBinary, protocol, party);
      if (frame !== undefined) yield frame;
    }
  } finally {
    clearTimeout(idle);
    signal.removeEventListener('abort', abort);
    socket.terminate();
  }
}

function decode(data: Buffer, isBinary: boolean, protocol: Protocol, party: Party): Frame | undefined {
  try {
    if (isBinary !== (protocol === 'protobuf')) {
      throw new PodtreeError('FRAME_INVALID', `frame: a ${isBinary ? 'binary' : 'text'} message in a stream of ${protocol}`);
    }
    return isBinary ? decodeProtobuf(data) : decodeJson(data.toString('utf8'));
  } catch (error) {
    throw malformed(party, error);
  }
}
