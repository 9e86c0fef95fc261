// What the page makes of the stream and of what it asks for, without a browser: nothing twice, nothing missing unsaid, everything bounded.
import t from 'tap';
import { createEventLog } from '../../src/page/event-log.ts';
import { layOut, neighbour, visibleRange } from '../../src/page/grid.ts';
import { createFilteredLog, DEFAULT_GROUPS, readLogQuery } from '../../src/page/log-filter.ts';
import { createModel } from '../../src/page/model.ts';
import { ownerOf } from '../../src/page/owner.ts';
import { bornMs, podState, processCount } from '../../src/page/pod-state.ts';
import { formatRoute, parseRoute, podRoute } from '../../src/page/route.ts';
import { compileSearch, groupItems, hasState, namespacesOf, type PodItem } from '../../src/page/search.ts';
import { sortTree } from '../../src/stream/apply.ts';
import type { Frame } from '../../src/stream/frame.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Pod } from '../../src/tree/model.ts';
import { addKinds, createPageNode, type PageNode } from '../helpers/page-node.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

function started(): PageNode {
  const node = createPageNode(START);
  addKinds(node);
  return node;
}

let tokens = 0;
function updates(list: readonly { readonly event?: TreeEvent; readonly changes: readonly never[] | readonly unknown[] }[]): Frame {
  tokens += list.length;
  return { updates: list.map((each, index) => ({ ...each, token: `e1-${tokens + index}` })) } as unknown as Frame;
}
const hello = (epoch: string, resumed: boolean, version = '1'): Frame => ({ hello: { node: 'n', bootId: 'b', version, epoch, resumed } });
const snapshot = (node: PageNode): Frame => ({ snapshot: { token: 'e1-0', tree: { ...node.tree(), token: 'e1-0' } } });
const plain = (id: string, revision = 0, type: TreeEvent['type'] = 'pod.added'): TreeEvent =>
  ({
    id,
    revision,
    type,
    time: '2026-03-01T12:00:00.000000000Z',
    node: 'n',
    source: 'kernel',
    pod: { uid: 'u1', name: 'p', namespace: 's' },
  }) as TreeEvent;

t.test('frames in any portions give the tree of the agent, and each event once', async (t) => {
  const node = started();
  const whole = createModel();
  const portions = createModel();
  const first = [hello('a', false), snapshot(node)];
  t.equal(whole.hasTree, false);
  const later = [
    updates(node.killPause('example-pod')),
    updates(node.orphansEnd('example-pod')),
    updates(node.restart('example-pod')),
    updates(node.returnContainers('example-pod')),
    updates(node.enter('debug-me')),
    updates(node.processes('cart-0', 3)),
    updates(node.remove('report-28912345-jb4fz')),
  ];
  whole.take([...first, ...later], START);
  for (const frame of [...first, ...later]) portions.take([frame], START);
  for (const model of [whole, portions]) {
    t.equal(model.hasTree, true);
    t.strictSame({ ...sortTree(model.tree), token: '' }, sortTree({ ...node.tree(), token: '' }));
    const ids = model.log.entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event.id] : []));
    t.equal(new Set(ids).size, ids.length);
    t.equal(ids.length, 2 + 2 + 2 + 3 + 1 + 6 + 1);
  }
  const uid = node.pod('example-pod').uid;
  const restarted = whole.eventsOf(uid).find((event) => event.type === 'pause.restarted');
  t.match(restarted, { revision: 1, complete: true, containersRestarted: 2 }, 'the amended one stands in the place of the first');
  t.equal(whole.eventsOf(uid).filter(({ type }) => type.startsWith('process.')).length, 0);
  const death = whole.eventsOf(uid).find((event) => event.type === 'pause.exited');
  t.equal(whole.deathOf(death?.sandbox?.id ?? ''), death);
  t.equal(whole.eventsOf('nobody').length, 0);
  const joined = (id: string, by: string) =>
    ({ ...plain(id, 0, 'namespace.joined'), pod: { uid }, owner: { uid }, namespaces: [], by }) as unknown as TreeEvent;
  const kept = whole.eventsOf(uid).length;
  whole.take(
    [updates([joined('j1', 'exec'), joined('j2', 'runtime'), joined('j3', 'cni')].map((event) => ({ event, changes: [] })))],
    START,
  );
  t.equal(whole.eventsOf(uid).length, kept + 1, 'execs and the runtime, who join all day, do not crowd out what matters');
  t.ok([...whole.uidsWithEvents()].includes(uid));
});

