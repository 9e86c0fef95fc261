// The client: reconnects where it was, reads no faster than its user, and turns every failure into a next step.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import t, { type Test } from 'tap';
import { type WebSocket, WebSocketServer } from 'ws';
import { endpoint, parseServer } from '../../src/stream/address.ts';
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import { fetchTree, openStream } from '../../src/stream/client.ts';
import { SUBPROTOCOL } from '../../src/stream/codec.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { protobufCodec } from '../../src/stream/protobuf.ts';
import { retryDelayMs } from '../../src/stream/retry.ts';
import type { Tree } from '../../src/tree/model.ts';
import { EMPTY_TREE, startProxy, startStream } from '../helpers/stream-server.ts';

const HELLO: Frame = { hello: { node: 'n', bootId: 'b', version: '0', epoch: 'e1', resumed: false } };
const FAST = { firstMs: 1, factor: 2, capMs: 4, jitter: 0.5 };

/** A server that a test has in its hand: `onClient` for each WebSocket, `onRequest` for each plain request. */
async function hostileServer(
  t: Test,
  onClient: (socket: WebSocket, query: URLSearchParams) => void,
  onRequest?: RequestListener,
): Promise<string> {
  const server = createServer(onRequest);
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false });
  sockets.on('connection', (socket, request) => {
    socket.on('error', () => {});
    onClient(socket, new URL(request.url ?? '', 'http://x').searchParams);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

async function take(stream: AsyncIterable<Frame>, isLast: (frame: Frame) => boolean): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of stream) {
    frames.push(frame);
    if (isLast(frame)) break;
  }
  return frames;
}

const key = (frame: Frame): string => Object.keys(frame)[0] ?? '';

