// The stream server over real sockets: order and exactness of frames, resumption, gaps, slow and hostile clients, and who is let in.
import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import { createFilter } from '../../src/stream/filter.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { createStreamServer } from '../../src/stream/server.ts';
import { filterTree } from '../../src/stream/view.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Tree } from '../../src/tree/model.ts';
import { died, pod, restarted } from '../helpers/alert-input.ts';
import { exchange, listenTo, maskedFrame, rawStream, request, startStream, UPGRADE } from '../helpers/stream-server.ts';

/** The tree a client has after these frames. */
function treeOf(frames: readonly Frame[]): Tree {
  let tree: Tree = { node: '', token: '', pods: [], leaked: [] };
  for (const frame of frames) {
    if ('snapshot' in frame) tree = frame.snapshot.tree;
    if ('updates' in frame) for (const { token, changes } of frame.updates) tree = { ...applyChanges(tree, changes), token };
    if ('heartbeat' in frame) tree = { ...tree, token: frame.heartbeat.token };
  }
  return tree;
}

const names = (frames: readonly Frame[]): string[] => frames.map((frame) => Object.keys(frame)[0] ?? '');
const updatesIn = (frames: readonly Frame[]) => frames.flatMap((frame) => ('updates' in frame ? frame.updates : []));
const tokenOf = (frame: Frame | undefined): string | undefined => {
  if (frame === undefined) return undefined;
  if ('updates' in frame) return frame.updates.at(-1)?.token;
  if ('snapshot' in frame) return frame.snapshot.token;
  return 'heartbeat' in frame ? frame.heartbeat.token : undefined;
};
const hasToken = (token: string) => (frames: readonly Frame[]) => tokenOf(frames.at(-1)) === token;
const lastToken = (run: { readonly server: { stats(): { readonly updates: number; readonly gaps: number } } }): string => {
  const { updates, gaps } = run.server.stats();
  return `e1-${updates + gaps}`;
};

