// Carries what the outbox holds to one sink: one thing at a time, again with growing distance while it fails, for as long as it takes.
import { messageOf } from '../error.ts';
import type { Notification } from './incident.ts';
import type { AlertLog, Delivery, Outbox } from './outbox.ts';
import type { Outcome, Sink } from './sink.ts';

/** Timers and chance, so that a test needs neither. */
export interface CourierTimers {
  /** Gives a function that calls it off. */
  set(work: () => void, delayMs: number): () => void;
  /** From 0 to 1. */
  random(): number;
}

export interface CourierOptions {
  readonly sink: Sink;
  readonly outbox: Outbox;
  readonly timers: CourierTimers;
  readonly log: AlertLog;
  readonly firing: () => readonly Notification[];
  readonly onOutcome: (result: Outcome['result']) => void;
}

export interface Courier {
  /** There may be something to carry. */
  wake(): void;
  /** Resolves when nothing is under way; what was is cut off and stays in the outbox. */
  stop(): Promise<void>;
}

/** Retry with full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
export const RETRY = { firstMs: 500, factor: 2, capMs: 120_000 } as const;
const RENEW_MS = 60_000;

export function backoffMs(failures: number, random: number): number {
  return random * Math.min(RETRY.capMs, RETRY.firstMs * RETRY.factor ** Math.min(failures, 20));
}

/** All agents of a cluster may have been told the same, and must not all come back at once: up to a tenth later. */
export function spreadMs(retryAfterMs: number, random: number): number {
  return Math.round(retryAfterMs * (1 + random / 10));
}

export function createCourier(options: CourierOptions): Courier {
  const { sink, outbox, timers, log } = options;
  const abort = new AbortController();
  let failures = 0;
  let running: Promise<void> | undefined;
  let cancelRetry: (() => void) | undefined;
  /** The sink itself has said for how long it wants to be left alone. */
  let isAskedToWait = false;
  let cancelRenewal: (() => void) | undefined;
  let isRenewalDue = sink.renew !== undefined;

  function scheduleRenewal(): void {
    if (sink.renew === undefined || abort.signal.aborted) return;
    cancelRenewal?.();
    cancelRenewal = timers.set(() => {
      isRenewalDue = true;
      wake();
    }, RENEW_MS);
  }

  async function attempt(work: () => Promise<Outcome>): Promise<Outcome> {
    try {
      return await work();
    } catch (error) {
      return { result: 'retry', reason: messageOf(error) };
    }
  }

  function waitFor(delayMs: number): void {
    cancelRetry?.();
    cancelRetry = timers.set(() => {
      cancelRetry = undefined;
      wake();
    }, delayMs);
  }

  /** False when it is time to wait. */
  function settle(outcome: Outcome, what: object): boolean {
    if (abort.signal.aborted && outcome.result === 'retry') return false;
    options.onOutcome(outcome.result);
    if (outcome.result !== 'retry') {
      if (outcome.result === 'rejected')
        log.warn({ sink: sink.name, reason: outcome.reason, ...what }, 'sink refused an alert: it is dropped');
      else if (failures > 0) log.info({ sink: sink.name, failures }, 'sink takes alerts again');
      failures = 0;
      return true;
    }
    const delayMs = Math.max(backoffMs(failures, timers.random()), spreadMs(outcome.retryAfterMs ?? 0, timers.random()));
    failures += 1;
    // Once when it begins and then ever more seldom: a sink may be away for a week.
    if ((failures & (failures - 1)) === 0) {
      log.warn({ sink: sink.name, failures, reason: outcome.reason, ...what }, 'sink does not take alerts: they wait and are tried again');
    }
    isAskedToWait = outcome.retryAfterMs !== undefined;
    waitFor(delayMs);
    return false;
  }

  async function deliver(delivery: Delivery): Promise<boolean> {
    const { key, notification } = delivery;
    const outcome = await attempt(() => sink.deliver(notification, key, abort.signal));
    if (outcome.result === 'retry') outbox.failed(delivery);
    else outbox.done(delivery);
    return settle(outcome, { alert: notification.event.alert.name, key });
  }

  async function renew(): Promise<boolean> {
    isRenewalDue = false;
    scheduleRenewal();
    const firing = options.firing();
    if (firing.length === 0) return true;
    const outcome = await attempt(async () => (await sink.renew?.(firing, abort.signal)) ?? { result: 'delivered' });
    return settle(outcome, { alerts: firing.length });
  }

  /** Until nothing is left, or it is time to wait. */
  async function carry(): Promise<void> {
    for (let goesOn = true; goesOn && !abort.signal.aborted; ) {
      const delivery = outbox.next(sink.name);
      // What failed before may fail for ever, and must not keep the rest from being said again in time.
      if (isRenewalDue && (delivery === undefined || delivery.attempts > 0)) goesOn = await renew();
      else goesOn = delivery !== undefined && (await deliver(delivery));
    }
  }

  function wake(): void {
    if (running !== undefined || abort.signal.aborted) return;
    // What is new need not wait for what was not taken: it may be that one alert and not the sink.
    if (cancelRetry !== undefined && (isAskedToWait || next()?.attempts !== 0)) return;
    cancelRetry?.();
    cancelRetry = undefined;
    running = carry()
      .catch((error: unknown) => {
        log.error({ sink: sink.name, error: messageOf(error) }, 'carrying alerts to a sink failed: it is tried again');
        failures += 1;
        isAskedToWait = false;
        if (!abort.signal.aborted) waitFor(backoffMs(failures, timers.random()));
      })
      .finally(() => {
        running = undefined;
        // What came while the last look at the outbox was already done.
        if (cancelRetry === undefined && !abort.signal.aborted && next() !== undefined) wake();
      });
  }

  function next(): Delivery | undefined {
    try {
      return outbox.next(sink.name);
    } catch {
      // It is said when something is carried.
      return undefined;
    }
  }

  return {
    wake,
    async stop() {
      abort.abort();
      cancelRetry?.();
      cancelRenewal?.();
      await running;
    },
  };
}
