// Recordings of real pods, run through the tree: what comes out, and that it does so in whatever order the kernel's events arrive.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { replayFile } from '../../agent/recording.ts';
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import type { Frame } from '../../src/stream/frame.ts';
import type { TreeEvent, TreeEventType } from '../../src/tree/change.ts';
import type { Container, Pod, SandboxRecord, Tree } from '../../src/tree/model.ts';
import { delayThreads, type Recorded, type Replayed, readRecording, replay } from '../helpers/replay.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/recordings/', import.meta.url));
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.jsonl'))
  .map((name) => name.replace('.jsonl', ''));
const ORDINARY = { net: 'pod', pid: 'own', ipc: 'pod', uts: 'pod', mnt: 'own', user: 'host', cgroup: 'host' };
const SANDBOX = { net: 'own', pid: 'own', ipc: 'own', uts: 'own', mnt: 'own', user: 'host', cgroup: 'host' };
/** Events of two CPUs arrive out of order by milliseconds; the tree has to stand more than that. */
const USUAL_DELAY_NS = 5e6;
const MAX_DELAY_NS = 50e6;

const open = (name: string) => readRecording(`${FOLDER}${name}.jsonl`);

function ofType<Type extends TreeEventType>({ events }: Replayed, type: Type): Extract<TreeEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<TreeEvent, { type: Type }> => event.type === type);
}

function scopes(item: Pick<Container, 'namespaces'> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((item?.namespaces ?? []).map(({ type, scope }) => [type, scope]));
}

function joiners(replayed: Replayed): ReadonlySet<string> {
  return new Set(ofType(replayed, 'namespace.joined').map(({ by }) => by));
}

t.test('two-containers: an ordinary life, an exec in it, an ordinary end', async (t) => {
  const replayed = replay(await open('two-containers'));
  t.same(replayed.tree.pods, []);
  const whole = replayed.trees
    .flatMap(({ pods }) => pods)
    .find(({ sandbox }) => sandbox?.containers.every(({ state }) => state !== 'created') && sandbox.containers.length === 3);
  t.match(whole, { name: 'two', namespace: 'shop', labels: { app: 'web' }, qos: 'burstable', hostNetwork: false });
  t.same(scopes(whole?.sandbox), SANDBOX);
  t.same(
    whole?.sandbox?.containers.map(({ name, kind }) => [name, kind]),
    [
      ['prepare', 'init'],
      ['app', 'app'],
      ['logger', 'app'],
    ],
  );
  for (const container of whole?.sandbox?.containers ?? []) t.same(scopes(container), ORDINARY, container.name);
  t.same(
    ofType(replayed, 'container.exited').map(({ container, exit }) => [container?.name, exit?.code, exit?.signal]),
    [
      ['prepare', 0, null],
      ['app', null, 'SIGKILL'],
      ['logger', null, 'SIGKILL'],
    ],
  );
  const [executed] = ofType(replayed, 'process.exited').filter(({ exit }) => exit?.code === 7);
  t.match(executed, { container: { name: 'app' }, process: { role: 'exec' } });
  t.same(joiners(replayed), new Set(['runtime', 'cni', 'exec']));
  t.match(ofType(replayed, 'pause.exited'), [{ cause: { kind: 'planned-stop', sender: { comm: 'runc' } } }]);
  t.equal(ofType(replayed, 'pod.removed').length, 1);
});

for (const name of ['killed-pause', 'killed-pause-crun', 'killed-pause-v2', 'shared-process-namespace']) {
  t.test(`${name}: a pause that a shell kills, and its successor`, async (t) => {
    const replayed = replay(await open(name));
    t.match(ofType(replayed, 'pause.exited'), [
      { sandbox: { attempt: 0 }, exit: { signal: 'SIGKILL' }, cause: { kind: 'signal', sender: { comm: 'sh', exe: 'dash', uid: 0 } } },
    ]);
    const [first, whole, ...more] = ofType(replayed, 'pause.restarted');
    t.same(more, []);
    t.match(first, { revision: 0, oldSandbox: { attempt: 0 }, newSandbox: { attempt: 1 }, cause: { kind: 'signal' } });
    t.match(whole, { id: first?.id ?? '', revision: 1, containersRestarted: 2, complete: true });
    t.ok((whole?.outageMs ?? 0) > (whole?.sandboxOutageMs ?? 0) && (whole?.sandboxOutageMs ?? 0) > 0);
    t.not(whole?.ipBefore, whole?.ipAfter);
    const [pod, ...others] = replayed.tree.pods;
    t.same(others, []);
    t.match(pod, { name: 'victim', sandbox: { attempt: 1, state: 'ready', pause: { role: 'pause', nsPid: 1 } } });
    t.match(
      pod?.history.map(({ attempt, state }) => [attempt, state]),
      [[0, 'notready']],
    );
    t.same(
      pod?.sandbox?.containers.map((container) => [container.name, container.state, container.restarts, container.processes.length]),
      [
        ['app', 'running', 1, 1],
        ['logger', 'running', 1, 1],
      ],
    );
    const isShared = name === 'shared-process-namespace';
    for (const container of pod?.sandbox?.containers ?? []) t.same(scopes(container), { ...ORDINARY, pid: isShared ? 'pod' : 'own' });
    t.notOk(joiners(replayed).has('foreign') || joiners(replayed).has('exec'));
    t.same(pod?.sandbox?.guests, []);
  });
}

