// Where a process stands in the tree that is shown.
import type { ProcessState } from './state.ts';

export type Place =
  | { readonly kind: 'process'; readonly podUid: string; readonly sandboxId: string; readonly containerId: string }
  | { readonly kind: 'guest'; readonly podUid: string; readonly sandboxId: string };

/** Undefined when what it belongs to is not shown. The pause is part of its sandbox' record. */
export function placeOf({ item, role }: ProcessState): Place | undefined {
  const { pod, shown } = item;
  if (item.kind === 'container') {
    return shown && { kind: 'process', podUid: pod.uid, sandboxId: shown.under, containerId: item.id };
  }
  const isGuest = role === 'guest' && pod.shownSandbox?.record.id === item.id;
  return isGuest ? { kind: 'guest', podUid: pod.uid, sandboxId: item.id } : undefined;
}
