// Walks the traced cgroup hierarchy: the id and path of every directory. A cgroup's id is its directory's inode.
import { readdirSync, statSync } from 'node:fs';
import type { CgroupId } from '../kernel/identity.ts';
import type { Pace } from './pace.ts';

/** A node of 110 pods has some thousands; the rest are what systemd and nested runtimes make. */
const MAX_CGROUPS = 100_000;

export interface CgroupTree {
  readonly cgroups: ReadonlyMap<CgroupId, string>;
  /** There were more than are kept. */
  readonly truncated: boolean;
}

/** Breadth first. What is removed in the meantime is left out. Names are bytes; those that are no UTF-8 come out with U+FFFD. */
export async function readCgroupTree(mountPoint: string, pace: Pace, maxCgroups = MAX_CGROUPS): Promise<CgroupTree> {
  const cgroups = new Map<CgroupId, string>();
  const waiting = [{ directory: Buffer.from(mountPoint), path: '/' }];
  for (let at = 0; at < waiting.length; at++) {
    await pace.rest();
    const { directory, path } = waiting[at] ?? { directory: Buffer.alloc(0), path: '' };
    const found = readCgroup(directory);
    if (found === undefined) continue;
    if (cgroups.size >= maxCgroups) return { cgroups, truncated: true };
    cgroups.set(found.id, path);
    for (const name of found.children) {
      waiting.push({ directory: Buffer.concat([directory, SLASH, name]), path: `${path === '/' ? '' : path}/${name.toString('utf8')}` });
    }
  }
  return { cgroups, truncated: false };
}

const SLASH = Buffer.from('/');

function readCgroup(directory: Buffer): { readonly id: CgroupId; readonly children: readonly Buffer[] } | undefined {
  try {
    const id = String(statSync(directory, { bigint: true }).ino) as CgroupId;
    const entries = readdirSync(directory, { encoding: 'buffer', withFileTypes: true });
    return { id, children: entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name) };
  } catch {
    return undefined;
  }
}
