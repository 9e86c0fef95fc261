// `kubectl podtree` against real stream servers of several nodes, behind a server that speaks the Kubernetes API.
import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pino from 'pino';
import t, { type Test } from 'tap';
import { createStreamServer, type StreamServer, type StreamServerOptions } from '../../src/stream/server.ts';
import type { Pod } from '../../src/tree/model.ts';
import { type Called, startPlugin } from '../helpers/command-line.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { death, event, openRun, pod, sandbox, stateDir } from '../helpers/history-scene.ts';
import { type FakePod, type KubeApi, startKubeApi } from '../helpers/kube-api.ts';

const LABELS = { 'app.kubernetes.io/name': 'podtree' };
const first = sandbox('aaa', 0, 0);

interface Node {
  readonly name: string;
  readonly server: StreamServer;
  readonly agent: FakePod;
}

interface World {
  readonly api: KubeApi;
  readonly kubeconfig: string;
  run(...args: string[]): Called;
}

async function startWorld(t: Test, user: object = {}): Promise<World> {
  const api = await startKubeApi(t);
  const kubeconfig = api.kubeconfig(user);
  return {
    api,
    kubeconfig,
    run: (...args) => {
      const called = startPlugin([...args, '--kubeconfig', kubeconfig], { env: { PATH: process.env.PATH ?? '' } });
      t.teardown(async () => {
        called.stop();
        await called.ended;
      });
      return called;
    },
  };
}

interface NodeOptions {
  readonly pods?: readonly Pod[];
  readonly gone?: readonly Pod[];
  /** Those of the pods whose pause has died. */
  readonly dead?: readonly string[];
  readonly epoch?: string;
}

async function historyOf(t: Test, name: string, { pods = [], gone = [], dead = [] }: NodeOptions): Promise<Partial<StreamServerOptions>> {
  const { history } = await openRun(t, stateDir(t));
  await history.begin({ tree: () => ({ pods: [...pods, ...gone] }) });
  for (const each of gone) history.observe([{ changes: [{ op: 'remove', kind: 'pod', podUid: each.uid, key: each.uid }] }]);
  for (const each of [...pods, ...gone]) {
    if (dead.includes(each.uid)) history.observe([{ event: { ...death(each.uid, first, 61), node: name, pod: each }, changes: [] }]);
  }
  const live = (uid: string): Pod | undefined => pods.find((each) => each.uid === uid);
  return { history: (uid) => history.pod(uid, live(uid)), pods: (search) => history.pods(search) };
}

/** A node with its agent: a stream server, with a history where a pause has died, and a pod at the API server that leads to it. */
async function startNode(t: Test, api: KubeApi, name: string, options: NodeOptions = {}): Promise<Node> {
  const { pods = [], dead, epoch } = options;
  const server = createStreamServer({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    node: name,
    bootId: 'b',
    version: '0.0.0',
    tree: () => ({ node: name, pods, leaked: [] }),
    readiness: () => ({ ready: true }),
    metrics: async () => '',
    ...(dead !== undefined && (await historyOf(t, name, options))),
    log: pino({ level: 'silent' }),
    ...(epoch !== undefined && { epoch }),
  });
  const [{ port } = { port: 0 }] = await server.listen();
  t.teardown(() => server.close());
  const agent = { name: `podtree-${name}`, node: name, labels: LABELS, port };
  api.put(agent);
  return { name, server, agent };
}

/** What happens on a node now: an event with the present time, or so many ms before. */
function happens({ name, server }: Node, what: string, agoMs = 0): void {
  const time = new Date(Date.now() - agoMs).toISOString().replace('Z', '000000Z');
  server.publish([{ event: { ...event('pod.added', what, 0), node: name, time }, changes: [] }]);
}

async function hasClients(...nodes: readonly Node[]): Promise<void> {
  while (nodes.some(({ server }) => server.stats().clients < 1)) await delay(5);
}

