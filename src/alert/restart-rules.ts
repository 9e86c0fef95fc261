// The rules about pauses that die: so many within a window, told by however many events.
import type { Death, DeathNews } from './death-ledger.ts';
import type { PauseRestartsRule } from './rule.ts';
import { type Compiled, type RuleContext, scopeOf } from './rule-context.ts';
import { deathText, duration, podName } from './summary.ts';

export interface RestartRules {
  onDeath(news: DeathNews, nowMs: number): void;
  /** The pod is gone, and with it what was counted. */
  forget(uid: string): void;
}

/** Deaths of one pod that are remembered. */
const MAX_RECENT = 64;

export function createRestartRules(rules: readonly Compiled<PauseRestartsRule>[], { book, watch }: RuleContext): RestartRules {
  const longestWindowMs = Math.max(0, ...rules.map(({ windowMs }) => windowMs));
  /** Deaths that count, of each pod, within the longest window. */
  const recent = new Map<string, Death[]>();

  function countDeath(rule: PauseRestartsRule, death: Death, all: readonly Death[], isNew: boolean, nowMs: number): void {
    if (rule.causes.length > 0 && !rule.causes.includes(death.cause.kind)) return;
    const { uid } = death.pod;
    const alert = book.find(rule, uid);
    const { cause, pod } = death;
    if (alert !== undefined && !isNew) {
      if (alert.keys.at(-1) === death.key) book.amend(rule, uid, { cause, pod, summary: restartSummary(rule, death, alert.count) }, nowMs);
      return;
    }
    const counted = all.filter(
      ({ atMs, cause }) => atMs > death.atMs - rule.windowMs && (rule.causes.length === 0 || rule.causes.includes(cause.kind)),
    );
    if (alert === undefined && counted.length < rule.count) return;
    const count = alert === undefined ? counted.length : 1;
    const keys = alert === undefined ? counted.map(({ key }) => key) : [...alert.keys, death.key].slice(-MAX_RECENT);
    const summary = restartSummary(rule, death, (alert?.count ?? 0) + count);
    book.sign(rule, { subject: uid, pod, atMs: death.atMs, time: death.time, cause, count, summary, keys }, nowMs);
  }

  /** It was planned after all: when that leaves too few, the alert had no reason. */
  function withdraw(rule: PauseRestartsRule, death: Death, nowMs: number): void {
    const alert = book.find(rule, death.pod.uid);
    if (alert === undefined || !alert.keys.includes(death.key)) return;
    const keys = alert.keys.filter((key) => key !== death.key);
    if (keys.length < Math.min(rule.count, MAX_RECENT)) book.end(rule, death.pod.uid, nowMs);
    else book.amend(rule, death.pod.uid, { keys, count: alert.count - 1 }, nowMs);
  }

  return {
    onDeath({ death, kind }, nowMs) {
      const { uid } = death.pod;
      const list = (recent.get(uid) ?? []).filter(({ key, atMs }) => key !== death.key && atMs > death.atMs - longestWindowMs);
      if (kind !== 'withdrawn') list.push(death);
      while (list.length > MAX_RECENT) list.shift();
      if (list.length === 0) recent.delete(uid);
      else recent.set(uid, list);
      for (const rule of rules) {
        if (!rule.matches(scopeOf(watch, uid, death.pod))) continue;
        if (kind === 'withdrawn') withdraw(rule, death, nowMs);
        else countDeath(rule, death, list, kind === 'new', nowMs);
      }
    },
    forget: (uid) => void recent.delete(uid),
  };
}

function restartSummary(rule: PauseRestartsRule, death: Death, count: number): string {
  const outage = death.outageMs === undefined ? '' : ` Its containers were back after ${duration(Math.round(death.outageMs))}.`;
  const one = `${podName(death.pod)} ${deathText(death.cause, death.exit)}.${outage}`;
  if (count === 1) return `The pause of ${one}`;
  return `${count} pauses of ${podName(death.pod)} died without plan${rule.count > 1 ? ` (${rule.count} within ${duration(rule.windowMs)} raise this)` : ''}. The last one: the pause of ${one}`;
}
