// What the page shows of one pod, as data: the map of its namespaces, its time line, in which order it came up and went down.
import fc from 'fast-check';
import t from 'tap';
import { anatomySentence } from '../../src/page/anatomy-sentence.ts';
import { lanesOf } from '../../src/page/lanes.ts';
import { shutDown, startUp } from '../../src/page/order.ts';
import { mergeEvents, pastOf } from '../../src/page/pod-past.ts';
import { processRows } from '../../src/page/process-tree.ts';
import { exactMs, timeModel } from '../../src/page/time-model.ts';
import { padded, pan, type Range, ticks, within, zoom } from '../../src/page/time-scale.ts';
import { formatCores, peersOf, portsOf, totalUse, useOf, useText } from '../../src/page/usage.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Container, ProcessRecord, Sandbox } from '../../src/tree/model.ts';
import { addKinds, createPageNode } from '../helpers/page-node.ts';

const START = Date.parse('2026-03-01T12:00:00Z');

function started() {
  const node = createPageNode(START);
  addKinds(node);
  const sandbox = (name: string): Sandbox => {
    const box = node.pod(name).sandbox;
    if (box === undefined) throw new Error(`${name} has no sandbox`);
    return box;
  };
  return { node, sandbox };
}

/** One row a line: `web: net ●` and so on, as `name place+node line+pod line`. */
function picture(sandbox: Sandbox, entered: (guest: ProcessRecord) => readonly 'net'[] = () => []): string[] {
  const sign = { none: '.', begin: '┬', pass: '│', end: '┴' } as const;
  const place = { 'node-root': 'N', root: 'R', node: 'n', pod: 'p', own: 'o', other: 'x', none: ' ' } as const;
  return lanesOf(sandbox, entered).map(
    ({ kind, stations }) => `${kind} ${stations.map((each) => place[each.place] + sign[each.nodeLine] + sign[each.podLine]).join(' ')}`,
  );
}

t.test('the pause is where the lines of the pod begin, and who shares stands on them', async (t) => {
  const { node, sandbox } = started();
  t.strictSame(picture(sandbox('example-pod')), [
    //         net pid ipc uts mnt user cgroup
    'node  ..  ..  ..  ..  .. N┬. N┬.',
    'pause R.┬ R.. R.┬ R.┬ R.. n│. n│.',
    'container p.│ o.. p.│ p.│ o.. n│. n│.',
    'container p.│ o.. p.│ p.│ o.. n│. n│.',
    'container p.┴ o.. p.┴ p.┴ o.. n┴. n┴.',
  ]);
  t.strictSame(picture(sandbox('etcd-node-a')), [
    'node N┬.  ..  ..  ..  .. N┬. N┬.',
    'pause n│. R.. R.┬ R.┬ R.. n│. n│.',
    'container n┴. o.. p.┴ p.┴ o.. n┴. n┴.',
  ]);
  node.enter('debug-me');
  t.strictSame(
    picture(sandbox('debug-me'), () => ['net']).map((row) => row.slice(0, 17)),
    ['node  ..  ..  .. ', 'pause R.┬ R.┬ R.┬', 'container p.│ p.│', 'container p.│ p.┴', 'guest p.┴  ..  ..'],
    'a guest stands on what it was seen to enter',
  );
  const box = sandbox('debug-me');
  const [app, helper] = box.containers;
  if (app === undefined || helper === undefined) return;
  const inOther: Container = {
    ...helper,
    namespaces: helper.namespaces.map((each) => (each.type === 'pid' ? { ...each, scope: 'container', with: app.id } : each)),
  };
  t.match(lanesOf({ ...box, guests: [], containers: [app, inOther] }, () => [])[3]?.stations[1], { place: 'other', with: 'app' });
  t.match(
    lanesOf({ ...box, guests: [], containers: [inOther] }, () => [])[2]?.stations[1],
    { place: 'other', with: app.id.slice(0, 12) },
    'of one that is gone',
  );
});

