// The listener for probes and scrapes: what is there, what is not, by which names it may be called, and that nobody can take it from the others.
import { once } from 'node:events';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { createHealthServer, type HealthServerOptions } from '../../src/stream/health-server.ts';
import { exchange, request, UPGRADE } from '../helpers/stream-server.ts';

async function startHealth(t: Test, options: Partial<HealthServerOptions> = {}): Promise<number> {
  const server = createHealthServer({
    address: { host: '127.0.0.1', port: 0 },
    node: 'node-a',
    version: '0',
    readiness: () => ({ ready: true }),
    metrics: async () => 'podtree_ready 1\n',
    allowedHosts: () => ['node-a', 'podtree.example'],
    log: { debug() {}, warn() {} },
    ...options,
  });
  t.teardown(() => server.close());
  return (await server.listen()).port;
}

t.test('serves health and metrics, and nothing else', async (t) => {
  let reason: string | undefined = 'the probes are being attached';
  const port = await startHealth(t, { readiness: () => (reason === undefined ? { ready: true } : { ready: false, reason }) });
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, body: await response.text() };
  };
  t.match(await get('/healthz'), { status: 200, body: '{"status":"alive","node":"node-a","version":"0"}\n' });
  t.match(await get('/readyz'), { status: 503, body: `{"ready":false,"reason":"${reason}"}\n` });
  reason = undefined;
  t.match(await get('/readyz?verbose'), { status: 200, body: '{"ready":true}\n' });
  t.match(await get('/metrics'), { status: 200, body: 'podtree_ready 1\n' });
  for (const path of ['/', '/v1/tree', '/v1/pods', '/v1/stream', '/v1/pods/ab-1/history', '/metrics/', '//metrics', '/debug'])
    t.match(await get(path), { status: 404, body: /only \/healthz, \/readyz, \/metrics are here/ }, path);
  t.match(await get('/metrics', { method: 'DELETE' }), { status: 405 });
  t.match(await get('/metrics', { method: 'POST', body: 'x' }), { status: 413 });
  t.equal(await exchange(port, request('/v1/stream', UPGRADE)), '', 'an upgrade is cut off');
  t.equal(await exchange(port, '\u0016\u0003\u0001\r\n\r\n'), '', 'and so is what is no HTTP');
});

t.test('may be asked by any address and by its own names, but not by a name that a stranger has made', async (t) => {
  const port = await startHealth(t);
  const cases: readonly (readonly [host: string, status: number])[] = [
    ['10.1.2.3:7638', 200],
    ['[fd00::7]:7638', 200],
    ['192.0.2.1', 200],
    ['localhost', 200],
    ['NODE-A:7638', 200],
    ['podtree.example', 200],
    ['evil.example', 403],
    ['node-a.evil.example', 403],
    ['10.1.2.3.evil.example', 403],
    ['', 403],
  ];
  for (const [host, status] of cases) {
    const answer = await exchange(port, request('/metrics', [`Host: ${host}`, 'Connection: close']));
    t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), `Host ${host}`);
  }
  const foreign = await exchange(port, request('/metrics', ['Host: 10.1.2.3', 'Origin: http://evil.example', 'Connection: close']));
  t.match(foreign, /^HTTP\/1\.1 403 /);
});

t.test('one that takes all the connections he gets leaves room for the others', async (t) => {
  const port = await startHealth(t, { address: { host: '', port: 0 } });
  const greedy = Array.from({ length: 40 }, () => connect({ port, host: '127.0.0.1' }));
  t.teardown(() => greedy.map((socket) => socket.destroy()));
  for (const socket of greedy) socket.on('error', () => {});
  // Whoever is over the limit is cut off at once, the rest is still held.
  await Promise.all(greedy.slice(16).map((socket) => once(socket.resume(), 'close')));
  t.equal(greedy.filter((socket) => !socket.destroyed).length, 16);
  const other = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
  other.write(request('/healthz', ['Connection: close']));
  const [answer] = await once(other, 'data');
  t.match(String(answer), /^HTTP\/1\.1 200 /);
});

t.test('is collected for all who ask meanwhile', async (t) => {
  const collected = Promise.withResolvers<string>();
  let count = 0;
  const port = await startHealth(t, {
    metrics: () => {
      count += 1;
      return count === 1 ? collected.promise : Promise.reject(new Error('a bug'));
    },
  });
  const scrape = () => fetch(`http://127.0.0.1:${port}/metrics`);
  const first = scrape();
  const second = scrape();
  while (count === 0) await new Promise((resolve) => setImmediate(resolve));
  // The second request may still be on its way: one that came later would be counted, and fail.
  t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200, 'health waits for nobody');
  collected.resolve('podtree_ready 1\n');
  t.equal(await (await first).text(), 'podtree_ready 1\n');
  await second;
  t.equal((await scrape()).status, 500, 'what fails once is tried anew by the next');
  t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});

t.test('an address that is taken is explained', async (t) => {
  const port = await startHealth(t);
  await t.rejects(startHealth(t, { address: { host: '127.0.0.1', port } }), {
    code: 'LISTEN_FAILED',
    message: /cannot listen on 127\.0\.0\.1:\d+: the port is taken: .* or give --metrics-listen HOST:PORT/,
  });
});
