// What kills pauses in tests of their deaths: shells wherever wanted, cgroups, rebuilds as the kubelet's; and a webhook that hears the agent's alerts.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import type { Test } from 'tap';
import type { AlertEvent } from '../../src/alert/incident.ts';
import { type Agent, type EventOf, startAgent, type View } from './agent.ts';
import { isUp, type Killer } from './agent-scenarios.ts';
import { startSinkServer } from './alert-sink-server.ts';
import type { Containerd } from './containerd.ts';
import { type RunningPod, until } from './containerd-pods.ts';
import { lastTold } from './last-told.ts';

const CGROUP_MOUNT = '/sys/fs/cgroup';

export interface AlertedAgent {
  readonly agent: Agent;
  /** What the webhook was sent, oldest first: all of it, or that of one rule. */
  alerts(rule?: string): readonly AlertEvent[];
  /** Resolves with the first that fits. */
  alerted(isWanted: (event: AlertEvent) => boolean): Promise<AlertEvent>;
}

/** An agent whose alerts go to a webhook. `rules` is the YAML below `alerts:`, with the indentation of its place. */
export async function startAlertedAgent(t: Test, env: Readonly<Record<string, string>>, rules = ''): Promise<AlertedAgent> {
  const hook = await startSinkServer(t);
  const events = (): AlertEvent[] => hook.received.map(({ body }) => JSON.parse(body) as AlertEvent);
  const agent = await startAgent(t, env, `alerts:\n${rules}  sinks:\n    - {type: webhook, url: '${hook.url}/'}\n`);
  return {
    agent,
    alerts: (rule) => events().filter(({ alert }) => rule === undefined || alert.name === rule),
    async alerted(isWanted) {
      await hook.until(() => events().some(isWanted));
      const event = events().find(isWanted);
      if (!event) throw new Error('what was there is gone');
      return event;
    },
  };
}

/** The pods an alert is about: those of its incident. */
export function uidsIn({ pod, alert }: AlertEvent): string[] {
  return [pod, ...alert.members].flatMap((each) => (each ? [each.uid] : []));
}

/** Runs a shell to its end, which it must reach with 0; resolves with what the kernel saw of it. */
export async function runShell(script: string): Promise<Killer> {
  const shell = spawn('sh', ['-c', script], { stdio: 'ignore' });
  const [code] = (await once(shell, 'exit')) as [number | null];
  if (code !== 0 || shell.pid === undefined) throw new Error(`sh -c '${script}' ended with ${code}`);
  return { pid: shell.pid, comm: 'sh' };
}

/** Every hierarchy of this machine, by its mount point. */
export function cgroupMounts(): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts.filter((line) => / - cgroup2? /.test(line)).map((line) => line.split(' ')[4] ?? '');
}

/** Makes a cgroup in every hierarchy, as systemd does for a unit, and resolves with its `cgroup.procs` files. Removed in the teardown. */
export function makeUnitCgroup(t: Test, path: string): string[] {
  const made: string[] = [];
  t.teardown(() => {
    for (const directory of made.toReversed()) rmdirSync(directory);
  });
  return cgroupMounts().map((mount) => {
    let directory = mount;
    for (const name of path.split('/')) {
      const parent = directory;
      directory = `${directory}/${name}`;
      if (existsSync(directory)) continue;
      mkdirSync(directory);
      made.push(directory);
      // cpuset takes nobody into a cgroup without processors and memory nodes (kernel cpuset_can_attach).
      if (existsSync(`${directory}/cpuset.cpus`))
        for (const file of ['cpuset.cpus', 'cpuset.mems']) execFileSync('cp', [`${parent}/${file}`, `${directory}/${file}`]);
    }
    return `${directory}/cgroup.procs`;
  });
}

/** The directory of a pod's cgroup, or of one of its containers', in the hierarchy of a v1 controller or in v2. */
export function cgroupDirectory(controller: string, pod: Pick<RunningPod, 'cgroupParent'>, containerId?: string): string {
  const hierarchy = controller === 'v2' ? unifiedMount() : `${CGROUP_MOUNT}/${controller}`;
  return [hierarchy + pod.cgroupParent, ...(containerId === undefined ? [] : [containerId])].join('/');
}

/** Where v2 is mounted: alone, or beside the v1 controllers. */
function unifiedMount(): string {
  return existsSync(`${CGROUP_MOUNT}/cgroup.controllers`) ? CGROUP_MOUNT : `${CGROUP_MOUNT}/unified`;
}

/** The files of a pod's memory cgroup: what it uses, and what it may. */
export function memoryFiles(pod: RunningPod): { readonly usage: string; readonly limit: string } {
  const v1 = cgroupDirectory('memory', pod);
  if (existsSync(v1)) return { usage: `${v1}/memory.usage_in_bytes`, limit: `${v1}/memory.limit_in_bytes` };
  const v2 = cgroupDirectory('v2', pod);
  return { usage: `${v2}/memory.current`, limit: `${v2}/memory.max` };
}

/** The shim of a pod: the parent of its pause. */
export function shimOf(pod: RunningPod): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pod.pausePid}/status`, 'utf8'))?.[1]);
}

/** Runs and is not only waiting for somebody to take note of its end. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** What the kubelet does about a dead pause: ends what is left of the sandbox and makes the pod's next one. */
export async function rebuild<N extends string>(containerd: Containerd, pod: RunningPod<N>): Promise<RunningPod<N>> {
  await until('the runtime to notice', async () => {
    const { items } = await containerd.call('ListPodSandbox', {});
    return (items as { id: string; state: string }[]).some(({ id, state }) => id === pod.sandboxId && state === 'SANDBOX_NOTREADY');
  });
  for (const { id } of Object.values<{ id: string }>(pod.containers)) await containerd.stopContainer(id);
  await containerd.stopPod(pod.sandboxId);
  return containerd.runPod({ ...pod.spec, uid: pod.uid, attempt: (pod.spec.attempt ?? 0) + 1 });
}

/** The pod in the tree, all of it, and with its address. */
export function whole(agent: Agent, pod: RunningPod): Promise<unknown> {
  const isWhole = () =>
    isUp(agent, pod.uid, Object.keys(pod.containers)) &&
    agent.pod(pod.uid)?.sandbox?.id === pod.sandboxId &&
    (pod.ip === '' || agent.pod(pod.uid)?.sandbox?.ips.length);
  return agent.until(`the pod ${pod.name}`, isWhole);
}

/** The pod's pauses that died, each once, as it was told last. */
export function deathsOf(view: View, uid: string) {
  return lastTold(view.of(uid, 'pause.exited'));
}

/** The death of a pod's only pause, once what was told of it fits. */
export function deathWith(view: View, uid: string, what: string, isWanted: (death: EventOf<'pause.exited'>) => boolean) {
  return view.until(what, () => deathsOf(view, uid).find(isWanted));
}

/** What became of the containers that ran when it died; undefined as long as one of them runs. */
export function fallenWith({ cascade }: EventOf<'pause.exited'>) {
  return cascade?.containers.every(({ exit }) => exit) ? cascade.containers : undefined;
}

export function codesOf({ cause }: EventOf<'pause.exited'>): string[] {
  return cause.findings.map(({ code }) => code).sort();
}

/** The first line of the exposition that begins with `series` and a blank; its value. */
export async function metricOf(server: string, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${server}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
