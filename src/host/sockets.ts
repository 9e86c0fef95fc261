// The sockets of a network namespace, as /proc/PID/net shows them to a process in it, and who holds them. Never enters the namespace.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { readLink } from './small-file.ts';

export interface Socket {
  readonly protocol: 'tcp' | 'udp';
  /** Text of an IPv4 or IPv6 address; an IPv4 one that an IPv6 socket uses is IPv4. */
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly state: 'listening' | 'established';
  /** Of the socket: `socket:[N]` in /proc/PID/fd. */
  readonly inode: number;
}

/** Listening sockets stand first (net/ipv4/tcp_ipv4.c tcp_seq_start): it is connections that are left out beyond this, some 1,700 of them. */
const MAX_TABLE_BYTES = 256 * 1024;
const MAX_FDS = 2048;
const buffer = Buffer.allocUnsafe(MAX_TABLE_BYTES);
/** include/net/tcp_states.h. A UDP socket without a peer is TCP_CLOSE. */
const ESTABLISHED = '01';
const CLOSED = '07';
const LISTENING = '0A';

/** Sockets that listen and connections that stand; empty when the process has gone. */
export function readSockets(pid: number, proc = '/proc'): Socket[] {
  const found: Socket[] = [];
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
    const protocol = table.startsWith('tcp') ? 'tcp' : 'udp';
    for (const line of readTable(`${proc}/${pid}/net/${table}`)) {
      const socket = parseSocket(line, protocol);
      if (socket) found.push(socket);
    }
  }
  return found;
}

function readTable(path: string): string[] {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    let length = 0;
    while (length < MAX_TABLE_BYTES) {
      const count = readSync(file, buffer, length, MAX_TABLE_BYTES - length, null);
      if (count === 0) break;
      length += count;
    }
    const lines = buffer.toString('latin1', 0, length).split('\n');
    // The first is the heading, the last is empty or was cut.
    return lines.slice(1, -1);
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Undefined for a line that is none, and for what neither listens nor is connected. */
export function parseSocket(line: string, protocol: Socket['protocol']): Socket | undefined {
  const [, local = '', remote = '', code = '', , , , , , inode = ''] = line.trim().split(/\s+/);
  const isListening = protocol === 'tcp' ? code === LISTENING : code === CLOSED;
  if ((!isListening && code !== ESTABLISHED) || !/^\d{1,15}$/.test(inode)) return undefined;
  const [localAddress, localPort] = parseEnd(local);
  const [remoteAddress, remotePort] = parseEnd(remote);
  if (localAddress === undefined || remoteAddress === undefined) return undefined;
  const state = isListening ? 'listening' : 'established';
  return { protocol, localAddress, localPort, remoteAddress, remotePort, state, inode: Number(inode) };
}

function parseEnd(text: string): readonly [string | undefined, number] {
  const match = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(text);
  return match === null ? [undefined, 0] : [addressOf(match[1] ?? ''), Number.parseInt(match[2] ?? '0', 16)];
}

/** The kernel prints each word of four bytes as a number of the machine, which is little-endian wherever Node runs on Linux here. */
function addressOf(hex: string): string | undefined {
  const bytes = [...hex.matchAll(/.{8}/g)].flatMap(([word]) => [...Buffer.from(word, 'hex').reverse()]);
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return undefined;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16));
  return compress(groups);
}

/** The longest run of zeros becomes `::`, as RFC 5952 wants it. */
function compress(groups: readonly string[]): string {
  let [start, length] = [0, 0];
  for (let from = 0; from < groups.length; from++) {
    let to = from;
    while (groups[to] === '0') to++;
    if (to - from > length) [start, length] = [from, to - from];
    if (to > from) from = to - 1;
  }
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

/** Inodes of the sockets that a process has open; empty when it has gone or is not ours to look into. At most so many of its files are looked at. */
export function readSocketInodes(pid: number, proc = '/proc'): number[] {
  const inodes: number[] = [];
  try {
    for (const fd of readdirSync(`${proc}/${pid}/fd`).slice(0, MAX_FDS)) {
      const match = /^socket:\[(\d{1,15})\]$/.exec(readLink(`${proc}/${pid}/fd/${fd}`) ?? '');
      if (match) inodes.push(Number(match[1]));
    }
  } catch {
    return inodes;
  }
  return inodes;
}