t.test('entered: an outsider is a guest as long as he lives', async (t) => {
  const replayed = replay(await open('entered'));
  const foreign = ofType(replayed, 'namespace.joined').filter(({ by }) => by === 'foreign');
  t.match(foreign, [
    { process: { role: 'guest', comm: 'nsenter' }, owner: { namespace: 'shop', name: 'entered' }, namespaces: [{ type: 'net' }] },
  ]);
  const guests = replayed.trees.map(({ pods }) => pods[0]?.sandbox?.guests.map(({ pid, comm }) => `${pid} ${comm}`) ?? []);
  t.ok(guests.some(([guest, ...more]) => guest === `${foreign[0]?.process?.pid} sleep` && more.length === 0));
  t.same(guests.at(-1), []);
});

t.test('host-namespaces: what is the host’s is shown as the host’s', async (t) => {
  const { tree } = replay(await open('host-namespaces'));
  const app = (name: string) => scopes(tree.pods.find((pod) => pod.name === name)?.sandbox?.containers[0]);
  t.same(app('host-network'), { ...ORDINARY, net: 'host', uts: 'host' });
  t.same(app('host-pid'), { ...ORDINARY, pid: 'host' });
  t.same(app('host-ipc'), { ...ORDINARY, ipc: 'host' });
  t.same(
    tree.pods.map(({ name, hostNetwork }) => [name, hostNetwork]),
    [
      ['host-ipc', false],
      ['host-network', true],
      ['host-pid', false],
    ],
  );
});

t.test('without-runtime: pods are known by their uid', async (t) => {
  const replayed = replay(await open('without-runtime'));
  t.equal(replayed.tree.pods.length, 1);
  t.match(replayed.tree.pods[0], {
    qos: 'burstable',
    sandbox: { state: 'ready', pause: { role: 'pause' }, containers: [{ state: 'running' }] },
  });
  t.match(ofType(replayed, 'pause.exited'), [{ cause: { kind: 'planned-stop' } }]);
  t.equal(ofType(replayed, 'pod.removed').length, 1);
  t.notOk(joiners(replayed).has('foreign'));
  // The plugins left the first pod's namespace, and a moment later others entered the second's, which has the same number.
  const [first, second] = new Set(ofType(replayed, 'pod.added').map(({ pod }) => pod?.uid));
  t.ok(first !== undefined && second !== undefined);
  const made = ofType(replayed, 'namespace.created').find(
    ({ pod, namespaces }) => pod?.uid === second && namespaces.some(({ type }) => type === 'net'),
  );
  for (const { owner, time } of ofType(replayed, 'namespace.joined')) t.ok(owner.uid === first || time > (made?.time ?? ''));
});

t.test('reused-namespaces: numbers that come back are other namespaces', async (t) => {
  const replayed = replay(await open('reused-namespaces'));
  const restarts = ofType(replayed, 'pause.restarted').filter(({ revision }) => revision === 0);
  t.same(
    restarts.map(({ oldSandbox, newSandbox }) => [oldSandbox.attempt, newSandbox.attempt]),
    [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ],
  );
  const [pod] = replayed.tree.pods;
  const lives: readonly SandboxRecord[] = [...(pod?.history ?? []), ...(pod?.sandbox ? [pod.sandbox] : [])];
  t.same(
    lives.map(({ attempt }) => attempt),
    [0, 1, 2, 3, 4],
  );
  for (const life of lives) t.same(scopes(life), SANDBOX);
  const own = lives.flatMap(({ namespaces }) => namespaces.filter(({ scope }) => scope === 'own'));
  t.ok(new Set(own.map(({ inode }) => inode)).size < own.length, 'some number did come back');
  t.equal(new Set(own.map(({ id }) => id)).size, own.length, 'and none of the ids');
});

