// Real pods under other circumstances: crun in pure cgroup v1, and runc seen through the v2 hierarchy of a hybrid machine.
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { cannotRunAgent, startAgent } from '../helpers/agent.ts';
import { runCoreScenarios } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';

/** Pure v1 machines exist; without a v2 tree there is nothing to see through. */
const hasUnified = existsSync('/proc/self/mountinfo') && / cgroup2 /.test(readFileSync('/proc/self/mountinfo', 'utf8'));

t.test('pods of crun', { skip: cannotRunAgent() ?? cannotRunContainerd('crun') ?? false }, async (t) => {
  t.setTimeout(120_000);
  const containerd = await startContainerd({ t, runtime: 'crun' });
  const agent = await startAgent(t, { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint });
  await runCoreScenarios(t, containerd, agent);
});

t.test(
  'pods of runc in the v2 hierarchy',
  { skip: cannotRunAgent() ?? cannotRunContainerd() ?? (hasUnified ? false : 'no cgroup v2 tree is mounted') },
  async (t) => {
    t.setTimeout(120_000);
    const containerd = await startContainerd({ t });
    const agent = await startAgent(t, { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, PODTREE_CGROUP_HIERARCHY: 'v2' });
    await runCoreScenarios(t, containerd, agent);
  },
);
