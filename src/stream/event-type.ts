// The types an event can have, as values: for the `types` filter, for metrics labels and for checking what a server sends.
import type { TreeEventType } from '../tree/change.ts';

// A record and not a list, so that the compiler says when a type of the tree is missing here.
const TREE_EVENT_TYPES: Readonly<Record<TreeEventType, true>> = {
  'namespace.created': true,
  'namespace.joined': true,
  'process.started': true,
  'process.exec': true,
  'process.exited': true,
  'container.started': true,
  'container.exited': true,
  'sandbox.created': true,
  'sandbox.ready': true,
  'pause.exited': true,
  'sandbox.removed': true,
  'pod.added': true,
  'pod.removed': true,
  'pause.restarted': true,
  'agent.gap': true,
  'alert.firing': true,
  'alert.resolved': true,
};

/** Every type of the contract. */
export const EVENT_TYPES = Object.keys(TREE_EVENT_TYPES) as readonly TreeEventType[];

/** What the `types` filter may name. */
export const FILTER_TYPES: readonly string[] = EVENT_TYPES;
