// The command line against a real stream server that is fed with fixed updates.
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import t, { type Test } from 'tap';
import { createStreamServer, type StreamServer } from '../../src/stream/server.ts';
import type { TreeUpdate } from '../../src/tree/change.ts';
import type { Pod } from '../../src/tree/model.ts';
import { callCommand, callOnScreen, runCommand, startCommand } from '../helpers/command-line.ts';
import { startProxy } from '../helpers/stream-server.ts';
import { events, tree } from '../terminal/picture.ts';

interface Served {
  readonly server: StreamServer;
  readonly url: string;
  pods: readonly Pod[];
}

async function serve(t: Test, port = 0): Promise<Served> {
  const served = { pods: tree.pods };
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port }],
    node: 'node-1',
    bootId: 'b',
    version: '0.0.0',
    tree: () => ({ node: 'node-1', pods: served.pods, leaked: [] }),
    readiness: () => ({ ready: true }),
    metrics: async () => '',
    log: pino({ level: 'silent' }),
  });
  const [address] = await server.listen();
  t.teardown(() => server.close());
  return Object.assign(served, { server, url: `http://127.0.0.1:${address?.port}` });
}

const updates: readonly TreeUpdate[] = events.filter((event) => event.type !== 'agent.gap').map((event) => ({ event, changes: [] }));

/** Resolves when so many clients are there: from then on they get what is published. */
async function hasClients(server: StreamServer, count = 1): Promise<void> {
  while (server.stats().clients < count) await delay(5);
}

t.test('tree draws what the agent has, whole or filtered', async (t) => {
  const { url } = await serve(t);
  const [all, one, json, none] = await Promise.all([
    runCommand(t, ['tree', '--server', url]),
    runCommand(t, ['tree', '--server', url, '-n', 'kube-system', '--pod', '^coredns']),
    runCommand(t, ['tree', '-o', 'json', 'example-pod'], { env: { PODTREE_SERVER: url } }),
    runCommand(t, ['tree', '--server', url, 'nothing']),
  ]);
  t.match(all, { code: 0, err: '', out: /^Node node-1 {2}5 pods/ });
  t.match(one.out, /^Node node-1 {2}1 pod,[\s\S]*coredns/);
  const parsed = JSON.parse(json.out) as { pods: Pod[] };
  t.same(
    parsed.pods.map((pod) => pod.name),
    ['example-pod'],
  );
  t.match(none, { code: 1, err: /^podtree: no pod is called "nothing"/ });
});

t.test('tail prints events as they come, and ends after the count', async (t) => {
  const { server, url } = await serve(t);
  const running = startCommand(t, ['tail', '--server', url, '-o', 'json', '--count', '3']);
  await hasClients(server);
  server.publish(updates);
  const { code, out, err } = await running.ended;
  t.match({ code, err }, { code: 0, err: '' });
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { token: string; event: { type: string } });
  t.same(
    lines.map((line) => line.event.type),
    ['pod.added', 'namespace.created', 'sandbox.created'],
  );
  t.ok(
    lines.every((line) => /^\w+-\d+$/.test(line.token)),
    'each with its token',
  );

  const since = lines[0]?.token ?? '';
  const again = await runCommand(t, ['tail', '--server', url, '--since', since, '--utc', '--count', '1']);
  t.match(again.out, /^18:26:33\.123 {2}namespace\.created/, 'and --since goes on after a token');
});

