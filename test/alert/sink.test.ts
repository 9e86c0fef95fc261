// Sinks against real servers on loopback: what they are sent, how each failure is met, and that no secret shows.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type Alerting, createAlerting } from '../../src/alert/alerting.ts';
import { backoffMs, type CourierTimers, RETRY, spreadMs } from '../../src/alert/courier.ts';
import type { AlertEvent } from '../../src/alert/incident.ts';
import type { AlertLog } from '../../src/alert/outbox.ts';
import { type AlertRule, DEFAULT_RULES } from '../../src/alert/rule.ts';
import { readRetryAfter } from '../../src/alert/sink.ts';
import type { SinkSettings } from '../../src/alert/sink-settings.ts';
import { died, KILLED, pod, T0 } from '../helpers/alert-input.ts';
import {
  type Answer,
  breakOff,
  hang,
  hangUp,
  keepLog,
  type SinkServer,
  silentLog,
  startSinkServer,
  status,
} from '../helpers/alert-sink-server.ts';
import { cannotRunAlertmanager, startAlertmanager } from '../helpers/alertmanager.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { eventsApi } from '../helpers/events-api.ts';

const SECRET = 'sEcReT-nobody-may-see';
const rules = DEFAULT_RULES.filter(({ name }) => name === 'PauseRestarted');

interface Hand extends CourierTimers {
  nowMs: number;
  readonly delays: number[];
  /** Does all that waits, at once. */
  fire(): void;
}

/** A clock and timers that a test turns by hand. Chance is the worst there is. */
function handTimers(): Hand {
  const waiting = new Set<() => void>();
  const delays: number[] = [];
  return {
    nowMs: T0,
    delays,
    random: () => 1,
    set(work, delayMs) {
      delays.push(delayMs);
      waiting.add(work);
      return () => void waiting.delete(work);
    },
    fire() {
      const due = [...waiting];
      waiting.clear();
      for (const work of due) work();
    },
  };
}

async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5);
}

interface Options {
  readonly timers?: Hand;
  readonly log?: AlertLog;
  readonly stateDir?: string;
  readonly rules?: readonly AlertRule[];
  readonly env?: Readonly<Record<string, string>>;
}

function start(t: Test, sinks: readonly SinkSettings[], options: Options = {}): Alerting {
  const { timers } = options;
  const alerting = createAlerting({
    config: { rules: options.rules ?? rules, sinks },
    stateDir: options.stateDir,
    node: 'n1',
    idPrefix: 'x',
    env: options.env ?? { HOOK_SECRET: SECRET },
    log: options.log ?? silentLog,
    publish() {},
    ...(timers && { timers, now: () => timers.nowMs }),
  });
  t.teardown(() => alerting.stop());
  alerting.start();
  return alerting;
}

const webhook = (server: SinkServer, more: object = {}): SinkSettings => ({
  type: 'webhook',
  name: 'hook',
  url: `${server.url}/x?k=${SECRET}`,
  timeoutMs: 400,
  ...more,
});
const count = (alerting: Alerting, result: string): number =>
  alerting.stats().deliveries.find((each) => each.result === result)?.count ?? 0;

t.test('a webhook gets the event, with a key that stays the same and a signature that can be checked', async (t) => {
  const server = await startSinkServer(t);
  const alerting = start(t, [webhook(server, { secret: { env: 'HOOK_SECRET' } })], { timers: handTimers() });
  alerting.onUpdates([died(pod('web'), 's1', 0)]);
  await server.until(({ length }) => length === 1);
  const [received] = server.received;
  const event = JSON.parse(received?.body ?? '') as AlertEvent;
  t.match(event, {
    type: 'alert.firing',
    revision: 0,
    pod: pod('web'),
    cause: KILLED,
    alert: { name: 'PauseRestarted', severity: 'warning', count: 1 },
  });
  t.equal(received?.headers['idempotency-key'], `${event.id}.0`);
  const timestamp = received?.headers['x-podtree-timestamp'];
  t.equal(timestamp, String(T0 / 1000));
  t.equal(
    received?.headers['x-podtree-signature'],
    `sha256=${createHmac('sha256', SECRET).update(`${timestamp}.${received?.body}`).digest('hex')}`,
  );
});