t.test('hello, snapshot, updates: and a snapshot with all updates is a later snapshot, in both formats and with filters', async (t) => {
  const stream = await startStream(t, { limits: { heartbeatMs: 20 } });
  stream.run(200, 7);
  const queries = ['', '?namespace=blue', '?selector=app%3Dweb', '?container=web&pod=pod-', '?types=!process.*'];
  const clients = [];
  for (const query of queries) {
    clients.push({ query, client: await listenTo(t, stream.port, query) });
    clients.push({ query, client: await listenTo(t, stream.port, query, 'podtree.v1.protobuf') });
  }
  for (let round = 0; round < 30; round += 1) {
    stream.run(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const token = lastToken(stream);
  const now = sortTree({ ...stream.model.tree(), token });
  for (const { query, client } of clients) {
    await client.until(hasToken(token));
    const filter = createFilter(Object.fromEntries(new URLSearchParams(query)));
    t.strictSame(treeOf(client.frames), filterTree(now, filter), `${client.socket.protocol} ${query}`);
    t.strictSame(names(client.frames).slice(0, 2), ['hello', 'snapshot']);
  }
  const [json, protobuf] = clients;
  t.strictSame(updatesIn(json?.client.frames ?? []), updatesIn(protobuf?.client.frames ?? []), 'both formats say the same');
});

t.test('what is published in one turn is one frame, and each update has the next token', async (t) => {
  const stream = await startStream(t);
  const client = await listenTo(t, stream.port);
  await client.until((frames) => frames.length === 2);
  stream.server.publish([{ changes: [] }, { changes: [] }]);
  stream.server.publish([{ changes: [] }]);
  await client.until((frames) => frames.length === 3);
  t.strictSame(client.frames[2], { updates: ['e1-1', 'e1-2', 'e1-3'].map((token) => ({ token, changes: [] })) });
  t.strictSame(client.frames[0], { hello: { node: 'n', bootId: 'b', version: '0', epoch: 'e1', resumed: false } });
});

t.test('a burst of one turn that is more than the journal holds is lost for nobody who keeps up', async (t) => {
  const stream = await startStream(t, { limits: { journalUpdates: 2000 } });
  const clients = [await listenTo(t, stream.port), await listenTo(t, stream.port, '?namespace=red')];
  for (const client of clients) await client.until((frames) => frames.length === 2);
  stream.server.publish(Array.from({ length: 10_000 }, () => ({ changes: [] })));
  for (const client of clients) {
    await client.until((frames) => hasToken(lastToken(stream))(frames) || 'heartbeat' in (frames.at(-1) ?? {}));
    t.notOk(names(client.frames).includes('gap'));
  }
  t.equal(updatesIn(clients[0]?.frames ?? []).length, 10_000);
  t.equal(stream.server.stats().lost, 0);
});

t.test('a death is sent before it is published, also in the middle of a storm, and its amendments wait their turn', async (t) => {
  const stream = await startStream(t, { limits: { batchMs: 60_000 } });
  const client = await listenTo(t, stream.port);
  await client.until((frames) => frames.length === 2);
  const seen = { time: '2026-01-01T00:00:00.000000000Z', node: 'n', source: 'kernel' } as const;
  const death: TreeEvent = {
    ...{ ...seen, type: 'pause.exited', id: 'd', revision: 0 },
    cause: { kind: 'unknown', findings: [], evidence: [] },
  };
  const sent = (): number => stream.server.stats().framesSent;
  stream.server.publish([{ changes: [] }, { event: death, changes: [] }]);
  t.equal(sent(), 3, 'with what came before it');
  stream.server.publish([{ event: { ...death, revision: 1 }, changes: [] }]);
  stream.server.publish([{ changes: [] }]);
  t.equal(sent(), 3);
  stream.server.publish([{ event: { ...death, id: 'e' }, changes: [] }]);
  t.equal(sent(), 4, 'a frame has just been sent, and it is all the same');
  await client.until((frames) => frames.length === 4);
  const tokens = client.frames.slice(2).map((frame) => ('updates' in frame ? frame.updates.map(({ token }) => token) : []));
  t.strictSame(tokens, [
    ['e1-1', 'e1-2'],
    ['e1-3', 'e1-4', 'e1-5'],
  ]);
});

t.test('a client without news gets heartbeats that it can resume from', async (t) => {
  const stream = await startStream(t, { limits: { heartbeatMs: 10 } });
  const client = await listenTo(t, stream.port, '?namespace=red');
  stream.run(5);
  await client.until((frames) => frames.some((frame) => 'heartbeat' in frame && frame.heartbeat.token === lastToken(stream)));
  t.strictSame(updatesIn(client.frames), []);
});

t.test('since replays what was missed, and then goes on', async (t) => {
  const stream = await startStream(t);
  stream.run(50, 3);
  const first = await listenTo(t, stream.port);
  await first.until((frames) => frames.length === 2);
  const frames = [...first.frames];
  const { token } = treeOf(frames);
  first.socket.terminate();
  stream.run(3000);
  const second = await listenTo(t, stream.port, `?since=${token}`);
  stream.run(10);
  await second.until((more) => treeOf([...frames, ...more]).token === lastToken(stream));
  t.match(second.frames[0], { hello: { resumed: true } });
  t.notOk(names(second.frames).includes('snapshot'), 'no snapshot is needed');
  t.strictSame(treeOf([...frames, ...second.frames]), sortTree({ ...stream.model.tree(), token: lastToken(stream) }));
  const tokens = updatesIn(second.frames).map((update) => Number(update.token.slice(3)));
  t.ok(
    tokens.every((number, index) => index === 0 || number === (tokens[index - 1] ?? 0) + 1),
    'none is missing, none comes twice',
  );
});

t.test('since that is too old or of another run of the agent is a gap and a snapshot', async (t) => {
  const stream = await startStream(t, { limits: { journalUpdates: 10 } });
  stream.run(40, 3);
  const { updates } = stream.server.stats();
  for (const [since, gap] of [
    ['e1-3', { stage: 'client', lost: updates - 10 - 3 }],
    ['other-3', { stage: 'agent' }],
    ['e1-99999', { stage: 'agent' }],
  ] as const) {
    const client = await listenTo(t, stream.port, `?since=${since}`);
    await client.until((frames) => frames.length === 3);
    t.match(client.frames[0], { hello: { resumed: false } }, since);
    t.strictSame(client.frames[1], { gap }, since);
    t.strictSame(treeOf(client.frames), sortTree({ ...stream.model.tree(), token: lastToken(stream) }));
  }
  const last = await listenTo(t, stream.port, `?since=${lastToken(stream)}`);
  await last.until((frames) => frames.length === 1);
  t.match(last.frames, [{ hello: { resumed: true } }], 'the last token is up to date');
});

t.test('who comes back to another run of the agent is told of the pauses that it has already told of', async (t) => {
  const stream = await startStream(t, { limits: { journalUpdates: 100 } });
  stream.run(10, 3);
  const before = stream.server.stats().updates;
  const pauses = [died(pod('web'), 's1', 0), restarted(pod('web'), 's1', 5), died(pod('db', 'other'), 's2', 7)];
  stream.server.publish(pauses);
  stream.run(10, 4);
  const deaths = (client: { readonly frames: readonly Frame[] }) =>
    updatesIn(client.frames).map(({ token, event, changes }) => `${token} ${event?.type} ${event?.pod?.name} ${changes.length}`);
  const cases: readonly (readonly [query: string, told: readonly string[]])[] = [
    ['since=other-3', ['pause.exited web 0', 'pause.restarted web 0', 'pause.exited db 0']],
    ['since=other-3&namespace=other', ['pause.exited db 0']],
    ['since=other-3&types=pause.restarted', ['pause.restarted web 0']],
  ];
  for (const [query, told] of cases) {
    const client = await listenTo(t, stream.port, `?${query}`);
    await client.until((frames) => frames.length === 4);
    t.strictSame(names(client.frames), ['hello', 'gap', 'snapshot', 'updates'], query);
    t.strictSame(
      deaths(client).map((line) => line.replace(/^\S+ /, '')),
      told,
    );
  }
  const again = await listenTo(t, stream.port, `?since=e1-${before + 2}&types=pause.*`);
  await again.until((frames) => frames.length === 2);
  t.match(again.frames[0], { hello: { resumed: true } }, 'their tokens are good to come back with');
  t.match(deaths(again)[0], new RegExp(`^e1-${before + 3} pause\\.exited db`));
  const none = await listenTo(t, stream.port, '?since=other-3&types=process.*');
  await none.until((frames) => frames.length === 3);
  stream.server.publish([{ changes: [] }]);
  t.strictSame(names(none.frames), ['hello', 'gap', 'snapshot']);
});

t.test('a gap is stated to everybody with a fresh snapshot, and to who comes back later', async (t) => {
  const stream = await startStream(t, { limits: { gapMs: 20 } });
  const client = await listenTo(t, stream.port);
  await client.until((frames) => frames.length === 2);
  stream.server.publish([{ changes: [] }]);
  stream.server.gap('kernel', 5);
  stream.server.gap('kernel', 2);
  stream.server.gap('kernel', 1);
  stream.server.gap('agent');
  stream.server.publish([{ changes: [] }]);
  await client.until((frames) => frames.filter((frame) => 'snapshot' in frame).length === 4);
  const order = ['hello', 'snapshot', 'updates', 'gap', 'snapshot', 'gap', 'snapshot', 'updates', 'gap', 'snapshot'];
  t.strictSame(names(client.frames), order);
  const gaps = client.frames.flatMap((frame) => ('gap' in frame ? [frame.gap] : []));
  t.strictSame(gaps, [{ stage: 'kernel', lost: 5 }, { stage: 'agent' }, { stage: 'kernel', lost: 3 }], 'a loss that goes on is summed up');

  const late = await listenTo(t, stream.port, '?since=e1-0');
  await late.until((frames) => frames.some((frame) => 'snapshot' in frame));
  t.strictSame(names(late.frames), ['hello', 'updates', 'gap', 'gap', 'updates', 'gap', 'snapshot'], 'no event is left out');
});

t.test('a client that stops reading costs a bounded buffer, is told what it lost, and gets a fresh tree', async (t) => {
  const limits = { clientBufferBytes: 100_000, journalUpdates: 2000, heartbeatMs: 50 };
  const stream = await startStream(t, { limits });
  const slow = await listenTo(t, stream.port);
  const quick = await listenTo(t, stream.port);
  await slow.until((frames) => frames.length === 2);
  slow.socket.pause();
  let most = 0;
  // Loopback's own buffers take some MiB before ours fill.
  while (stream.server.stats().bufferedBytes < limits.clientBufferBytes || stream.server.stats().updates < 30_000) {
    stream.run(200);
    await quick.until(hasToken(lastToken(stream)));
    most = Math.max(most, stream.server.stats().bufferedBytes);
  }
  slow.socket.resume();
  await slow.until((frames) => frames.some((frame) => 'gap' in frame));
  await slow.until(hasToken(lastToken(stream)));
  await quick.until(hasToken(lastToken(stream)));
  const gaps = slow.frames.flatMap((frame) => ('gap' in frame ? [frame.gap] : []));
  const lost = gaps.reduce((sum, gap) => sum + (gap.lost ?? 0), 0);
  t.ok(gaps.every((gap) => gap.stage === 'client'));
  t.equal(lost, stream.server.stats().lost);
  t.equal(lost + updatesIn(slow.frames).length, stream.server.stats().updates, 'every update was sent or is counted as lost');
  t.strictSame(treeOf(slow.frames), treeOf(quick.frames));
  t.notOk(names(quick.frames).includes('gap'), 'nobody else notices');
  t.ok(most < 4 * limits.clientBufferBytes, `the most that was buffered: ${most}`);
});

t.test('a client that shows no sign of life is cut off', async (t) => {
  const stream = await startStream(t, { limits: { pingMs: 20 } });
  const dead = await rawStream(t, stream.port);
  const alive = await listenTo(t, stream.port);
  await dead.closed;
  t.equal(stream.server.stats().deadClients, 1);
  t.equal(alive.socket.readyState, alive.socket.OPEN);
});

t.test('many clients are served, one more is told to come back', async (t) => {
  const stream = await startStream(t, { limits: { clients: 20 } });
  const clients = await Promise.all(Array.from({ length: 20 }, () => listenTo(t, stream.port)));
  stream.run(300);
  for (const client of clients) await client.until(hasToken(lastToken(stream)));
  const answer = await exchange(stream.port, request('/v1/stream', UPGRADE));
  t.match(answer, /^HTTP\/1\.1 503 /);
  t.match(answer, /"message":"20 clients are connected, which is the most this agent serves"/);
  clients[0]?.socket.terminate();
  await clients[0]?.closed;
  while (stream.server.stats().clients === 20) await new Promise((resolve) => setImmediate(resolve));
  await listenTo(t, stream.port);
});

t.test('a client that breaks the protocol is closed, and nobody else', async (t) => {
  const stream = await startStream(t);
  const witness = await listenTo(t, stream.port);
  const cases: readonly (readonly [string, Buffer, number])[] = [
    ['text', maskedFrame(0x81, '{"subscribe":"all"}'), 1008],
    ['binary', maskedFrame(0x82, 'x'), 1008],
    ['not UTF-8', maskedFrame(0x81, Buffer.from([0xff, 0xfe])), 1007],
    ['reserved bits', maskedFrame(0xf1, 'x'), 1002],
    ['an unknown opcode', maskedFrame(0x83, 'x'), 1002],
    ['a frame without a mask', Buffer.from([0x81, 0x01, 0x78]), 1002],
    ['a frame too large', Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]), 1009],
    ['a length beyond all bounds', Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), 1009],
    ['a continuation of nothing', maskedFrame(0x80, 'x'), 1002],
    ['a fragmented ping', maskedFrame(0x09, 'x'), 1002],
  ];
  for (const [name, bytes, code] of cases) {
    const { socket, closed } = await rawStream(t, stream.port);
    socket.end(bytes);
    const received = await closed;
    const expected = Buffer.from([code >> 8, code & 0xff]);
    t.ok(received.includes(expected), `${name}: closed with ${code}`);
  }
  stream.server.publish([{ changes: [] }]);
  await witness.until((frames) => frames.some((frame) => 'updates' in frame));
  t.equal(stream.server.stats().protocolErrors, cases.length);
});

