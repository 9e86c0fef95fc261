// Who listens in a network namespace, and who of its processes talk to each other over it, out of the sockets that are there.
import { readSocketInodes, readSockets, type Socket } from './sockets.ts';

export interface Holder {
  readonly containerId?: string;
  readonly pid?: number;
}

export interface NetworkUse {
  readonly ports: readonly (Holder & { readonly protocol: 'tcp' | 'udp'; readonly address: string; readonly port: number })[];
  readonly peers: readonly { readonly from: Holder; readonly to: Holder; readonly port: number; readonly connections: number }[];
}

export interface Member {
  readonly containerId: string;
  readonly pids: readonly number[];
}

const MAX_PORTS = 256;
const MAX_PEERS = 256;
const MAX_PIDS = 256;

/** `insidePid` is any process in the namespace; `members` are those that may hold its sockets. `holders` is what was found in the sample before, by
 * inode: it is read, and left with what is there now. */
export function readNetworkUse(insidePid: number, members: readonly Member[], holders: Map<number, Holder>, proc = '/proc'): NetworkUse {
  const sockets = readSockets(insidePid, proc);
  findHolders(sockets, members, holders, proc);
  const holderOf = ({ inode }: Socket): Holder => holders.get(inode) ?? {};
  const listening = sockets.filter(({ state }) => state === 'listening');
  const ports = listening.slice(0, MAX_PORTS).map((socket) => ({
    ...{ protocol: socket.protocol, address: socket.localAddress, port: socket.localPort },
    ...holderOf(socket),
  }));
  return { ports: ports.sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1)), peers: peersOf(sockets, holderOf) };
}

/** Files of processes are looked through only when there is a socket that nobody is known to hold. */
function findHolders(sockets: readonly Socket[], members: readonly Member[], holders: Map<number, Holder>, proc: string): void {
  const present = new Set(sockets.map(({ inode }) => inode));
  for (const inode of holders.keys()) if (!present.has(inode)) holders.delete(inode);
  if (holders.size === present.size) return;
  let looked = 0;
  for (const { containerId, pids } of members) {
    for (const pid of pids) {
      if (++looked > MAX_PIDS) return;
      // A child has its parent's sockets, too: the one that was found first keeps it.
      for (const inode of readSocketInodes(pid, proc))
        if (present.has(inode) && !holders.has(inode)) holders.set(inode, { containerId, pid });
    }
  }
}

/** A connection both ends of which are in the namespace: who listens on its port was called. */
function peersOf(sockets: readonly Socket[], holderOf: (socket: Socket) => Holder): NetworkUse['peers'] {
  const servers = new Set(
    sockets.flatMap(({ state, protocol, localPort }) => (state === 'listening' && protocol === 'tcp' ? [localPort] : [])),
  );
  const standing = sockets.filter(({ state, protocol }) => state === 'established' && protocol === 'tcp');
  const byEnds = new Map(standing.map((socket) => [endsOf(socket), socket]));
  const found = new Map<string, { from: Holder; to: Holder; port: number; connections: number }>();
  for (const called of standing) {
    if (!servers.has(called.localPort)) continue;
    const { localAddress, localPort, remoteAddress, remotePort } = called;
    const caller = byEnds.get(
      endsOf({ localAddress: remoteAddress, localPort: remotePort, remoteAddress: localAddress, remotePort: localPort }),
    );
    if (!caller || (servers.has(caller.localPort) && caller.localPort < localPort)) continue;
    const peer = { from: holderOf(caller), to: holderOf(called), port: localPort, connections: 1 };
    const key = `${peer.from.pid} ${peer.to.pid} ${localPort}`;
    const known = found.get(key);
    if (known) known.connections++;
    else if (found.size < MAX_PEERS) found.set(key, peer);
  }
  return [...found.values()].sort((a, b) => a.port - b.port || (a.from.pid ?? 0) - (b.from.pid ?? 0));
}

function endsOf(socket: Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>): string {
  return `${socket.localAddress} ${socket.localPort} ${socket.remoteAddress} ${socket.remotePort}`;
}
