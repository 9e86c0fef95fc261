// What happened to namespaces before it was known whose they are: kept a bounded time, then let go.
import type { BootNs } from '../kernel/identity.ts';
import type { Context, Item } from './state.ts';

/** The network namespace of a pod is made some 100 ms before there is a pause that shows whose it is; slow CNI plugins take seconds. */
const MAX_PENDING_NS = 5e9;
const MAX_PENDING = 2048;
const MAX_PENDING_PER_NAMESPACE = 64;

const pendingKey = (type: number, inode: number) => type * 0x1_0000_0000 + inode;

/** A namespace got an owner: what waited for it can be told, in the order in which it happened. */
export function resolvePending(ctx: Context, type: number, inode: number, owner: Item): void {
  const key = pendingKey(type, inode);
  const waiting = ctx.pendingNamespaces.get(key);
  if (!waiting) return;
  ctx.pendingNamespaces.delete(key);
  for (const { resolve } of waiting.sort((a, b) => a.timeNs - b.timeNs)) resolve(owner);
}

/** Keeps what happened to a namespace that nobody owns yet; `resolve` is called once, when a container turns out to own it. */
export function waitForOwner(ctx: Context, type: number, inode: number, timeNs: BootNs, resolve: (owner: Item) => void): void {
  const key = pendingKey(type, inode);
  const waiting = ctx.pendingNamespaces.get(key) ?? [];
  if (waiting.length >= MAX_PENDING_PER_NAMESPACE || ctx.pendingNamespaces.size >= MAX_PENDING) {
    ctx.drops.podless++;
    return;
  }
  waiting.push({ timeNs, deadlineNs: timeNs + MAX_PENDING_NS, resolve });
  ctx.pendingNamespaces.set(key, waiting);
}

/** The number stands for a new namespace: what waits for an owner of the one before will not find one. */
export function dropPending(ctx: Context, type: number, inode: number, beforeNs: BootNs): void {
  const key = pendingKey(type, inode);
  const waiting = ctx.pendingNamespaces.get(key)?.filter(({ timeNs }) => timeNs >= beforeNs);
  if (waiting?.length === 0) ctx.pendingNamespaces.delete(key);
  else if (waiting) ctx.pendingNamespaces.set(key, waiting);
}

/** Namespaces that no pod has come to own are the host's own business. */
export function expirePending(ctx: Context): void {
  for (const [key, waiting] of ctx.pendingNamespaces) {
    const first = waiting[0];
    if (first && first.deadlineNs <= ctx.nowNs) ctx.pendingNamespaces.delete(key);
  }
}