t.test('a query that is not understood is refused with one line that says why', async (t) => {
  const stream = await startStream(t);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['?nmespace=x', /unknown parameter "nmespace": allowed is namespace, pod, container, selector, types, since/],
    ['?namespace=A%20b', /namespace="A b": allowed is a name of lower-case letters/],
    ['?namespace=', /namespace=""/],
    ['?pod=(', /pod="\(": allowed is a regular expression \(a group that is not closed at character 2\)/],
    [`?pod=${'a'.repeat(300)}`, /pod="a{80}…": allowed is a regular expression \(longer than 256 characters\)/],
    ['?pod=((a{99}){99}){99}', /too many repetitions/],
    ['?pod=((){99}){99}){99}'.replace('((', '((('), /too many repetitions|without its/],
    ['?pod=a&pod=b', /pod="b": allowed is one value \(it was given twice\)/],
    ['?container=-', /container="-"/],
    ['?selector=a%3D%3D%3Db', /selector="a===b": allowed is a label selector such as/],
    ['?selector=a%20in%20(b', /label selector/],
    ['?types=pause', /types="pause": allowed is a comma list of namespace\.created/],
    ['?types=', /types=""/],
    ['?since=x', /since="x": allowed is a token that this stream has sent/],
    [`?since=e1-${'9'.repeat(40)}`, /since=/],
  ];
  for (const [query, message] of cases) {
    const answer = await exchange(stream.port, request(`/v1/stream${query}`, UPGRADE));
    t.match(answer, /^HTTP\/1\.1 400 /, query);
    const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
    t.match(JSON.parse(body).error, { code: 'QUERY_INVALID', message });
    t.equal(body.indexOf('\n'), body.length - 1, 'one line');
  }
  const tree = await fetch(`${stream.url}/v1/tree?pod=(`);
  t.equal(tree.status, 400);
  t.match(await tree.json(), { error: { code: 'QUERY_INVALID' } });
  t.equal(stream.server.stats().refused.query, cases.length);
});

