// Finds the process that listens on a unix socket: the runtime's daemon, by which its own threads and CNI plugins are told from strangers.
import { readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createPace } from './pace.ts';

/** __SO_ACCEPTCON: the socket listens (net/unix/af_unix.c unix_seq_show prints it in the Flags column). */
const LISTENS = 0x10000;

/** Undefined when nobody listens there, or it cannot be seen (another network namespace has its own /proc/net/unix). */
export async function findSocketOwner(path: string, proc = '/proc'): Promise<number | undefined> {
  const table = await readFile(`${proc}/1/net/unix`, 'utf8').catch(() => '');
  const inodes = new Set<string>();
  for (const line of table.split('\n')) {
    const [, , , flags = '', , , inode = '', ...name] = line.trim().split(/\s+/);
    if (name.join(' ') === path && (Number.parseInt(flags, 16) & LISTENS) !== 0) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  const pace = createPace();
  for (const pid of readdirSync(proc)) {
    if (!/^\d+$/.test(pid)) continue;
    await pace.rest();
    if (holdsOneOf(`${proc}/${pid}/fd`, inodes)) return Number(pid);
  }
  return undefined;
}

function holdsOneOf(directory: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(directory).some((fd) => inodes.has(linkOf(`${directory}/${fd}`)));
  } catch {
    // The process has ended, or is not ours to look into.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