t.test('what was missed is a gap in the log, what was resumed is none', async (t) => {
  const node = started();
  const model = createModel();
  model.take([hello('a', false), snapshot(node)], START);
  model.take([hello('a', true)], START + 1);
  t.equal(model.log.entries.length, 0);
  model.take([hello('a', false), snapshot(node)], START + 2);
  model.take([hello('b', false), snapshot(node)], START + 3);
  model.take([{ gap: { stage: 'kernel', lost: 1 } }, { gap: { stage: 'client' } }], START + 4);
  const texts = model.log.entries.map((entry) => (entry.kind === 'gap' ? entry.text : ''));
  t.match(texts, [
    /no longer had what was missed/,
    /started anew/,
    /^1 event lost between the kernel and the agent/,
    /^an unknown number of events lost because this page/,
  ]);
  t.equal(model.isOutdated, false);
  model.take([hello('c', false, '2')], START + 5);
  t.equal(model.isOutdated, true);
  t.equal(model.hello?.epoch, 'c');
});

t.test('alerts that were asked for and alerts of the stream are one list, the newer ones kept', async (t) => {
  const model = createModel();
  const alert = (id: string, revision: number, type: 'alert.firing' | 'alert.resolved') =>
    plain(id, revision, type) as Parameters<typeof model.addAlerts>[0][number];
  model.take([updates([{ event: alert('a', 1, 'alert.resolved'), changes: [] }])], START);
  model.addAlerts([alert('a', 0, 'alert.firing'), alert('b', 0, 'alert.firing')]);
  t.same(
    [...model.alerts.values()].map(({ id, type }) => `${id} ${type}`),
    ['a alert.resolved', 'b alert.firing'],
  );
});

t.test('the log keeps the last events, says how many it put away, and never an event twice', async (t) => {
  const log = createEventLog(100);
  for (let index = 0; index < 250; index += 1) log.add(plain(`e${index}`));
  t.ok(log.entries.length <= 110);
  t.equal(log.entries.length + log.dropped, 250);
  t.match(log.entries.at(-1), { event: { id: 'e249' } });
  const { version, amendments } = log;
  log.add(plain('e249'));
  t.equal(log.version, version, 'the same again changes nothing');
  log.add(plain('e249', 2));
  log.add(plain('e249', 1));
  t.match(log.entries.at(-1), { event: { id: 'e249', revision: 2 } });
  t.equal(log.amendments, amendments + 1);
  t.equal(log.find('e249'), log.entries.at(-1));
  t.equal(log.find('e0'), undefined);
  log.add(plain('e0', 1));
  t.match(log.entries.at(-1), { event: { id: 'e0' } }, 'an amendment of what is no longer there is new');
  log.clear();
  t.match(log, { entries: [], dropped: 0 });
});

t.test('the filtered log is what filtering all of it would give, whatever happens in between', async (t) => {
  const log = createEventLog(60);
  const query = { ...readLogQuery({ show: 'pod,process', q: 'P' }) };
  const filtered = createFilteredLog(log, query);
  const types: TreeEvent['type'][] = ['pod.added', 'process.started', 'container.started'];
  for (let index = 0; index < 400; index += 1) {
    const type = types[index % 3] ?? 'pod.added';
    if (index % 50 === 7) log.gap('lost', START);
    else if (index % 17 === 5)
      log.add({ ...plain(`e${index - 9}`, 1, types[(index - 9) % 3]), pod: { uid: 'u2', name: 'other' } } as TreeEvent);
    else log.add(plain(`e${index}`, 0, type));
    if (index % 7 === 0) t.strictSame([...filtered.entries()], [...createFilteredLog(log, query).entries()], `${index}`);
  }
  t.equal(filtered.entries(), filtered.entries(), 'the same list while nothing happens');
  t.ok(
    filtered.entries().some(({ kind }) => kind === 'gap'),
    'a gap passes every filter',
  );
});

