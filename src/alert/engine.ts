// The rules: what happens in the tree goes in, alerts come out. No I/O, no timers; the time is passed in.
import type { TreeEvent, TreeUpdate } from '../tree/change.ts';
import { createAlertBook } from './alert-book.ts';
import { type AlertOutput, createOutputCollector } from './alert-output.ts';
import type { DeathNews } from './death.ts';
import { createDeathLedger } from './death-ledger.ts';
import type { Notification } from './incident.ts';
import { createJoinRules } from './join-rules.ts';
import { createLeakRules } from './leak-rules.ts';
import { createLossRules } from './loss-rules.ts';
import { CONFIRM_MS, createOutageRules } from './outage-rules.ts';
import { createPodWatch } from './pod-watch.ts';
import { createRestartRules } from './restart-rules.ts';
import type { AlertRule } from './rule.ts';
import { type RuleContext, rulesOf } from './rule-context.ts';
import type { SavedItem } from './saved.ts';

export interface AlertEngine {
  update(updates: readonly TreeUpdate[], nowMs: number): AlertOutput;
  /** Events were lost; `lost` is undefined when nobody could count them. */
  loss(stage: string, lost: number | undefined, nowMs: number): AlertOutput;
  tick(nowMs: number): AlertOutput;
  /** Other rules from now on: what went before still counts, and alerts that no rule watches any more end. */
  setRules(rules: readonly AlertRule[], nowMs: number): AlertOutput;
  /** When `tick` has something to do; undefined for never. */
  nextDeadlineMs(): number | undefined;
  firing(nowMs: number): readonly Notification[];
  /** Alerts that fire, by rule. */
  counts(): ReadonlyMap<string, number>;
  /** Alerts that were not raised because too many fire. */
  readonly suppressed: number;
}

export interface AlertEngineOptions {
  readonly node: string;
  readonly rules: readonly AlertRule[];
  readonly idPrefix: string;
  /** What the former run kept. */
  readonly restored?: readonly SavedItem[];
  readonly startMs: number;
}

export function createAlertEngine(options: AlertEngineOptions): AlertEngine {
  const { node, restored = [], startMs } = options;
  let { rules } = options;
  const output = createOutputCollector();
  const savedAlerts = restored.filter((item) => item.kind === 'alert');
  const savedDeaths = restored.filter((item) => item.kind === 'death').sort((a, b) => a.death.atMs - b.death.atMs);
  const book = createAlertBook({ ...options, restored: savedAlerts, output });
  const watch = createPodWatch();
  const ledger = createDeathLedger({ restored: savedDeaths, save: output.save });
  const context: RuleContext = { book, watch, node, startMs, save: output.save };
  const restarts = createRestartRules(rulesOf(rules, 'pause-restarts'), context);
  const outages = createOutageRules(rulesOf(rules, 'outage'), context);
  const joins = createJoinRules(rulesOf(rules, 'foreign-join'), context);
  const leaks = createLeakRules(rulesOf(rules, 'leak'), context);
  const losses = createLossRules(rulesOf(rules, 'lost-events'), context);
  /** Up to here everything that was due is done. */
  let doneMs = startMs;
  const formerAlerts = savedAlerts.map(({ alert }) => alert).filter(({ isQuiet }) => !isQuiet);
  let unconfirmed = formerAlerts;
  const deaths = new Map(savedDeaths.map(({ death }) => [death.key, death]));
  for (const { death, isHeld } of savedDeaths) if (!isHeld) restarts.restore(death);
  for (const item of restored) if (item.kind === 'outage') outages.restore(item, deaths.get(item.deathKey), formerAlerts);

  function onDeath(news: DeathNews, nowMs: number): void {
    restarts.onDeath(news, nowMs);
    outages.onDeath(news, nowMs);
  }

  function onEvent(event: TreeEvent, nowMs: number): void {
    if (event.type === 'pause.exited' || event.type === 'pause.restarted') {
      const news = ledger.take(event, nowMs);
      if (news !== undefined) onDeath(news, nowMs);
    } else if (event.type === 'namespace.joined' && event.revision === 0) joins.onJoin(event, nowMs);
  }

  function onChanges(changes: TreeUpdate['changes'], nowMs: number): void {
    const touched = watch.apply(changes, nowMs);
    for (const uid of touched.pods) {
      leaks.checkPod(uid, nowMs);
      outages.check(uid, nowMs);
      if (watch.pod(uid) === undefined) restarts.forget(uid);
    }
    for (const key of touched.leaked) leaks.checkNamespace(key, nowMs);
  }

  /** What was alerted about before a restart of the agent and is not found again by now is over. */
  function confirm(nowMs: number): void {
    if (unconfirmed.length === 0 || nowMs - startMs < CONFIRM_MS) return;
    for (const alert of unconfirmed) {
      const rule = rules.find(({ name }) => name === alert.rule);
      const isOver = (rule?.type === 'leak' && !leaks.isThere(alert)) || (rule?.type === 'outage' && !outages.isThere(alert));
      if (rule !== undefined && isOver) book.end(rule, alert.subject, nowMs);
    }
    unconfirmed = [];
  }

  function take(nowMs: number): AlertOutput {
    doneMs = nowMs;
    outages.raise(nowMs);
    leaks.raise(nowMs);
    book.tick(nowMs);
    return output.take();
  }

  return {
    update(updates, nowMs) {
      for (const { event, changes } of updates) {
        // First what happened, as long as the pod is known as it was.
        if (event !== undefined) onEvent(event, nowMs);
        if (changes.length > 0) onChanges(changes, nowMs);
      }
      outages.checkLate(nowMs);
      return take(nowMs);
    },
    loss(stage, lost, nowMs) {
      losses.onLoss(stage, lost, nowMs);
      return take(nowMs);
    },
    tick(nowMs) {
      for (const news of ledger.due(nowMs)) onDeath(news, nowMs);
      outages.checkAll(nowMs);
      confirm(nowMs);
      return take(nowMs);
    },
    setRules(next, nowMs) {
      rules = next;
      book.setRules(next, nowMs);
      restarts.setRules(rulesOf(next, 'pause-restarts'));
      outages.setRules(rulesOf(next, 'outage'), nowMs);
      joins.setRules(rulesOf(next, 'foreign-join'));
      leaks.setRules(rulesOf(next, 'leak'), nowMs);
      losses.setRules(rulesOf(next, 'lost-events'));
      return take(nowMs);
    },
    nextDeadlineMs() {
      const times = [ledger.nextDeadlineMs(), book.nextDeadlineMs(), unconfirmed.length > 0 ? startMs + CONFIRM_MS : undefined];
      const known = times.filter((time) => time !== undefined);
      const next = Math.min(outages.nextDeadlineMs(doneMs), leaks.nextDeadlineMs(doneMs), ...known);
      if (next === Number.POSITIVE_INFINITY) return undefined;
      // What was due and could not be done is not tried without a pause.
      return next > doneMs ? next : doneMs + 1000;
    },
    firing: book.firing,
    counts: book.counts,
    get suppressed() {
      return book.suppressed;
    },
  };
}