t.test('tail names who killed a pause, and prints nothing raw', async (t) => {
  const { server, url } = await serve(t);
  const running = startCommand(t, ['tail', '--server', url, '--count', `${updates.length}`]);
  await hasClients(server);
  server.publish(updates);
  const { out } = await running.ended;
  t.match(out, /pause\.exited .* SIGKILL by bash \(pid 4711, uid 0, user@0\.service\/session-3\.scope, under sshd 4700 < systemd 1\)/);
  t.match(out, /evil\\e\[2J\\n/);
  t.notMatch(out, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
});

t.test('tail filters at the agent', async (t) => {
  const { server, url } = await serve(t);
  const running = startCommand(t, ['tail', '--server', url, '-e', 'pause.restarted', '--count', '1']);
  await hasClients(server);
  server.publish(updates);
  const { out } = await running.ended;
  t.match(out, /pause\.restarted .*attempt 0 → 1/);
  t.equal(out.trimEnd().split('\n').length, 1);
});

t.test('tail says what was lost, and ends with exit code 4 when that is a failure', async (t) => {
  const { server, url } = await serve(t);
  const strict = startCommand(t, ['tail', '--server', url, '--fail-on-loss']);
  await hasClients(server);
  server.gap('kernel', 12);
  t.match(await strict.ended, { code: 4, out: /gap: 12 events lost in the kernel/ });
});

t.test('tail comes back with --reconnect, and ends with exit code 3 without it', async (t) => {
  const first = await serve(t);
  const patient = startCommand(t, ['tail', '--server', first.url, '--reconnect', '--count', '1']);
  const impatient = startCommand(t, ['tail', '--server', first.url]);
  await hasClients(first.server, 2);
  await first.server.close();
  t.match(await impatient.ended, {
    code: 3,
    err: /^podtree: lost the agent at \S+: it was stopped\. Start it again if it is gone; --reconnect waits/,
  });
  const second = await serve(t, Number(new URL(first.url).port));
  await hasClients(second.server);
  second.server.publish(updates);
  const { code, out, err } = await patient.ended;
  t.match({ code, out }, { code: 0, out: /pod\.added/ });
  t.match(err, /^podtree: lost the agent at \S+: it was stopped; trying again in \S+ \S+$/m, 'without advice that it follows already');
});

t.test('tree --watch into a pipe prints the tree anew after a change', async (t) => {
  const served = await serve(t);
  const running = startCommand(t, ['tree', '--watch', '--server', served.url]);
  await running.seen(/^Node node-1 {2}5 pods/);
  const [gone, ...rest] = served.pods;
  if (gone === undefined) throw new Error('there is one');
  served.pods = rest;
  served.server.publish([{ changes: [{ op: 'remove', kind: 'pod', podUid: gone.uid, key: gone.uid }] }]);
  await running.seen(/\n\nNode node-1 {2}4 pods/);
  running.child.kill('SIGTERM');
  t.match(await running.ended, { code: 0, err: '' });
});

t.test('tree --watch on a terminal draws in place, says when the connection is lost, and leaves the last tree behind', async (t) => {
  const one = await serve(t);
  const watching = callOnScreen(t, ['tree', '--watch', '--color', 'never', '--server', one.url], { columns: 100, rows: 60 });
  await watching.until((screen) => /^Node node-1 {2}5 pods/.test(screen));
  await one.server.close();
  await watching.until(
    (screen) => /^no connection, trying again in \d+ s: (lost|cannot reach) the agent at /m.test(screen) && /example-pod/.test(screen),
  );
  const two = await serve(t, Number(new URL(one.url).port));
  await watching.until((screen) => !/no connection/.test(screen));
  await hasClients(two.server);
  watching.stop();
  t.match(await watching.ended, { code: 0, err: '', out: /^Node node-1 {2}5 pods/ }, 'it stays in the scrollback');
  t.notOk(watching.grid.modes.has(1049));
});

t.test('a reader that went away before there was anything to read is no error', async (t) => {
  const { url } = await serve(t);
  const running = startCommand(t, ['tree', '--server', url]);
  // The first write fails with EPIPE.
  running.child.stdout.destroy();
  t.match(await running.ended, { code: 0, signal: null, err: '' });
});

t.test('an agent that is slow is waited for, and a person is told so', async (t) => {
  const { url } = await serve(t);
  const noted = Promise.withResolvers<void>();
  const slow = await startProxy(t, Number(new URL(url).port), noted.promise);
  const terminal = { columns: 80, rows: 24 };
  const { code, out, err } = await callCommand(['tree', '--color', 'never', '--server', slow.url], {
    terminal,
    onNote: () => noted.resolve(),
  });
  t.match({ code, out }, { code: 0, out: /^Node node-1/ });
  t.match(err, /^podtree: waiting for the agent at http:\/\/127\.0\.0\.1:\d+ … \(Ctrl-C ends\)\n$/);
});

t.test('an agent that is not there is said with the next step, with exit code 3', async (t) => {
  const { server, url } = await serve(t);
  await server.close();
  for (const args of [['tree'], ['tail'], ['tail', '--reconnect'], ['tree', '--watch']]) {
    const ended = await runCommand(t, [...args, '--server', url]);
    t.equal(ended.code, 3, args.join(' '));
    t.match(ended.err, /^podtree: cannot reach the agent at http:\/\/127\.0\.0\.1:\d+: nothing listens there\. Is "podtree agent" running/);
    t.equal(ended.err.trimEnd().split('\n').length, 1);
  }
});

t.test('a query that the agent refuses is wrong usage', async (t) => {
  const { url } = await serve(t);
  t.match(await runCommand(t, ['tail', '--server', url, '-e', 'pause.died']), { code: 2, err: /types.*pause\.died/ });
});
