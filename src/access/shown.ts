// What a request shows: a token as Bearer, or as the password of Basic (which is what browsers can send), and the certificate of its connection.
import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';

export interface ShownCertificate {
  readonly x509: X509Certificate;
  /** What OpenSSL found when the connection was made: signed by the CAs of then, within its dates, for clients. */
  readonly wasTrusted: boolean;
  /** Which CAs these were: Access.generation of then. */
  readonly generation: number;
}

export interface Shown {
  readonly token?: string;
  readonly certificate?: ShownCertificate;
  /** An Authorization header that is none of ours. */
  readonly isMalformed?: boolean;
}

const BEARER = /^Bearer +([\x21-\x7e]{1,16384})$/i;
const BASIC = /^Basic +([A-Za-z0-9+/]{1,16384}={0,2})$/i;

/** `generation` is that of the CAs when the connection was made. */
export function shownBy(request: IncomingMessage, generation: number): Shown {
  const certificate = certificateOf(request, generation);
  const headers = request.headersDistinct.authorization;
  if (headers === undefined) return { ...(certificate && { certificate }) };
  // Two of them: a proxy may have looked at the other one.
  const token = headers.length === 1 ? tokenIn(headers[0] ?? '') : undefined;
  return { ...(certificate && { certificate }), ...(token === undefined ? { isMalformed: true } : { token }) };
}

function tokenIn(header: string): string | undefined {
  const bearer = BEARER.exec(header)?.[1];
  if (bearer !== undefined) return bearer;
  const basic = BASIC.exec(header)?.[1];
  if (basic === undefined) return undefined;
  // The user name is whatever the person typed: RFC 7617 ends it at the first colon.
  const text = Buffer.from(basic, 'base64').toString('latin1');
  const password = text.includes(':') ? text.slice(text.indexOf(':') + 1) : '';
  return /^[\x21-\x7e]+$/.test(password) ? password : undefined;
}

function certificateOf({ socket }: IncomingMessage, generation: number): ShownCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const x509 = socket.getPeerX509Certificate();
  return x509 === undefined ? undefined : { x509, wasTrusted: socket.authorized, generation };
}