t.test('whatever goes wrong at the other end, the alert arrives in the end, under the same key', (t) => {
  const cases: readonly (readonly [name: string, answer: Answer, said: RegExp])[] = [
    ['500', status(500, {}, 'oh\nno'), /status 500: oh/],
    ['503', status(503), /status 503/],
    ['401, for a token can be put right', status(401), /status 401/],
    ['a redirect, which is not followed', status(302, { Location: 'http://127.0.0.1:1/' }), /redirects are not followed/],
    ['a connection that is closed', hangUp, /socket hang up/],
    ['an answer that breaks off', breakOff, /closed in the middle|aborted/],
    ['no answer', hang, /no complete answer within 400 ms/],
  ];
  for (const [name, answer, said] of cases) {
    t.test(name, async (t) => {
      const server = await startSinkServer(t);
      server.answer(answer, answer, status(204));
      const timers = handTimers();
      const log = keepLog();
      const alerting = start(t, [webhook(server)], { timers, log });
      alerting.onUpdates([died(pod('web'), 's1', 0)]);
      for (const failures of [1, 2]) {
        await eventually(
          () => count(alerting, 'retry') === failures && timers.delays.includes(RETRY.firstMs * RETRY.factor ** (failures - 1)),
        );
        timers.fire();
      }
      await server.until(({ length }) => length === 3);
      t.equal(new Set(server.received.map(({ headers }) => headers['idempotency-key'])).size, 1);
      t.match(log.lines.join('\n'), said);
      t.notMatch(log.lines.join('\n'), SECRET);
    });
  }
  t.end();
});

t.test('a server that repeats what it was sent does not put it into the log', async (t) => {
  const server = await startSinkServer(t);
  const echo: Answer = (response, { path, headers, body }) => {
    response.writeHead(500).end(`The URL ${path} was not found; you sent ${JSON.stringify(headers)} and ${body.slice(0, 20)}`);
  };
  server.answer(echo);
  const key = 'k3y of 1%/';
  const sinks: readonly SinkSettings[] = [
    webhook(server, { secret: { env: 'HOOK_SECRET' }, token: { env: 'HOOK_SECRET' } }),
    webhook(server, { url: `${server.url}/hook/${SECRET}/x?key=${encodeURIComponent(key)}` }),
    { type: 'slack', name: 'hook', url: { env: 'SLACK' }, timeoutMs: 400 },
    { type: 'alertmanager', name: 'hook', url: `${server.url}/${SECRET}`, token: { env: 'HOOK_SECRET' }, labels: {}, timeoutMs: 400 },
    { type: 'kubernetes-event', name: 'hook', url: server.url, token: { env: 'HOOK_SECRET' }, timeoutMs: 400 },
  ];
  for (const sink of sinks) {
    const log = keepLog();
    const env = { HOOK_SECRET: SECRET, SLACK: `${server.url}/services/${SECRET}?q=${encodeURIComponent(SECRET)}` };
    const alerting = start(t, [sink], { timers: handTimers(), log, env });
    alerting.onUpdates([died(pod('web'), 's', 0)]);
    await eventually(() => count(alerting, 'retry') === 1);
    const said = log.lines.join();
    t.match(said, /status 500: The URL .*was not found/);
    t.notMatch(said, SECRET, sink.type);
    t.notMatch(said, key);
    t.notMatch(said, encodeURIComponent(key));
  }
});

