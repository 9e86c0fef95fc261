// The rules about what is left over: sandboxes whose containers run on without their pause, and namespaces that only a mount keeps.
import type { PodRef } from '../attribution/reference.ts';
import type { LeakedNamespace } from '../tree/model.ts';
import { wallText } from './alert-book.ts';
import type { Alert } from './incident.ts';
import { isOrphaned, refOf } from './pod-watch.ts';
import type { LeakRule } from './rule.ts';
import { type Compiled, MAX_WATCHED, type RuleContext, scopeOf } from './rule-context.ts';
import { duration, plain, podName } from './summary.ts';

export interface LeakRules {
  /** The pod has changed, or is gone. */
  checkPod(uid: string, nowMs: number): void;
  checkNamespace(key: string, nowMs: number): void;
  raise(nowMs: number): void;
  /** When the next one after this time has lasted too long; Infinity for never. */
  nextDeadlineMs(afterMs: number): number;
  /** What an alert of an earlier run is about is there still. */
  isThere(alert: Alert): boolean;
  /** Alerts about what the rule does not look at any more end. */
  setRules(rules: readonly Compiled<LeakRule>[], nowMs: number): void;
}

interface Leak {
  readonly sinceMs: number;
  /** Of an orphaned sandbox. */
  readonly uid: string | undefined;
  summary(): string;
}

export function createLeakRules(given: readonly Compiled<LeakRule>[], { book, watch }: RuleContext): LeakRules {
  let rules = given;
  const leaks = new Map<string, Leak>();

  function check(subject: string, uid: string | undefined, isLeaked: boolean, summary: () => string, nowMs: number): void {
    if (isLeaked) {
      if (!leaks.has(subject) && leaks.size < MAX_WATCHED) leaks.set(subject, { sinceMs: nowMs, summary, uid });
      return;
    }
    if (!leaks.delete(subject)) return;
    for (const rule of rules) book.end(rule, subject, nowMs);
  }

  function whose(subject: string, { uid }: Leak): PodRef | undefined {
    const pod = uid === undefined ? undefined : watch.pod(uid);
    return pod === undefined ? watch.leaked(subject)?.pod : refOf(pod);
  }

  function isMeant(rule: Compiled<LeakRule>, ref: PodRef | undefined): boolean {
    return rule.matches(ref === undefined ? { labels: {} } : scopeOf(watch, ref.uid, ref));
  }

  function raise(rule: Compiled<LeakRule>, subject: string, leak: Leak, nowMs: number): void {
    if (leak.sinceMs + rule.longerThanMs > nowMs || book.find(rule, subject) !== undefined) return;
    const ref = whose(subject, leak);
    if (!isMeant(rule, ref)) return;
    const summary = `${leak.summary()} for more than ${duration(rule.longerThanMs)}.`;
    book.sign(rule, { subject, pod: ref, atMs: nowMs, time: wallText(leak.sinceMs), count: 1, summary }, nowMs);
  }

  return {
    checkPod(uid, nowMs) {
      const pod = watch.pod(uid);
      const name = pod === undefined ? uid : podName(refOf(pod));
      const summary = (): string => `The pause of ${name} is dead and its containers run on`;
      check(`sandbox ${uid}`, uid, pod !== undefined && isOrphaned(pod), summary, nowMs);
    },
    checkNamespace(key, nowMs) {
      const leaked = watch.leaked(key);
      check(key, undefined, leaked !== undefined, () => (leaked === undefined ? '' : leakSummary(leaked)), nowMs);
    },
    raise(nowMs) {
      for (const [subject, leak] of leaks) for (const rule of rules) raise(rule, subject, leak, nowMs);
    },
    nextDeadlineMs(afterMs) {
      let nextMs = Number.POSITIVE_INFINITY;
      for (const { longerThanMs } of rules) {
        for (const { sinceMs } of leaks.values()) {
          const atMs = sinceMs + longerThanMs;
          if (atMs > afterMs && atMs < nextMs) nextMs = atMs;
        }
      }
      return nextMs;
    },
    isThere: ({ subject }) => leaks.has(subject),
    setRules(next, nowMs) {
      rules = next;
      for (const [subject, leak] of leaks)
        for (const rule of rules) if (!isMeant(rule, whose(subject, leak))) book.end(rule, subject, nowMs);
    },
  };
}

function leakSummary(leaked: LeakedNamespace): string {
  const whose = leaked.pod === undefined ? 'no pod that is known' : `${podName(leaked.pod)}, which is gone,`;
  return `The ${leaked.type} namespace ${leaked.inode} of ${whose} is kept by the mount ${plain(leaked.path, 200)}`;
}
