// Our own client at a guarded door: what it says when it is not let in or does not trust, and what becomes of a stream whose credential ends.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import t, { type Test } from 'tap';
import { createReviewer } from '../../src/access/reviewer.ts';
import { fetchTree, openStream, type StreamOptions } from '../../src/stream/client.ts';
import type { Credentials } from '../../src/stream/credentials.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { fetchPods } from '../../src/stream/history-client.ts';
import { ELSEWHERE, eventually, type Guarded, listenGuarded, replaceFile, startGuarded, TOKEN } from '../helpers/guarded-server.ts';
import { NODE, startReviewApi } from '../helpers/review-api.ts';

const UNLIMITED = { failureRate: { burst: 1e6, perSecond: 1e6 } };

/** Frames until the first one; what happens then is up to the caller. */
async function firstFrame(options: StreamOptions): Promise<Frame | undefined> {
  for await (const frame of openStream(options)) return frame;
  return undefined;
}

t.test('with the CA and a credential everything works over TLS', async (t) => {
  const guarded = await startGuarded(t, { pods: () => [] });
  guarded.run(10, 3);
  const certificate = guarded.clientCa.issue({ name: 'c', isClient: true });
  const ca = guarded.serverCa.cert;
  for (const shown of [
    { ca, token: TOKEN },
    { ca, cert: certificate.cert, key: certificate.key },
  ]) {
    const options = { server: guarded.guardedUrl, credentials: () => shown };
    t.ok((await fetchTree(options)).pods.length > 0);
    t.same(await fetchPods({}, options), []);
    t.ok('hello' in ((await firstFrame(options)) ?? {}));
    t.ok('hello' in ((await firstFrame({ ...options, server: guarded.guardedUrl.replace('https', 'wss'), protocol: 'protobuf' })) ?? {}));
  }
});

t.test('who is not let in is told why, and what to do', async (t) => {
  const guarded = await startGuarded(t, {
    gate: { failureRate: { burst: 2, perSecond: 0.001 } },
    accessOptions: { clientNames: () => ['bob'] },
  });
  const alice = guarded.clientCa.issue({ name: 'alice', isClient: true });
  const ca = guarded.serverCa.cert;
  const cases: readonly (readonly [name: string, shown: Credentials, code: string, message: RegExp])[] = [
    [
      'nothing',
      { ca },
      'AGENT_UNAUTHORIZED',
      /^the agent at https:\/\/\S+ does not let you in: a credential is needed: .*Give a token with --token-file FILE, or/,
    ],
    ['a wrong token', { ca, token: 'wrong-wrong' }, 'AGENT_UNAUTHORIZED', /this credential is not valid, or no longer/],
    [
      'a name that may not',
      { ca, cert: alice.cert, key: alice.key },
      'AGENT_FORBIDDEN',
      /knows you and does not let you in: .*docs\/security\.md/,
    ],
    [
      'too often',
      { ca, token: 'wrong-wrong' },
      'AGENT_UNREACHABLE',
      /does not listen to you now: too many wrong credentials.*try again in \d+ s/,
    ],
  ];
  for (const [name, shown, code, message] of cases) {
    const options = { server: guarded.guardedUrl, credentials: () => shown };
    await t.rejects(fetchTree(options), { code, message }, `${name}: tree`);
    await t.rejects(firstFrame(options), { code, message }, `${name}: stream`);
  }
});

