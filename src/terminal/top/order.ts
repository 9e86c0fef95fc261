// The orders that the list of pods can have.
import type { Pod } from '../../tree/model.ts';
import { containerRestarts, countProcesses, podSince } from '../pod-facts.ts';
import { podUsage } from '../usage.ts';
import type { Sort } from './state.ts';

/** The pods in this order; among equals that of the tree, which is by namespace and name. Age begins with the youngest, counts with the largest. */
export function sortPods(pods: readonly Pod[], sort: Sort, isReversed: boolean): readonly Pod[] {
  const sorted = sort === 'namespace' ? [...pods] : pods.toSorted((a, b) => compare(a, b, sort));
  return isReversed ? sorted.reverse() : sorted;
}

function compare(a: Pod, b: Pod, sort: Exclude<Sort, 'namespace'>): number {
  switch (sort) {
    case 'name':
      return compareText(a.name ?? a.uid, b.name ?? b.uid);
    case 'age':
      return (podSince(b) ?? 0) - (podSince(a) ?? 0);
    case 'restarts':
      return b.history.length - a.history.length || containerRestarts(b) - containerRestarts(a);
    case 'processes':
      return countProcesses(b.sandbox) - countProcesses(a.sandbox);
    case 'cpu':
      return (podUsage(b)?.cpuCores ?? 0) - (podUsage(a)?.cpuCores ?? 0);
    case 'memory':
      return (podUsage(b)?.memoryBytes ?? 0) - (podUsage(a)?.memoryBytes ?? 0);
  }
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