t.test('upgrades that are not for us are refused', async (t) => {
  const stream = await startStream(t);
  const upgrade = (change: (header: string) => string): string[] => UPGRADE.map(change);
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['another path', request('/v1/tree', UPGRADE), /404 .*the only WebSocket endpoint/s],
    [
      'another subprotocol',
      request('/v1/stream', [...UPGRADE, 'Sec-WebSocket-Protocol: mqtt']),
      /400 .*unknown subprotocol: allowed is podtree/s,
    ],
    ['no subprotocol at all', request('/v1/stream', [...UPGRADE, 'Sec-WebSocket-Protocol: ,']), /400 /],
    [
      'another version',
      request(
        '/v1/stream',
        upgrade((line) => line.replace('13', '7')),
      ),
      /400 .*Sec-WebSocket-Version: 13/s,
    ],
    [
      'no key',
      request(
        '/v1/stream',
        upgrade((line) => line.replace(/^Sec-WebSocket-Key.*/, 'X: y')),
      ),
      /400 /,
    ],
    [
      'another upgrade',
      request(
        '/v1/stream',
        upgrade((line) => line.replace('websocket', 'h2c')),
      ),
      /400 /,
    ],
    ['not GET', request('/v1/stream', UPGRADE, 'POST'), /405|400/],
    ['a proxy request', request('http://127.0.0.1/v1/stream', UPGRADE), /404/],
  ];
  for (const [name, bytes, expected] of cases) {
    const answer = await exchange(stream.port, bytes);
    t.match(answer, expected, name);
    t.match(answer, /\r\n\r\n\{"error":\{"code":"[A-Z_]+","message":".+"\}\}\n$/, `${name}: as JSON`);
  }
  const mixed = await exchange(
    stream.port,
    Buffer.concat([
      Buffer.from(request('/v1/stream', [...UPGRADE, 'Sec-WebSocket-Protocol: mqtt, podtree.v1.protobuf, podtree.v1.json'])),
      maskedFrame(0x88, ''),
    ]),
  );
  t.match(mixed, /Sec-WebSocket-Protocol: podtree\.v1\.protobuf\r\n/, 'the first that we know of several');
});

