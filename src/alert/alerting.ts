// Alerting as the daemon uses it: the rules, the outbox and a courier for each sink, put together.
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../error.ts';
import { changesOfPod, leakedKey } from '../stream/apply.ts';
import type { Severity } from '../tree/alert-record.ts';
import type { TreeUpdate } from '../tree/change.ts';
import type { Tree } from '../tree/model.ts';
import type { AlertOutput } from './alert-output.ts';
import { type Courier, type CourierTimers, createCourier } from './courier.ts';
import { createSink } from './create-sink.ts';
import { createAlertEngine } from './engine.ts';
import type { AlertEvent, Notification } from './incident.ts';
import { type AlertLog, type OutboxStats, openOutbox } from './outbox.ts';
import { createRecentAlerts } from './recent-alerts.ts';
import type { AlertRule } from './rule.ts';
import type { SavedItem } from './saved.ts';
import { createSecretReader } from './secret.ts';
import type { Outcome, Sink } from './sink.ts';
import type { SinkSettings } from './sink-settings.ts';

export interface AlertSettings {
  readonly rules: readonly AlertRule[];
  readonly sinks: readonly SinkSettings[];
}

export interface AlertingOptions {
  readonly config: AlertSettings;
  /** Where the outbox is kept; undefined: in memory. */
  readonly stateDir: string | undefined;
  readonly node: string;
  /** Different at each start of the agent: ids of alerts begin with it. */
  readonly idPrefix: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: AlertLog;
  /** Takes the events of alerts for the stream. */
  publish(updates: readonly TreeUpdate[]): void;
  /** Wall time, ms. */
  readonly now?: () => number;
  readonly timers?: CourierTimers;
}

export type DeliveryResult = Outcome['result'] | 'expired';

export interface AlertStats {
  /** One for each rule, also when none of its alerts fires. */
  readonly firing: readonly { readonly alert: string; readonly severity: Severity; readonly count: number }[];
  readonly deliveries: readonly { readonly sink: string; readonly result: DeliveryResult; readonly count: number }[];
  readonly outbox: OutboxStats;
  /** Alerts that were not raised because too many fire already. */
  readonly suppressed: number;
}

export interface Alerting {
  /** The tree as it is once it is complete: what was there before is told in no update. */
  onTree(tree: Omit<Tree, 'token'>): void;
  /** Takes what happened in the tree, in order. Never waits and never throws. */
  onUpdates(updates: readonly TreeUpdate[]): void;
  onLoss(stage: string, lost: number | undefined): void;
  stats(): AlertStats;
  /** The last event of each alert that fires, and of the last ones that are over. */
  recent(): readonly AlertEvent[];
  /** Other rules and sinks from now on. Resolves when those sinks that are gone or changed have let go of what they were doing. */
  configure(config: AlertSettings): Promise<void>;
  start(): void;
  /** What is not delivered by then stays in the outbox. */
  stop(): Promise<void>;
}

/** A sink of the configuration, and who carries alerts to it. */
interface Served {
  readonly settings: SinkSettings;
  readonly sink: Sink;
  readonly courier: Courier;
}

const MAX_AGE_MS = 24 * 3_600_000;
const PRUNE_EVERY_MS = 600_000;
/** A clock that is set meanwhile must not put a deadline off for long. */
const MAX_SLEEP_MS = 60_000;
const RESULTS: readonly DeliveryResult[] = ['delivered', 'retry', 'rejected', 'expired'];

