// What the API server has said of a pod: its name where nobody else knows it, and whether it was to be deleted when its pause died.
import type { Deletion } from '../cause/death.ts';
import type { BootNs, PodUid } from '../kernel/identity.ts';
import type { Context, PodState } from './state.ts';

/** deletionTimestamp has whole seconds (metav1.Time is marshalled as RFC 3339 without a fraction). */
const RESOLUTION_MS = 1000;

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
