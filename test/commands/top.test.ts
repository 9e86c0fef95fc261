// `podtree top` against a real stream server, on a terminal that only this test sees.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { WebSocketServer } from 'ws';
import { type PodHistory, wallTime } from '../../src/history/record.ts';
import { createStreamServer, type StreamServer } from '../../src/stream/server.ts';
import type { TreeEvent, TreeUpdate } from '../../src/tree/change.ts';
import type { Tree } from '../../src/tree/model.ts';
import { callCommand, callOnScreen, type OnScreen } from '../helpers/command-line.ts';
import { events, examplePod, tree } from '../terminal/picture.ts';
import { death, largeTree, numberedPod } from '../terminal/top-scene.ts';
import { died, first, restarted, scene, second } from '../terminal/why-scene.ts';

const silent = { debug() {}, info() {}, warn() {} };

interface Served {
  readonly server: StreamServer;
  readonly url: string;
  tree: Omit<Tree, 'token'>;
  history?: PodHistory;
}

async function serve(t: Test, shown: Omit<Tree, 'token'> = tree, port = 0): Promise<Served> {
  const served: { tree: Omit<Tree, 'token'>; history?: PodHistory } = { tree: shown };
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port }],
    node: 'node-1',
    bootId: 'b',
    version: '0',
    tree: () => served.tree,
    readiness: () => ({ ready: true }),
    metrics: async () => '',
    history: async () => served.history,
    log: silent,
  });
  const [address] = await server.listen();
  t.teardown(() => server.close());
  return Object.assign(served, { server, url: `http://127.0.0.1:${address?.port}` });
}

function raise(message: string): never {
  throw new Error(message);
}

/** The same events, the first of them just now. */
function justNow(told: readonly TreeEvent[]): TreeUpdate[] {
  const shift = Date.now() - Date.parse(told[0]?.time ?? '');
  return told.map((event) => ({ event: { ...event, time: wallTime(Date.parse(event.time) + shift) }, changes: [] }));
}

/** Modes that are on in a terminal that nobody uses. */
function isGivenBack({ grid }: OnScreen): boolean {
  return [...grid.modes].sort().join() === '25,7';
}

t.test('top shows the tree, follows the stream, obeys keys and gives the terminal back', async (t) => {
  const served = await serve(t);
  const top = callOnScreen(t, ['top', '--server', served.url, '--color', 'never']);
  await top.until((screen) => /^podtree top {2}node-1 {2}5 pods.* live /.test(screen) && screen.includes('example-pod'));
  served.server.publish([{ changes: [{ op: 'remove', kind: 'pod', podUid: examplePod.uid, key: examplePod.uid }] }]);
  await top.until((screen) => /4 pods/.test(screen) && !screen.includes('example-pod'));
  served.server.publish(justNow(death));
  await top.until((screen) => /^PAUSE DIED .*SIGKILL from bash/m.test(screen) && /pause\.restarted/.test(screen));
  top.press('?');
  await top.until((screen) => /══ help/.test(screen));
  top.press('\x1b');
  await top.until((screen) => !/══ help/.test(screen));
  top.resize(120, 30);
  await top.until((screen) => /e events {3}w why {3}q quit$/.test(screen));
  t.equal(top.grid.rows.length, 30);
  top.press('m');
  await top.until(() => top.grid.modes.has(1006));
  top.press('q');
  t.match(await top.ended, { code: 0, err: '' });
  t.ok(isGivenBack(top));
});

t.test('top gives the terminal back on a signal, when the terminal is closed, and when the agent sends nonsense', async (t) => {
  const served = await serve(t);
  for (const end of ['stop', 'hangUp'] as const) {
    const top = callOnScreen(t, ['top', '--server', served.url]);
    await top.until((screen) => screen.includes('example-pod'));
    top[end]();
    t.match(await top.ended, { code: 0, err: '' }, end);
    t.ok(isGivenBack(top));
  }
  const nonsense = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  t.teardown(() => nonsense.close());
  nonsense.on('connection', (socket) => {
    socket.send(JSON.stringify({ hello: { node: 'n', bootId: 'b', version: '0', epoch: 'e', resumed: false } }));
    socket.send('{"snapshot":{}}');
  });
  await once(nonsense, 'listening');
  const address = nonsense.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const top = callOnScreen(t, ['top', '--server', `127.0.0.1:${port}`]);
  t.match(await top.ended, { code: 1, err: /^podtree: .*snapshot/ });
  t.ok(isGivenBack(top));
});

t.test('top says when the agent goes away, and what may be missing when another comes', async (t) => {
  const one = await serve(t);
  const top = callOnScreen(t, ['top', '--server', one.url, '--color', 'never']);
  await top.until((screen) => screen.includes('example-pod'));
  await one.server.close();
  await top.until((screen) => /^NO CONNECTION for .*\(attempt \d+\): /m.test(screen) && screen.includes('example-pod'));
  await serve(t, { ...tree, pods: tree.pods.slice(1) }, Number(new URL(one.url).port));
  await top.until((screen) => / live /.test(screen) && !screen.includes('example-pod'));
  t.match(top.grid.rows.join('\n'), /── gap: connected again; events may be missing here ──/);
});

t.test('top asks the agent for the past of the pod that is looked at', async (t) => {
  const served = await serve(t);
  served.history = scene([first, second], [died(), restarted()]);
  const top = callOnScreen(t, ['top', '--server', served.url, '--color', 'never', '--filter', 'example'], { rows: 50 });
  await top.until((screen) => screen.includes('example-pod'));
  top.press('d');
  await top.until((screen) => /its pause was killed: SIGKILL from bash/.test(screen));
  top.press('w');
  await top.until((screen) => /══ why default\/example-pod[\s\S]*PAUSE DIED/.test(screen));
  // What comes now is not in what was answered before: it is asked for again.
  served.history = scene([first, second], [died(), restarted(), { ...died(), id: 'again', time: '2026-11-22T19:00:00.000000000Z' }]);
  served.server.publish(justNow(death));
  await top.until((screen) => /19:00:00\.000/.test(screen));
});

