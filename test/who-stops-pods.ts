// The experiments behind docs/who-stops-pods.md: stops real pods in many ways and prints who sent which signal, what died of it, and what was left.
//
// By hand, as root, on a machine that can run the tests: node test/who-stops-pods.ts [runc|crun] [PART OF A TITLE]
import { setTimeout as delay } from 'node:timers/promises';
import { exitRecord, signalName } from '../src/kernel/signal.ts';
import { testConfig } from './helpers/agent.ts';
import { type Containerd, type OciRuntime, startContainerd } from './helpers/containerd.ts';
import { isAlive, shimOf } from './helpers/deaths.ts';
import { type Experiment, experiments, TWO_CONTAINERS } from './helpers/experiments.ts';
import { mountedHierarchies, type ProbedKernel, probeKernel } from './helpers/probed-kernel.ts';

/** So long after the last thing that was done nothing more comes of it. */
const QUIET_MS = 1_000;

async function observe(experiment: Experiment, containerd: Containerd, kernel: ProbedKernel): Promise<string[]> {
  const pod = await containerd.runPod({ name: 'observed', containers: TWO_CONTAINERS, ...experiment.pod });
  const shim = shimOf(pod);
  const names = new Map([
    [process.pid, 'this program'],
    [containerd.pid, 'containerd'],
    [shim, 'its shim'],
    [pod.pausePid, 'pause'],
    [pod.containers.app.pid, 'app'],
    [pod.containers.logger.pid, 'logger'],
  ]);
  for (const pid of [shim, containerd.pid]) kernel.source.watchProcess(pid, 'runtime');
  for (const pid of [pod.pausePid, pod.containers.app.pid, pod.containers.logger.pid]) kernel.source.watchProcess(pid, 'pod');
  const from = kernel.events.length;
  await experiment.act({ containerd, pod, shim });
  await delay(QUIET_MS);

  const named = (pid: number, comm: string) => names.get(pid) ?? comm;
  const told = kernel.events.slice(from).flatMap((event) => {
    if (event.kind === 'signal' && names.has(event.targetPid)) {
      const { task, exe, code, group, result, parents } = event;
      const line = parents.slice(0, 2).map(({ pid, comm }) => named(pid, comm));
      const who = `${named(task.pid, task.comm)} (exe ${exe || 'none'}) < ${line.join(' < ')}`;
      const how = `si_code ${code}, group ${Number(group)}, result ${result}`;
      return [{ timeNs: event.timeNs, text: `${signalName(event.signal)} to ${named(event.targetPid, '')} from ${who}; ${how}` }];
    }
    if (event.kind === 'exit' && names.has(event.task.pid)) {
      const { code, signal } = exitRecord(event);
      return [{ timeNs: event.timeNs, text: `${named(event.task.pid, '')} ends: ${signal ?? `exit ${code}`}` }];
    }
    return [];
  });
  told.sort((a, b) => a.timeNs - b.timeNs);
  const startNs = told[0]?.timeNs ?? 0;
  const left = [...names].filter(([pid, name]) => !['this program', 'containerd'].includes(name) && isAlive(pid)).map(([, name]) => name);
  const result = [
    `${experiment.title}`,
    ...told.map(({ timeNs, text }) => `  ${`+${((timeNs - startNs) / 1e6).toFixed(1)} ms`.padStart(11)}  ${text}`),
    `  left: ${left.join(', ') || 'nothing'}. CRI says: ${await criOf(containerd, pod.sandboxId, Object.entries(pod.containers))}`,
  ];
  await containerd.removePod(pod.sandboxId).catch(() => undefined);
  return result;
}

async function criOf(containerd: Containerd, sandboxId: string, containers: readonly [string, { readonly id: string }][]): Promise<string> {
  const read = async (method: string, request: Record<string, unknown>) => {
    const { status } = await containerd.call(method, request).catch(() => ({ status: { state: 'not found' } }));
    return status as { readonly state: string; readonly exit_code?: number; readonly reason?: string };
  };
  const words = [(await read('PodSandboxStatus', { pod_sandbox_id: sandboxId })).state];
  for (const [name, { id }] of containers) {
    const { state, exit_code, reason } = await read('ContainerStatus', { container_id: id });
    words.push(`${name} ${state}${state === 'CONTAINER_EXITED' ? ` ${exit_code} (${reason})` : ''}`);
  }
  return words.join(', ');
}

const [runtime = 'runc', part = ''] = process.argv.slice(2);
testConfig();
const hierarchies = mountedHierarchies();
const hierarchy = hierarchies.find(({ hierarchy }) => hierarchy.kind === 'v1') ?? hierarchies[0];
if (!hierarchy) throw new Error('no cgroup hierarchy is mounted');
const kernel = await probeKernel({ hierarchy: hierarchy.hierarchy, podRoots: [], processArgs: false });
const containerd = await startContainerd({ runtime: runtime as OciRuntime });
try {
  for (const experiment of experiments(runtime as OciRuntime)) {
    if (experiment.title.includes(part)) console.log(`${(await observe(experiment, containerd, kernel)).join('\n')}\n`);
  }
} finally {
  await containerd.stop();
  await kernel.source.stop();
}
