// Opens a listening socket, and says what to do when that fails. Timeouts are the same wherever the agent listens.
import type { Server } from 'node:http';
import { messageOf, PodtreeError } from '../error.ts';

export interface Address {
  /** Empty: every address of the machine. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** For createServer of node:http. */
export const SERVER_OPTIONS = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 16 * 1024,
} as const;

function adviceFor(code: string | undefined, flag: string): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `the port is taken: is another podtree agent running? Stop it, or give ${flag} HOST:PORT`;
    case 'EACCES':
      return `not permitted: ports below 1024 need root; give ${flag} with a higher one`;
    case 'EADDRNOTAVAIL':
      return `this machine has no such address: give ${flag} with one of its own`;
    case 'ENOTFOUND':
      return `this host name has no address: give ${flag} with an IP address`;
    default:
      return undefined;
  }
}

/** Resolves with the address it listens on. `flag` is the one that sets the address. Rejects with LISTEN_FAILED. */
export function listenOn(server: Server, { host, port }: Address, flag: string): Promise<Address> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const advice = adviceFor(error.code, flag) ?? messageOf(error);
      reject(new PodtreeError('LISTEN_FAILED', `cannot listen on ${host}:${port}: ${advice}`, { cause: error }));
    };
    server.once('error', fail);
    // Without a host it is `::` for both families, or 0.0.0.0 where there is no IPv6.
    server.listen({ port, ...(host !== '' && { host }) }, () => {
      server.off('error', fail);
      const address = server.address();
      if (address === null || typeof address === 'string') return;
      resolve({ host: address.address, port: address.port });
    });
  });
}
