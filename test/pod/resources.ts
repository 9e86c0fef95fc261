// What the agent's container takes, as its cgroup counts it: at the start, idle, and in fork storms of another pod with a client that takes all.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { startStormPod } from '../bench/storm-pod.ts';
import { followStream } from '../helpers/agent.ts';
import { type AgentPod, importAgentImage, startAgentPod } from '../helpers/agent-pod.ts';
import { FOREVER } from '../helpers/agent-scenarios.ts';
import { startContainerd } from '../helpers/containerd.ts';

const PODS = 10;
const STORMS = 3;
const FORKS = 50_000;
const IDLE_MS = 20_000;
/** What the storms left in the buffers is told by then. */
const SETTLE_MS = 10_000;

export interface ResourceRow {
  readonly when: string;
  readonly memoryMiB: number;
  readonly peakMiB: number;
  /** Of processor time, in the time that the row is about. */
  readonly cpuSeconds: number;
  /** Events that the kernel could not hand over, in that time. */
  readonly lost: number;
}

export async function measureResources(t: Test): Promise<readonly ResourceRow[]> {
  const containerd = await startContainerd({ t });
  await importAgentImage(t, containerd);
  for (let index = 0; index < PODS; index++)
    await containerd.runPod({ name: `web-${index}`, containers: [{ name: 'app', command: FOREVER }] });
  const stateDirectory = mkdtempSync(join(tmpdir(), 'podtree-state-'));
  t.teardown(() => rmSync(stateDirectory, { recursive: true, force: true }));
  const startedMs = Date.now();
  const pod = await startAgentPod(t, containerd, { stateDirectory });
  await pod.ready();
  const rows: ResourceRow[] = [];
  let before = { cpuSeconds: 0, lost: 0 };
  const note = async (when: string) => {
    const { memoryMiB, peakMiB, cpuSeconds } = usageOf(pod);
    const lost = Number(/^podtree_lost_events_total\{stage="kernel"\} (\d+)/m.exec((await pod.probe('/metrics')).body)?.[1]);
    rows.push({ when, memoryMiB, peakMiB, cpuSeconds: cpuSeconds - before.cpuSeconds, lost: lost - before.lost });
    before = { cpuSeconds, lost };
  };
  await note(`from its start until it is ready, ${((Date.now() - startedMs) / 1_000).toFixed(1)} s`);
  await delay(IDLE_MS);
  await note('20 s with nothing to do');
  const view = await followStream(pod.server);
  const storm = await startStormPod(containerd, FORKS);
  for (let at = 0; at < STORMS; at++) await storm.storm();
  await delay(SETTLE_MS);
  await note(`${STORMS} storms of ${FORKS.toLocaleString('en')} forks, a client that takes all`);
  await view.close();
  await delay(IDLE_MS);
  await note('20 s later');
  await containerd.stop();
  return rows;
}

function usageOf(pod: AgentPod): { readonly memoryMiB: number; readonly peakMiB: number; readonly cpuSeconds: number } {
  const path = `${pod.cgroupParent}/${pod.containerId}`;
  const read = (file: string) => readFileSync(`/sys/fs/cgroup/${file}`, 'utf8');
  const mebibytes = (text: string) => Number(text) / 1_048_576;
  if (existsSync(`/sys/fs/cgroup${path}`)) {
    const usage = /^usage_usec (\d+)/m.exec(read(`${path}/cpu.stat`))?.[1];
    return {
      memoryMiB: mebibytes(read(`${path}/memory.current`)),
      peakMiB: mebibytes(read(`${path}/memory.peak`)),
      cpuSeconds: Number(usage) / 1e6,
    };
  }
  return {
    memoryMiB: mebibytes(read(`memory${path}/memory.usage_in_bytes`)),
    peakMiB: mebibytes(read(`memory${path}/memory.max_usage_in_bytes`)),
    cpuSeconds: Number(read(`cpuacct${path}/cpuacct.usage`)) / 1e9,
  };
}