t.test('top draws a storm on a large node some ten times a second, and what changed only', async (t) => {
  const served = await serve(t, largeTree(500, 10));
  const top = callOnScreen(t, ['top', '--server', served.url, '--color', 'never', '--filter', 'team-0'], { columns: 160, rows: 50 });
  await top.until((screen) => /100 of 500 pods/.test(screen));
  const before = top.writes;
  const from = performance.now();
  const rounds = 100;
  for (let round = 0; round < rounds; round += 1) {
    const changes = Array.from({ length: 20 }, (_, index) => {
      const { uid, sandbox } = numberedPod(index * 5, 10);
      const { processes: _processes, ...record } = sandbox?.containers[0] ?? raise('it has containers');
      const ids = { podUid: uid, sandboxId: sandbox?.id ?? '', containerId: record.id, key: record.id };
      return { op: 'put', kind: 'container', ...ids, record: { ...record, restarts: round } } as const;
    });
    served.server.publish(changes.map((change) => ({ changes: [change] })));
    // 200 times twenty updates a second would be more than any node has.
    await delay(5);
  }
  const gone = numberedPod(499, 10);
  served.server.publish([{ changes: [{ op: 'remove', kind: 'pod', podUid: gone.uid, key: gone.uid }] }]);
  await top.until((screen) => /of 499 pods/.test(screen) && / 0\+99 /.test(screen));
  const seconds = (performance.now() - from) / 1000;
  const writes = top.writes - before;
  t.comment(`${writes} writes in ${seconds.toFixed(2)} s`);
  t.ok(writes <= seconds * 13 + 3, 'however much comes');
  t.ok(writes >= seconds * 3, 'and not in jerks');
  top.press('/app-0250\r');
  await top.until((screen) => /^> . team-0\/app-0250/m.test(screen));
});

t.test('top --once prints one picture, with and without a terminal', async (t) => {
  const served = await serve(t);
  const [pipe, screen, sorted] = await Promise.all([
    callCommand(['top', '--once', '--server', served.url]),
    callCommand(['top', '--once', '--server', served.url, '--color', 'never'], { terminal: { columns: 60, rows: 10 } }),
    callCommand(['top', '--once', '--server', served.url, '--columns', 'name,pid', '--width', '40', '-n', 'kube-system']),
  ]);
  t.match(pipe, { code: 0, err: '', out: /^podtree top {2}node-1 {2}5 pods[^\n]*\n[^\n]*NAME[\s\S]*\n {2}└ virtual machine +ready\n$/ });
  t.ok(pipe.out.split('\n').every((line) => line.length <= 100));
  t.equal(screen.out.trimEnd().split('\n').length, 9, 'as much as there is room for, but for the line of keys');
  t.equal(sorted.out.split('\n')[1], '  NAMESPACE▲/NAME                    PID');
  t.match(sorted.out, /kata/);
  t.notMatch(sorted.out, /example-pod/);
});

t.test('top shows a file to its end and stays', async (t) => {
  const lines = [
    { snapshot: { token: 'e1-1', tree } },
    { updates: events.map((event, index) => ({ token: `e1-${index}`, event, changes: [] })) },
  ];
  const input = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const once = await callCommand(['top', '--once', '--from', '-', '--filter', 'kata'], { input });
  t.match(once, { code: 0, out: /1 of 5 pods pass kata/ });
  const top = callOnScreen(t, ['top', '--from', '-', '--color', 'never'], { input });
  await top.until((screen) => /end of file/.test(screen) && /pod\.removed/.test(screen));
  top.press('fkata\r');
  await top.until((screen) => /1 of 5 pods pass kata/.test(screen));
  top.press('\x03');
  t.match(await top.ended, { code: 0, err: '' });
});

t.test('top says what it needs', async (t) => {
  const served = await serve(t);
  await served.server.close();
  const [gone, pipe, dumb, keyless, help, empty] = await Promise.all([
    callOnScreen(t, ['top', '--server', served.url]).ended,
    callCommand(['top', '--from', '-'], { input: JSON.stringify({ snapshot: { token: 'a-1', tree } }) }),
    callOnScreen(t, ['top', '--from', '-'], { env: { TERM: 'dumb' }, input: JSON.stringify({ snapshot: { token: 'a-1', tree } }) }).ended,
    callCommand(['top', '--from', '-'], {
      terminal: { columns: 80, rows: 24 },
      input: JSON.stringify({ snapshot: { token: 'a-1', tree } }),
    }),
    callCommand(['top', '--columns', 'help']),
    callOnScreen(t, ['top', '--from', '-']).ended,
  ]);
  t.match(gone, { code: 3, err: /^podtree: cannot reach the agent/, out: /^\s*$/ }, 'the terminal was left alone');
  t.match(pipe, { code: 2, out: '', err: /^podtree: standard output is no terminal: podtree top --once prints one picture/ });
  t.match(dumb, { code: 2, err: /^podtree: this terminal cannot move its cursor \(TERM=dumb\): podtree top --once/ });
  t.match(keyless, { code: 2, out: '', err: /^podtree: there is no terminal to read keys from: / });
  t.match(help, { code: 0, out: /^name +what/ });
  t.match(empty, { code: 1, err: /^podtree: there was nothing in what was read/ });
});