t.test('events are found by kind, pod, namespace and words', async (t) => {
  const node = started();
  const log = createEventLog();
  for (const { event } of [...node.killPause('example-pod'), ...node.enter('debug-me'), ...node.processes('cart-0', 1)])
    if (event) log.add(event);
  const types = (query: Record<string, string>) =>
    createFilteredLog(log, readLogQuery(query))
      .entries()
      .map((entry) => (entry.kind === 'event' ? entry.event.type : 'gap'));
  t.same(types({}), ['pause.exited', 'alert.firing', 'namespace.joined'], 'processes are asked for');
  t.same(readLogQuery({}).groups, DEFAULT_GROUPS);
  t.same(types({ show: 'process' }), ['process.started', 'process.exited']);
  t.same(types({ show: 'none' }), []);
  t.same(types({ q: 'sigkill bash' }), ['pause.exited', 'alert.firing']);
  t.same(types({ q: 'tcpdump foreign' }), ['namespace.joined']);
  t.same(types({ pod: node.pod('debug-me').uid }), ['namespace.joined']);
  t.same(types({ ns: 'shop', show: 'process,pause' }), ['process.started', 'process.exited']);
});

t.test('addresses survive the way there and back, and what is none leads to the overview', async (t) => {
  for (const hash of [
    '#/',
    '#/?q=app%3Dweb&state=trouble',
    '#/events?show=pause',
    '#/alerts',
    '#/pods/6898e6a8-ba6c',
    '#/pods/a%2Fb%25?from=x',
  ]) {
    t.equal(formatRoute(parseRoute(hash)), hash);
  }
  for (const hash of ['', '#', '#/nothing', '#/pods/a/b', '#/events/x', '#//']) t.equal(parseRoute(hash).view, 'pods', hash);
  t.same(parseRoute('#/pods/%E0%A4%A'), { view: 'pod', uid: '%E0%A4%A', query: {} }, 'what cannot be decoded is taken as it is');
  t.equal(parseRoute(`#/?q=${'x'.repeat(2000)}`).query.q?.length, 500);
  t.equal(podRoute('u', { from: '', to: '1' }), '#/pods/u?to=1');
});

t.test('the state of every kind of pod', async (t) => {
  const node = started();
  const state = (name: string) => podState(node.pod(name)).words;
  t.equal(state('example-pod'), 'ready');
  t.equal(state('grafana-58c4f7d9b6-mm7kq'), 'ready', 'a pinned sandbox has no pause to die');
  t.equal(state('payment-5f6b8d7c9d-qq2wz'), '1 of 2 run');
  t.equal(state('report-28912345-jb4fz'), 'completed');
  t.equal(state('search-6c7d8e9f5b-k3j4h'), '0 of 1 run');
  node.killPause('example-pod');
  t.match(podState(node.pod('example-pod')), { condition: 'trouble', words: 'pause dead, 2 live on' });
  node.orphansEnd('example-pod');
  t.equal(state('example-pod'), 'pause dead', 'the tree says of what');
  const killed = node.history(node.pod('example-pod').uid)?.events.find((event) => event.type === 'pause.exited');
  t.match(killed?.type === 'pause.exited' && podState(node.pod('example-pod'), killed), { condition: 'trouble', words: 'pause dead' });
  const base = node.pod('cart-0');
  const { sandbox, ...bare } = base;
  t.equal(podState(bare).words, 'no sandbox');
  if (sandbox === undefined) return;
  const { pause: _pause, ...without } = sandbox;
  t.equal(podState({ ...bare, sandbox: { ...without, state: 'creating' } }).words, 'starting');
  t.equal(podState({ ...bare, sandbox: { ...sandbox, state: 'notready' } }).words, 'not ready');
  t.equal(podState({ ...bare, sandbox: { ...sandbox, containers: [] } }).words, 'no containers yet');
  const failed = sandbox.containers.map((each) => ({ ...each, state: 'exited' as const, lastExit: { code: 2, signal: null } }));
  t.equal(podState({ ...bare, sandbox: { ...sandbox, containers: failed } }).words, 'failed');
  t.match(podState({ ...bare, deletedAt: '2026-11-25T21:00:00Z', sandbox: { ...sandbox, containers: failed } }), {
    condition: 'done',
    words: 'deleting',
  });
  t.equal(processCount(base), 1 + 2 + 2);
  t.equal(bornMs(base), START - 30 * 3_600_000);
  t.equal(bornMs(bare), undefined);
});

t.test('owners are told from the labels of controllers', async (t) => {
  const owners = Object.fromEntries(
    started()
      .tree()
      .pods.map((pod) => [pod.name, ownerOf(pod)]),
  );
  t.match(owners, {
    'coredns-6f6b679f8f-2jk9x': 'Deployment coredns',
    'cart-0': 'StatefulSet cart',
    'kube-proxy-8xk2p': 'DaemonSet kube-proxy',
    'report-28912345-jb4fz': 'Job report-28912345',
    'etcd-node-a': 'static pods',
    'example-pod': undefined,
  });
  t.equal(ownerOf({ uid: 'a-b', labels: { 'pod-template-hash': 'x' } }), undefined, 'no name, no owner');
  const controller = { kind: 'CloneSet', name: 'db' };
  t.equal(
    ownerOf({ uid: 'a-b', name: 'db-3', labels: { 'job-name': 'x' }, controller }),
    'CloneSet db',
    'what the API server says comes first',
  );
  t.equal(ownerOf({ uid: 'a-b', name: 'db-3', labels: { 'controller-revision-hash': 'x' } }), 'StatefulSet db');
});

