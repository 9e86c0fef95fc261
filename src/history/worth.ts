// Decides which events history keeps, and how much each matters when there is no room for all.
import type { TreeEvent } from '../tree/change.ts';
import { WEIGHT, type Weight } from './record.ts';

const KEPT: ReadonlySet<TreeEvent['type']> = new Set<TreeEvent['type']>([
  'pod.added',
  'pod.removed',
  'sandbox.created',
  'sandbox.ready',
  'sandbox.removed',
  'pause.exited',
  'pause.restarted',
  'container.started',
  'container.exited',
  'alert.firing',
  'alert.resolved',
]);

/** The pod in whose history an event belongs; undefined for what is not kept: processes, ordinary joins, what belongs to no pod. */
export function podToKeepFor(event: TreeEvent): string | undefined {
  if (event.type === 'namespace.joined') return event.by === 'foreign' ? event.owner.uid : undefined;
  return KEPT.has(event.type) ? event.pod?.uid : undefined;
}

/** `isInOutage`: the pod's pause died a moment ago. */
export function weightOf(event: TreeEvent, isInOutage: boolean): Weight {
  if (isDeath(event)) return WEIGHT.death;
  return isInOutage && event.type !== 'namespace.joined' ? WEIGHT.cascade : WEIGHT.ordinary;
}

/** A pause died or was replaced, and not because somebody stopped the pod. */
export function isDeath(event: TreeEvent): event is Extract<TreeEvent, { type: 'pause.exited' | 'pause.restarted' }> {
  return (event.type === 'pause.exited' || event.type === 'pause.restarted') && event.cause.kind !== 'planned-stop';
}
