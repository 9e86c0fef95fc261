// Decides whether a WebSocket upgrade is taken, and in which format and with which filter it is served.
import type { IncomingMessage } from 'node:http';
import { PodtreeError } from '../error.ts';
import { splitTarget } from './answer.ts';
import { type Codec, SUBPROTOCOL } from './codec.ts';
import { createFilter, type Filter, parseQuery, STREAM_PARAMETERS } from './filter.ts';
import { type HostRule, refusalOf } from './host-guard.ts';
import { jsonCodec } from './json.ts';
import { protobufCodec } from './protobuf.ts';

export const REFUSAL_REASONS = [
  'forbidden',
  'path',
  'protocol',
  'query',
  'busy',
  'handshake',
  'connections',
  // At guarded doors alone: the TLS handshake failed; too many connections of one peer, or too fast; too slow to show a credential; none; a wrong
  // one; one that may not; too many wrong ones; nobody there who could tell.
  'tls',
  'peer',
  'rate',
  'slow',
  'missing',
  'wrong',
  'denied',
  'throttled',
  'unavailable',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export interface Refusal {
  readonly reason: RefusalReason;
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Admission {
  readonly codec: Codec<unknown>;
  readonly filter: Filter;
  /** The token the client gave, not looked at yet. */
  readonly since: string | undefined;
}

const CODECS: ReadonlyMap<string, Codec<unknown>> = new Map<string, Codec<unknown>>([
  [SUBPROTOCOL.json, jsonCodec as Codec<unknown>],
  [SUBPROTOCOL.protobuf, protobufCodec as Codec<unknown>],
]);

/** The first subprotocol of the client's list that is served here. */
export function chooseProtocol(offered: Iterable<string>): string | undefined {
  for (const name of offered) if (CODECS.has(name)) return name;
  return undefined;
}

function chooseCodec(header: string | undefined): Codec<unknown> | undefined {
  if (header === undefined) return jsonCodec as Codec<unknown>;
  return CODECS.get(chooseProtocol(header.split(',').map((name) => name.trim())) ?? '');
}

/** Also turns away every query that is not understood: a filter with a typing error must not show everything. */
export function admit(request: IncomingMessage, rule: HostRule): Admission | Refusal {
  const refusal = refusalOf(request, rule);
  if (refusal !== undefined) return { reason: 'forbidden', status: 403, code: 'FORBIDDEN', message: refusal };
  const target = splitTarget(request.url ?? '');
  if (target?.path !== '/v1/stream') {
    return { reason: 'path', status: 404, code: 'NOT_FOUND', message: 'the only WebSocket endpoint is /v1/stream' };
  }
  const codec = chooseCodec(request.headers['sec-websocket-protocol']);
  if (codec === undefined) {
    const message = `unknown subprotocol: allowed is ${[...CODECS.keys()].join(' or ')}, or none for JSON`;
    return { reason: 'protocol', status: 400, code: 'PROTOCOL_UNKNOWN', message };
  }
  try {
    const { since, ...query } = parseQuery(target.search, STREAM_PARAMETERS);
    return { codec, filter: createFilter(query), since };
  } catch (error) {
    if (!(error instanceof PodtreeError)) throw error;
    return { reason: 'query', status: 400, code: error.code, message: error.message };
  }
}