t.test('a name that is not ours is refused, whoever asks for it', async (t) => {
  const stream = await startStream(t, { allowedHosts: () => ['Node-1.example'] });
  const port = stream.port;
  const allowed = ['127.0.0.1', `localhost:${port}`, '[::1]:7637', '127.9.9.9', 'node-1.example', 'node-1.example.:80'];
  const refused = [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '',
    'a b',
    'node-1.example@evil',
    '[::2]',
  ];
  for (const [hosts, status] of [
    [allowed, 200],
    [refused, 403],
  ] as const) {
    for (const host of hosts) {
      const answer = await exchange(port, request('/v1/tree', [`Host: ${host}`, 'Connection: close']));
      t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), `Host ${host}`);
    }
  }
  const origins: readonly (readonly [string, string, number])[] = [
    [`localhost:${port}`, `http://localhost:${port}`, 200],
    ['localhost', 'http://localhost', 200],
    ['localhost', 'http://localhost:80', 200],
    ['localhost', 'https://localhost', 200],
    [`localhost:${port}`, 'http://localhost', 403],
    [`localhost:${port}`, 'http://evil.example', 403],
    [`localhost:${port}`, 'null', 403],
    [`localhost:${port}`, `http://127.0.0.1:${port}`, 403],
  ];
  for (const [host, origin, status] of origins) {
    const answer = await exchange(port, request('/v1/tree', [`Host: ${host}`, `Origin: ${origin}`, 'Connection: close']));
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), `Host ${host}, Origin ${origin}`);
  }
  const rebound = await exchange(port, request('/v1/stream', ['Host: evil.example', 'Origin: http://evil.example', ...UPGRADE]));
  t.match(rebound, /^HTTP\/1\.1 403 .*neither loopback nor one of the configured names/s);
  const twice = await exchange(port, request('/v1/tree', ['Host: localhost', 'Host: evil.example', 'Connection: close']));
  t.match(twice, /^HTTP\/1\.1 40[03] /, 'two Host headers');
});

