// Which pods the overview shows, in which groups: by words, labels, namespace and state.
import { parseSelector } from '../stream/selector.ts';
import type { Pod } from '../tree/model.ts';
import { ownerOf } from './owner.ts';
import type { PodState } from './pod-state.ts';
import { totalUse } from './usage.ts';

export const STATES = ['trouble', 'starting', 'ready', 'done', 'restarted', 'guests'] as const;
export type StateFilter = (typeof STATES)[number];
export const GROUPINGS = ['namespace', 'owner', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];
export const ORDERS = ['name', 'newest', 'deaths', 'cpu', 'memory'] as const;
export type Order = (typeof ORDERS)[number];

/** A pod with what the overview derives from it. */
export interface PodItem {
  readonly pod: Pod;
  readonly state: PodState;
  /** Deaths of its pause otherwise than by a planned stop, as far as is remembered. */
  readonly deaths: number;
  readonly bornMs: number | undefined;
}

export interface PodQuery {
  readonly text: string;
  readonly namespace: string;
  readonly state: StateFilter | '';
}

export function hasState({ pod, state, deaths }: PodItem, filter: StateFilter): boolean {
  if (filter === 'restarted') return deaths > 0 || pod.history.length > 0;
  if (filter === 'guests') return (pod.sandbox?.guests.length ?? 0) > 0;
  return state.condition === filter;
}

/** Every word must be found: in the name, uid, an address or a container's name, or, with `=` in it, as a label selector. */
export function compileSearch(text: string): (pod: Pod) => boolean {
  const tests = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(compileWord);
  return (pod) => tests.every((test) => test(pod));
}

function compileWord(typed: string): (pod: Pod) => boolean {
  const word = typed.toLowerCase();
  if (word.includes('=')) {
    try {
      const selects = parseSelector(typed);
      return (pod) => selects(pod.labels);
    } catch {
      // No selector, or not yet: it is being typed.
      return (pod) => Object.entries(pod.labels).some(([key, value]) => `${key}=${value}`.toLowerCase().includes(word));
    }
  }
  const has = (value: string | undefined): boolean => value?.toLowerCase().includes(word) === true;
  return (pod) =>
    has(pod.namespace === undefined ? pod.name : `${pod.namespace}/${pod.name}`) ||
    pod.uid.startsWith(word) ||
    pod.sandbox?.ips.some((ip) => ip.startsWith(word)) === true ||
    pod.sandbox?.containers.some(({ name }) => has(name)) === true;
}

export interface Group {
  readonly label: string;
  readonly items: readonly PodItem[];
}

const compareText = (left: string, right: string): number => (left === right ? 0 : left < right ? -1 : 1);

const ORDER: Readonly<Record<Order, (left: PodItem, right: PodItem) => number>> = {
  name: () => 0,
  newest: (left, right) => (right.bornMs ?? 0) - (left.bornMs ?? 0),
  deaths: (left, right) => right.deaths - left.deaths,
  cpu: (left, right) => (totalUse(right.pod)?.cpuCores ?? 0) - (totalUse(left.pod)?.cpuCores ?? 0),
  memory: (left, right) => (totalUse(right.pod)?.memoryBytes ?? 0) - (totalUse(left.pod)?.memoryBytes ?? 0),
};

/** Items are in the tree's order and stay in it where the wanted one says nothing. Groups are in the order of their names, what has none last. */
export function groupItems(items: readonly PodItem[], grouping: Grouping, order: Order): readonly Group[] {
  const sorted = order === 'name' ? items : items.toSorted(ORDER[order]);
  if (grouping === 'none') return sorted.length === 0 ? [] : [{ label: '', items: sorted }];
  const groups = new Map<string, PodItem[]>();
  for (const item of sorted) {
    const label = groupLabel(item.pod, grouping);
    const known = groups.get(label);
    if (known === undefined) groups.set(label, [item]);
    else known.push(item);
  }
  return [...groups]
    .map(([label, members]) => ({ label, items: members }))
    .sort((left, right) => (left.label === '' ? 1 : right.label === '' ? -1 : compareText(left.label, right.label)));
}

function groupLabel(pod: Pod, grouping: Grouping): string {
  if (grouping === 'namespace') return pod.namespace ?? '';
  const owner = ownerOf(pod);
  if (owner === undefined) return '';
  return pod.namespace === undefined ? owner : `${pod.namespace} · ${owner}`;
}

export function namespacesOf(pods: readonly Pod[]): readonly string[] {
  return [...new Set(pods.flatMap(({ namespace }) => namespace ?? []))].sort();
}
