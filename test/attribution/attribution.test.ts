// The memory of attribution: cgroups by id, namespaces by generation, events that wait, and who it is that joins.
import t from 'tap';
import { createCgroupRegistry } from '../../src/attribution/cgroup-registry.ts';
import { createHolding } from '../../src/attribution/holding.ts';
import { type JoinFacts, judgeJoin } from '../../src/attribution/joiner.ts';
import { createNamespaceTable } from '../../src/attribution/namespace-table.ts';
import type { CgroupId, ContainerId, NamespaceIds, NamespaceSet, PodUid } from '../../src/kernel/identity.ts';
import { HOST_NAMESPACES } from '../helpers/kernel-model.ts';

const UID = '12345678-1234-1234-1234-123456789abc';
const POD = `/kubepods/burstable/pod${UID}`;
const id = (text: string) => text as CgroupId;

t.test('cgroup registry', async (t) => {
  t.test('knows a cgroup that is gone for a while, and never brings it back', async (t) => {
    const registry = createCgroupRegistry({ now: () => 0, maxForgotten: 2 });
    registry.learn(id('7'), POD);
    t.equal(registry.qosOf(UID as PodUid), 'burstable');
    t.equal(registry.byPath(POD)?.id, '7');
    t.equal(registry.forget(id('7'))?.path, POD);
    t.notOk(registry.isLive(id('7')));
    t.equal(registry.byId(id('7'))?.path, POD);
    t.equal(registry.byPath(POD), undefined);
    t.equal(registry.qosOf(UID as PodUid), undefined);
    registry.learn(id('7'), POD);
    t.notOk(registry.isLive(id('7')), 'a mkdir that is told late');
    registry.forget(id('8'));
    registry.learn(id('8'), '/late');
    t.notOk(registry.isLive(id('8')), 'also one that was not known');
    t.equal(registry.byId(id('8'))?.path, '/late');
    registry.forget(id('9'));
    t.equal(registry.byId(id('7')), undefined, 'bounded');
    t.equal(registry.size, 0);
  });

  t.test('says what a scan does not have, but for what is younger than it', async (t) => {
    let now = 10;
    const registry = createCgroupRegistry({ now: () => now });
    registry.learn(id('1'), '/kubepods');
    registry.learn(id('2'), '/old');
    now = 30;
    registry.learn(id('3'), '/young');
    const scan = new Map([
      [id('1'), '/kubepods'],
      [id('4'), '/new'],
    ]);
    t.same(registry.absent(scan, 20), ['2']);
    t.ok(registry.isLive(id('2')), 'until somebody believes it');
    t.same(registry.podRoots(), ['1']);
  });

  t.test('is bounded, and takes another path for the same id', async (t) => {
    const registry = createCgroupRegistry({ now: () => 0, maxEntries: 2 });
    for (const number of [1, 2, 3]) registry.learn(id(String(number)), `/${number}`);
    t.equal(registry.size, 2);
    registry.learn(id('3'), '/renamed');
    t.equal(registry.byPath('/3'), undefined);
    t.equal(registry.byPath('/renamed')?.id, '3');
  });
});

t.test('events that wait come out by time, and the longest-held first when there are too many', async (t) => {
  const holding = createHolding<string, { timeNs: number }>({ maxEvents: 3, maxHoldNs: 100 });
  t.same(holding.hold('a', { timeNs: 5 }, 0), []);
  t.same(holding.hold('b', { timeNs: 1 }, 10), []);
  t.same(holding.hold('a', { timeNs: 3 }, 20), []);
  t.equal(holding.nextDeadlineNs(), 100);
  t.same(holding.hold('c', { timeNs: 1 }, 30), ['a']);
  t.same(holding.release('a'), [{ timeNs: 3 }, { timeNs: 5 }]);
  t.same(holding.release('a'), []);
  t.same([holding.size, holding.keys(), holding.isHeld('b'), holding.isHeld('a')], [2, ['b', 'c'], true, false]);
  t.same(holding.overdue(109), []);
  t.same(holding.overdue(110), ['b']);
  t.equal(holding.nextDeadlineNs(), 110);
});

t.test('what may still come is waited for longer, but not for ever', async (t) => {
  let caughtUpNs = 0;
  const extension = { maxNs: 500, mayStillCome: (timeNs: number) => caughtUpNs < timeNs };
  const holding = createHolding<string, { timeNs: number }>({ maxEvents: 10, maxHoldNs: 100, extension });
  holding.hold('a', { timeNs: 40 }, 50);
  holding.hold('b', { timeNs: 60 }, 70);
  t.equal(holding.nextDeadlineNs(), 550);
  t.same(holding.overdue(549), []);
  t.same(holding.overdue(570), ['a', 'b']);
  caughtUpNs = 50;
  t.equal(holding.nextDeadlineNs(), 150);
  t.same(holding.overdue(149), []);
  t.same(holding.overdue(200), ['a'], 'b may still come');
});