t.test('the plain HTTP answers', async (t) => {
  let reason: string | undefined = 'the probes are not attached yet';
  const stream = await startStream(t, {
    readiness: () => (reason === undefined ? { ready: true } : { ready: false, reason }),
    history: (uid) => (uid === 'ab-1' ? { pod: { uid } } : undefined),
  });
  stream.run(20, 5);
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${stream.url}${path}`, init);
    return { status: response.status, type: response.headers.get('content-type'), body: await response.text(), headers: response.headers };
  };
  t.match(await get('/healthz'), { status: 200, body: '{"status":"alive","node":"n","version":"0"}\n' });
  t.match(await get('/readyz'), { status: 503, body: `{"ready":false,"reason":"${reason}"}\n` });
  reason = undefined;
  t.match(await get('/readyz'), { status: 200, body: '{"ready":true}\n' });
  t.match(await get('/metrics'), { status: 200, type: /^text\/plain; version=0\.0\.4/, body: 'podtree_ready 1\n' });
  const tree = await get('/v1/tree');
  t.strictSame(JSON.parse(tree.body), sortTree({ ...stream.model.tree(), token: lastToken(stream) }));
  t.equal((await get('/v1/tree?pretty')).body, `${JSON.stringify(JSON.parse(tree.body), null, 2)}\n`);
  const blue = createFilter({ namespace: 'blue' });
  t.strictSame(JSON.parse((await get('/v1/tree?namespace=blue')).body), filterTree(JSON.parse(tree.body), blue));
  t.match(await get('/v1/pods/ab-1/history'), { status: 200, body: '{"pod":{"uid":"ab-1"}}\n' });
  t.match(await get('/v1/pods/ab-2/history'), { status: 404, body: /POD_NOT_FOUND/ });
  t.match(await get('/v1/stream'), { status: 426, body: /WebSocket/ });
  t.match(await get('/nothing'), { status: 404, type: /^application\/json/ });
  t.match(await get('/v1/pods/../../etc/history'), { status: 404 });
  const post = await get('/v1/tree', { method: 'DELETE' });
  t.match(post, { status: 405, body: /METHOD_NOT_ALLOWED/ });
  t.equal(post.headers.get('allow'), 'GET, HEAD');
  t.match(await get('/v1/tree', { method: 'POST', body: 'x' }), { status: 413 });
  const head = await get('/v1/tree', { method: 'HEAD' });
  t.match(head, { status: 200, body: '' });
  t.equal(Number(head.headers.get('content-length')), Buffer.byteLength(tree.body));
  t.equal(head.headers.get('x-content-type-options'), 'nosniff');
});

t.test('the page is served whole, compressed where that is wanted, and only again when it is another one', async (t) => {
  const stream = await startStream(t);
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${stream.url}${path}`, { headers });
  const html = await (await get('/')).text();
  const links = [...html.matchAll(/(?:src|href)="(page\/[^"]+)"/g)].map((match) => `/${match[1]}`);
  t.ok(links.length >= 4);
  for (const path of ['/', ...links]) {
    const plain = await get(path, { 'accept-encoding': 'identity' });
    t.match({ status: plain.status, coding: plain.headers.get('content-encoding') }, { status: 200, coding: null }, path);
    const small = await get(path, { 'accept-encoding': 'br, gzip;q=0.5' });
    t.equal(small.headers.get('content-encoding'), 'gzip', path);
    t.equal(await small.text(), await plain.text(), path);
    const etag = plain.headers.get('etag') ?? '';
    t.match(etag, /^"[\w-]{22}"$/);
    const again = await get(path, { 'if-none-match': etag });
    t.match({ status: again.status, body: await again.text() }, { status: 304, body: '' }, path);
    t.match(plain.headers.get('content-security-policy'), /default-src 'none'/, path);
  }
  t.equal((await get('/', { 'accept-encoding': 'gzip;q=0, identity' })).headers.get('content-encoding'), null);
  for (const path of [
    '/page/',
    '/page/main.tsx',
    '/page/tsconfig.json',
    '/page/../stream/routes.ts',
    '/page/%2e%2e/index.html',
    '/index.html',
  ]) {
    t.equal((await get(path)).status, 404, path);
  }
  t.strictSame(await (await get('/v1/alerts')).json(), { alerts: [] });
});

