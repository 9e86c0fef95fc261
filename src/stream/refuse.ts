// Answers on a connection that no request handler has: an upgrade that is turned away, bytes that are no request.
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './admission.ts';
import { errorBody, SAFETY_HEADERS } from './answer.ts';

/** Sends the answer and closes. */
export function refuse(stream: Duplex, { status, code, message, headers: more }: Refusal): void {
  const body = errorBody(code, message);
  const headers = {
    ...SAFETY_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    // RFC 6455 4.4: says which version a client that asked for another could use.
    'Sec-WebSocket-Version': 13,
    ...more,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}\r\n`));
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
