// The history of a pod: its earlier sandboxes, as far as they are kept.
import { dropOldest } from '../attribution/drop-oldest.ts';
import type { SandboxRecord } from './model.ts';
import type { Context, PodState } from './state.ts';

const MAX_FORGOTTEN = 64;

/** Puts an earlier sandbox into the history, at its place when it is there already. It is bounded: the oldest is let go, for good. */
export function putFormer(ctx: Context, pod: PodState, record: SandboxRecord): void {
  const json = JSON.stringify(record);
  const at = pod.history.findIndex((former) => former.record.id === record.id);
  if (at === -1 ? pod.forgotten.has(record.id) : pod.history[at]?.json === json) return;
  if (at === -1) pod.history.push({ record, json });
  else pod.history[at] = { record, json };
  pushFormer(ctx, pod, record);
  if (pod.history.length <= ctx.limits.maxHistory) return;
  const oldest = pod.history.shift();
  if (!oldest) return;
  removeSandbox(ctx, pod, oldest.record.id);
  pod.forgotten.add(oldest.record.id);
  dropOldest(pod.forgotten, MAX_FORGOTTEN);
}

export function pushFormer(ctx: Context, pod: PodState, record: SandboxRecord): void {
  ctx.changes.push({ op: 'put', kind: 'sandbox', podUid: pod.uid, sandboxId: record.id, key: record.id, record, history: true });
}

/** True when it was there. */
export function dropFormer(pod: PodState, id: string): boolean {
  const at = pod.history.findIndex((former) => former.record.id === id);
  if (at !== -1) pod.history.splice(at, 1);
  return at !== -1;
}

export function removeSandbox(ctx: Context, pod: PodState, id: string): void {
  ctx.changes.push({ op: 'remove', kind: 'sandbox', podUid: pod.uid, sandboxId: id, key: id });
}