t.test('Retry-After is waited for, an hour at most, and not by all agents to the same second', async (t) => {
  const server = await startSinkServer(t);
  server.answer(status(429, { 'Retry-After': '77' }), status(200));
  const timers = handTimers();
  const alerting = start(t, [webhook(server)], { timers });
  alerting.onUpdates([died(pod('web'), 's1', 0)]);
  await eventually(() => timers.delays.includes(84_700));
  t.equal(spreadMs(77_000, 0), 77_000, 'never sooner');
  t.equal(server.received.length, 1);
  timers.fire();
  await server.until(({ length }) => length === 2);
  t.equal(readRetryAfter('Sun, 22 Nov 2026 18:00:30 GMT', T0), 30_000);
  t.equal(readRetryAfter('99999999', T0), 3_600_000);
  t.equal(readRetryAfter('Sat, 01 Jan 2000 00:00:00 GMT', T0), 0);
  t.equal(readRetryAfter('soon', T0), undefined);
});

t.test('an alert that will never be taken is dropped, counted and said; the next one is sent', async (t) => {
  const server = await startSinkServer(t);
  server.answer(status(422, {}, 'what?'), status(200));
  const log = keepLog();
  const timers = handTimers();
  const alerting = start(t, [webhook(server)], { timers, log });
  alerting.onUpdates([died(pod('a'), 's', 0)]);
  timers.nowMs += 5000;
  alerting.onUpdates([died(pod('b'), 's', 5000)]);
  await server.until(({ length }) => length === 2);
  t.equal(count(alerting, 'rejected'), 1);
  t.match(log.lines.join(), /sink refused an alert: it is dropped/);
});

t.test('a dead sink holds up no other, and what waits for it survives a restart', async (t) => {
  const stateDir = t.testdir();
  const dead = await startSinkServer(t);
  dead.answer(hang);
  const alive = await startSinkServer(t);
  const both = (url: string): SinkSettings[] => [
    { ...webhook(alive), name: 'alive' },
    { type: 'webhook', name: 'dead', url, timeoutMs: 60_000 },
  ];
  const first = start(t, both(dead.url), { timers: handTimers(), stateDir });
  first.onUpdates([died(pod('web'), 's', 0)]);
  await dead.until(({ length }) => length === 1);
  await eventually(() => count(first, 'delivered') === 1);
  await first.stop();
  const healed = await startSinkServer(t);
  start(t, both(healed.url), { timers: handTimers(), stateDir });
  await healed.until(({ length }) => length === 1);
  t.equal(healed.received[0]?.headers['idempotency-key'], dead.received[0]?.headers['idempotency-key']);
  t.equal(alive.received.length, 1);
});

t.test('a secret is read each time it is needed, and one that is missing is a reason to wait that does not show it', async (t) => {
  const server = await startSinkServer(t);
  const dir = t.testdir();
  const file = join(dir, 'token');
  const timers = handTimers();
  const log = keepLog();
  const alerting = start(t, [webhook(server, { token: { file } })], { timers, log });
  alerting.onUpdates([died(pod('web'), 's', 0)]);
  await eventually(() => count(alerting, 'retry') === 1 && timers.delays.includes(RETRY.firstMs));
  t.match(log.lines.join(), /secret: ENOENT.*token/);
  writeFileSync(file, `${SECRET}\n`);
  timers.fire();
  await server.until(({ length }) => length === 1);
  t.equal(server.received[0]?.headers.authorization, `Bearer ${SECRET}`);
  t.notMatch(`${log.lines.join()}${JSON.stringify(alerting.stats())}`, SECRET);
});

t.test('back-off doubles up to its cap, and chance takes from nothing to all of it', async (t) => {
  t.same(
    [0, 1, 2, 20, 4000].map((failures) => backoffMs(failures, 1)),
    [500, 1000, 2000, 120_000, 120_000],
  );
  t.equal(backoffMs(5, 0), 0);
});