interface Line {
  readonly node: string;
  readonly token?: string;
  readonly lateMs?: number;
  readonly event?: { readonly time: string; readonly node: string; readonly pod: { readonly uid: string } };
  readonly gap?: { readonly stage: string; readonly lost?: number };
}

function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

const podsOf = (text: string): (string | undefined)[] =>
  linesOf(text).map((line) => line.event?.pod.uid ?? (line.gap && `gap of ${line.node}`));

t.test('tail prints what happens on all nodes as one stream, ordered by time', async (t) => {
  const { api, run } = await startWorld(t);
  const nodes = [await startNode(t, api, 'node-a'), await startNode(t, api, 'node-b'), await startNode(t, api, 'node-c')] as const;
  const tail = run('tail', '-o', 'json', '--reorder', '1s', '--count', '6');
  await hasClients(...nodes);
  const [a, b, c] = nodes;
  happens(b, 'second', 60);
  happens(c, 'third', 40);
  happens(a, 'first', 80);
  happens(c, 'fourth', 30);
  happens(a, 'sixth', 0);
  happens(b, 'fifth', 20);
  const { code, out, err } = await tail.ended;
  t.same({ code, err }, { code: 0, err: '' });
  t.same(podsOf(out), ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']);
  t.same(
    linesOf(out).map(({ node, event: each }) => node === each?.node),
    Array(6).fill(true),
  );
  t.ok(linesOf(out).every(({ token, lateMs }) => token !== undefined && lateMs === undefined));
});

t.test('every line tells its node, and what is too late is passed on with a mark', async (t) => {
  const { api, run } = await startWorld(t);
  const [a, b] = [await startNode(t, api, 'node-a'), await startNode(t, api, 'node-b')];
  const tail = run('tail', '--reorder', '10ms', '--utc', '--count', '2');
  await hasClients(a, b);
  happens(a, 'now');
  await tail.until(({ out }) => out.includes('pod-now'));
  happens(b, 'behind', 5000);
  const { out, err } = await tail.ended;
  t.match(
    out,
    /^node-a {4}\d\d:\d\d:\d\d\.\d{3} {2}pod\.added +shop\/pod-now .*now\nnode-b {4}.*shop\/pod-behind .*behind {2}\([45]\.\d\d s late\)\n$/,
  );
  t.match(
    err,
    /^kubectl podtree: an event of node-b came [45]\.\d\d s too late for its place .*: it is marked; --reorder [56]s would have waited for it\n$/,
  );
});

t.test('the columns of a line and its times are chosen as for one node', async (t) => {
  const { api, run } = await startWorld(t);
  const a = await startNode(t, api, 'node-a');
  const tail = run('tail', '--columns', 'type,pod', '--times', 'full', '--count', '1');
  await hasClients(a);
  happens(a, 'now');
  t.match(await tail.ended, { code: 0, out: /^node-a +pod\.added +shop\/pod-now\s*\n$/ });
  t.match(await run('tail', '--columns', 'help').ended, { code: 0, out: /^time / });
  t.match(await run('tail', '--columns', 'type', '-o', 'json').ended, { code: 2, err: /--columns is for -o compact/ });
});

t.test('a gap says on which node, and is a failure where that is asked for', async (t) => {
  const { api, run } = await startWorld(t);
  const [a, b] = [await startNode(t, api, 'node-a'), await startNode(t, api, 'node-b')];
  const plain = run('tail', '--reorder', '0', '--count', '1');
  const strict = run('tail', '-o', 'json', '--fail-on-loss');
  while (a.server.stats().clients < 2 || b.server.stats().clients < 2) await delay(5);
  b.server.gap('kernel', 12);
  const { code, out, err } = await strict.ended;
  t.equal(code, 4);
  t.same(linesOf(out), [{ node: 'node-b', gap: { stage: 'kernel', lost: 12 } }]);
  t.match(err, /events were lost on node-b, as the gap says/);
  await plain.until((texts) => /^node-b {4} +──── gap: 12 events lost in the kernel/m.test(texts.out));
});

t.test('nodes come and go while it runs: said once, followed from where they were, with a gap where that cannot be', async (t) => {
  const { api, run } = await startWorld(t);
  const [a, b] = [await startNode(t, api, 'node-a', { epoch: 'e1' }), await startNode(t, api, 'node-b', { epoch: 'e1' })];
  const tail = run('tail', '-o', 'json', '--reorder', '0');
  const has = (what: string): Promise<void> => tail.until(({ out }) => podsOf(out).includes(what));
  await hasClients(a, b);
  happens(a, 'a1');
  happens(b, 'b1');
  await has('a1');
  await has('b1');

  const c = await startNode(t, api, 'node-c');
  await hasClients(c);
  happens(c, 'c1');
  await has('c1');
  t.match(tail.texts().err, /^kubectl podtree: node-c: a new agent, followed from now on\n$/);

  // The way to the node breaks, the agent goes on.
  const before = api.requests.length;
  api.holdUp(delay(30), /podtree-node-b/);
  api.cut('podtree-node-b');
  happens(b, 'b2');
  await has('b2');
  t.match(
    tail.texts().err,
    /node-b: lost the agent on node-b: the connection was cut\. Its log: kubectl -n podtree logs podtree-node-b; it is tried again/,
  );
  t.match(tail.texts().err, /node-b: followed again\n$/);
  t.ok(api.requests.slice(before).some((each) => each.startsWith('UPGRADE')));
  t.notOk(
    podsOf(tail.texts().out).some((each) => each?.startsWith('gap')),
    'nothing was missed',
  );

  // Its pod goes, and with it the agent; the node gets another one, which knows nothing of the first.
  api.remove('podtree-node-b');
  await b.server.close();
  await tail.until(({ err }) => /node-b: lost the agent on node-b: it was stopped/.test(err));
  happens(a, 'a2');
  await has('a2');
  const again = await startNode(t, api, 'node-b', { epoch: 'e2' });
  await hasClients(again);
  happens(again, 'b3');
  await has('b3');
  t.same(podsOf(tail.texts().out).slice(-3), ['a2', 'gap of node-b', 'b3'], 'what happened between the two agents is unknown');
  t.equal(tail.texts().err.match(/node-b: lost/g)?.length, 2, 'each outage is said once');
  tail.stop();
  t.match(await tail.ended, { code: 0 });
});

t.test('--since goes on for each node after its own token', async (t) => {
  const { api, run } = await startWorld(t);
  const [a, b] = [await startNode(t, api, 'node-a'), await startNode(t, api, 'node-b')];
  const tail = run('tail', '-o', 'json', '--reorder', '0', '--count', '4');
  await hasClients(a, b);
  for (const what of ['1', '2']) for (const node of [a, b]) happens(node, `${node.name}-${what}`);
  const tokens = linesOf((await tail.ended).out)
    .filter((line) => line.event?.pod.uid.endsWith('-1'))
    .map(({ node, token }) => `${node}=${token}`);
  t.equal(tokens.length, 2);
  const more = await run('tail', '-o', 'json', '--since', tokens.join(','), '--count', '2').ended;
  t.same(podsOf(more.out).sort(), ['node-a-2', 'node-b-2']);
  t.match(await run('tail', '--since', 'x').ended, { code: 2, err: /Expected NODE=TOKEN/ });
});

t.test('filters are passed to every agent, and wrong ones are said before anybody is asked', async (t) => {
  const { api, run } = await startWorld(t);
  const nodes = [await startNode(t, api, 'node-a'), await startNode(t, api, 'node-b')] as const;
  const tail = run('tail', '-o', 'json', '--pod', 'wanted$', '-e', 'pod.*', '--count', '2');
  await hasClients(...nodes);
  for (const node of nodes) for (const what of ['other', `${node.name}-wanted`]) happens(node, what);
  t.same(podsOf((await tail.ended).out).sort(), ['node-a-wanted', 'node-b-wanted']);
  const before = api.requests.length;
  t.match(await run('tail', '-e', 'pause.died').ended, { code: 2, err: /^kubectl podtree: query: types="pause\.died": allowed is/ });
  t.equal(api.requests.length, before);
});

t.test('one slow node holds up nobody', async (t) => {
  const { api, run } = await startWorld(t);
  const [a, slow] = [await startNode(t, api, 'node-a'), await startNode(t, api, 'node-slow')];
  const gate = Promise.withResolvers<void>();
  api.holdUp(gate.promise, /podtree-node-slow/);
  const tail = run('tail', '-o', 'json', '--reorder', '50ms');
  await hasClients(a);
  happens(a, 'a1');
  await tail.until(({ out }) => podsOf(out).includes('a1'));
  gate.resolve();
  await hasClients(slow);
  happens(slow, 's1');
  await tail.until(({ out }) => podsOf(out).includes('s1'));
  t.equal(tail.texts().err, '');
});

t.test('a token that expires in the middle is renewed by the credential plugin', async (t) => {
  const api = await startKubeApi(t);
  const plugin = join(api.dir, 'login');
  writeFileSync(plugin, `#!/bin/sh\necho run >> '${api.dir}/runs'\ncat '${api.dir}/credential'\n`);
  chmodSync(plugin, 0o755);
  const issue = (token: string): void => {
    api.tokens.clear();
    api.tokens.add(token);
    writeFileSync(join(api.dir, 'credential'), JSON.stringify({ kind: 'ExecCredential', status: { token } }));
  };
  issue('one');
  const kubeconfig = api.kubeconfig({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, interactiveMode: 'Never' } });
  const a = await startNode(t, api, 'node-a');
  const tail = startPlugin(['tail', '-o', 'json', '--reorder', '0', '--kubeconfig', kubeconfig], { env: { PATH: process.env.PATH ?? '' } });
  t.teardown(() => tail.stop());
  await hasClients(a);
  happens(a, 'before');
  await tail.until(({ out }) => podsOf(out).includes('before'));
  issue('two');
  api.cut();
  api.endWatches();
  happens(a, 'after');
  await tail.until(({ out }) => podsOf(out).includes('after'));
  t.notMatch(tail.texts().err, /does not know you/);
  t.equal(readFileSync(join(api.dir, 'runs'), 'utf8'), 'run\nrun\n', 'once for each token, however many connections there are');
  tail.stop();
  t.match(await tail.ended, { code: 0 });
});

