// A stream server on a free port over a tree that a test changes, and clients that keep what they were sent.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { WebSocket } from 'ws';
import type { Frame } from '../../src/stream/frame.ts';
import { decodeJson } from '../../src/stream/json.ts';
import { decodeProtobuf } from '../../src/stream/protobuf.ts';
import { createStreamServer, type StreamServer, type StreamServerOptions } from '../../src/stream/server.ts';
import type { Tree } from '../../src/tree/model.ts';
import { createRandomTree, type RandomTree } from './random-tree.ts';

export interface Running {
  readonly server: StreamServer;
  readonly model: RandomTree;
  readonly port: number;
  /** Of all its addresses. */
  readonly ports: readonly number[];
  readonly url: string;
  /** Random steps, the same for the same seed, published as they come. */
  run(steps: number, seed?: number): void;
}

export const EMPTY_TREE: Omit<Tree, 'token'> = { node: 'n', pods: [], leaked: [] };
const silent = { debug() {}, info() {}, warn() {} };

/** Closed at the end of the test. */
export async function startStream(t: Test, given: Partial<StreamServerOptions> & { readonly port?: number } = {}): Promise<Running> {
  const { port: wanted = 0, ...options } = given;
  const model = createRandomTree();
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port: wanted }],
    node: 'n',
    bootId: 'b',
    version: '0',
    tree: model.tree,
    readiness: () => ({ ready: true }),
    metrics: async () => 'podtree_ready 1\n',
    log: silent,
    epoch: 'e1',
    ...options,
  });
  t.teardown(() => server.close());
  const ports = (await server.listen()).map((address) => address.port);
  const [port = 0] = ports;
  let state = 1;
  const random = (limit: number): number => {
    // Park and Miller's generator: tests must do the same each time.
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return {
    server,
    model,
    port,
    ports,
    url: `http://127.0.0.1:${port}`,
    run(steps, seed) {
      if (seed !== undefined) state = seed;
      for (let done = 0; done < steps; done += 1) {
        server.publish(model.step({ operation: random(28), pick: random(21), value: random(31) }));
      }
    },
  };
}

export interface Listener {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  /** Waits until the frames are as wanted. */
  until(isDone: (frames: readonly Frame[]) => boolean): Promise<void>;
  /** Resolves with the close code and reason. */
  readonly closed: Promise<string>;
}

/** A WebSocket client that is no part of ours. */
export async function listenTo(t: Test, port: number, query = '', protocol?: string): Promise<Listener> {
  return listenOver(t, new WebSocket(`ws://127.0.0.1:${port}/v1/stream${query}`, protocol === undefined ? [] : [protocol]));
}

/** Keeps what comes on a socket that is being opened. */
export async function listenOver(t: Test, socket: WebSocket): Promise<Listener> {
  t.teardown(() => socket.terminate());
  const frames: Frame[] = [];
  let changed = Promise.withResolvers<void>();
  socket.on('message', (data, isBinary) => {
    if (!Buffer.isBuffer(data)) return;
    const frame = isBinary ? decodeProtobuf(data) : decodeJson(data.toString());
    if (frame !== undefined) frames.push(frame);
    changed.resolve();
    changed = Promise.withResolvers<void>();
  });
  const closed = once(socket, 'close').then(([code, reason]) => `${code} ${String(reason)}`);
  await once(socket, 'open');
  return {
    socket,
    frames,
    closed,
    async until(isDone) {
      while (!isDone(frames)) await changed.promise;
    },
  };
}

/** Sends bytes and gives what came back until the server closed the connection. */
export async function exchange(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(parts).toString();
}

export const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
] as const;

/** A request as text: `Host` is loopback unless a header says otherwise. */
export function request(target: string, headers: readonly string[] = [], method = 'GET'): string {
  const hasHost = headers.some((header) => /^host:/i.test(header));
  const all = hasHost ? headers : ['Host: 127.0.0.1', ...headers];
  return `${[`${method} ${target} HTTP/1.1`, ...all].join('\r\n')}\r\n\r\n`;
}

/** A WebSocket connection without a WebSocket client: for what no client would send. */
export async function rawStream(t: Test, port: number, query = ''): Promise<{ readonly socket: Socket; readonly closed: Promise<Buffer> }> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => {});
  const closed = once(socket, 'close').then(() => Buffer.concat(parts));
  socket.write(request(`/v1/stream${query}`, UPGRADE));
  await once(socket, 'data');
  return { socket, closed };
}

/** A frame as a client must send it: masked, with a mask of zeros. */
export function maskedFrame(firstByte: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  const length = bytes.length < 126 ? Buffer.from([0x80 | bytes.length]) : Buffer.alloc(3);
  if (bytes.length >= 126) {
    length[0] = 0x80 | 126;
    length.writeUInt16BE(bytes.length, 1);
  }
  return Buffer.concat([Buffer.from([firstByte]), length, Buffer.alloc(4), bytes]);
}

/** A TCP proxy before a server: `cut` breaks all connections as a network does, without a closing handshake. Nothing passes before `opened`. */
export async function startProxy(
  t: Test,
  port: number,
  opened: Promise<void> = Promise.resolve(),
): Promise<{ readonly url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      void opened.then(() => one.pipe(other));
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  t.teardown(() => {
    cut();
    proxy.close();
  });
  const address = proxy.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, cut };
}