t.test('search by name, address, container and label; groups and order', async (t) => {
  const node = started();
  node.enter('debug-me');
  const pods = node.tree().pods;
  const found = (text: string): (string | undefined)[] => pods.filter(compileSearch(text)).map(({ name }) => name);
  t.same(
    found('  '),
    pods.map(({ name }) => name),
  );
  t.same(found('CART'), ['cart-0']);
  t.same(found('shop/ redis'), ['cart-0']);
  t.same(found('app=cart'), ['cart-0']);
  t.same(found('app!=cart shop/check'), ['checkout-7d9c5b8f6d-x7x2l']);
  t.same(found('app=che'), [], 'a whole selector');
  t.same(found('=cart='), [], 'no selector, no label like it');
  t.same(found(node.pod('cart-0').sandbox?.ips[0] ?? ''), ['cart-0']);
  t.same(found(node.pod('cart-0').uid.slice(0, 8)), ['cart-0']);
  t.same(namespacesOf(pods), ['default', 'kube-system', 'monitoring', 'shop']);

  const items: PodItem[] = pods.map((pod) => ({ pod, state: podState(pod), deaths: pod.name === 'cart-0' ? 2 : 0, bornMs: bornMs(pod) }));
  const labels = (grouping: 'namespace' | 'owner' | 'none') => groupItems(items, grouping, 'name').map(({ label }) => label);
  t.same(labels('namespace'), ['default', 'kube-system', 'monitoring', 'shop']);
  t.same(labels('none'), ['']);
  t.equal(labels('owner').at(-1), '', 'those without an owner are last');
  t.ok(labels('owner').includes('shop · StatefulSet cart'));
  t.equal(groupItems(items, 'none', 'deaths')[0]?.items[0]?.pod.name, 'cart-0');
  t.equal(groupItems(items, 'none', 'newest')[0]?.items[0]?.pod.name, 'search-6c7d8e9f5b-k3j4h');
  t.same(groupItems([], 'none', 'name'), []);
  const count = (state: Parameters<typeof hasState>[1]) => items.filter((item) => hasState(item, state)).length;
  t.same([count('trouble'), count('starting'), count('done'), count('restarted'), count('guests')], [1, 1, 1, 1, 1]);
});

t.test('only the rows that can be seen are drawn, and arrows lead from tile to tile', async (t) => {
  const item = (uid: string): PodItem => ({
    pod: { uid, labels: {}, hostNetwork: false, history: [] } as Pod,
    state: { condition: 'ready', words: '' },
    deaths: 0,
    bornMs: undefined,
  });
  const groups = [
    { label: 'a', items: ['1', '2', '3', '4'].map(item) },
    { label: 'b', items: ['5'].map(item) },
  ];
  const { rows, height } = layOut(groups, { columns: 3, tileHeight: 50, groupHeight: 40 });
  t.same(
    rows.map(({ kind, top }) => `${kind} ${top}`),
    ['group 0', 'tiles 40', 'tiles 90', 'group 140', 'tiles 180'],
  );
  t.equal(height, 230);
  t.same(visibleRange(rows, 0, 39), [0, 1]);
  t.same(visibleRange(rows, 95, 150), [2, 4]);
  t.same(visibleRange(rows, 1000, 2000), [5, 5]);
  t.same(visibleRange([], 0, 10), [0, 0]);
  const from = (uid: string, key: string) => neighbour(rows, uid, key);
  t.same([from('1', 'ArrowRight'), from('3', 'ArrowRight'), from('4', 'ArrowLeft'), from('1', 'ArrowLeft')], ['2', '4', '3', '1']);
  t.same([from('3', 'ArrowDown'), from('4', 'ArrowDown'), from('5', 'ArrowUp'), from('1', 'ArrowUp')], ['4', '5', '4', undefined]);
  t.same([from('3', 'Home'), from('3', 'End'), from('5', 'ArrowRight'), from('5', 'x')], ['1', '5', undefined, undefined]);
});