t.test('a connection that a browser makes ahead of time is closed without a word', async (t) => {
  const stream = await startStream(t);
  const [silent, half] = await Promise.all([exchange(stream.port, ''), exchange(stream.port, 'GET / HTTP/1.1\r\n')]);
  t.equal(silent, '', 'an answer to nothing would be taken for one to the next request');
  t.match(half, /^HTTP\/1\.1 400 /, 'who has begun to ask is told');
});

t.test('no tree is served before the first one is complete', async (t) => {
  let isComplete = false;
  const stream = await startStream(t, {
    hasTree: () => isComplete,
    readiness: () => (isComplete ? { ready: true } : { ready: false, reason: 'the probes are being attached' }),
  });
  const refused = await fetch(`${stream.url}/v1/tree`);
  t.match({ status: refused.status, body: await refused.text() }, { status: 503, body: /NOT_READY.*the probes are being attached/ });
  const upgrade = await exchange(stream.port, request('/v1/stream', UPGRADE));
  t.match(upgrade, /^HTTP\/1\.1 503 .*NOT_READY/s);
  isComplete = true;
  t.equal((await fetch(`${stream.url}/v1/tree`)).status, 200);
  const client = await listenTo(t, stream.port);
  t.strictSame(names(client.frames), ['hello', 'snapshot']);
});