t.test('an API server that is away is said once, and what is connected goes on when it is back', async (t) => {
  const { api, run } = await startWorld(t);
  const a = await startNode(t, api, 'node-a');
  const tail = run('tail', '-o', 'json', '--reorder', '0');
  await hasClients(a);
  happens(a, 'before');
  await tail.until(({ out }) => podsOf(out).includes('before'));
  await api.goAway();
  await tail.until(
    ({ err }) => /cannot reach the API server .* Until it is back, new nodes are not seen\./.test(err) && /node-a: (lost|cannot)/.test(err),
  );
  await api.comeBack();
  happens(a, 'meanwhile');
  await tail.until(({ out, err }) => podsOf(out).includes('meanwhile') && err.includes('node-a: followed again'));
  t.equal(tail.texts().err.match(/Until it is back/g)?.length, 1);
});

t.test('what the agents know from the API server is shown of all nodes, to programs as well', async (t) => {
  const { api, run } = await startWorld(t);
  const controller = { kind: 'Deployment', name: 'web', replicaSet: 'web-5d4f' };
  const deletedAt = '2026-11-22T18:00:00.000000000Z';
  await startNode(t, api, 'node-a', { pods: [{ ...pod('aaaa1111', first), controller, deletedAt }] });
  await startNode(t, api, 'node-b', { pods: [pod('bbbb2222', first)] });
  t.match((await run('tree').ended).out, /shop\/pod-aaaa1111 .*Deployment web .*deleted .* ago/);
  t.match(
    (await run('tree', '-o', 'wide').ended).out,
    /^Node node-a\n.*CONTROLLED BY.*\n.*pod-aaaa1111.*Deployment web[\s\S]*\nNode node-b\n(?!.*CONTROLLED)/,
  );
  const json = JSON.parse((await run('tree', '-o', 'json').ended).out) as { nodes: { pods: Pod[] }[] };
  t.match(json.nodes[0]?.pods, [{ controller, deletedAt }]);
});

