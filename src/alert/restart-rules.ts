// The rules about pauses that die: so many within a window, told by however many events.
import type { PodController } from '../tree/model.ts';
import type { Death, DeathNews } from './death.ts';
import type { PauseRestartsRule } from './rule.ts';
import { type Compiled, type RuleContext, scopeOf } from './rule-context.ts';
import { controlledName, deathText, duration, podName } from './summary.ts';

export interface RestartRules {
  /** A death of an earlier run counts within the window. */
  restore(death: Death): void;
  onDeath(news: DeathNews, nowMs: number): void;
  /** The pod is gone, and with it what was counted. */
  forget(uid: string): void;
  setRules(rules: readonly Compiled<PauseRestartsRule>[]): void;
}

/** Deaths of one pod that are remembered. */
const MAX_RECENT = 64;

export function createRestartRules(given: readonly Compiled<PauseRestartsRule>[], { book, watch }: RuleContext): RestartRules {
  let rules = given;
  let longestWindowMs = longestWindowOf(rules);
  /** Deaths that count, of each pod, within the longest window. */
  const recent = new Map<string, readonly Death[]>();

  function remember(death: Death, isWithdrawn: boolean): readonly Death[] {
    const { uid } = death.pod;
    const others = (recent.get(uid) ?? []).filter(({ key, atMs }) => key !== death.key && atMs > death.atMs - longestWindowMs);
    const deaths = isWithdrawn ? others : [...others, death].slice(-MAX_RECENT);
    if (deaths.length === 0) recent.delete(uid);
    else recent.set(uid, deaths);
    return deaths;
  }

  const controllerOf = ({ pod }: Death): PodController | undefined => watch.pod(pod.uid)?.controller;

  /** What it says is known of a death that the rule has counted already. */
  function amend(rule: PauseRestartsRule, death: Death, nowMs: number): void {
    const alert = book.find(rule, death.pod.uid);
    if (alert === undefined || alert.keys.at(-1) !== death.key) return;
    const { cause, pod } = death;
    book.amend(rule, pod.uid, { cause, pod, summary: restartSummary(rule, death, alert.count, controllerOf(death)) }, nowMs);
  }

  function count(rule: PauseRestartsRule, death: Death, all: readonly Death[], nowMs: number): void {
    const { pod, cause, atMs, time } = death;
    const alert = book.find(rule, pod.uid);
    const within = all.filter((each) => each.atMs > atMs - rule.windowMs && isMeant(rule, each));
    if (alert === undefined && within.length < rule.count) return;
    const counted = alert === undefined ? within : [death];
    for (const { alertedBy } of counted) if (!alertedBy.includes(rule.name)) alertedBy.push(rule.name);
    const keys = [...(alert?.keys ?? []), ...counted.map(({ key }) => key)].slice(-MAX_RECENT);
    const summary = restartSummary(rule, death, (alert?.count ?? 0) + counted.length, controllerOf(death));
    book.sign(rule, { subject: pod.uid, pod, atMs, time, cause, count: counted.length, summary, keys }, nowMs);
  }

  /** It was planned after all, or has another cause: when that leaves too few, the alert had no reason. */
  function withdraw(rule: PauseRestartsRule, death: Death, nowMs: number): void {
    const index = death.alertedBy.indexOf(rule.name);
    if (index !== -1) death.alertedBy.splice(index, 1);
    const alert = book.find(rule, death.pod.uid);
    if (alert === undefined || !alert.keys.includes(death.key)) return;
    const keys = alert.keys.filter((key) => key !== death.key);
    if (keys.length < Math.min(rule.count, MAX_RECENT)) book.end(rule, death.pod.uid, nowMs);
    else book.amend(rule, death.pod.uid, { keys, count: alert.count - 1 }, nowMs);
  }

  return {
    restore: (death) => void remember(death, false),
    onDeath({ death, kind }, nowMs) {
      const all = remember(death, kind === 'withdrawn');
      for (const rule of rules) {
        if (!rule.matches(scopeOf(watch, death.pod.uid, death.pod))) continue;
        if (kind === 'withdrawn' || !isMeant(rule, death)) withdraw(rule, death, nowMs);
        else if (death.alertedBy.includes(rule.name)) amend(rule, death, nowMs);
        else count(rule, death, all, nowMs);
      }
    },
    forget: (uid) => void recent.delete(uid),
    setRules(next) {
      rules = next;
      longestWindowMs = longestWindowOf(next);
    },
  };
}

function longestWindowOf(rules: readonly PauseRestartsRule[]): number {
  return Math.max(0, ...rules.map(({ windowMs }) => windowMs));
}

function isMeant({ causes }: PauseRestartsRule, { cause }: Death): boolean {
  return causes.length === 0 || causes.includes(cause.kind);
}

function restartSummary(rule: PauseRestartsRule, death: Death, count: number, controller: PodController | undefined): string {
  const outage = death.outageMs === undefined ? '' : ` Its containers were back after ${duration(Math.round(death.outageMs))}.`;
  const one = `${controlledName(death.pod, controller)} ${deathText(death)}.${outage}`;
  if (count === 1) return `The pause of ${one}`;
  return `${count} pauses of ${podName(death.pod)} died without plan${rule.count > 1 ? ` (${rule.count} within ${duration(rule.windowMs)} raise this)` : ''}. The last one: the pause of ${one}`;
}
