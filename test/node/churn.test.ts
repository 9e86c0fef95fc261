// Fifty pods come and go: nothing of them stays in the tree, in the engine behind it, or in what the probes are told to watch.
import t from 'tap';
import { createPipeline } from '../../agent/pipeline.ts';
import { readCgroupTree } from '../../src/host/cgroups.ts';
import { findHierarchy } from '../../src/host/hierarchy.ts';
import { applyChanges, sortTree } from '../../src/stream/apply.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import type { Pod, Tree } from '../../src/tree/model.ts';
import { cannotRunAgent, testConfig, testLog } from '../helpers/agent.ts';
import { FOREVER } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { until } from '../helpers/containerd-pods.ts';

const PODS = 50;
const AT_A_TIME = 5;

t.test('fifty pods in a row', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(200_000);
  const containerd = await startContainerd({ t });
  const events: TreeEvent[] = [];
  let tree: Tree = { node: 'node-a', token: '', pods: [], leaked: [] };
  const config = testConfig({ PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, PODTREE_RESYNC_INTERVAL_MS: '2000' });
  const pipeline = createPipeline(config, testLog().log, {
    onUpdates: (updates) => {
      for (const { event, changes } of updates) {
        tree = applyChanges(tree, changes);
        if (event) events.push(event);
      }
    },
    onGap: () => {},
    onReadiness: () => {},
  });
  t.teardown(() => pipeline.stop());
  await pipeline.start();
  const { engine } = pipeline;
  tree = { ...engine.snapshot(), token: '' };

  // The first pod makes the cgroups above all pods, which stay.
  const first = await containerd.runPod({ name: 'first' });
  await containerd.removePod(first.sandboxId);
  const uids: string[] = [];
  const inodes = new Set<number>();
  const pids = new Set<number>();

  await t.test('each is seen whole and then removed', async (t) => {
    const live = async (): Promise<void> => {
      while (uids.length < PODS) {
        const name = `churn-${uids.push('') - 1}`;
        const pod = await containerd.runPod({ name, sharePid: uids.length % 2 === 0, containers: [{ name: 'app', command: FOREVER }] });
        uids[Number(name.slice(6))] = pod.uid;
        const shown = (): Pod | undefined => tree.pods.find(({ uid }) => uid === pod.uid);
        await until(`pod ${name}`, async () => {
          const app = shown()?.sandbox?.containers[0];
          return (
            shown()?.name === name && app?.processes.some(({ pid, role }) => pid === pod.containers.app.pid && role === 'init') === true
          );
        });
        for (const item of [shown()?.sandbox, shown()?.sandbox?.containers[0]])
          for (const { inode, scope } of item?.namespaces ?? []) if (scope === 'own') inodes.add(inode);
        for (const pid of [pod.pausePid, pod.containers.app.pid]) pids.add(pid);
        await containerd.removePod(pod.sandboxId);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, live));
    const countOf = (type: TreeEvent['type']) =>
      uids.filter((uid) => events.some((event) => event.type === type && event.pod?.uid === uid)).length;
    await until('all removals', async () => countOf('pod.removed') === PODS);
    t.equal(new Set(uids).size, PODS);
    for (const type of [
      'pod.added',
      'sandbox.created',
      'container.started',
      'container.exited',
      'pause.exited',
      'sandbox.removed',
    ] as const) {
      t.equal(countOf(type), PODS, type);
    }
    t.equal(countOf('pause.restarted'), 0);
    // StopPodSandbox of containerd kills what still runs, and then the pause: nobody else did.
    const ends = events.filter((event) => event.type === 'pause.exited' && uids.includes(event.pod?.uid ?? ''));
    t.same(
      ends.filter((event) => event.type === 'pause.exited' && event.cause.kind !== 'planned-stop'),
      [],
    );
    t.same(
      events.filter((event) => event.type === 'namespace.joined' && event.by === 'foreign' && uids.includes(event.owner.uid)),
      [],
    );
  });

  await t.test('and nothing of them is left', async (t) => {
    const hierarchy = findHierarchy();
    // Other pods of this machine may live on: what is left has to be theirs.
    const isLean = async (): Promise<boolean> => {
      const counts = engine.counts();
      const inTree = countTree(tree);
      const { cgroups } = await readCgroupTree(hierarchy.mountPoint, { rest: async () => {} });
      return (
        counts.pods === inTree.pods &&
        counts.sandboxes === inTree.sandboxes &&
        counts.containers === inTree.containers &&
        counts.processes === inTree.processes &&
        counts.held === 0 &&
        counts.cgroups <= cgroups.size
      );
    };
    await until('counts that are those of the tree', isLean);
    t.same(
      tree.pods.filter(({ uid }) => uids.includes(uid)),
      [],
    );
    t.same(
      tree.leaked.filter(({ path }) => path.startsWith(containerd.directory)),
      [],
    );
    t.same(sortTree(tree), sortTree({ ...engine.snapshot(), token: '' }));
    // A pod of somebody else may have one of these numbers for a moment before it is shown; what leaks stays.
    await until('probes that watch nothing of them', async () => {
      const seeds = engine.seeds();
      const [known, owned] = [processesOf(tree), namespacesOf(tree)];
      const isGone = seeds.pids.every((pid) => !pids.has(pid) || known.has(pid));
      return isGone && seeds.namespaces.every((inode) => !inodes.has(inode) || owned.has(inode));
    });
    t.equal(pipeline.stats().malformed, 0);
  });
});

function countTree({ pods }: Tree) {
  const sandboxes = pods.reduce(
    (sum, { sandbox, history }) => sum + (sandbox ? 1 : 0) + history.filter(({ state }) => state !== 'removed').length,
    0,
  );
  const containers = pods.reduce((sum, { sandbox }) => sum + (sandbox?.containers.length ?? 0), 0);
  return { pods: pods.length, sandboxes, containers, processes: processesOf({ pods }).size };
}

function processesOf({ pods }: Pick<Tree, 'pods'>): ReadonlySet<number> {
  return new Set(
    pods.flatMap(({ sandbox }) => [
      ...(sandbox?.pause ? [sandbox.pause.pid] : []),
      ...(sandbox?.guests.map(({ pid }) => pid) ?? []),
      ...(sandbox?.containers.flatMap(({ processes }) => processes.map(({ pid }) => pid)) ?? []),
    ]),
  );
}

function namespacesOf({ pods }: Tree): ReadonlySet<number> {
  return new Set(
    pods
      .flatMap(({ sandbox, history }) => [...history, ...(sandbox ? [sandbox, ...sandbox.containers] : [])])
      .flatMap(({ namespaces }) => namespaces.map(({ inode }) => inode)),
  );
}