t.test('a recording keeps what the API server said', async (t) => {
  const recorded = readFileSync(`${FOLDER}killed-pause.jsonl`, 'utf8').trimEnd();
  const [pod] = replay(await open('killed-pause')).tree.pods;
  const known = {
    uid: pod?.uid,
    namespace: 'shop',
    name: 'two',
    labels: { tier: 'late' },
    controller: { kind: 'Job', name: 'two' },
    isStatic: false,
  };
  const nowNs = JSON.parse(recorded.split('\n').at(-1) ?? '').nowNs as number;
  const path = join(t.testdir(), 'with-metadata.jsonl');
  writeFileSync(path, `${recorded}\n${JSON.stringify({ type: 'metadata', nowNs, isCurrent: true, all: [known] })}\n`);
  const frames: Frame[] = [];
  for await (const frame of replayFile(path)) frames.push(frame);
  t.match(frames.at(-1), {
    updates: [{ changes: [{ op: 'put', kind: 'pod', record: { labels: { tier: 'late' }, controller: known.controller } }] }],
  });
});

for (const name of NAMES) {
  t.test(`${name}: replayed as a stream it ends in the same tree`, async (t) => {
    let tree: Tree = { node: '', token: '', pods: [], leaked: [] };
    for await (const frame of replayFile(`${FOLDER}${name}.jsonl`)) {
      if ('snapshot' in frame) tree = frame.snapshot.tree;
      if ('updates' in frame) for (const { changes } of frame.updates) tree = applyChanges(tree, changes);
    }
    const replayed = replay(await open(name));
    t.same(sortTree({ ...tree, token: '' }).pods, replayed.tree.pods);
    t.same(replayed.tree, replayed.snapshot);
  });

  t.test(`${name}: ends in the same tree in whatever order the events of its threads arrive`, async () => {
    const recorded = await open(name);
    const inOrder = replay(recorded);
    checkShuffled(recorded, MAX_DELAY_NS, (shuffled) => {
      assert.deepEqual(shuffled.tree, shuffled.snapshot);
      assert.deepEqual(comparable(shuffled.tree), comparable(inOrder.tree));
      assert.deepEqual(countsOf(shuffled, isAboutLives), countsOf(inOrder, isAboutLives));
      assert.deepEqual({ ...shuffled.counts, cgroups: 0 }, { ...inOrder.counts, cgroups: 0 });
    });
  });

  t.test(`${name}: tells the same events in every order that is usual`, async () => {
    const recorded = await open(name);
    const inOrder = replay(recorded);
    checkShuffled(recorded, USUAL_DELAY_NS, (shuffled) => assert.deepEqual(countsOf(shuffled), countsOf(inOrder)));
  });
}

/** Throws, so that a run which fastcheck makes only to find a smaller counterexample is no failed assertion. */
function checkShuffled(recorded: Recorded, maxDelayNs: number, check: (shuffled: Replayed) => void): void {
  const delays = fc.infiniteStream(fc.integer({ min: 0, max: maxDelayNs }));
  fc.assert(
    fc.property(delays, (stream) => check(replay(delayThreads(recorded, () => stream.next().value ?? 0)))),
    { numRuns: 40 },
  );
}

function isAboutLives({ type }: TreeEvent): boolean {
  return /^(pod|sandbox|container|pause)\./.test(type);
}

/** Ids of namespaces hold the time at which they were first heard of. */
function comparable({ pods }: Tree): unknown {
  const plain = <Item extends Pick<SandboxRecord, 'namespaces'>>(item: Item) => ({
    ...item,
    namespaces: item.namespaces.map(({ id: _, ...namespace }) => namespace),
  });
  return pods.map((pod: Pod) => ({
    ...pod,
    history: pod.history.map(plain),
    ...(pod.sandbox && { sandbox: { ...plain(pod.sandbox), containers: pod.sandbox.containers.map(plain) } }),
  }));
}

/** How often each kind of event came that users count, and with which verdict. */
function countsOf({ events }: Replayed, isCounted: (event: TreeEvent) => boolean = () => true): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    if (event.revision !== 0 || !isCounted(event)) continue;
    const verdict = 'by' in event ? event.by : 'cause' in event ? event.cause.kind : '';
    const key = `${event.type} ${verdict}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
