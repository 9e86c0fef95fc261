// The filter line: words that a pod, or anything in it, must have in its name.
import type { Pod } from '../../tree/model.ts';
import { podStanding } from '../pod-facts.ts';

export interface Filter {
  matchesPod(pod: Pod): boolean;
  /** Of a pod that is not in the tree any more there are names only. */
  matchesNames(names: readonly string[]): boolean;
}

interface Term {
  readonly isNegated: boolean;
  readonly field: 'ns' | 'state' | 'any';
  readonly text: string;
}

/** Every word must be found; `!word` must not. `ns:` looks at the namespace only, `state:` at the state; `key=value` is found in labels. */
export function createFilter(line: string): Filter | undefined {
  const terms = line.toLowerCase().split(/\s+/).flatMap(termOf);
  if (terms.length === 0) return undefined;
  return {
    matchesPod: (pod) => terms.every((term) => hasTerm(pod, term) !== term.isNegated),
    matchesNames: (names) => {
      const text = names.join(' ').toLowerCase();
      return terms.every((term) => term.field === 'state' || text.includes(term.text) !== term.isNegated);
    },
  };
}

function termOf(word: string): Term[] {
  const isNegated = word.startsWith('!');
  const bare = isNegated ? word.slice(1) : word;
  const field = bare.startsWith('ns:') ? 'ns' : bare.startsWith('state:') ? 'state' : 'any';
  const text = field === 'any' ? bare : bare.slice(field.length + 1);
  return text === '' ? [] : [{ isNegated, field, text }];
}

function hasTerm(pod: Pod, { field, text }: Term): boolean {
  if (field === 'ns') return (pod.namespace ?? '').toLowerCase().includes(text);
  if (field === 'state') return podStanding(pod).text.replace(' ', '-').includes(text.replace(' ', '-'));
  return searchText(pod).includes(text);
}

// Pods are never changed, only replaced: what was read off one stays true.
const searchTexts = new WeakMap<Pod, string>();

function searchText(pod: Pod): string {
  const known = searchTexts.get(pod);
  if (known !== undefined) return known;
  const { uid, namespace = '', name = '', labels, controller, sandbox } = pod;
  const inContainers = sandbox?.containers.flatMap((container) => [container.name, ...container.processes.map(({ comm }) => comm)]) ?? [];
  const text = [
    namespace === '' ? name : `${namespace}/${name}`,
    uid,
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...(controller ? [`${controller.kind}/${controller.name}`, controller.replicaSet ?? ''] : []),
    ...(sandbox?.ips ?? []),
    ...inContainers,
    ...(sandbox?.guests ?? []).map(({ comm }) => comm),
  ]
    .join('\n')
    .toLowerCase();
  searchTexts.set(pod, text);
  return text;
}
