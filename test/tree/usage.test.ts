// Samples of what pods use: which are asked for, and how they stand in the tree.
import t from 'tap';
import type { UsageRecord } from '../../src/tree/model.ts';
import { createStory } from '../helpers/pod-story.ts';
import { play } from '../helpers/tree-play.ts';

const record: UsageRecord = {
  sampledAt: '2026-01-01T01:00:00.000000000Z',
  pause: { cpuMs: 12, memoryBytes: 200_704 },
  containers: [],
  ports: [{ protocol: 'tcp', address: '0.0.0.0', port: 80 }],
  peers: [],
};

function begin() {
  const story = createStory();
  const watched = play(story);
  const sandbox = story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  const app = story.container(sandbox, 'app');
  watched.kernel();
  watched.runtime();
  const sample = (usage?: UsageRecord) =>
    watched.feed({ type: 'usage', nowNs: story.kernel.nowNs(), samples: new Map(usage ? [[sandbox.id, usage]] : []) });
  return { story, watched, sandbox, app, sample };
}

t.test('asks for the cgroups of the pause and of each container that runs, with their processes', async (t) => {
  const { story, watched, sandbox, app } = begin();
  const worker = story.child(app, 'worker');
  watched.kernel();
  t.same(watched.engine.usageTargets(), [
    {
      sandboxId: sandbox.id,
      podUid: sandbox.uid,
      hostNetwork: false,
      containers: [{ id: app.id, cgroupPath: app.cgroup, pids: [app.init.pid, worker.pid] }],
      namespace: 'shop',
      name: 'web',
      pause: { id: sandbox.id, cgroupPath: sandbox.cgroup, pids: [sandbox.pause.pid] },
    },
  ]);
  story.end(app, 0);
  watched.kernel();
  t.same(watched.engine.usageTargets()[0]?.containers, []);
});

t.test('stands below the sandbox, for those who watch and for those who come', async (t) => {
  const { watched, sample } = begin();
  sample(record);
  t.same(watched.pod('web')?.sandbox?.usage, record);
  t.same(watched.client(), watched.tree());
  t.same(sample({ ...record, sampledAt: '2026-01-01T01:00:05.000000000Z' }), [], 'what has not changed is not told');
  sample({ ...record, pause: { cpuMs: 13, cpuCores: 0.2, memoryBytes: 200_704 } });
  t.equal(watched.client().pods[0]?.sandbox?.usage?.pause?.cpuCores, 0.2);
  sample();
  t.notOk(watched.pod('web')?.sandbox?.usage, 'nobody watches any more');
  t.same(watched.client(), watched.tree());
});

t.test('goes with its sandbox', async (t) => {
  const { story, watched, sandbox, sample } = begin();
  sample(record);
  story.kernel.signal(story.shell, sandbox.pause, 9);
  watched.kernel();
  watched.runtime();
  t.same(watched.client(), watched.tree(), 'the pause is dead');
  story.stop(sandbox);
  story.sandbox({ name: 'web' });
  watched.kernel();
  watched.runtime();
  t.notOk(watched.pod('web')?.sandbox?.usage);
  t.same(watched.client(), watched.tree());
  sample(record);
  t.notOk(watched.pod('web')?.sandbox?.usage, 'a sample of the former one is not its successor’s');
});
