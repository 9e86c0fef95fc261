// The courier alone, with an outbox in memory, sinks that are told what to answer, and timers that a test turns by hand.
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { type CourierTimers, createCourier } from '../../src/alert/courier.ts';
import type { Notification } from '../../src/alert/incident.ts';
import { type Outbox, openOutbox } from '../../src/alert/outbox.ts';
import type { Outcome, Sink } from '../../src/alert/sink.ts';
import { at, pod } from '../helpers/alert-input.ts';
import { keepLog, silentLog } from '../helpers/alert-sink-server.ts';

function notification(id: string): Notification {
  const alert = {
    name: 'A',
    severity: 'warning',
    since: at(0),
    last: at(0),
    summary: id,
    count: 1,
    incident: id,
    members: [],
    memberCount: 1,
  } as const;
  return {
    scope: 'incident',
    reason: 'firing',
    event: { id, revision: 0, time: at(0), node: 'n', source: 'kernel', pod: pod('p'), type: 'alert.firing', alert },
  };
}

interface Timer {
  readonly work: () => void;
  readonly delayMs: number;
}

function handTimers(): CourierTimers & { readonly waiting: Set<Timer>; fire(isDue: (timer: Timer) => boolean): void } {
  const waiting = new Set<Timer>();
  return {
    waiting,
    random: () => 1,
    set(work, delayMs) {
      const timer = { work, delayMs };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    fire(isDue) {
      for (const timer of [...waiting].filter(isDue)) {
        waiting.delete(timer);
        timer.work();
      }
    },
  };
}

/** Lets everything happen that needs no timer. */
async function settle(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await turn();
}

function outboxWith(...ids: readonly string[]): Outbox {
  const outbox = openOutbox({ stateDir: undefined, log: silentLog, now: () => 0 });
  outbox.commit(
    ids.map((id) => ['am', notification(id)] as const),
    new Map(),
    0,
  );
  return outbox;
}

const DELIVERED: Outcome = { result: 'delivered' };
const REFUSED: Outcome = { result: 'retry', reason: 'status 403' };

t.test('an alert that is never taken keeps no other from being said again', async (t) => {
  const outbox = outboxWith('poison', 'good');
  const renewed: number[] = [];
  const tried: string[] = [];
  const timers = handTimers();
  const sink: Sink = {
    name: 'am',
    type: 'alertmanager',
    scope: 'incident',
    deliver: async ({ event }) => {
      tried.push(event.id);
      return event.id === 'poison' ? REFUSED : DELIVERED;
    },
    renew: async (firing) => {
      renewed.push(firing.length);
      return DELIVERED;
    },
  };
  const firing = [notification('good')];
  const courier = createCourier({ sink, outbox, timers, log: silentLog, firing: () => firing, onOutcome() {} });
  t.teardown(() => courier.stop());
  courier.wake();
  await settle();
  for (let minute = 0; minute < 10; minute += 1) {
    timers.fire(() => true);
    await settle();
  }
  t.ok(renewed.length >= 8, `said again ${renewed.length} times in ten minutes`);
  t.equal(tried.filter((id) => id === 'good').length, 1);
  t.ok(tried.filter((id) => id === 'poison').length >= 5, 'and it is tried all the same');
});

t.test('a new alert does not wait for one that is not taken, unless the sink has asked for patience', async (t) => {
  const outbox = outboxWith('poison');
  let refusal: Outcome = REFUSED;
  const tried: string[] = [];
  const sink: Sink = {
    name: 'am',
    type: 'webhook',
    scope: 'incident',
    deliver: async ({ event }) => {
      tried.push(event.id);
      return event.id === 'poison' ? refusal : DELIVERED;
    },
  };
  const timers = handTimers();
  const courier = createCourier({ sink, outbox, timers, log: silentLog, firing: () => [], onOutcome() {} });
  t.teardown(() => courier.stop());
  const raise = async (id: string): Promise<void> => {
    outbox.commit([['am', notification(id)]], new Map(), 0);
    courier.wake();
    await settle();
  };
  courier.wake();
  await settle();
  await raise('second');
  t.same(tried, ['poison', 'second', 'poison']);
  t.equal(timers.waiting.size, 1, 'one timer, however often it is woken');
  courier.wake();
  await settle();
  t.equal(tried.length, 3, 'nothing new, nothing sooner');
  refusal = { result: 'retry', reason: 'status 429', retryAfterMs: 77_000 };
  timers.fire(() => true);
  await settle();
  await raise('third');
  t.same(tried.slice(3), ['poison'], 'it waits as it was told to');
  timers.fire(({ delayMs }) => delayMs >= 77_000);
  await settle();
  t.same(tried.slice(4, 5), ['third']);
});

t.test('a renewal that fails holds up no alert', async (t) => {
  const outbox = outboxWith('first');
  const timers = handTimers();
  const tried: string[] = [];
  const sink: Sink = {
    name: 'am',
    type: 'alertmanager',
    scope: 'incident',
    deliver: async ({ event }) => {
      tried.push(event.id);
      return DELIVERED;
    },
    renew: async () => REFUSED,
  };
  const courier = createCourier({ sink, outbox, timers, log: silentLog, firing: () => [notification('x')], onOutcome() {} });
  t.teardown(() => courier.stop());
  courier.wake();
  await settle();
  outbox.commit([['am', notification('second')]], new Map(), 0);
  courier.wake();
  timers.fire(({ delayMs }) => delayMs < 60_000);
  await settle();
  t.same(tried, ['first', 'second']);
});

t.test('an outbox that fails is tried again later, and not without end at once', async (t) => {
  const outbox = outboxWith('x');
  let asked = 0;
  const broken: Outbox = {
    ...outbox,
    done() {
      asked += 1;
      throw new Error('it is broken');
    },
  };
  const timers = handTimers();
  const log = keepLog();
  const sink: Sink = { name: 'am', type: 'log', scope: 'incident', deliver: async () => DELIVERED };
  const courier = createCourier({ sink, outbox: broken, timers, log, firing: () => [], onOutcome() {} });
  t.teardown(() => courier.stop());
  courier.wake();
  await settle();
  t.equal(asked, 1);
  t.equal(timers.waiting.size, 1);
  t.match(log.lines.join(), /it is broken/);
  timers.fire(() => true);
  await settle();
  t.equal(asked, 2);
});