t.test('what cannot be trusted to be the agent is shown no token', async (t) => {
  const guarded = await startGuarded(t, { gate: UNLIMITED });
  const { serverCa, clientCa } = guarded;
  const ca = serverCa.cert;
  const refuses = async (name: string, url: string, shown: Credentials, code: string, message: RegExp): Promise<void> => {
    const options = { server: url, credentials: () => ({ token: TOKEN, ...shown }) };
    await t.rejects(fetchTree(options), { code, message }, `${name}: tree`);
    await t.rejects(firstFrame(options), { code, message }, `${name}: stream`);
  };
  const untrusted =
    /^what answers at https:\/\/\S+ cannot be trusted to be the agent: its certificate is not signed by a CA .* with --ca-file FILE\.$/;
  await refuses('no CA', guarded.guardedUrl, {}, 'AGENT_UNTRUSTED', untrusted);
  await refuses('another CA', guarded.guardedUrl, { ca: clientCa.cert }, 'AGENT_UNTRUSTED', untrusted);
  const named = `https://localhost:${guarded.guardedPort}`;
  const proxy = await forwarder(t, guarded);
  await refuses(
    'another name',
    named.replace(/\d+$/, String(proxy)),
    { ca },
    'AGENT_UNTRUSTED',
    /is for other names: "IP Address:127\.0\.0\.2, DNS:node-a\.example"\. Use one of them/,
  );
  const given = { server: named.replace(/\d+$/, String(proxy)), credentials: () => ({ ca, token: TOKEN, serverName: 'node-a.example' }) };
  t.ok('hello' in ((await firstFrame(given)) ?? {}), 'unless its name is given');
  t.ok(await fetchTree(given));
  await refuses('a name it has not', guarded.guardedUrl, { ca, serverName: 'node-b.example' }, 'AGENT_UNTRUSTED', /is for other names/);
  await refuses(
    'plain HTTP to TLS',
    `http://${ELSEWHERE}:${guarded.guardedPort}`,
    {},
    'AGENT_UNREACHABLE',
    /it gave no answer to plain HTTP\. .* give https:\/\/ in --server/,
  );
  await refuses(
    'TLS to plain HTTP',
    `https://127.0.0.1:${guarded.port}`,
    { ca },
    'AGENT_UNTRUSTED',
    /it does not speak TLS\. .* give http:\/\/ in --server/,
  );
  for (const [name, dates, message] of [
    ['expired', { until: new Date(Date.now() - 5000) }, /its certificate has expired/],
    ['too young', { from: new Date(Date.now() + 86_400_000) }, /its certificate is not valid yet/],
  ] as const) {
    const other = serverCa.issue({ name, names: `IP:${ELSEWHERE}`, ...dates });
    replaceFile(guarded.certFile, other.cert);
    replaceFile(guarded.keyFile, other.key);
    guarded.access.reload();
    await refuses(name, guarded.guardedUrl, { ca }, 'AGENT_UNTRUSTED', message);
  }
  t.equal(guarded.server.stats().granted.token, 2, 'nobody else has seen it');
});

