// Events against an API server over TLS that is ours: what is sent, series, rotation of token and certificate, and refusals.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createEventClient, type PodEvent } from '../../src/kubernetes/event-client.ts';
import { startSinkServer, status } from '../helpers/alert-sink-server.ts';
import { makeCertificate } from '../helpers/certificate.ts';

const event: PodEvent = {
  name: 'web.x-alert-1',
  pod: { namespace: 'default', name: 'web', uid: 'u-1' },
  reason: 'PauseRestarted',
  note: 'The pause of default/web was killed.',
  time: '2026-11-22T18:00:00.123456789Z',
  node: 'n1',
  count: 1,
  lastTime: '2026-11-22T18:00:00.123456789Z',
};

t.test('the first is an Event of type Warning on the pod, as the service account', async (t) => {
  const dir = t.testdir({ token: 'first\n' });
  const tls = makeCertificate(dir);
  const api = await startSinkServer(t, tls);
  api.answer(status(201));
  const url = new URL(api.url);
  const client = createEventClient({
    caFile: tls.certFile,
    readToken: () => 'first',
    env: { KUBERNETES_SERVICE_HOST: url.hostname, KUBERNETES_SERVICE_PORT: url.port },
    timeoutMs: 5000,
  });
  t.equal((await client.write(event)).status, 201);
  const [sent] = api.received;
  t.match(sent, { method: 'POST', path: '/apis/events.k8s.io/v1/namespaces/default/events' });
  t.match(sent?.headers, { authorization: 'Bearer first', 'content-type': 'application/json' });
  t.same(JSON.parse(sent?.body ?? ''), {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'web.x-alert-1', namespace: 'default' },
    eventTime: '2026-11-22T18:00:00.123456Z',
    reportingController: 'podtree.io/agent',
    reportingInstance: 'n1',
    action: 'Observe',
    reason: 'PauseRestarted',
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web', uid: 'u-1' },
    note: 'The pause of default/web was killed.',
    type: 'Warning',
  });
});

t.test('repeats are a series of the same Event, which is made anew when the API server has forgotten it', async (t) => {
  const api = await startSinkServer(t);
  const client = createEventClient({ url: api.url, readToken: () => 'x', env: {}, timeoutMs: 5000 });
  await client.write({ ...event, count: 5, lastTime: '2026-11-22T19:00:00.000000001Z' });
  const series = { count: 5, lastObservedTime: '2026-11-22T19:00:00.000000Z' };
  t.match(api.received[0], { method: 'PATCH', path: '/apis/events.k8s.io/v1/namespaces/default/events/web.x-alert-1' });
  t.equal(api.received[0]?.headers['content-type'], 'application/merge-patch+json');
  t.same(JSON.parse(api.received[0]?.body ?? ''), { series });
  api.answer(status(404), status(201));
  t.equal((await client.write({ ...event, count: 5, lastTime: '2026-11-22T19:00:00.000000001Z' })).status, 201);
  t.same(JSON.parse(api.received[2]?.body ?? '').series, series);
});

t.test('a token and a certificate that are rotated count at once', async (t) => {
  const dir = t.testdir();
  let token = 'old';
  const first = makeCertificate(dir, 'first');
  const second = makeCertificate(dir, 'second');
  const api = await startSinkServer(t, first);
  const caFile = join(dir, 'ca.crt');
  writeFileSync(caFile, first.cert);
  const options = { caFile, readToken: () => token, env: {}, timeoutMs: 5000 };
  await createEventClient({ ...options, url: api.url }).write(event);
  token = 'new';
  const rotated = await startSinkServer(t, second);
  const client = createEventClient({ ...options, url: rotated.url });
  await t.rejects(client.write(event), { message: /self-signed|unable to verify/ }, 'the old certificate is not trusted for it');
  writeFileSync(caFile, second.cert);
  await client.write(event);
  t.equal(rotated.received[0]?.headers.authorization, 'Bearer new');
});

t.test('a server that nobody vouches for, and no server at all, get no token', async (t) => {
  const api = await startSinkServer(t, makeCertificate(t.testdir()));
  const client = createEventClient({ url: api.url, readToken: () => 'secret', env: {}, timeoutMs: 5000 });
  await t.rejects(client.write(event), { message: /^127\.0\.0\.1:\d+: / });
  t.same(api.received, []);
  const none = createEventClient({ readToken: () => 'secret', env: {}, timeoutMs: 5000 });
  await t.rejects(none.write(event), { message: /KUBERNETES_SERVICE_HOST is not set/ });
});

t.test('a time has the six digits that the API server wants, however many were given', async (t) => {
  const api = await startSinkServer(t);
  const client = createEventClient({ url: api.url, readToken: () => 'x', env: {}, timeoutMs: 5000 });
  const cases = [
    ['2026-11-22T18:00:00Z', '2026-11-22T18:00:00.000000Z'],
    ['2026-11-22T18:00:00.5Z', '2026-11-22T18:00:00.500000Z'],
    ['2026-11-22T18:00:00.1234567Z', '2026-11-22T18:00:00.123456Z'],
  ] as const;
  for (const [time, sent] of cases) {
    await client.write({ ...event, time });
    t.equal((JSON.parse(api.received.at(-1)?.body ?? '') as { eventTime: string }).eventTime, sent);
  }
});

t.test('a note is cut to what the API server takes, between characters', async (t) => {
  const api = await startSinkServer(t);
  await createEventClient({ url: api.url, readToken: () => 'x', env: {}, timeoutMs: 5000 }).write({ ...event, note: '☸'.repeat(1000) });
  const { note } = JSON.parse(api.received[0]?.body ?? '') as { note: string };
  t.ok(Buffer.byteLength(note) <= 1024);
  t.match(note, /^☸+…$/u);
});
