// Alerting as the daemon uses it: the rules, the outbox and a courier for each sink, put together.
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
import type { Outcome } from './sink.ts';
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
  start(): void;
  /** What is not delivered by then stays in the outbox. */
  stop(): Promise<void>;
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
  const { config, log, node, env, now = Date.now, timers = systemTimers } = options;
  const outbox = openOutbox({ stateDir: options.stateDir, log, now });
  const engine = createAlertEngine({ node, rules: config.rules, idPrefix: options.idPrefix, restored: restored(), startMs: now() });
  const readSecret = createSecretReader(env);
  const sinks = config.sinks.map((settings) => createSink(settings, { readSecret, env, now, log }));
  const counts = new Map(sinks.map(({ name }) => [name, Object.fromEntries(RESULTS.map((result) => [result, 0]))]));
  const count = (sink: string, result: DeliveryResult): void => {
    const results = counts.get(sink);
    if (results !== undefined) results[result] = (results[result] ?? 0) + 1;
  };
  const couriers: readonly Courier[] = sinks.map((sink) =>
    createCourier({ sink, outbox, timers, log, firing: () => engine.firing(now()), onOutcome: (result) => count(sink.name, result) }),
  );
  const recent = createRecentAlerts();
  let pending: AlertOutput[] = [];
  let isCommitPlanned = false;
  let isStarted = false;
  let isStopped = false;
  let cancelTick: (() => void) | undefined;
  let tickAtMs = Number.POSITIVE_INFINITY;
  let pruneAtMs = 0;

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
        for (const sink of sinks) if (sink.scope === notification.scope) deliveries.push([sink.name, notification]);
      }
    }
    try {
      outbox.commit(deliveries, saved, now());
    } catch (error) {
      log.error({ error: messageOf(error), alerts: deliveries.length }, 'alerts could not be put into the outbox: they are lost');
    }
    if (isStarted && !isStopped) for (const courier of couriers) courier.wake();
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
        sinks.map(({ name }) => name),
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
        firing: config.rules.map(({ name, severity }) => ({ alert: name, severity, count: firing.get(name) ?? 0 })),
        deliveries: [...counts].flatMap(([sink, results]) => RESULTS.map((result) => ({ sink, result, count: results[result] ?? 0 }))),
        outbox: outbox.stats(),
        suppressed: engine.suppressed,
      };
    },
    recent: () => recent.list(engine.firing(now()).map(({ event }) => event)),
    start() {
      isStarted = true;
      tick();
      for (const courier of couriers) courier.wake();
    },
    async stop() {
      if (isStopped) return;
      if (pending.length > 0) commit();
      isStopped = true;
      cancelTick?.();
      await Promise.all(couriers.map((courier) => courier.stop()));
      outbox.close();
    },
  };
}
