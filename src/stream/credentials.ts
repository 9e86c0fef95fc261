// What a client shows an agent that is reached over TLS, and by which CA it trusts that agent.
import type { ConnectionOptions } from 'node:tls';

export interface Credentials {
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** PEM of the CAs that the agent's certificate may be signed by; absent: those that come with Node.js. */
  readonly ca?: string | undefined;
  /** PEM of a client certificate. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the agent's certificate must be for; absent: that of the address. */
  readonly serverName?: string | undefined;
}

/** Asked with each connection, so that a credential that was renewed is used. */
export type ReadCredentials = () => Credentials;

export function authorizationOf({ token }: Credentials): Readonly<Record<string, string>> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

/** Said here, so that NODE_TLS_REJECT_UNAUTHORIZED has no say: whoever is not trusted is shown no token. */
export function tlsOptionsOf({ ca, cert, key, serverName }: Credentials): ConnectionOptions & { readonly rejectUnauthorized: true } {
  return {
    rejectUnauthorized: true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(serverName !== undefined && { servername: serverName }),
  };
}
