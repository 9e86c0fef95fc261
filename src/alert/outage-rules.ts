// The rules about pods that do not come back: from the death of a pause until the pod has one again and all that ran before runs.
import type { Death, DeathNews } from './death.ts';
import { type Alert, TOLD_LATE_MS } from './incident.ts';
import { missingNames, runningNames } from './pod-watch.ts';
import type { OutageRule } from './rule.ts';
import { type Compiled, MAX_WATCHED, type RuleContext, scopeOf } from './rule-context.ts';
import type { SavedOutage } from './saved.ts';
import { controlledName, deathText, duration, plain } from './summary.ts';

export interface OutageRules {
  /** One of an earlier run goes on until the tree says otherwise. Without the death, which may be forgotten after a day, its alert has to do. */
  restore(outage: SavedOutage, death: Death | undefined, alerts: readonly Alert[]): void;
  /** What an alert of an earlier run is about is there still. */
  isThere(alert: Alert): boolean;
  onDeath(news: DeathNews, nowMs: number): void;
  /** The pod has changed, or is gone. */
  check(uid: string, nowMs: number): void;
  checkAll(nowMs: number): void;
  /** Those that were told of late, as after a restart of the agent: the pod may be long back, and nothing will change any more. */
  checkLate(nowMs: number): void;
  raise(nowMs: number): void;
  /** When the next one after this time has lasted too long; Infinity for never. */
  nextDeadlineMs(afterMs: number): number;
  /** Alerts about pods that the rule does not look at any more end. */
  setRules(rules: readonly Compiled<OutageRule>[], nowMs: number): void;
}

interface Outage {
  readonly death: Death;
  /** Names of the containers that ran before. */
  readonly awaited: readonly string[];
  /** It began in an earlier run. */
  readonly isRestored: boolean;
}

/** So long after the start of the agent the tree is there: a pod that is not in it is gone. */
export const CONFIRM_MS = 120_000;
const MAX_LISTED = 8;

export function createOutageRules(given: readonly Compiled<OutageRule>[], { book, watch, save, startMs }: RuleContext): OutageRules {
  let rules = given;
  const outages = new Map<string, Outage>();

  function begin(death: Death): void {
    const { uid } = death.pod;
    if (rules.length === 0 || outages.size >= MAX_WATCHED || death.outageMs !== undefined || outages.has(uid)) return;
    const pod = watch.pod(uid);
    if (pod?.isDeleted) return;
    // A death that is only told of now: whether the pod is back is judged by what it has.
    const awaited = pod === undefined ? [] : runningNames(pod, death.atMs);
    outages.set(uid, { death, awaited, isRestored: false });
    save(`outage ${uid}`, { kind: 'outage', uid, deathKey: death.key, awaited });
  }

  function end(uid: string, nowMs: number): void {
    if (outages.delete(uid)) save(`outage ${uid}`, undefined);
    for (const rule of rules) book.end(rule, uid, nowMs);
  }

  function check(uid: string, nowMs: number): void {
    const outage = outages.get(uid);
    if (outage === undefined) return;
    const pod = watch.pod(uid);
    if (pod === undefined) {
      if (nowMs - startMs > CONFIRM_MS || !outage.isRestored) end(uid, nowMs);
      return;
    }
    if (pod.isDeleted) return end(uid, nowMs);
    if (pod.hasPause && missingNames(pod, outage.awaited).length === 0) end(uid, nowMs);
  }

  function raise(rule: Compiled<OutageRule>, uid: string, { death, awaited, isRestored }: Outage, nowMs: number): void {
    if (death.atMs + rule.longerThanMs > nowMs || book.find(rule, uid) !== undefined) return;
    if (!rule.matches(scopeOf(watch, uid, death.pod))) return;
    const pod = watch.pod(uid);
    // It may have been deleted or have come back while nobody watched: that comes out with the first tree.
    if (isRestored && pod === undefined) return;
    const missing = pod === undefined ? awaited : missingNames(pod, awaited);
    const listed = missing.slice(0, MAX_LISTED).map((name) => plain(name));
    const what = listed.length === 0 ? 'a running pause' : listed.join(', ');
    const summary = `${controlledName(death.pod, pod?.controller)} has been without ${what} for more than ${duration(rule.longerThanMs)}: its pause ${deathText(death)}.`;
    const { pod: ref, time, cause } = death;
    book.sign(rule, { subject: uid, pod: ref, atMs: nowMs, time, cause, count: 1, summary, keys: awaited }, nowMs);
  }

  return {
    restore({ uid, deathKey, awaited }, death, alerts) {
      const alert = alerts.find(({ rule, subject }) => subject === uid && rules.some(({ name }) => name === rule));
      const known = death ?? (alert && deathOf(alert, deathKey));
      if (known === undefined) save(`outage ${uid}`, undefined);
      else outages.set(uid, { death: known, awaited, isRestored: true });
    },
    isThere: ({ subject }) => outages.has(subject),
    onDeath({ death, kind }, nowMs) {
      if (kind === 'new') begin(death);
      // More may come to light of an earlier death while the pod is without a pause again.
      else if ((kind === 'withdrawn' || death.outageMs !== undefined) && outages.get(death.pod.uid)?.death.key === death.key)
        end(death.pod.uid, nowMs);
    },
    check,
    checkAll(nowMs) {
      for (const uid of [...outages.keys()]) check(uid, nowMs);
    },
    checkLate(nowMs) {
      for (const [uid, { death }] of outages) if (nowMs - death.atMs > TOLD_LATE_MS) check(uid, nowMs);
    },
    raise(nowMs) {
      for (const [uid, outage] of outages) for (const rule of rules) raise(rule, uid, outage, nowMs);
    },
    nextDeadlineMs(afterMs) {
      let nextMs = Number.POSITIVE_INFINITY;
      for (const { longerThanMs } of rules) {
        for (const { death } of outages.values()) {
          const atMs = death.atMs + longerThanMs;
          if (atMs > afterMs && atMs < nextMs) nextMs = atMs;
        }
      }
      return nextMs;
    },
    setRules(next, nowMs) {
      rules = next;
      for (const [uid, { death }] of outages) {
        for (const rule of rules) if (!rule.matches(scopeOf(watch, uid, death.pod))) book.end(rule, uid, nowMs);
      }
    },
  };
}

function deathOf({ pod, since, cause }: Alert, key: string): Death | undefined {
  return pod && cause && { key, pod, atMs: Date.parse(since), time: since, cause, alertedBy: [] };
}
