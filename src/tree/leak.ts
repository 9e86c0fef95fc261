// Network namespaces that a mount keeps alive although no pod owns them any more.
import type { HostLevel } from '../host/level.ts';
import { noteLeak } from './pause.ts';
import type { Context } from './state.ts';

/** A pinned namespace without a pod is called leaked when it was so for this long: CNI makes one some time before there is a pause. */
const LEAKED_AFTER_NS = 10e9;
const MAX_LEAKED = 1000;
const NET_TYPE = 0;

export function applyPins(ctx: Context, level: HostLevel): void {
  const present = new Set<string>();
  for (const { type, inode, path } of level.pinned) {
    if (type !== 'net' || ctx.namespaces.isHost(NET_TYPE, inode)) continue;
    present.add(path);
    const before = ctx.pinnedBefore.get(path);
    const firstNs = before?.inode === inode ? before.sinceNs : level.fromNs;
    ctx.pinnedBefore.set(path, { inode, sinceNs: firstNs });
    const former = ctx.formerOwners.get(inode);
    const isRuntimes = former !== undefined || /\/netns\/cni-/.test(path);
    const owner = ctx.namespaces.ownerOf(NET_TYPE, inode, level.toNs);
    const isOwned = owner !== undefined && ctx.items.has(owner.containerId);
    const isLeaked = !isOwned && isRuntimes && level.fromNs - firstNs >= LEAKED_AFTER_NS;
    const known = ctx.leaked.get(path);
    if (known && (!isLeaked || known.inode !== inode)) unleak(ctx, path);
    if (!isLeaked || ctx.leaked.has(path) || ctx.leaked.size >= MAX_LEAKED) continue;
    const record = { type, inode, path, ...(former && { pod: former }) };
    ctx.leaked.set(path, record);
    noteLeak(ctx, inode, path);
    ctx.changes.push({ op: 'put', kind: 'leaked', key: leakedKey(record), record });
  }
  for (const path of [...ctx.pinnedBefore.keys()]) {
    if (present.has(path)) continue;
    ctx.pinnedBefore.delete(path);
    unleak(ctx, path);
  }
}

/** A path may come to pin another namespace. */
function leakedKey(leaked: { readonly path: string; readonly inode: number }): string {
  return `${leaked.path} ${leaked.inode}`;
}

function unleak(ctx: Context, path: string): void {
  const leaked = ctx.leaked.get(path);
  if (!leaked) return;
  ctx.leaked.delete(path);
  ctx.changes.push({ op: 'remove', kind: 'leaked', key: leakedKey(leaked) });
}
