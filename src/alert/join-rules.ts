// The rules about strangers: processes that belong neither to the pod nor to the runtime and went into the pod's namespaces.
import type { TreeEvent } from '../tree/change.ts';
import type { ForeignJoinRule } from './rule.ts';
import { type Compiled, type RuleContext, scopeOf } from './rule-context.ts';
import { compileScope, type PodMatcher } from './scope.ts';
import { plain, podName } from './summary.ts';

export type JoinEvent = Extract<TreeEvent, { type: 'namespace.joined' }>;

export interface JoinRules {
  onJoin(event: JoinEvent, nowMs: number): void;
  setRules(rules: readonly Compiled<ForeignJoinRule>[]): void;
}

export function createJoinRules(given: readonly Compiled<ForeignJoinRule>[], { book, watch }: RuleContext): JoinRules {
  let rules = withAllowed(given);

  function isAllowed(allowed: readonly PodMatcher[], joiner: TreeEvent['pod']): boolean {
    if (joiner === undefined) return false;
    const scope = scopeOf(watch, joiner.uid, joiner);
    return allowed.some((matches) => matches(scope));
  }

  return {
    onJoin(event, nowMs) {
      if (event.by !== 'foreign') return;
      const { owner, pod: joiner } = event;
      for (const rule of rules) {
        if (!rule.matches(scopeOf(watch, owner.uid, owner)) || isAllowed(rule.allowed, joiner)) continue;
        const atMs = Date.parse(event.time) || nowMs;
        const summary = joinSummary(event);
        book.sign(rule, { subject: owner.uid, pod: owner, atMs, time: event.time, count: 1, summary }, nowMs);
      }
    },
    setRules(next) {
      rules = withAllowed(next);
    },
  };
}

function withAllowed(rules: readonly Compiled<ForeignJoinRule>[]) {
  return rules.map((rule) => ({ ...rule, allowed: rule.allow.map(compileScope) }));
}

function joinSummary({ owner, pod: joiner, process, namespaces }: JoinEvent): string {
  const user = process?.uid === undefined ? '' : `, uid ${process.uid}`;
  const who = process === undefined ? 'A process' : `${plain(process.comm)} (pid ${process.pid}${user})`;
  const from = joiner === undefined ? 'from outside' : `of pod ${podName(joiner)}`;
  const what = namespaces.map(({ type }) => type).join(', ');
  return `${who} ${from} went into the ${what} namespace${namespaces.length === 1 ? '' : 's'} of ${podName(owner)}.`;
}