t.test('the anatomy in a sentence', async (t) => {
  const { node } = started();
  const say = (name: string): string => anatomySentence(node.pod(name));
  t.match(
    say('example-pod'),
    /^The pause \(pid \d+\), a process that does nothing, holds the pod's network, shared memory and host name, and so its address, 10\./,
  );
  t.match(say('example-pod'), /The 2 containers joined these; each has its own files and process ids\. None is a child of the pause/);
  t.match(say('debug-me'), /they see each other's processes/);
  t.match(say('etcd-node-a'), /lives in the node's network: its pause \(pid \d+\) holds shared memory and host name for it/);
  t.match(say('grafana-58c4f7d9b6-mm7kq'), /no pause process: the runtime itself keeps/);
  node.enter('example-pod');
  t.match(say('example-pod'), /1 process from outside the pod is in its namespaces/);
  node.killPause('example-pod');
  t.match(say('example-pod'), /^The pause is dead: 2 containers still run in what it left behind/);
  node.orphansEnd('example-pod');
  t.match(say('example-pod'), /^The pause is dead: nothing of it runs any more/);
  const { sandbox, ...bare } = node.pod('cart-0');
  t.equal(anatomySentence(bare), '');
  if (sandbox === undefined) return;
  const { pause: _pause, ...without } = sandbox;
  t.match(anatomySentence({ ...bare, sandbox: { ...without, state: 'creating' } }), /about to start/);
  t.match(anatomySentence({ ...bare, sandbox: { ...without, kind: 'vm' } }), /virtual machine/);
});

t.test('what the parts use, where they listen and whom they talk to', async (t) => {
  const { node, sandbox } = started();
  t.equal(totalUse(node.pod('cart-0')), undefined, 'nothing was sampled yet');
  node.sample('cart-0');
  const box = sandbox('cart-0');
  t.equal(useText(useOf(box) ?? { memoryBytes: 0 }), '0.00 % CPU, 332 KiB');
  t.equal(useOf(box, 'nobody'), undefined);
  const listening = box.containers.flatMap(({ id }) => portsOf(box, id).map(({ text, detail }) => `${text} (${detail})`));
  t.match(listening, [/^:80 \(tcp 0\.0\.0\.0:80, pid \d+; tcp \[::\]:80, pid \d+\)$/, /^localhost:9000 \(tcp 127\.0\.0\.1:9000/]);
  t.same(
    portsOf(box, undefined).map(({ text }) => text),
    ['udp :5353'],
  );
  const talks = box.containers.flatMap(({ id, name }) =>
    peersOf(box, id).map(({ to, port, connections }) => `${name} > ${to} ${port} ${connections}`),
  );
  t.equal(talks.length, 1);
  t.match(talks[0], /^(redis > exporter|exporter > redis) 80 2$/);
  const [talker] = box.containers.filter(({ id }) => peersOf(box, id).length > 0);
  const usage = box.usage;
  if (talker === undefined || usage === undefined) return;
  const to = (holder: object) =>
    peersOf(
      { ...box, usage: { ...usage, peers: [{ from: { containerId: talker.id }, to: holder, port: 1, connections: 1 }] } },
      talker.id,
    )[0]?.to;
  t.same([to({ containerId: talker.id }), to({ containerId: 'gone', pid: 7 }), to({})], ['itself', 'pid 7', 'somebody']);
  t.same([0, 0.000001, 0.0042, 0.056, 0.5, 2.5].map(formatCores), ['0.00 %', '< 0.01 %', '0.42 %', '5.6 %', '50 %', '250 %']);
});

t.test('processes stand below the one that made them, and nobody is left out', async (t) => {
  const process = (pid: number, ppid: number): ProcessRecord => ({
    pid,
    ppid,
    comm: 'c',
    args: [],
    role: 'child',
    startTime: '2026-01-01T00:00:00.000000000Z',
  });
  const shown = (list: readonly ProcessRecord[]) => processRows(list).map(({ process: { pid }, depth }) => `${depth}:${pid}`);
  t.same(shown([process(1, 0), process(5, 2), process(2, 1), process(3, 1), process(4, 2)]), ['0:1', '1:2', '2:5', '2:4', '1:3']);
  t.same(shown([process(1, 1), process(2, 3), process(3, 2)]), ['0:1', '0:2', '1:3'], 'rings of reused pids');
  const chain = Array.from({ length: 20_000 }, (_, index) => process(index + 1, index));
  t.equal(shown(chain).at(-1), '19999:20000', 'a chain as long as a process likes');
  const any = fc.uniqueArray(fc.record({ pid: fc.nat(12), ppid: fc.nat(12) }), { selector: ({ pid }) => pid });
  fc.assert(fc.property(any, (list) => processRows(list.map(({ pid, ppid }) => process(pid, ppid))).length === list.length));
});

/** example-pod killed and built anew, its history as the agent keeps it. */
function killed() {
  const { node } = started();
  const uid = node.pod('example-pod').uid;
  node.killPause('example-pod');
  node.pass(417);
  node.orphansEnd('example-pod');
  node.pass(85);
  node.restart('example-pod');
  node.pass(60);
  node.returnContainers('example-pod');
  node.pass(5000);
  return { node, uid, history: node.history(uid), pod: node.pod('example-pod'), now: START + 6000 };
}

t.test('the time line of a killed pause: two sandboxes, orphans, an outage, one death', async (t) => {
  const { history, pod, now } = killed();
  const model = timeModel(pastOf(history, [], pod), pod, now);
  const ms = (at: number | undefined): number | undefined => (at === undefined ? undefined : Math.round(at - START));
  t.same(
    model.sandboxes.map(({ attempt, from, to, isKilled }) => [attempt, ms(from), ms(to), isKilled]),
    [
      [0, -7_200_000, 0, true],
      [1, 502, undefined, false],
    ],
  );
  const lives = model.containers.map(({ name, spans }) => [
    name,
    ...spans.map(({ from, to, orphanedFrom }) => [ms(from), ms(to), ms(orphanedFrom)]),
  ]);
  t.same(
    lives,
    [
      ['init-config', [-7_199_550, -7_199_130, undefined]],
      ['web-server', [-7_198_990, 417, 0], [702, undefined, undefined]],
      ['sidecar-logger', [-7_198_850, 417, 0], [632, undefined, undefined]],
    ].sort((a, b) => Number((a[1] as number[])[0]) - Number((b[1] as number[])[0])),
  );
  t.same(
    model.outages.map(({ from, to, pauseAt }) => [ms(from), ms(pauseAt), ms(to)]),
    [[0, 502, 702]],
  );
  t.same(
    model.marks.filter(({ kind }) => kind !== 'ready').map(({ kind, at }) => [kind, ms(at)]),
    [
      ['death', 0],
      ['alert', 0],
    ],
  );
  t.same([ms(model.from), ms(model.to)], [-7_200_000, 6000]);
});

t.test('a time line without any history is made of the tree alone; a pod that is gone ends with its last event', async (t) => {
  const { history, pod, now } = killed();
  const alone = timeModel(pastOf(undefined, [], pod), pod, now);
  t.equal(alone.sandboxes.length, 2);
  t.same(
    alone.containers.map(({ name, spans }) => [name, spans.length]),
    [
      ['sidecar-logger', 1],
      ['web-server', 1],
    ],
  );
  const gone = timeModel(pastOf(history, [], undefined), undefined, now + 1e9);
  t.ok(gone.to <= now + 6000, 'not until now');
  const dead = started();
  dead.node.killPause('cart-0');
  const cart = dead.node.pod('cart-0');
  const open = timeModel(pastOf(dead.node.history(cart.uid), [], cart), cart, START + 50);
  t.match(open.outages, [{ to: undefined, pauseAt: undefined }]);
});

t.test('what the stream tells and what was kept are one past, whichever is newer', async (t) => {
  const { history, pod } = killed();
  const events = history?.events ?? [];
  const first = events.slice(0, 5);
  t.strictSame(mergeEvents(first, events.slice(3)), mergeEvents(events, []));
  const restart = events.find((event) => event.type === 'pause.restarted') as TreeEvent;
  const older = { ...restart, revision: 0, outageMs: undefined } as unknown as TreeEvent;
  t.equal(mergeEvents([older], [restart])[0], restart);
  t.equal(mergeEvents([restart], [older])[0], restart);
  const past = pastOf(history, [], pod);
  t.same(
    past.sandboxes.map(({ attempt }) => attempt),
    [0, 1],
  );
  t.ok(past.sandboxes[0]?.lastPause, 'what only history knows stays');
});

t.test('in which order a sandbox came up, and went down', async (t) => {
  const { history, pod } = killed();
  const events = history?.events ?? [];
  const boxes = history?.sandboxes ?? [];
  const [first, second] = boxes;
  if (first === undefined || second === undefined) return;
  const kinds = new Map(events.flatMap(({ container }) => (container?.name === 'init-config' ? [[container.id, 'init'] as const] : [])));
  const told = (steps: ReturnType<typeof startUp>) =>
    steps.map(
      ({ label, atMs, lastsMs, note }) =>
        `${label} +${Math.round(atMs)}${lastsMs === undefined ? '' : ` for ${Math.round(lastsMs)}`}: ${note}`,
    );
  t.match(told(startUp(first, events, kinds)), [
    /^pause \+0: pid \d+: holds the namespaces/,
    'ready +310: the runtime lists it, with its address',
    'init-config +450 for 420: init container, exit 0',
    /^(web-server|sidecar-logger) \+1010: started/,
    /^(web-server|sidecar-logger) \+1150: started/,
  ]);
  t.equal(startUp(second, events, new Map()).length, 4);
  const { pause: _pause, lastPause: _lastPause, ...pinned } = second;
  t.same(startUp(pinned, events, kinds), [], 'there is nothing to begin with');
  t.same(told(shutDown(first.id, events)), [
    'pause +0: SIGKILL from bash',
    'sidecar-logger +417: ended, exit 0, after the pause',
    'web-server +417: killed, after the pause',
  ]);
  t.same(shutDown(second.id, events), [], 'it still runs');

  // As containerd does it: the network comes before the pause, and goes after it.
  const at = (ms: number): string => new Date(START + ms).toISOString().replace('Z', '000000Z');
  const net = [{ type: 'net' as const, inode: 1, id: '1' }];
  const base = { revision: 0, node: 'n', source: 'kernel' as const, owner: { uid: pod.uid }, namespaces: net };
  const process = (comm: string): ProcessRecord => ({ pid: 7, ppid: 1, comm, args: [], role: 'runtime', startTime: at(0) });
  const network: TreeEvent[] = [
    { ...base, type: 'namespace.created', id: 'n1', time: at(-7_200_080), process: process('containerd') },
    { ...base, type: 'namespace.joined', id: 'n2', time: at(-7_200_070), by: 'cni', process: process('loopback') },
    { ...base, type: 'namespace.joined', id: 'n3', time: at(-7_200_060), by: 'cni', process: process('bridge') },
    { ...base, type: 'namespace.joined', id: 'n4', time: at(960), by: 'cni', process: process('bridge') },
  ];
  t.match(told(startUp(first, [...network, ...events], kinds)).slice(0, 3), [
    'network +0: its namespace is made by containerd',
    'address +10 for 10: set up by loopback, bridge',
    /^pause \+80: pid/,
  ]);
  const planned = events.map((event) =>
    event.type === 'pause.exited' ? { ...event, time: at(900), cause: { ...event.cause, kind: 'planned-stop' as const } } : event,
  );
  const untilThen = planned.filter(({ type, time }) => type !== 'sandbox.created' || time < at(100));
  t.same(
    told(shutDown(first.id, [...network, ...untilThen])),
    [
      'sidecar-logger +0: went, exit 0',
      'web-server +0: needed KILL',
      'pause +483: SIGKILL from bash, as planned',
      'network +543 for 0: bridge in it',
    ],
    'the pause is the last process',
  );
});

t.test('zooming and moving never leave what there is', async (t) => {
  const bounds: Range = { from: 1000, to: 2000 };
  const range = fc
    .tuple(fc.double({ min: 1000, max: 1998, noNaN: true }), fc.double({ min: 1, max: 1000, noNaN: true }))
    .map(([from, span]) => within({ from, to: from + span }, bounds));
  const inside = ({ from, to }: Range): boolean => from >= bounds.from - 1e-6 && to <= bounds.to + 1e-6 && to > from;
  const any = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(fc.property(range, any, (each, by) => inside(pan(each, by, bounds))));
  fc.assert(
    fc.property(range, fc.double({ min: 0.01, max: 100, noNaN: true }), any, (each, factor, at) => inside(zoom(each, factor, at, bounds))),
  );
  const closer = zoom({ from: 1200, to: 1600 }, 0.5, 1300, bounds);
  t.same(closer, { from: 1250, to: 1450 }, 'what is pointed at stays where it is');
  t.same(padded({ from: 0, to: 100 }, 0.1), { from: -10, to: 110 });
  t.equal(exactMs('2026-03-01T12:00:00.123456000Z'), START + 123.456);
});

t.test('the axis has round times, not too many, at every zoom', async (t) => {
  const labels = (from: number, span: number) => ticks({ from, to: from + span }, 8, 'utc').map(({ label }) => label);
  t.same(labels(START, 1000), ['00.000', '00.200', '00.400', '00.600', '00.800', '01.000']);
  t.same(labels(START, 60_000).slice(0, 2), ['12:00:00', '12:00:10']);
  t.same(labels(START, 8 * 3_600_000).slice(0, 2), ['12:00', '13:00']);
  t.same(labels(START - 12 * 3_600_000, 8 * 86_400_000).slice(0, 2), ['03-01', '03-02']);
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 1e10, noNaN: true }), (span) => {
      const list = ticks({ from: START, to: START + span }, 8, 'local');
      return list.length <= 18 && list.every(({ at }) => at >= START - 1e-6 && at <= START + span + 1e-6);
    }),
  );
});
