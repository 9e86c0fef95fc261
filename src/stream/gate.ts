// Before a guarded door: which connections are taken at all. A peer has so many, may make so many a second and may be wrong so often; and of those that
// have not shown a credential yet only so many wait, the oldest going first.
import type { Socket } from 'node:net';
import { type Buckets, createBuckets, peerKey, type Rate } from '../access/bucket.ts';
import type { RefusalReason } from './admission.ts';

export interface GateLimits {
  /** Connections of one peer at the same time. */
  readonly peerConnections: number;
  /** New connections of one peer. */
  readonly peerRate: Rate;
  /** New connections of all peers. */
  readonly rate: Rate;
  /** Connections that have shown no credential that is taken: in the TLS handshake, sending their request, or being looked at. */
  readonly unproven: number;
  /** How long a connection may be that, whatever it does. */
  readonly unprovenMs: number;
  /** Wrong credentials of one peer. */
  readonly failureRate: Rate;
  /** Peers that are remembered. */
  readonly peers: number;
}

export const GATE_LIMITS: GateLimits = {
  peerConnections: 32,
  peerRate: { burst: 40, perSecond: 20 },
  rate: { burst: 200, perSecond: 100 },
  unproven: 64,
  unprovenMs: 20_000,
  failureRate: { burst: 10, perSecond: 1 / 6 },
  peers: 1024,
};

/** An address and port of the other side: no two connections that stand have the same. */
type Ends = Pick<Socket, 'remoteAddress' | 'remotePort'>;

export interface Gate {
  /** Destroys the connection and gives false when it is one too many. `generation`: of the CAs that its handshake goes by. */
  admit(socket: Socket, generation: number): boolean;
  /** Less than every other for a connection that is gone. */
  generationOf(socket: Ends): number;
  /** A credential of the connection is being looked at. False when one is already, before any was taken: requests that come without waiting for the
   * answer would be guesses that nobody counts. */
  look(socket: Ends): boolean;
  /** The connection has shown a credential that is taken. */
  prove(socket: Ends): void;
  /** The peer has shown a wrong one. */
  fail(socket: Ends): void;
  /** Seconds until the peer may try a credential again; 0: now. */
  waitSeconds(socket: Ends): number;
  /** Cuts everything. */
  close(): void;
}

interface Guest {
  readonly socket: Socket;
  readonly peer: string;
  readonly generation: number;
  timer: NodeJS.Timeout | undefined;
  isLookedAt: boolean;
}

export interface GateOptions {
  readonly limits: GateLimits;
  readonly now: () => number;
  readonly onRefusal: (reason: RefusalReason, peer: string) => void;
}

export function createGate({ limits, now, onRefusal }: GateOptions): Gate {
  const guests = new Map<string, Guest>();
  /** Oldest first. */
  const unproven = new Set<Guest>();
  const perPeer = new Map<string, number>();
  const peerRate = createBuckets(limits.peerRate, limits.peers, now);
  const rate = createBuckets(limits.rate, 1, now);
  const failures: Buckets = createBuckets(limits.failureRate, limits.peers, now);

  function reasonAgainst(peer: string): RefusalReason | undefined {
    if ((perPeer.get(peer) ?? 0) >= limits.peerConnections) return 'peer';
    // First its own: what one peer has too many must not be taken from all.
    return peerRate.take(peer) && rate.take('') ? undefined : 'rate';
  }

  function end(guest: Guest, reason: RefusalReason): void {
    unproven.delete(guest);
    onRefusal(reason, guest.peer);
    guest.socket.destroy();
  }

  function leave(key: string, guest: Guest): void {
    clearTimeout(guest.timer);
    unproven.delete(guest);
    if (guests.get(key) === guest) guests.delete(key);
    const left = (perPeer.get(guest.peer) ?? 1) - 1;
    if (left > 0) perPeer.set(guest.peer, left);
    else perPeer.delete(guest.peer);
  }

  return {
    admit(socket, generation) {
      const peer = peerKey(socket.remoteAddress);
      const reason = reasonAgainst(peer);
      if (reason !== undefined) {
        onRefusal(reason, peer);
        socket.destroy();
        return false;
      }
      const guest: Guest = { socket, peer, generation, timer: undefined, isLookedAt: false };
      const key = keyOf(socket);
      guest.timer = setTimeout(() => end(guest, 'slow'), limits.unprovenMs);
      guest.timer.unref();
      guests.set(key, guest);
      unproven.add(guest);
      perPeer.set(peer, (perPeer.get(peer) ?? 0) + 1);
      socket.once('close', () => leave(key, guest));
      const [oldest] = unproven;
      if (unproven.size > limits.unproven && oldest !== undefined) end(oldest, 'slow');
      return true;
    },
    generationOf: (socket) => guests.get(keyOf(socket))?.generation ?? -1,
    look(socket) {
      const guest = guests.get(keyOf(socket));
      // Of a connection that is gone nobody reads the answer.
      if (guest === undefined) return true;
      if (guest.isLookedAt && unproven.has(guest)) return false;
      guest.isLookedAt = true;
      return true;
    },
    prove(socket) {
      const guest = guests.get(keyOf(socket));
      if (guest === undefined) return;
      clearTimeout(guest.timer);
      unproven.delete(guest);
    },
    fail: (socket) => void failures.take(peerKey(socket.remoteAddress)),
    waitSeconds: (socket) => failures.waitSeconds(peerKey(socket.remoteAddress)),
    close() {
      for (const { socket } of guests.values()) socket.destroy();
    },
  };
}

function keyOf({ remoteAddress, remotePort }: Ends): string {
  return `${remoteAddress} ${remotePort}`;
}