t.test('frames come as they were sent, in both formats, and leaving the loop closes the connection', async (t) => {
  const stream = await startStream(t);
  stream.run(30, 9);
  for (const protocol of ['json', 'protobuf'] as const) {
    const frames = openStream({ server: stream.url, protocol, query: { namespace: 'blue,green' } });
    const got: Frame[] = [];
    for await (const frame of frames) {
      got.push(frame);
      if ('snapshot' in frame) stream.server.publish([{ changes: [] }, ...stream.model.step({ operation: 0, pick: 0, value: 1 })]);
      if ('updates' in frame) break;
    }
    t.strictSame(got.map(key), ['hello', 'snapshot', 'updates'], protocol);
    while (stream.server.stats().clients > 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const tree = await fetchTree({ server: stream.url, query: { namespace: 'green' } });
  t.ok(tree.pods.length > 0 && tree.pods.every((pod) => pod.namespace === 'green'));
});

t.test('a lost connection is taken up where it was, without a gap', async (t) => {
  const stream = await startStream(t);
  const proxy = await startProxy(t, stream.port);
  stream.run(20, 9);
  const retries: string[] = [];
  const seen: string[] = [];
  let tree: Tree = { ...EMPTY_TREE, token: '' };
  let hellos = 0;
  const options = { server: proxy.url, reconnect: true, retry: FAST, query: { namespace: 'blue' } };
  for await (const frame of openStream({ ...options, onRetry: ({ error }) => retries.push(error.message) })) {
    seen.push(key(frame));
    if ('snapshot' in frame) tree = frame.snapshot.tree;
    if ('updates' in frame) for (const { token, changes } of frame.updates) tree = { ...applyChanges(tree, changes), token };
    if ('hello' in frame) {
      hellos += 1;
      // The end of what this test does: a pod of the client's own namespace comes.
      if (hellos === 5) stream.server.publish(stream.model.step({ operation: 0, pick: 0, value: 0 }));
      continue;
    }
    if (tree.token === `e1-${stream.server.stats().updates}` && hellos === 5) break;
    if (hellos === 5) continue;
    stream.run(20);
    proxy.cut();
    stream.run(20);
    // So that the resumed stream has something to say.
    stream.server.publish(stream.model.step({ operation: 0, pick: 0, value: 0 }));
  }
  const now = sortTree({ ...stream.model.tree(), token: tree.token });
  t.strictSame(tree, {
    ...now,
    pods: now.pods.filter((pod) => pod.namespace === 'blue'),
    leaked: now.leaked.filter((item) => item.pod?.namespace === 'blue'),
  });
  t.ok(retries.length >= 4);
  t.match(retries[0], /^lost the agent at http:.*: the connection was cut\. Start it again if it is gone/);
  t.equal(seen.filter((name) => name === 'snapshot').length, 1, 'only the first connection needed a snapshot');
  t.notOk(seen.includes('gap'));
});

t.test('a reader that takes its time stops the network, not the agent, and gets all of it in order', async (t) => {
  const stream = await startStream(t, { limits: { clientBufferBytes: 50_000 } });
  let next = 1;
  let isPaused = false;
  for await (const frame of openStream({ server: stream.url, limits: { queueBytes: 10_000 } })) {
    if ('snapshot' in frame && !isPaused) {
      isPaused = true;
      // More than the sockets between us hold; this loop does not read meanwhile.
      while (stream.server.stats().bufferedBytes < 50_000) {
        stream.server.publish(Array.from({ length: 200 }, () => ({ changes: [{ op: 'remove', kind: 'pod', key: 'x'.repeat(500) }] })));
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    t.notOk('gap' in frame);
    if (!('updates' in frame)) continue;
    for (const { token } of frame.updates) {
      if (token !== `e1-${next}`) t.equal(token, `e1-${next}`);
      next += 1;
    }
    if (next > stream.server.stats().updates) break;
  }
  t.equal(next, stream.server.stats().updates + 1);
});

t.test('an agent that stops is waited for, with delays that grow to a limit', async (t) => {
  const policy = { firstMs: 100, factor: 2, capMs: 1000, jitter: 0.5 };
  t.strictSame(
    [1, 2, 3, 4, 5, 50].map((attempt) => retryDelayMs(policy, attempt, () => 0)),
    [100, 200, 400, 800, 1000, 1000],
  );
  t.equal(retryDelayMs(policy, 1, () => 0.999_999).toFixed(2), '50.00');

  const stream = await startStream(t, { limits: { closeMs: 10 } });
  const attempts: number[] = [];
  const abort = new AbortController();
  const onRetry = ({ attempt }: { readonly attempt: number }): void => {
    attempts.push(attempt);
    if (attempt === 6) abort.abort();
  };
  for await (const frame of openStream({ server: stream.url, reconnect: true, retry: FAST, onRetry, signal: abort.signal })) {
    if ('snapshot' in frame) void stream.server.close();
  }
  t.strictSame(attempts, [1, 2, 3, 4, 5, 6], 'and the signal ends it without an error');
});

t.test('without --reconnect the end of the agent is an error, and an abort is none', async (t) => {
  const stream = await startStream(t, { limits: { closeMs: 10 } });
  const frames = async (): Promise<void> => {
    for await (const frame of openStream({ server: stream.url })) if ('snapshot' in frame) void stream.server.close();
  };
  await t.rejects(frames(), { code: 'AGENT_UNREACHABLE', message: /^lost the agent at http:.*: it was stopped/ });
  const aborted = new AbortController();
  aborted.abort();
  t.strictSame(await take(openStream({ server: stream.url, signal: aborted.signal }), () => false), []);
});

t.test('what cannot be reached or is no agent gives the next step', async (t) => {
  const answers: Readonly<Record<string, readonly [number, string]>> = {
    '/400': [400, '{"error":{"code":"QUERY_INVALID","message":"query: pod: wrong"}}'],
    '/403': [403, '{"error":{"code":"FORBIDDEN","message":"Host "x" is not one"}}'.replaceAll('"x"', "'x'")],
    '/503': [503, '{"error":{"code":"BUSY","message":"64 clients are connected"}}'],
    '/404': [404, '<html>not here</html>'],
    '/200': [200, 'hello'],
    '/302': [302, ''],
    '/long': [500, 'x'.repeat(100_000)],
    '/evil': [400, '{"error":{"message":{"toString":1}}}'],
  };
  const server = createServer();
  const reply: RequestListener = (request, response) => {
    const [status, body] = answers[`/${request.url?.split('/')[1]}`] ?? [500, ''];
    response.writeHead(status, status === 302 ? { Location: 'http://127.0.0.1:1/' } : {});
    response.end(body);
  };
  server.on('request', reply);
  server.on('upgrade', (request, socket) => {
    const [status, body] = answers[`/${request.url?.split('/')[1]}`] ?? [500, ''];
    socket.on('error', () => {});
    socket.end(`HTTP/1.1 ${status} X\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['/400', 'QUERY_INVALID', /^query: pod: wrong$/],
    ['/403', 'AGENT_PROTOCOL', /refuses this address: Host 'x' is not one\. Use its IP address, or add the name to allowedHosts/],
    ['/503', 'AGENT_UNREACHABLE', /cannot serve this now: 64 clients are connected\. Try again in a moment/],
    ['/404', 'AGENT_PROTOCOL', /does not speak podtree's protocol: it answered HTTP 404\. Check --server/],
    ['/long', 'AGENT_PROTOCOL', /HTTP 500/],
    ['/evil', 'AGENT_PROTOCOL', /HTTP 400/],
  ];
  for (const [path, code, message] of cases) {
    await t.rejects(
      take(openStream({ server: base + path }), () => false),
      { code, message },
      `stream ${path}`,
    );
    await t.rejects(fetchTree({ server: base + path }), { code, message }, `tree ${path}`);
  }
  for (const path of ['/200', '/302'])
    await t.rejects(
      take(openStream({ server: base + path }), () => false),
      { code: 'AGENT_PROTOCOL' },
      path,
    );
  await t.rejects(fetchTree({ server: `${base}/200` }), { code: 'AGENT_PROTOCOL', message: /sent what podtree does not understand/ });
  await t.rejects(fetchTree({ server: `${base}/302` }), { code: 'AGENT_PROTOCOL', message: /HTTP 302/ }, 'redirects are not followed');

  const gone = await startStream(t);
  await gone.server.close();
  const nobody =
    /^cannot reach the agent at http:\/\/127\.0\.0\.1:\d+: nothing listens there\. Is "podtree agent" running there\? Start it/;
  const expected = { code: 'AGENT_UNREACHABLE', message: nobody };
  await t.rejects(
    take(openStream({ server: `127.0.0.1:${gone.port}`, reconnect: true }), () => false),
    expected,
  );
  await t.rejects(fetchTree({ server: gone.url }), expected);
});

t.test('a server that sends nonsense is an error with a name, never a crash', async (t) => {
  const cases: readonly (readonly [string, (socket: WebSocket) => void, RegExp])[] = [
    ['no hello', (socket) => socket.send('{"heartbeat":{"token":"e1-0"}}'), /the first frame is not hello/],
    ['no JSON', (socket) => socket.send('{'), /frame: not JSON/],
    ['binary where text was agreed', (socket) => socket.send(protobufCodec.encode(HELLO)), /a binary message in a stream of json/],
    ['a wrong type', (socket) => socket.send('{"hello":{"node":[]}}'), /hello\.node must be a string, got object/],
    ['a frame too large', (socket) => socket.send('x'.repeat(70_000)), /Max payload size exceeded/],
    ['a policy error', (socket) => socket.close(1008, 'go away'), /go away/],
  ];
  let next: (socket: WebSocket) => void = () => {};
  const server = await hostileServer(t, (socket) => next(socket));
  for (const [name, act, message] of cases) {
    next = act;
    const frames = take(openStream({ server, reconnect: true, retry: FAST, limits: { frameBytes: 65_536 } }), () => false);
    await t.rejects(frames, { code: 'AGENT_PROTOCOL', message }, name);
  }
});

t.test('a server that goes silent is given up', async (t) => {
  const server = await hostileServer(t, (socket) => socket.send(JSON.stringify(HELLO)));
  const frames = take(openStream({ server, limits: { connectMs: 20, idleMs: 20 } }), () => false);
  await t.rejects(frames, { code: 'AGENT_UNREACHABLE', message: /it went silent/ });
});

t.test('addresses as people write them', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['http://127.0.0.1:7637', 'http://127.0.0.1:7637/'],
    ['localhost:7637', 'http://localhost:7637/'],
    [':7637', 'http://127.0.0.1:7637/'],
    ['ws://[::1]:7637/v1', 'http://[::1]:7637/v1/'],
    ['https://node.example/podtree?x#y', 'https://node.example/podtree/'],
  ];
  for (const [written, expected] of cases) t.equal(parseServer(written).href, expected);
  for (const wrong of ['', 'ftp://x', 'http://', 'a b']) t.throws(() => parseServer(wrong), { code: 'AGENT_UNREACHABLE' }, wrong);
  t.equal(endpoint('https://h/p', 'v1/stream', { pod: 'a&b', since: 'e-1' }).href, 'https://h/p/v1/stream?pod=a%26b&since=e-1');
  t.equal(SUBPROTOCOL.protobuf, 'podtree.v1.protobuf');
});
