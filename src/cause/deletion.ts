// What the API server had to say of the pod when its pause died, as a finding and as evidence.
import type { Decision, Deletion } from './death.ts';

/** Undefined when the pod was not deleted before its pause died, or nobody knows. */
export function deletionFinding({ order, askedAt, agoMs }: Deletion): string | undefined {
  if (order !== 'before') return undefined;
  if (askedAt === undefined) return 'The pod had been deleted before its pause died.';
  return `The pod had been marked for deletion ${agoText(agoMs)}.`;
}

/** Undefined where it says nothing about this death: that nobody has deleted a pod is news only when the runtime stopped it. */
export function deletionEvidence({ order, askedAt, agoMs }: Deletion, { isByRuntime }: Decision): string | undefined {
  const when = askedAt === undefined ? '' : ` (asked for at ${toSecond(askedAt)} by its clock)`;
  if (order === 'before') {
    if (askedAt === undefined) return 'The API server had the pod no more: it had been deleted before.';
    return `The API server had the pod marked for deletion ${agoText(agoMs)}${when}.`;
  }
  if (!isByRuntime) return undefined;
  switch (order) {
    case 'after':
      return `Nobody had deleted the pod yet: its deletion was marked later${when}.`;
    case 'unordered':
      return askedAt === undefined
        ? 'The API server has the pod no more; whether it was deleted before the pause died is not known.'
        : `The pod was marked for deletion in the second in which the pause died${when}: which came first is not known.`;
    case 'none':
      return 'Nobody had deleted the pod: the API server, which is watched, has no mark of it.';
    default:
      return order satisfies never;
  }
}

/** Absent when the API server's clock is ahead of the node's: then all that is known is which came first. */
function agoText(agoMs: number | undefined): string {
  return agoMs === undefined ? 'before its pause died' : `up to ${span(agoMs)} before its pause died`;
}

function toSecond(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}

function span(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