/** A TCP relay on loopback: the same door under another name. */
async function forwarder(t: Test, guarded: Guarded): Promise<number> {
  const relay = createServer((client) => {
    const server = connect(guarded.guardedPort, ELSEWHERE);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  t.teardown(() => void relay.close());
  const address = relay.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

t.test('a stream ends with its token, and whoever has another one goes on', async (t) => {
  const guarded = await startGuarded(t, { limits: { heartbeatMs: 20 } });
  const ca = guarded.serverCa.cert;
  let token = TOKEN;
  const retries: string[] = [];
  const stop = new AbortController();
  const hellos: number[] = [];
  const options = {
    server: guarded.guardedUrl,
    reconnect: true,
    signal: stop.signal,
    retry: { firstMs: 1, factor: 1, capMs: 1, jitter: 0 },
  };
  const watch = async (credentials: () => Credentials): Promise<void> => {
    for await (const frame of openStream({ ...options, credentials, onRetry: ({ error }) => void retries.push(error.message) }))
      if ('hello' in frame) hellos.push(hellos.length);
  };
  const patient = watch(() => ({ ca, token }));
  const ended = /ended the stream: credential: it has expired or was taken away\. Get a new one\. Give a token with --token-file FILE/;
  const stubborn = t.rejects(
    watch(() => ({ ca, token: TOKEN })),
    { code: 'AGENT_UNAUTHORIZED', message: ended },
    'the same token again is of no use',
  );
  const plain = await listenGuarded(t, guarded);
  await eventually(() => hellos.length === 2);
  token = 'another-token-of-some-length';
  replaceFile(guarded.tokensFile, `alice:${token}\n`);
  guarded.access.reload();
  t.equal(await plain.closed, '1008 credential: it has expired or was taken away');
  await stubborn;
  await eventually(() => hellos.length === 3);
  t.match(retries, [ended], 'the renewed one is');
  stop.abort();
  await patient;
  t.match(guarded.server.stats(), { credentialsEnded: 3 });
  const shownOut = guarded.log.filter(({ message }) => message === 'a client was shown out');
  t.equal(shownOut.length, 3);
  t.match(shownOut[0], { fields: { client: 'alice', way: 'token' } });
});

t.test('certificate, key, CA and tokens are exchanged while clients listen: none of them notices, and new ones see the new', async (t) => {
  const guarded = await startGuarded(t, { accessOptions: { lookMs: 5 } });
  const certificate = guarded.clientCa.issue({ name: 'c', isClient: true });
  const clients = [await listenGuarded(t, guarded), await listenGuarded(t, guarded, { certificate })];
  const next = guarded.serverCa.issue({ name: 'node-b', names: `IP:${ELSEWHERE}` });
  replaceFile(guarded.certFile, next.cert);
  replaceFile(guarded.keyFile, next.key);
  replaceFile(guarded.clientCaFile, `${guarded.serverCa.cert}${guarded.clientCa.cert}`);
  replaceFile(guarded.tokensFile, `alice:${TOKEN}\nbob:another-token-of-some-length\n`);
  const seen = (): string => guarded.access.tls().served.subject;
  await eventually(() => /node-b/.test(seen()) && guarded.access.tls().authorities.length === 2);
  const fresh = guarded.serverCa.issue({ name: 'fresh', isClient: true });
  clients.push(
    await listenGuarded(t, guarded, { token: 'another-token-of-some-length' }),
    await listenGuarded(t, guarded, { certificate: fresh }),
  );
  guarded.server.publish([{ changes: [] }]);
  for (const client of clients) await client.until((frames) => frames.some((frame) => 'updates' in frame));
  replaceFile(guarded.clientCaFile, guarded.clientCa.cert);
  t.match(await clients[3]?.closed, /^1008 credential/, 'whose CA is gone, goes');
  for (const client of clients.slice(0, 3)) t.equal(client.socket.readyState, client.socket.OPEN);
});

t.test('a stream ends on the day its certificate does', async (t) => {
  const guarded = await startGuarded(t);
  const certificate = guarded.clientCa.issue({ name: 'short', isClient: true, until: new Date(Date.now() + 5000) });
  const client = await listenGuarded(t, guarded, { certificate });
  const begin = Date.now();
  t.equal(await client.closed, '1008 credential: it has expired or was taken away');
  t.ok(Date.now() - begin < 20_000, 'and not with the next look, in a minute');
});

t.test('by the cluster: a right that is taken away ends the stream, an API server that is away does not at once', async (t) => {
  const api = await startReviewApi(t);
  api.users.set('alice-token-long-enough', { username: 'alice' });
  api.users.set('bob-token-long-enough', { username: 'bob', isAllowed: false });
  let now = 0;
  const log = { warn: () => {} };
  const reviewer = createReviewer({ client: api.client, node: NODE, audiences: [], now: () => now, log });
  const guarded = await startGuarded(t, { accessOptions: { reviewer }, withoutTokens: true, limits: { recheckMs: 40 }, gate: UNLIMITED });
  const ca = guarded.serverCa.cert;
  const as = (token: string) => ({ server: guarded.guardedUrl, credentials: () => ({ ca, token }) });
  t.ok('hello' in ((await firstFrame(as('alice-token-long-enough'))) ?? {}));
  await t.rejects(fetchTree(as('bob-token-long-enough')), { code: 'AGENT_FORBIDDEN', message: /the right to get nodes\/podtree/ });
  await t.rejects(fetchTree(as('expired')), { code: 'AGENT_UNAUTHORIZED' });

  const listening = { token: 'alice-token-long-enough' };
  const first = await listenGuarded(t, guarded, listening);
  const before = api.asked.length;
  await eventually(() => api.asked.length >= before + 4);
  t.equal(first.socket.readyState, first.socket.OPEN, 'looked at again and again');
  api.users.set('alice-token-long-enough', { username: 'alice', isAllowed: false });
  t.equal(await first.closed, '1008 credential: its holder may no longer read here');
  api.users.set('alice-token-long-enough', { username: 'alice' });
  now += 6000;

  const second = await listenGuarded(t, guarded, listening);
  await api.goAway();
  await eventually(() => reviewer.stats().asked.unavailable >= 2);
  t.equal(second.socket.readyState, second.socket.OPEN);
  await t.rejects(fetchTree(as('a-new-token-of-somebody')), {
    code: 'AGENT_UNREACHABLE',
    message: /cannot serve this now: credentials cannot be checked at the moment/,
  });
  t.match(await second.closed, /^1013 credentials can no longer be checked/, 'not for ever');
  await api.comeBack();
  t.ok('hello' in ((await firstFrame(as('alice-token-long-enough'))) ?? {}));
  t.same(api.mistakes, []);
});