t.test('namespace table', async (t) => {
  const NET = 0;
  const MNT = 4;
  const inode = 0xf0000123;
  const owner = (name: string) => ({ podUid: 'pod' as PodUid, containerId: name as ContainerId });
  const only = (type: number): NamespaceSet => HOST_NAMESPACES.with(type, inode) as unknown as NamespaceSet;
  const unique = (text: string): NamespaceIds => ['', '', '', '', '', '', ''].fill(text, NET, NET + 1) as unknown as NamespaceIds;
  const nameOf = (found: { containerId: string } | undefined) => found?.containerId;

  t.test('gives a number to who was there first, as long as it is the same namespace', async (t) => {
    const table = createNamespaceTable(HOST_NAMESPACES);
    t.same(table.create(NET, inode, 100), []);
    t.ok(table.isUnclaimed(NET, inode));
    table.own({ owner: owner('pause'), set: only(NET), ids: undefined, timeNs: 200, pauseStartNs: 150 });
    table.own({ owner: owner('app'), set: only(NET), ids: undefined, timeNs: 300 });
    t.notOk(table.isUnclaimed(NET, inode));
    t.equal(nameOf(table.ownerOf(NET, inode, 400)), 'pause');
    t.equal(table.ownerOf(NET, HOST_NAMESPACES[NET], 400), undefined);
    t.same(table.create(NET, inode, 500), [], 'the next with that number');
    t.equal(table.ownerOf(NET, inode, 600), undefined);
    t.equal(nameOf(table.ownerOf(NET, inode, 450)), 'pause', 'what is told late is of its own time');
    t.not(table.refer(NET, inode, 600).id, table.refer(NET, inode, 450).id);
    t.equal(table.ownerOf(NET, inode, 50), undefined);
  });

  t.test('learns the birth late, and who belongs to it', async (t) => {
    const table = createNamespaceTable(HOST_NAMESPACES);
    table.own({ owner: owner('old'), set: only(NET), ids: undefined, timeNs: 100 });
    const { id } = table.refer(NET, inode, 100);
    t.same(table.create(NET, inode, 90), [], 'its own birth');
    t.equal(table.refer(NET, inode, 100).id, id, 'which does not change what it is called');
    table.own({ owner: owner('new'), set: only(NET), ids: undefined, timeNs: 300 });
    t.match(table.create(NET, inode, 250), [{ containerId: 'new' }]);
    t.equal(nameOf(table.ownerOf(NET, inode, 400)), 'new');
    t.equal(nameOf(table.ownerOf(NET, inode, 200)), 'old');
  });

  t.test('tells generations apart by the kernel’s id, by a new pause, and for mount namespaces always', async (t) => {
    const table = createNamespaceTable(HOST_NAMESPACES);
    table.own({ owner: owner('a'), set: only(NET), ids: unique('71'), timeNs: 100 });
    t.equal(table.refer(NET, inode, 100).id, '71');
    table.own({ owner: owner('b'), set: only(NET), ids: unique('72'), timeNs: 200 });
    t.equal(nameOf(table.ownerOf(NET, inode, 300)), 'b');
    table.own({ owner: owner('pause'), set: only(NET), ids: undefined, timeNs: 400, pauseStartNs: 350 });
    t.equal(nameOf(table.ownerOf(NET, inode, 500)), 'pause');
    table.own({ owner: owner('a'), set: only(MNT), ids: undefined, timeNs: 100 });
    table.own({ owner: owner('b'), set: only(MNT), ids: undefined, timeNs: 200 });
    t.equal(nameOf(table.ownerOf(MNT, inode, 300)), 'b');
    table.end(MNT, inode);
    t.equal(table.ownerOf(MNT, inode, 300), undefined);
    table.disown('pause' as ContainerId);
    t.equal(table.ownerOf(NET, inode, 500), undefined);
  });

  t.test('is bounded', async (t) => {
    const table = createNamespaceTable(HOST_NAMESPACES, { maxEntries: 10 });
    for (let number = 0; number < 50; number++) table.create(NET, inode + number, number);
    t.equal(table.size, 10);
  });
});

t.test('who joins a namespace is judged by what it is', async (t) => {
  const runtime = { isDaemon: (pid: number) => pid === 10, isShim: (pid: number) => pid === 20 };
  const facts: JoinFacts = {
    isInOwnersPod: false,
    isInOtherPod: false,
    isRuntimeStage: false,
    isContainerRunning: false,
    lineage: [99, 98, 1],
  };
  const cases: [string, Partial<JoinFacts>, string][] = [
    ["the pod's own process", { isInOwnersPod: true }, 'pod'],
    ['a stage in a container that starts', { isInOwnersPod: true, isRuntimeStage: true }, 'runtime'],
    ['a stage in a container that runs', { isInOwnersPod: true, isRuntimeStage: true, isContainerRunning: true }, 'exec'],
    ['a process of another pod, whoever its parent is', { isInOtherPod: true, lineage: [99, 20] }, 'foreign'],
    ["the daemon's thread", { lineage: [10, 1] }, 'runtime'],
    ['the shim itself', { lineage: [20, 1] }, 'runtime'],
    ["runc below the shim, on the host's side", { lineage: [99, 98, 20, 1], isContainerRunning: true }, 'exec'],
    ['the same before the container runs', { lineage: [99, 98, 20, 1] }, 'runtime'],
    ['a plugin that the daemon started', { lineage: [99, 10, 1] }, 'cni'],
    ['the kubelet', { unit: 'kubelet.service' }, 'kubelet'],
    ['a shell', { unit: 'session-7.scope' }, 'foreign'],
    ['somebody without a unit', {}, 'foreign'],
  ];
  for (const [name, some, by] of cases) t.equal(judgeJoin({ ...facts, ...some }, runtime), by, name);
});
