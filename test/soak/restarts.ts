// The pause of one pod killed two hundred times in a row, every restart to be counted, none twice: `node test/soak/restarts.ts [COUNT] [storms]`, as
// root. With `storms` another pod forks 10,000 times every three seconds meanwhile, so that bpftrace is behind for most of the time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startStormPod } from '../bench/storm-pod.ts';
import { cannotRunAgent, startAgent } from '../helpers/agent.ts';
import { FOREVER } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { countRestarts, historyFor } from '../helpers/restarts.ts';

const count = Number(process.argv[2] ?? 200);
const hasStorms = process.argv[3] === 'storms';
const STORM_FORKS = 10_000;
const STORM_INTERVAL_MS = 3000;
const why = cannotRunAgent() ?? cannotRunContainerd();
if (why !== undefined) throw new Error(why);
const stateDirectory = mkdtempSync(join(tmpdir(), 'podtree-soak-'));
const undo: (() => unknown)[] = [() => rmSync(stateDirectory, { recursive: true, force: true })];
try {
  const containerd = await startContainerd();
  undo.push(containerd.stop);
  const env = { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, PODTREE_STATE_DIR: stateDirectory, ...historyFor(count) };
  // Whoever looked at every fork of a storm as well would be behind by himself.
  const agent = await startAgent({ teardown: (stop) => void undo.push(stop) }, env, undefined, { namespace: 'shop' });
  const storms = hasStorms ? await startStorms() : undefined;
  const startedMs = performance.now();
  const containers = [{ name: 'app', command: FOREVER }];
  const counted = await countRestarts({ agent, containerd, stateDirectory, count, name: 'phoenix', containers });
  const stormed = await storms?.();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  const { restarts, replaced, named, metric, onDisk, sandboxOutageMs } = counted;
  console.log(
    `restarts: ${count} kills in ${seconds} s; ${restarts} restarts told (${replaced} of the right sandboxes), ${named} with their killer, ${metric} in /metrics, ${onDisk} on disk; without a pause p50 ${sandboxOutageMs.p50.toFixed(0)} ms, p99 ${sandboxOutageMs.p99.toFixed(0)} ms; gaps: ${JSON.stringify(agent.gaps)}${stormed === undefined ? '' : `; storms of ${STORM_FORKS} forks: ${stormed}`}`,
  );
  if ([restarts, replaced, named, metric, onDisk].some((each) => each !== count)) {
    process.exitCode = 1;
    for (const line of agent.log.filter((each) => /"level":[456]0/.test(each) && !each.includes('"subsystem":"alert"'))) console.log(line);
  }
} finally {
  for (const each of undo.toReversed()) await each();
}

/** In a runtime of its own, so that only the events have to share. Returns what ends them and says how many there were. */
async function startStorms(): Promise<() => Promise<number>> {
  const containerd = await startContainerd();
  undo.push(containerd.stop);
  const pod = await startStormPod(containerd, STORM_FORKS);
  let isOver = false;
  const storming = (async () => {
    let storms = 0;
    for (; !isOver; storms++) await Promise.all([pod.storm(), setTimeout(STORM_INTERVAL_MS)]);
    return storms;
  })();
  const end = () => {
    isOver = true;
    return storming;
  };
  undo.push(end);
  return end;
}