t.test('tree draws every node, or the node of one pod', async (t) => {
  const { api, run } = await startWorld(t);
  const [onA, onB] = [pod('aaaa1111', first), pod('bbbb2222', first)];
  await startNode(t, api, 'node-a', { pods: [onA] });
  await startNode(t, api, 'node-b', { pods: [onB] });
  api.put({ name: 'pod-bbbb2222', namespace: 'shop', node: 'node-b' });
  const all = await run('tree').ended;
  t.match(all, {
    code: 0,
    err: '',
    out: /^Node node-a {2}1 pod[\s\S]*shop\/pod-aaaa1111[\s\S]*\n\nNode node-b {2}1 pod[\s\S]*shop\/pod-bbbb2222/,
  });
  const json = JSON.parse((await run('tree', '-o', 'json', '--pod', 'aaaa').ended).out) as { nodes: { node: string; pods: Pod[] }[] };
  t.same(
    json.nodes.map(({ node, pods }) => [node, pods.length]),
    [
      ['node-a', 1],
      ['node-b', 0],
    ],
  );
  for (const name of ['pod-bbbb2222', 'shop/pod-bbbb2222']) {
    const before = api.requests.length;
    t.match(await run('tree', name).ended, { code: 0, out: /^Node node-b {2}1 pod/ }, name);
    const asked = api.requests.slice(before).filter((each) => each.startsWith('UPGRADE'));
    t.match(asked, [/podtree-node-b\//], 'only its own node is asked');
    t.equal(asked.length, 1);
  }
  t.match(await run('tree', 'aaaa').ended, { code: 0, out: /^Node node-a {2}1 pod/ }, 'by the start of its uid, which nobody looks up');
  t.match(await run('tree', 'nothing').ended, { code: 1, err: /no pod is called "nothing" on any of 2 nodes/ });
  t.match(await run('tree', '--watch').ended, { code: 2, err: /--watch: expected a POD/ });
  t.match(await run('tree', '--columns', 'name,pid').ended, {
    code: 0,
    out: /^Node node-a\nNAME +PID *\n.*pod-aaaa1111[\s\S]*\n\nNode node-b\nNAME +PID *\n.*pod-bbbb2222/,
  });
  t.match((await run('tree', '-o', 'yaml').ended).out, /^nodes:\n {2}- node: node-a\n[\s\S]*\n {2}- node: node-b\n/);
  t.match(await run('tree', '-o', 'yaml', '--columns', 'name').ended, { code: 2, err: /--columns is for -o wide: -o yaml has none/ });
  t.match(await run('tree', '--columns', 'help').ended, { code: 0, out: /^name +what it is called/ });
  const watching = run('tree', 'pod-bbbb2222', '--watch');
  await watching.until(({ out }) => /^Node node-b {2}1 pod/.test(out));
});

t.test('a node that does not answer is said, and the others are printed', async (t) => {
  const { api, run } = await startWorld(t);
  await startNode(t, api, 'node-a', { pods: [pod('aaaa1111', first)] });
  api.put({ name: 'podtree-node-b', node: 'node-b', labels: LABELS, isReady: false });
  api.put({ name: 'podtree-node-c', node: 'node-c', labels: LABELS, phase: 'Pending', waiting: 'ImagePullBackOff', isReady: false });
  const { code, out, err } = await run('tree').ended;
  t.equal(code, 3);
  t.match(out, /^Node node-a {2}1 pod/);
  t.match(
    err,
    /node-b: .*port 7637 of pod podtree\/podtree-node-b: .*ECONNREFUSED.*It is not ready: kubectl -n podtree logs podtree-node-b\n/,
  );
  t.match(err, /node-c: the agent on node-c does not run \(ImagePullBackOff\): kubectl -n podtree describe pod podtree-node-c\n/);
});

t.test('why finds the node of a pod, and asks them all for one that is gone', async (t) => {
  const { api, run } = await startWorld(t);
  const [here, gone] = [pod('aaaa1111', first), pod('bbbb2222', first)];
  await startNode(t, api, 'node-a', { pods: [here], dead: ['aaaa1111'] });
  await startNode(t, api, 'node-b', { gone: [gone], dead: ['bbbb2222'] });
  api.put({ name: 'pod-aaaa1111', namespace: 'shop', node: 'node-a' });
  const before = api.requests.length;
  t.match(await run('why', 'pod-aaaa1111', '--utc').ended, {
    code: 0,
    err: '',
    out: /^shop\/pod-aaaa1111 [\s\S]*its pause was killed: SIGKILL from bash/,
  });
  t.notOk(
    api.requests.slice(before).some((each) => each.includes('podtree-node-b')),
    'the other node is not asked',
  );
  t.match(await run('why', 'pod-bbbb2222').ended, { code: 0, out: /^now {2}the pod is gone since/m });
  // Its successor of the same name is on another node, which knows of no death.
  api.put({ name: 'pod-bbbb2222', namespace: 'shop', node: 'node-a' });
  t.match(await run('why', 'shop/pod-bbbb2222').ended, { code: 0, out: /^now {2}the pod is gone since/m });
  t.match(await run('why', 'pod-cccc').ended, { code: 1, err: /no pod is or was called "pod-cccc": there are shop\/pod-/ });
  const list = await run('why').ended;
  t.match(list, {
    code: 0,
    out: /^AGO +NODE +POD +DEATHS[\s\S]*node-a +shop\/pod-aaaa1111 +1 +killed[\s\S]*kubectl podtree why POD tells/,
  });
  t.match(list.out, /node-b +shop\/pod-bbbb2222 +1 +killed.*\(the pod is gone\)/);
});

t.test('what is missing is said with the next step', async (t) => {
  const { api, run, kubeconfig } = await startWorld(t);
  t.match(await run('tail').ended, {
    code: 3,
    err: /^kubectl podtree: no podtree agent in the cluster: no pod has app\.kubernetes\.io\/name=podtree\. Install it \(kubectl apply -k/,
  });
  t.match(await run('tree', '--agent-namespace', 'x').ended, { code: 3, err: /no podtree agent in namespace "x"/ });
  await startNode(t, api, 'node-a', { dead: [] });
  api.put({ name: 'lonely', namespace: 'shop', node: 'node-z' });
  t.match(await run('why', 'lonely').ended, { code: 3, err: /"lonely" is on node-z, where no podtree agent is: .*tolerate the taints/ });
  api.forbidden.add('create pods/portforward');
  for (const args of [['tail'], ['tree'], ['why']]) {
    t.match(
      await run(...args).ended,
      {
        code: 1,
        err: /^kubectl podtree: the API server forbids it: you need the right to get pods\/portforward in namespace podtree \(get and create/,
      },
      String(args),
    );
  }
  api.forbidden.add('watch pods');
  t.match(await run('tail').ended, { code: 1, err: /right to (watch pods|get pods\/portforward)/ });
  api.forbidden.add('list pods');
  t.match(await run('tree').ended, {
    code: 1,
    err: /right to list pods in all namespaces; docs\/cluster\.md has the role; .*--agent-namespace NAME/,
  });
  t.match(await run('tree', '--context', 'other').ended, { code: 1, err: /no context "other": give --context with one of "test"/ });
  t.match(await startPlugin(['tree'], { env: { HOME: '/nonexistent' } }).ended, {
    code: 1,
    err: /there is no kubeconfig \(looked for \/nonexistent\/\.kube\/config\)/,
  });
  api.tokens.add('secret');
  t.match(await run('tree').ended, { code: 1, err: /does not know you: Unauthorized\. .*kubectl auth whoami/ });
  await api.goAway();
  t.match(await run('tree').ended, {
    code: 3,
    err: /cannot reach the API server at 127\.0\.0\.1:\d+: nothing listens there\. Does kubectl reach it/,
  });
  t.match(kubeconfig, /config$/);
});

t.test('with rights in one namespace only it finds agents and pods there', async (t) => {
  const { api, run } = await startWorld(t);
  await startNode(t, api, 'node-a', { pods: [{ ...pod('aaaa1111', first), namespace: 'default' }] });
  api.put({ name: 'pod-aaaa1111', namespace: 'default', node: 'node-a' });
  const before = api.requests.length;
  t.match(await run('tree', 'pod-aaaa1111', '-n', 'default', '--agent-namespace', 'podtree').ended, {
    code: 0,
    out: /^Node node-a {2}1 pod/,
  });
  t.notOk(
    api.requests.slice(before).some((each) => each.startsWith('GET /api/v1/pods')),
    'nothing is asked of the whole cluster',
  );
});

t.test('hostile names reach neither a terminal nor another path', async (t) => {
  const { api, run } = await startWorld(t);
  const evil = '../../../secrets/x\x1b[2J';
  api.put({ name: evil, namespace: 'a/b?c', node: 'n\x1b[31m\nfake: line', labels: LABELS });
  const { code, out, err } = await run('tree').ended;
  t.equal(code, 3);
  t.notMatch(out + err, /\x1b/);
  const upgrade = api.requests.find((each) => each.startsWith('UPGRADE'));
  t.equal(upgrade, 'UPGRADE /api/v1/namespaces/a%2Fb%3Fc/pods/..%2F..%2F..%2Fsecrets%2Fx%1B%5B2J/portforward?ports=7637');
  const before = api.requests.length;
  await run('tree', '../../secrets').ended;
  t.notOk(
    api.requests.slice(before).some((each) => each.includes('secrets') && !each.includes('%2Fsecrets')),
    'nor what was typed',
  );
});

t.test('help', async (t) => {
  for (const name of ['', 'tree', 'tail', 'why']) {
    const { code, out: text } = await startPlugin(name === '' ? ['--help'] : [name, '--help']).ended;
    t.equal(code, 0);
    matchesGolden(t, text, `help-kubectl${name === '' ? '' : `-${name}`}.txt`, import.meta.url);
    t.ok(
      text.split('\n').every((line) => line.length < 80),
      `kubectl podtree ${name} --help is below 80 columns`,
    );
    t.equal(text.split('EXAMPLES\n')[1]?.match(/^ {2}# /gm)?.length, 3, 'has three examples');
  }
  t.match(await startPlugin(['tial']).ended, {
    code: 2,
    err: /^kubectl podtree: unknown command 'tial' \(Did you mean tail\?\)\nSee kubectl podtree --help\n$/,
  });
});

t.test('kubectl finds and runs it by its name', async (t) => {
  const { api, kubeconfig } = await startWorld(t);
  await startNode(t, api, 'node-a', { pods: [pod('aaaa1111', first)] });
  const file = join(api.dir, 'kubectl-podtree');
  symlinkSync(fileURLToPath(new URL('../../agent/launcher/podtree.cjs', import.meta.url)), file);
  const run = promisify(execFile);
  const { stdout, stderr } = await run(process.execPath, [file, 'tree'], { env: { PATH: process.env.PATH, KUBECONFIG: kubeconfig } });
  t.match(stdout, /^Node node-a {2}1 pod/);
  t.equal(stderr, '');
  const failed = await run(process.execPath, [file, 'tree', '--agent-namespace', 'x'], { env: { KUBECONFIG: kubeconfig } }).catch(
    (error: unknown) => error,
  );
  t.match(failed, { code: 3, stderr: /^kubectl podtree: no podtree agent in namespace "x"/ });
});