t.test('a Slack message says it in words, and nothing in it is markup', async (t) => {
  const server = await startSinkServer(t);
  const file = join(t.testdir({ url: `${server.url}/services/T0/${SECRET}` }), 'url');
  const timers = handTimers();
  const alerting = start(t, [{ type: 'slack', name: 'slack', url: { file }, timeoutMs: 400 }], { timers });
  const cause = { ...KILLED, sender: { pid: 1, comm: '<!channel>&', uid: 0, parents: [] } };
  for (let index = 0; index < 25; index += 1) alerting.onUpdates([died(pod(`p${index}`), 's', 0, cause)]);
  await server.until(({ length }) => length === 1);
  const message = server.received[0]?.body ?? '';
  t.notMatch(message, /<!channel>/);
  t.match(message, /&lt;!channel&gt;&amp;/);
  t.match(JSON.parse(message), { text: '[FIRING] PauseRestarted on n1', mrkdwn: false, attachments: [{ color: '#f9a825' }] });
  timers.nowMs += 2000;
  timers.fire();
  await server.until(({ length }) => length === 2);
  t.match(
    JSON.parse(server.received[1]?.body ?? '').attachments[0].text,
    /^25 pods within 2 s on node n1.*• default\/p0\n.*• and 5 more$/s,
  );
});

const kubernetes = (server: SinkServer): SinkSettings => ({
  type: 'kubernetes-event',
  name: 'events',
  url: server.url,
  token: { env: 'HOOK_SECRET' },
  timeoutMs: 400,
});

t.test('a pod gets its Event as the API server takes it, repeats are its series, and its end is none', async (t) => {
  const server = await startSinkServer(t);
  const api = eventsApi({ token: SECRET, namespaces: ['default'] });
  server.answer(api.answer);
  const timers = handTimers();
  const alerting = start(t, [kubernetes(server)], { timers });
  alerting.onUpdates([died(pod('a'), 's1', 0), died(pod('b'), 's1', 10)]);
  await server.until(({ length }) => length === 2);
  const regarding = [...api.events.values()].map((event) => event.regarding);
  t.match(regarding, [{ name: 'a', uid: 'uid-a' }, { name: 'b' }], 'each pod of an incident');
  timers.nowMs += 61_000;
  alerting.onUpdates([died(pod('a'), 's2', 61_000)]);
  await server.until(({ length }) => length === 3);
  t.match([...api.events.values()][0], { reason: 'PauseRestarted', type: 'Warning', series: { count: 2 } });
  timers.nowMs += 3_600_000;
  timers.fire();
  await eventually(() => alerting.stats().outbox.size === 0);
  t.equal(server.received.length, 3);
  t.same(api.refusals, []);
});

t.test('whatever pods and processes are called, the API server takes the Event', async (t) => {
  const server = await startSinkServer(t);
  const api = eventsApi({ token: SECRET, namespaces: ['default'] });
  server.answer(api.answer);
  const timers = handTimers();
  const alerting = start(t, [kubernetes(server)], { timers, rules: DEFAULT_RULES.filter(({ type }) => type === 'pause-restarts') });
  const cause = { ...KILLED, sender: { pid: 1, comm: '☸'.repeat(400), uid: 0, unit: 'x'.repeat(900), parents: [] } };
  const names = ['a', `${'a'.repeat(199)}-b`, `${'b'.repeat(199)}.c`, 'c'.repeat(253), 'Not A Name\n', '-', 'd..e'];
  for (const name of names) {
    // Three deaths that are told of together: an Event that is a series from the start.
    alerting.onUpdates(['s1', 's2', 's3'].map((sandbox, index) => died(pod(name), sandbox, index, cause)));
    timers.nowMs += 5000;
  }
  await eventually(() => count(alerting, 'delivered') + count(alerting, 'rejected') === 2 * names.length);
  t.equal(api.events.size, 2 * names.length);
  t.same(
    api.refusals.filter((refusal) => !refusal.startsWith('404 NotFound: events.events.k8s.io')),
    [],
  );
  t.equal(count(alerting, 'rejected'), 0);
});

