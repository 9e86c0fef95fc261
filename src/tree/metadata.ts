// Takes what the API server says of this node's pods: what controls them, their labels of now, and that somebody wants them gone.
import type { Deletion } from '../cause/death.ts';
import type { BootNs, PodUid } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import type { PodController } from './model.ts';
import { reviewPauseExits } from './pause.ts';
import type { Context, KnownMetadata, PodState } from './state.ts';

/** The metadata of one pod, as far as the tree has use for it: whoever asks the API server has checked and bounded it. */
export interface PodMetadata {
  /** As the node has it: of a static pod that is not the uid of its mirror in the API. */
  readonly uid: PodUid;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly controller?: PodController;
  /** RFC 3339 UTC with nine digits, the last nine of them 0: when its deletion was asked for. Never of a static pod. */
  readonly deletedAt?: string;
  /** Its object only mirrors a file on the node: what happens to the object does not stop the pod. */
  readonly isStatic: boolean;
}

export interface MetadataNews {
  /** False: the API server is away. What it said stands, and what it would say now is not known. */
  readonly isCurrent: boolean;
  /** All pods that it has for this node: any other has gone. */
  readonly all?: readonly PodMetadata[];
  readonly changed?: readonly PodMetadata[];
  /** As they were when they went. */
  readonly removed?: readonly PodMetadata[];
}

/** Four times as many as the tree has pods: those that have ended stay in the API for a while. */
const MAX_PODS = 8192;
/** As long as the death of a pause may be amended. */
const KEEP_NS = 600e9;
/** deletionTimestamp has whole seconds (metav1.Time is marshalled as RFC 3339 without a fraction). */
const RESOLUTION_MS = 1000;

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

/** What neither the API nor the node has any more. */
function makeRoom(ctx: Context): boolean {
  for (const [uid, { goneNs }] of ctx.metadata) {
    if (goneNs === 0 || ctx.pods.has(uid)) continue;
    return ctx.metadata.delete(uid);
  }
  return false;
}

export function forgetMetadata(ctx: Context): void {
  for (const [uid, { goneNs }] of ctx.metadata) {
    if (goneNs !== 0 && goneNs + KEEP_NS <= ctx.nowNs && !ctx.pods.has(uid)) ctx.metadata.delete(uid);
  }
}

/** The runtime's name, which is the same, comes first; a host name is only a guess at it. */
export function nameByMetadata(ctx: Context, pod: PodState): void {
  const known = ctx.metadata.get(pod.uid);
  if (!known || pod.ref.namespace !== undefined) return;
  const { namespace, name } = known.pod;
  pod.ref = { uid: pod.uid, namespace, name };
}

/** The API server would have said of a deletion by now: it is watched, and knows the pod. */
export function isDeletionWatched(ctx: Context, uid: PodUid): boolean {
  const known = ctx.metadata.get(uid);
  return ctx.isMetadataCurrent && known !== undefined && !known.pod.isStatic;
}

/** What is known of the deletion of a pod whose pause died then. `wasWatched`: as it was when we heard of that death. */
export function deletionOf(ctx: Context, uid: PodUid, timeNs: BootNs, wasWatched: boolean): Deletion | undefined {
  const known = ctx.metadata.get(uid);
  if (!known || known.pod.isStatic) return undefined;
  const { pod, markedNs, goneNs } = known;
  if (pod.deletedAt === undefined) {
    if (goneNs === 0) return wasWatched ? { order: 'none' } : undefined;
    return { order: goneNs <= timeNs ? 'before' : 'unordered' };
  }
  const agoMs = Date.parse(ctx.wallTime(timeNs)) - Date.parse(pod.deletedAt);
  const told = { askedAt: pod.deletedAt, ...(agoMs >= 0 && { agoMs }) };
  if (markedNs <= timeNs || agoMs >= RESOLUTION_MS) return { order: 'before', ...told };
  return { order: agoMs < 0 ? 'after' : 'unordered', ...told };
}
