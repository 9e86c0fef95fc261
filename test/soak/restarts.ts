// The pause of one pod killed two hundred times in a row, every restart to be counted, none twice: `node test/soak/restarts.ts [COUNT]`, as root.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cannotRunAgent, startAgent } from '../helpers/agent.ts';
import { FOREVER } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { countRestarts, historyFor } from '../helpers/restarts.ts';

const count = Number(process.argv[2] ?? 200);
const why = cannotRunAgent() ?? cannotRunContainerd();
if (why !== undefined) throw new Error(why);
const stateDirectory = mkdtempSync(join(tmpdir(), 'podtree-soak-'));
const undo: (() => unknown)[] = [() => rmSync(stateDirectory, { recursive: true, force: true })];
try {
  const containerd = await startContainerd();
  undo.push(containerd.stop);
  const env = { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, PODTREE_STATE_DIR: stateDirectory, ...historyFor(count) };
  const agent = await startAgent({ teardown: (stop) => void undo.push(stop) }, env);
  const startedMs = performance.now();
  const containers = [{ name: 'app', command: FOREVER }];
  const counted = await countRestarts({ agent, containerd, stateDirectory, count, name: 'phoenix', containers });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  const { restarts, replaced, named, metric, onDisk, sandboxOutageMs } = counted;
  console.log(
    `restarts: ${count} kills in ${seconds} s; ${restarts} restarts told (${replaced} of the right sandboxes), ${named} with their killer, ${metric} in /metrics, ${onDisk} on disk; without a pause p50 ${sandboxOutageMs.p50.toFixed(0)} ms, p99 ${sandboxOutageMs.p99.toFixed(0)} ms; gaps: ${agent.gaps.length}`,
  );
  if ([restarts, replaced, named, metric, onDisk].some((each) => each !== count)) {
    process.exitCode = 1;
    for (const line of agent.log.filter((each) => /"level":[456]0/.test(each) && !each.includes('"subsystem":"alert"'))) console.log(line);
  }
} finally {
  for (const each of undo.toReversed()) await each();
}