export const systemTimers: CourierTimers = {
  set(work, delayMs) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

export function createAlerting(options: AlertingOptions): Alerting {
  const { log, node, env, now = Date.now, timers = systemTimers } = options;
  const outbox = openOutbox({ stateDir: options.stateDir, log, now });
  let { rules } = options.config;
  const engine = createAlertEngine({ node, rules, idPrefix: options.idPrefix, restored: restored(), startMs: now() });
  const readSecret = createSecretReader(env);
  const counts = new Map<string, Record<string, number>>();
  const count = (sink: string, result: DeliveryResult): void => {
    const results = counts.get(sink);
    if (results !== undefined) results[result] = (results[result] ?? 0) + 1;
  };
  const recent = createRecentAlerts();
  let served: readonly Served[] = options.config.sinks.map((settings) => serve(settings));
  let pending: AlertOutput[] = [];
  let isCommitPlanned = false;
  let isStarted = false;
  let isStopped = false;
  let cancelTick: (() => void) | undefined;
  let tickAtMs = Number.POSITIVE_INFINITY;
  let pruneAtMs = 0;

  function serve(settings: SinkSettings): Served {
    const sink = createSink(settings, { readSecret, env, now, log });
    if (!counts.has(sink.name)) counts.set(sink.name, Object.fromEntries(RESULTS.map((result) => [result, 0])));
    const onOutcome = (result: Outcome['result']): void => count(sink.name, result);
    return { settings, sink, courier: createCourier({ sink, outbox, timers, log, firing: () => engine.firing(now()), onOutcome }) };
  }

  function restored(): readonly SavedItem[] {
    try {
      return outbox.restored();
    } catch (error) {
      log.error({ error: messageOf(error) }, 'alerts of the former run could not be read: they are not resolved');
      return [];
    }
  }

  function take(work: (nowMs: number) => AlertOutput): void {
    if (isStopped) return;
    try {
      const output = work(now());
      recent.note(output.events);
      if (output.events.length > 0) options.publish(output.events.map((event) => ({ event, changes: [] })));
      if (output.notifications.length > 0 || output.saved.size > 0) {
        pending.push(output);
        planCommit();
      }
      scheduleTick();
    } catch (error) {
      // The tree and the stream must not suffer from it.
      log.error({ error: messageOf(error) }, 'alerting failed: an alert may be missing');
    }
  }

  /** After this turn: what the stream sends now should not wait for the disk, and a burst is one write. */
  function planCommit(): void {
    if (isCommitPlanned) return;
    isCommitPlanned = true;
    setImmediate(commit);
  }

  function commit(): void {
    isCommitPlanned = false;
    const outputs = pending;
    pending = [];
    const deliveries: (readonly [string, Notification])[] = [];
    const saved = new Map<string, SavedItem | undefined>();
    for (const output of outputs) {
      for (const [id, item] of output.saved) saved.set(id, item);
      for (const notification of output.notifications) {
        for (const { sink } of served) if (sink.scope === notification.scope) deliveries.push([sink.name, notification]);
      }
    }
    try {
      outbox.commit(deliveries, saved, now());
    } catch (error) {
      log.error({ error: messageOf(error), alerts: deliveries.length }, 'alerts could not be put into the outbox: they are lost');
    }
    if (isStarted && !isStopped) for (const { courier } of served) courier.wake();
  }

  function scheduleTick(): void {
    if (isStopped || !isStarted) return;
    const due = Math.min(engine.nextDeadlineMs() ?? Number.POSITIVE_INFINITY, pruneAtMs, now() + MAX_SLEEP_MS);
    // This is asked for with every event: a timer that is early enough stays.
    if (due >= tickAtMs) return;
    cancelTick?.();
    tickAtMs = due;
    cancelTick = timers.set(tick, Math.max(1, due - now()));
  }

  function tick(): void {
    tickAtMs = Number.POSITIVE_INFINITY;
    prune();
    take((nowMs) => engine.tick(nowMs));
  }

  function prune(): void {
    if (now() < pruneAtMs) return;
    pruneAtMs = now() + PRUNE_EVERY_MS;
    try {
      const { expired, orphaned } = outbox.prune(
        now() - MAX_AGE_MS,
        served.map(({ sink }) => sink.name),
      );
      for (const sink of expired) count(sink, 'expired');
      if (expired.length > 0) log.warn({ alerts: expired.length }, 'alerts could not be delivered for a day: they are dropped');
      if (orphaned > 0) log.warn({ alerts: orphaned }, 'alerts for sinks that are no longer configured are dropped');
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the outbox of alerts could not be tidied up');
    }
  }

  return {
    onTree(tree) {
      const leaked = tree.leaked.map((record) => ({ op: 'put', kind: 'leaked', key: leakedKey(record), record }) as const);
      take((nowMs) => engine.update([{ changes: [...tree.pods.flatMap(changesOfPod), ...leaked] }], nowMs));
    },
    onUpdates: (updates) => take((nowMs) => engine.update(updates, nowMs)),
    onLoss: (stage, lost) => take((nowMs) => engine.loss(stage, lost, nowMs)),
    stats() {
      const firing = engine.counts();
      return {
        firing: rules.map(({ name, severity }) => ({ alert: name, severity, count: firing.get(name) ?? 0 })),
        deliveries: [...counts].flatMap(([sink, results]) => RESULTS.map((result) => ({ sink, result, count: results[result] ?? 0 }))),
        outbox: outbox.stats(),
        suppressed: engine.suppressed,
      };
    },
    recent: () => recent.list(engine.firing(now()).map(({ event }) => event)),
    async configure(next) {
      if (isStopped) return;
      rules = next.rules;
      take((nowMs) => engine.setRules(next.rules, nowMs));
      const kept = next.sinks.map((settings) => served.find((each) => isDeepStrictEqual(each.settings, settings)));
      const former = served.filter((each) => !kept.includes(each));
      // What happens meanwhile waits in the outbox: two couriers for one sink would tell it the same thing twice.
      await Promise.all(former.map(({ courier }) => courier.stop()));
      if (isStopped) return;
      served = next.sinks.map((settings, index) => kept[index] ?? serve(settings));
      for (const { sink } of former) if (!served.some((each) => each.sink.name === sink.name)) counts.delete(sink.name);
      pruneAtMs = 0;
      if (!isStarted) return;
      tick();
      for (const { courier } of served) courier.wake();
    },
    start() {
      isStarted = true;
      tick();
      for (const { courier } of served) courier.wake();
    },
    async stop() {
      if (isStopped) return;
      if (pending.length > 0) commit();
      isStopped = true;
      cancelTick?.();
      await Promise.all(served.map(({ courier }) => courier.stop()));
      outbox.close();
    },
  };
}