t.test('only a namespace that the API server says is gone is a reason to give an Event up', async (t) => {
  const server = await startSinkServer(t);
  const api = eventsApi({ token: SECRET, namespaces: ['default'], ending: ['ending'] });
  server.answer(api.answer);
  const timers = handTimers();
  const log = keepLog();
  const alerting = start(t, [kubernetes(server)], { timers, log });
  alerting.onUpdates([died(pod('a', 'gone'), 's', 0), died(pod('c', 'ending'), 's', 0)]);
  await eventually(() => count(alerting, 'rejected') === 2);
  t.match(log.lines.join(), /its namespace is gone/);
  server.answer(status(404, {}, '<html>not here</html>'));
  alerting.onUpdates([died(pod('b'), 's', 0)]);
  await eventually(() => count(alerting, 'retry') === 1 && timers.delays.includes(RETRY.firstMs));
  // Taken, but the answer is lost.
  server.answer((response, received) => {
    api.answer({ writeHead: () => ({ end() {} }) } as never, received);
    response.destroy();
  }, api.answer);
  timers.fire();
  await eventually(() => count(alerting, 'retry') === 2);
  timers.fire();
  await eventually(() => count(alerting, 'delivered') === 1);
  t.equal(api.events.size, 1);
  t.equal(count(alerting, 'rejected'), 2);
});

t.test('a server with a certificate of its own gets the alert once its certificate is the one to trust', async (t) => {
  const dir = t.testdir();
  const tls = makeCertificate(dir);
  const server = await startSinkServer(t, tls);
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, makeCertificate(dir, 'other').cert);
  const timers = handTimers();
  const log = keepLog();
  const alerting = start(t, [webhook(server, { caFile, timeoutMs: 5000 })], { timers, log });
  alerting.onUpdates([died(pod('web'), 's', 0)]);
  await eventually(() => count(alerting, 'retry') === 1);
  t.match(log.lines.join(), /self-signed certificate|unable to verify/);
  t.same(server.received, []);
  writeFileSync(caFile, tls.cert);
  timers.fire();
  await eventually(() => count(alerting, 'delivered') === 1);
});

t.test('a certificate or a secret that is none is said, waited for, and never a reason to hang', async (t) => {
  const dir = t.testdir({ empty: '', 'no.pem': 'hello', long: 'x'.repeat(70_000), two: 'a\nb' });
  execFileSync('mkfifo', [join(dir, 'pipe')]);
  const server = await startSinkServer(t);
  const cases: readonly (readonly [settings: object, said: RegExp])[] = [
    [{ caFile: join(dir, 'no.pem') }, /holds no certificate in PEM/],
    [{ caFile: join(dir, 'pipe') }, /is no file/],
    [{ caFile: join(dir, 'none') }, /ENOENT/],
    [{ token: { file: join(dir, 'pipe') } }, /secret: .*pipe is no file/],
    [{ token: { file: dir } }, /secret: .*(is no file|EISDIR)/],
    [{ token: { file: '/dev/zero' } }, /secret: .*is no file/],
    [{ token: { file: join(dir, 'empty') } }, /secret: .*empty is empty/],
    [{ token: { file: join(dir, 'long') } }, /secret: .*longer than 65536 bytes/],
    [{ token: { file: join(dir, 'two') } }, /secret: .*more than one line/],
    [{ url: { file: join(dir, 'no.pem') } }, /secret: the address that it holds is no http/],
  ];
  for (const [settings, said] of cases) {
    const log = keepLog();
    const alerting = start(t, [webhook(server, settings)], { timers: handTimers(), log });
    alerting.onUpdates([died(pod('web'), 's', 0)]);
    await eventually(() => count(alerting, 'retry') === 1);
    t.match(log.lines.join(), said);
  }
  t.same(server.received, []);
});

t.test('the log says it when nothing else was asked for', async (t) => {
  const log = keepLog();
  const timers = handTimers();
  const alerting = start(t, [{ type: 'log', name: 'log', timeoutMs: 1 }], { log, timers });
  alerting.onUpdates([died(pod('web'), 's', 0)]);
  await eventually(() => log.lines.length > 0);
  t.match(log.lines.join(), /"message":"alert firing","alert":"PauseRestarted","severity":"warning","pod":"default\/web"/);
});

