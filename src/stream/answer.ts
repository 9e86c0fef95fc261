// An HTTP answer and how it is sent: the same safety headers on each, every error one line of JSON.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { messageOf } from '../error.ts';

/** Several values of a header are as many lines. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Headers;
  readonly body: string | Buffer;
}

const JSON_TYPE = 'application/json; charset=utf-8';
/** Nothing here may be framed, sniffed, cached or read by pages of other sites. */
export const SAFETY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** The body of an error answer: one line. */
export function errorBody(code: string, message: string): string {
  return `${JSON.stringify({ error: { code, message } })}\n`;
}

export function failure(status: number, code: string, message: string, headers?: Headers): Answer {
  return { status, body: errorBody(code, message), ...(headers && { headers }) };
}

export function json(value: unknown, status = 200, indent = 0): Answer {
  return { status, body: `${JSON.stringify(value, null, indent)}\n` };
}

/** Splits a request target. Anything but a path (`http://…`, `*`) is undefined: those are for proxies. */
export function splitTarget(target: string): { readonly path: string; readonly search: string } | undefined {
  if (!target.startsWith('/')) return undefined;
  const at = target.indexOf('?');
  return at < 0 ? { path: target, search: '' } : { path: target.slice(0, at), search: target.slice(at + 1) };
}

/** Why a request cannot be answered whatever it asks for; undefined when it can. */
export function methodRefusal(request: IncomingMessage): Answer | undefined {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  return failure(405, 'METHOD_NOT_ALLOWED', 'only GET and HEAD: podtree changes nothing', { Allow: 'GET, HEAD' });
}

/** Undefined for a request without a body. */
export function bodyRefusal(request: IncomingMessage): Answer | undefined {
  const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  return hasBody ? failure(413, 'BODY_REFUSED', 'requests have no body here', { Connection: 'close' }) : undefined;
}

export function respond(request: IncomingMessage, response: ServerResponse, { status, type = JSON_TYPE, headers, body }: Answer): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  // What was not modified has no content to tell of.
  const content = status === 304 ? {} : { 'Content-Type': type, 'Content-Length': bytes.length };
  response.writeHead(status, { ...SAFETY_HEADERS, ...content, ...(headers as OutgoingHttpHeaders | undefined) });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** The answer to a request that a bug of ours failed. */
export function respondBroken(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else respond(request, response, failure(500, 'INTERNAL', `the agent failed to answer: ${messageOf(error)}`));
}
