// The parts of the demo pod that need no root: where its cgroups go, what it lists as a runtime, who may run it.
import t from 'tap';
import { demoCgroups, findHierarchies } from '../../src/demo/hierarchy.ts';
import { takeLock } from '../../src/demo/lock.ts';
import { COLLECT_AFTER_MS, demoRecords } from '../../src/demo/records.ts';
import type { ContainerId, PodUid } from '../../src/kernel/identity.ts';

const HYBRID = `21 26 0:20 / /proc rw,relatime - proc proc rw
33 32 0:28 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate
34 32 0:29 / /sys/fs/cgroup/systemd rw,nosuid - cgroup cgroup rw,xattr,name=systemd
35 32 0:30 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory
36 32 0:31 / /sys/fs/cgroup/pids rw,nosuid shared:10 master:1 - cgroup cgroup rw,pids
37 32 0:31 /docker/1234 /mnt/pids rw,nosuid - cgroup cgroup rw,pids`;

t.test('the pod goes into the hierarchies podtree may trace', async (t) => {
  const cases: readonly (readonly [name: string, mountinfo: string, expected: readonly string[]])[] = [
    [
      'hybrid: v2, pids and systemd, not the limiting ones',
      HYBRID,
      ['/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/pids'],
    ],
    ['pure v2', '30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw', ['/sys/fs/cgroup']],
    ['joined controllers', '30 23 0:26 / /cg/all rw - cgroup cgroup rw,cpu,pids', ['/cg/all']],
    [
      'neither pids nor systemd: the first there is',
      '30 23 0:26 / /cg/cpu rw - cgroup cgroup rw,cpu\n31 23 0:27 / /cg/mem rw - cgroup cgroup rw,memory',
      ['/cg/cpu'],
    ],
    ['mounted twice', '30 23 0:26 / /cg rw - cgroup2 a rw\n31 23 0:26 / /chroot/cg rw - cgroup2 b rw', ['/cg']],
    ['no cgroups at all', 'nonsense\n\n21 26 0:20 / /proc rw - proc proc rw', []],
  ];
  for (const [name, mountinfo, expected] of cases) t.same(findHierarchies(mountinfo), expected, name);
});

t.test('refuses a cgroup root it could do harm below', async (t) => {
  for (const root of ['', '/', '/system.slice', '/podtree-', '/podtree-a/../..', '/podtree-a/b', 'podtree-demo', '/podtree-demo\n']) {
    t.throws(() => demoCgroups(root, ['/cg']), { code: 'DEMO_FAILED' }, JSON.stringify(root));
  }
  t.throws(() => demoCgroups('/podtree-demo', []), { code: 'DEMO_FAILED', message: /no cgroup hierarchy is mounted/ });
});

t.test('makes and clears cgroups, and does not mind what is gone', async (t) => {
  // Ordinary directories: what is removed here has no processes.
  const first = t.testdir();
  const cgroups = demoCgroups('/podtree-test', [first]);
  t.same(await cgroups.make('kubepods/pod1/c1'), [`${first}/podtree-test/kubepods/pod1/c1`]);
  t.equal(await cgroups.clear(''), 0);
  t.equal(await cgroups.clear(''), 0, 'twice');
  await t.rejects(demoCgroups('/podtree-test', ['/proc/nowhere']).make('a'), { code: 'DEMO_FAILED', message: /cannot make cgroups below/ });
});

t.test('one demo at a time below a root', async (t) => {
  const root = `/podtree-test-${process.pid}`;
  const release = await takeLock(root);
  await t.rejects(takeLock(root), { code: 'DEMO_FAILED', message: /another podtree demo is running/ });
  const other = await takeLock(`${root}-other`);
  await other();
  await release();
  const again = await takeLock(root);
  await again();
});

t.test('lists sandboxes and containers as a runtime does', async (t) => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const pod = { uid: 'u' as PodUid, name: 'example-pod', namespace: 'default', labels: { app: 'example' } };
  const records = demoRecords(pod, () => nowMs);
  const id = (name: string): ContainerId => name as ContainerId;
  const run = (name: string, sandbox: string, container: string, restarts: number): void =>
    records.containerStarted({ id: id(container), sandboxId: id(sandbox), name, kind: 'app', restarts, pid: 7 });

  records.sandboxStarted({ id: id('s0'), attempt: 0, ip: '10.0.0.1', pid: 5 });
  run('web', 's0', 'c0', 0);
  t.match(records.level(), {
    runtimeName: 'demo',
    sandboxes: [
      { id: 's0', podUid: 'u', state: 'ready', attempt: 0, pid: 5, ips: ['10.0.0.1'], createdAt: '2026-01-01T00:00:00.000000000Z' },
    ],
    containers: [{ id: 'c0', sandboxId: 's0', state: 'running', pid: 7, restarts: 0 }],
  });

  records.containerExited(id('c0'), { code: 0, signal: 9 });
  run('web', 's0', 'c1', 1);
  records.containerExited(id('c1'), { code: 3, signal: 0 });
  run('web', 's0', 'c2', 2);
  records.containerExited(id('c2'), undefined);
  records.containerExited(id('never seen'), undefined);
  records.sandboxExited(id('never seen'));
  t.match(
    records.level().containers,
    [
      { id: 'c1', state: 'exited', exitCode: 3, reason: 'Error', pid: undefined },
      { id: 'c2', state: 'unknown', exitCode: 255, reason: 'Unknown' },
    ],
    'one dead container of a name is kept beside the current one',
  );

  records.sandboxExited(id('s0'));
  records.sandboxStarted({ id: id('s1'), attempt: 1, ip: '10.0.0.2', pid: 8 });
  t.match(records.level().sandboxes, [
    { id: 's0', state: 'notready', pid: undefined },
    { id: 's1', state: 'ready', attempt: 1 },
  ]);
  nowMs += COLLECT_AFTER_MS;
  t.match(records.level().sandboxes, [{ id: 's1' }], 'the dead sandbox is collected after a minute');
  t.same(records.level().containers, [], 'and its containers with it');
  records.clear();
  t.same(records.level().sandboxes, []);
});
