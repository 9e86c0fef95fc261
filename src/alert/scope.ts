// Which pods a rule is about: by namespace and labels.
import { type LabelSelector, parseSelector } from '../stream/selector.ts';
import type { PodScope } from './rule.ts';

export interface ScopedPod {
  readonly namespace?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export type PodMatcher = (pod: ScopedPod) => boolean;

/** A pod without a namespace (nobody has named it) is in no list of namespaces. Throws a SyntaxError for a wrong selector. */
export function compileScope(scope: PodScope): PodMatcher {
  const namespaces = new Set(scope.namespaces);
  const selects: LabelSelector = scope.selector === undefined ? () => true : parseSelector(scope.selector);
  return (pod) => (namespaces.size === 0 || (pod.namespace !== undefined && namespaces.has(pod.namespace))) && selects(pod.labels);
}
