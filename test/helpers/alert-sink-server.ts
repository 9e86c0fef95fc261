// An HTTP server on loopback that answers what a test tells it to, badly if need be, and keeps what it was sent.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import type { AlertLog } from '../../src/alert/outbox.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** When it was there, ms since 1970. */
  readonly atMs: number;
}

/** How one request is answered; undefined for 200. */
export type Answer = (response: ServerResponse, received: Received) => void;

export interface SinkServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** For the requests to come, in order; the last one stays. */
  answer(...answers: readonly Answer[]): void;
  until(isDone: (received: readonly Received[]) => boolean): Promise<void>;
  close(): void;
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Answer =>
  (response) => {
    response.writeHead(code, headers).end(body);
  };
export const hang: Answer = () => {};
export const hangUp: Answer = (response) => {
  response.destroy();
};
/** Promises more than it sends. */
export const breakOff: Answer = (response) => {
  response.writeHead(200, { 'Content-Length': '100' });
  response.write('half an ans', () => response.destroy());
};

export async function startSinkServer(t: Test, tls?: { readonly key: string; readonly cert: string }): Promise<SinkServer> {
  const received: Received[] = [];
  let answers: readonly Answer[] = [status(200)];
  let changed = Promise.withResolvers<void>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => {});
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
        atMs: Date.now(),
      };
      received.push(one);
      const [next, ...rest] = answers;
      if (rest.length > 0) answers = rest;
      next?.(response, one);
      changed.resolve();
      changed = Promise.withResolvers<void>();
    });
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  t.teardown(close);
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (...next) => {
      answers = next;
    },
    close,
    async until(isDone) {
      while (!isDone(received)) await changed.promise;
    },
  };
}

export const silentLog: AlertLog = { debug() {}, info() {}, warn() {}, error() {} };

/** A log that keeps its lines, as JSON. */
export function keepLog(): AlertLog & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const take = (fields: object, message: string): void => void lines.push(JSON.stringify({ message, ...fields }));
  return { debug: take, info: take, warn: take, error: take, lines };
}
