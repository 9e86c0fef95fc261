// What each kind of rule has at hand: the alerts, the pods as far as they matter, and its own rules with their scope made ready.
import type { AlertBook } from './alert-book.ts';
import type { PodWatch } from './pod-watch.ts';
import type { AlertRule } from './rule.ts';
import type { Save } from './saved.ts';
import { compileScope, type PodMatcher, type ScopedPod } from './scope.ts';

export interface RuleContext {
  readonly book: AlertBook;
  readonly watch: PodWatch;
  /** Keeps something for the next run. */
  readonly save: Save;
  readonly node: string;
  /** When this run of the agent began, wall time in ms. */
  readonly startMs: number;
}

export type Compiled<T extends AlertRule> = T & { readonly matches: PodMatcher };

/** Pods that are watched for one reason, and namespaces: what is over goes unwatched. */
export const MAX_WATCHED = 2000;

export function rulesOf<T extends AlertRule['type']>(rules: readonly AlertRule[], type: T): Compiled<Extract<AlertRule, { type: T }>>[] {
  const chosen = rules.filter((rule): rule is Extract<AlertRule, { type: T }> => rule.type === type);
  return chosen.map((rule) => Object.assign({ matches: compileScope(rule) }, rule));
}

/** What rules choose a pod by; `ref` is for one that is not in the tree. */
export function scopeOf(watch: PodWatch, uid: string, ref?: { readonly namespace?: string }): ScopedPod {
  const pod = watch.pod(uid);
  return { namespace: pod?.namespace ?? ref?.namespace, labels: pod?.labels ?? {} };
}
