// Another way to an agent than a TCP connection to its address: a byte stream that somebody else opens, such as a port-forward.
import type { ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Party, partyAt } from './failure.ts';

export interface Route extends Party {
  /** A new byte stream to the agent's listener. It connects by itself; its error says why it could not. */
  open(): Duplex;
}

export function partyOf(url: URL, route: Route | undefined): Party {
  return route ?? partyAt(url);
}

/** For node:http and ws. A TCP socket has settings that no other byte stream has: asking for them does no harm. */
export function createConnectionOf(route: Route): NonNullable<ClientRequestArgs['createConnection']> {
  return () => {
    const stream = route.open();
    const still = {
      setTimeout: () => stream,
      setNoDelay: () => stream,
      setKeepAlive: () => stream,
      ref: () => stream,
      unref: () => stream,
    };
    return Object.assign(stream, still);
  };
}