t.test("Debian's Alertmanager receives and shows what fires, and what is over", { skip: cannotRunAlertmanager() ?? false }, async (t) => {
  const receiver = await startSinkServer(t);
  const manager = await startAlertmanager(t, t.testdir(), `${receiver.url}/notify`);
  const quickly = rules.map((rule) => ({ ...rule, resolveAfterMs: 3000 }));
  const sink: SinkSettings = { type: 'alertmanager', name: 'am', url: `${manager.url}/`, labels: { cluster: 'blue' }, timeoutMs: 5000 };
  const alerting = start(t, [sink], { rules: quickly });
  const nowMs = Date.now() - T0;
  alerting.onUpdates([died(pod('web'), 's1', nowMs), died(pod('db', 'pay'), 's2', nowMs)]);
  await receiver.until(({ length }) => length >= 1);
  const [shown, ...others] = await manager.alerts();
  t.same(others, []);
  t.match(shown, {
    labels: { alertname: 'PauseRestarted', severity: 'warning', node: 'n1', namespace: 'default', pod: 'web', cluster: 'blue' },
    annotations: { summary: /^The pause of default\/web was killed with SIGKILL by bash/, cause: 'signal', count: '1' },
    status: { state: 'active' },
  });
  type Notice = { readonly status: string; readonly alerts: readonly { readonly annotations: Readonly<Record<string, string>> }[] };
  const notices = (): Notice[] => receiver.received.map(({ body }) => JSON.parse(body) as Notice);
  await receiver.until(() => notices().some(({ status }) => status === 'resolved'));
  t.match(notices().at(-1)?.alerts[0]?.annotations, { members: 'default/web, pay/db', pods: '2' });
  t.same(await manager.alerts(), [], 'and shows it no longer');
  t.equal(count(alerting, 'rejected'), 0);
});

t.test('sinks are exchanged while alerts wait: what is under way is finished by whoever has the name then, once', async (t) => {
  const [former, next] = [await startSinkServer(t), await startSinkServer(t)];
  former.answer(hang);
  const kept = await startSinkServer(t);
  const other = webhook(kept, { name: 'kept' });
  const timers = handTimers();
  const alerting = start(t, [webhook(former, { timeoutMs: 60_000 }), other], { timers });
  alerting.onUpdates([died(pod('web'), 's1', 0)]);
  await former.until(({ length }) => length === 1);
  await kept.until(({ length }) => length === 1);
  const configured = alerting.configure({ rules, sinks: [other, webhook(next)] });
  timers.nowMs += 90_000;
  alerting.onUpdates([died(pod('late'), 's1', 90_000)]);
  await configured;
  await next.until(({ length }) => length === 2);
  await kept.until(({ length }) => length === 2);
  const keys = (server: SinkServer) => server.received.map(({ headers }) => headers['idempotency-key']);
  t.equal(keys(next)[0], keys(former)[0], 'the one that hung arrives under the same key');
  t.same(new Set(keys(kept)), new Set(keys(next)));
  t.equal(former.received.length, 1, 'the former address hears nothing more');
  await eventually(() => alerting.stats().outbox.size === 0);
  t.same(
    alerting.stats().deliveries.filter(({ result }) => result === 'delivered'),
    ['hook', 'kept'].map((sink) => ({ sink, result: 'delivered', count: 2 })),
  );
  await alerting.configure({ rules: [], sinks: [] });
  t.same(alerting.stats(), { firing: [], deliveries: [], outbox: { size: 0, overflow: 0, degraded: 'no state directory' }, suppressed: 0 });
  alerting.onUpdates([died(pod('unheard'), 's1', 180_000)]);
  t.equal(alerting.stats().outbox.size, 0);
});
