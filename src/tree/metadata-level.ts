// Takes what the API server says of this node's pods: what controls them, their labels of now, and that somebody wants them gone.
import type { PodUid } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import { nameByMetadata } from './metadata.ts';
import { reviewPauseExits } from './pause.ts';
import type { MetadataNews, PodMetadata } from './pod-metadata.ts';
import type { Context, KnownMetadata } from './state.ts';

/** Twice as many as the tree has pods: those that have ended stay in the API for a while. */
const MAX_PODS = 4096;
/** As long as the death of a pause may be amended. */
const KEEP_NS = 600e9;
export function applyMetadata(ctx: Context, { isCurrent, all, changed = [], removed = [] }: MetadataNews): void {
  ctx.isMetadataCurrent = isCurrent;
  if (all) {
    const listed = new Set<PodUid>(all.map(({ uid }) => uid));
    for (const known of ctx.metadata.values()) if (!listed.has(known.pod.uid)) goes(ctx, known);
    for (const pod of all) learn(ctx, pod);
  }
  for (const pod of changed) learn(ctx, pod);
  for (const pod of removed) {
    const known = learn(ctx, pod);
    if (known) goes(ctx, known);
  }
}

function learn(ctx: Context, pod: PodMetadata): KnownMetadata | undefined {
  const before = ctx.metadata.get(pod.uid);
  if (!before && ctx.metadata.size >= MAX_PODS && !ctx.pods.has(pod.uid) && !makeRoom(ctx)) {
    ctx.drops.metadataLimit++;
    return undefined;
  }
  const isMarked = pod.deletedAt !== undefined;
  const known = { pod, markedNs: isMarked ? before?.markedNs || ctx.nowNs : 0, goneNs: 0 };
  ctx.metadata.set(pod.uid, known);
  if (JSON.stringify(before?.pod) === JSON.stringify(pod) && before?.goneNs === 0) return known;
  const state = ctx.pods.get(pod.uid);
  if (state) {
    nameByMetadata(ctx, state);
    touchPod(ctx, state);
  }
  if (isMarked || before?.goneNs) reviewPauseExits(ctx, { podUid: pod.uid });
  return known;
}

function goes(ctx: Context, known: KnownMetadata): void {
  if (known.goneNs !== 0) return;
  known.goneNs = ctx.nowNs;
  reviewPauseExits(ctx, { podUid: known.pod.uid });
}

/** Of pods that are not on the node the oldest goes, which has most likely ended: one that is new may be about to come. */
function makeRoom(ctx: Context): boolean {
  for (const [uid, { goneNs }] of ctx.metadata) {
    if (ctx.pods.has(uid)) continue;
    if (goneNs === 0) ctx.drops.metadataLimit++;
    return ctx.metadata.delete(uid);
  }
  return false;
}

export function forgetMetadata(ctx: Context): void {
  for (const [uid, { goneNs }] of ctx.metadata) {
    if (goneNs !== 0 && goneNs + KEEP_NS <= ctx.nowNs && !ctx.pods.has(uid)) ctx.metadata.delete(uid);
  }
}