t.test('requests that are none get an answer and leave the server alive', async (t) => {
  const stream = await startStream(t, { metrics: () => Promise.reject(new Error('a bug')) });
  const cases: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['noise', '\u0000\u0001\u0002\r\n\r\n', /^HTTP\/1\.1 400 .*"not a request/s],
    ['a TLS hello', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), /^HTTP\/1\.1 400 /],
    ['a header too large', request('/', [`X: ${'x'.repeat(20_000)}`]), /^HTTP\/1\.1 400 /],
    ['both lengths', request('/', ['Content-Length: 1', 'Transfer-Encoding: chunked']), /^HTTP\/1\.1 400 /],
    ['a target that is no path', request('*', ['Connection: close'], 'OPTIONS'), /^HTTP\/1\.1 400 /],
    ['two slashes', request('//evil.example/v1/tree', ['Connection: close']), /^HTTP\/1\.1 404 /],
    ['a bug of ours', request('/metrics', ['Connection: close']), /^HTTP\/1\.1 500 .*"INTERNAL"/s],
  ];
  for (const [name, bytes, expected] of cases) t.match(await exchange(stream.port, bytes), expected, name);
  t.equal((await fetch(`${stream.url}/healthz`)).status, 200);
});

t.test('limits and names can be changed while it runs', async (t) => {
  let allowedHosts: readonly string[] = [];
  const stream = await startStream(t, { allowedHosts: () => allowedHosts });
  await listenTo(t, stream.port);
  await listenTo(t, stream.port);
  const limits = { clientBufferBytes: 65_536, journalBytes: 200 };
  stream.server.setLimits({ clients: 2, ...limits });
  t.match(await exchange(stream.port, request('/v1/stream', UPGRADE)), /^HTTP\/1\.1 503 .*2 clients are connected, which is the most/s);
  stream.server.setLimits({ clients: 3, ...limits });
  await listenTo(t, stream.port);
  stream.run(20, 5);
  t.ok(stream.server.stats().journalBytes < 4000, 'the journal lets go of what is over its bytes');
  const named = () => exchange(stream.port, request('/healthz', ['Host: podtree.example', 'Connection: close']));
  t.match(await named(), /^HTTP\/1\.1 403 /);
  allowedHosts = ['podtree.example'];
  t.match(await named(), /^HTTP\/1\.1 200 /);
});

t.test('closing tells clients so, sends what is pending, and cuts off those that do not answer', async (t) => {
  const stream = await startStream(t, { limits: { closeMs: 50 } });
  const client = await listenTo(t, stream.port);
  const deaf = await rawStream(t, stream.port);
  const idle = connect(stream.port, '127.0.0.1');
  await once(idle, 'connect');
  stream.server.publish([{ changes: [] }]);
  const closing = stream.server.close();
  t.equal(await client.closed, '1001 the agent is stopping');
  t.strictSame(names(client.frames), ['hello', 'snapshot', 'updates']);
  await Promise.all([closing, deaf.closed]);
  idle.destroy();
  await t.rejects(fetch(`${stream.url}/healthz`), 'nothing listens any more');
});

t.test('an address that cannot be listened on is explained', async (t) => {
  const stream = await startStream(t);
  const listen = (host: string, port: number) =>
    createStreamServer({
      addresses: [{ host, port }],
      isOpen: () => true,
      node: 'n',
      bootId: 'b',
      version: '0',
      tree: stream.model.tree,
      readiness: () => ({ ready: true }),
      metrics: async () => '',
      log: { debug() {}, info() {}, warn() {} },
    }).listen();
  const taken = /cannot listen on 127\.0\.0\.1:\d+: the port is taken: is another podtree agent running\?/;
  await t.rejects(listen('127.0.0.1', stream.port), { code: 'LISTEN_FAILED', message: taken });
  await t.rejects(listen('192.0.2.1', 0), { code: 'LISTEN_FAILED', message: /this machine has no such address/ });
});
