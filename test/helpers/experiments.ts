// The ways in which test/who-stops-pods.ts stops a pod.
import { writeFileSync } from 'node:fs';
import { FOREVER } from './agent-scenarios.ts';
import type { Containerd, OciRuntime } from './containerd.ts';
import { type PodSpec, type RunningPod, until } from './containerd-pods.ts';
import { cgroupDirectory, isAlive, runShell } from './deaths.ts';

type Names = 'app' | 'logger';

export interface Scene {
  readonly containerd: Containerd;
  readonly pod: RunningPod<Names>;
  readonly shim: number;
}

export interface Experiment {
  readonly title: string;
  readonly pod?: Partial<PodSpec<Names>>;
  act(scene: Scene): Promise<void>;
}

/** One that ignores SIGTERM as long as it is the first process of a pid namespace, and one that minds it. */
export const TWO_CONTAINERS = [
  { name: 'app', command: FOREVER },
  { name: 'logger', command: ['sh', '-c', 'trap "exit 3" TERM; while :; do sleep 0.1; done'] },
] as const;

const stopWithGrace = async ({ containerd, pod }: Scene): Promise<void> => {
  await containerd.stopContainer(pod.containers.logger.id, 1);
  await containerd.stopContainer(pod.containers.app.id, 1);
  await containerd.stopPod(pod.sandboxId);
};
const stopAtOnce = ({ containerd, pod }: Scene): Promise<void> => containerd.stopPod(pod.sandboxId);
const kill = async (signal: string, pid: number): Promise<void> => void (await runShell(`kill -${signal} ${pid}`));
const killInside = async ({ containerd, pod }: Scene, signal: string): Promise<void> =>
  void (await containerd.exec(pod.containers.app.id, ['sh', '-c', `kill -${signal} 1`]).catch(() => undefined));

const KINDS: Readonly<Record<string, Partial<PodSpec<Names>>>> = {
  'an ordinary pod': {},
  'a hostNetwork pod': { hostNetwork: true },
  'a hostPID pod': { hostPid: true },
  'a pod with a shared pid namespace': { sharePid: true },
};

export function experiments(runtime: OciRuntime): Experiment[] {
  const shared = { sharePid: true };
  // The test's crun has no v2 tree to put pods into.
  const v2: Experiment[] = [
    { title: 'cgroup.kill of the pod', act: async ({ pod }) => writeFileSync(`${cgroupDirectory('v2', pod)}/cgroup.kill`, '1') },
    {
      title: 'cgroup.kill of the pause alone',
      act: async ({ pod }) => writeFileSync(`${cgroupDirectory('v2', pod, pod.sandboxId)}/cgroup.kill`, '1'),
    },
  ];
  return [
    ...Object.entries(KINDS).flatMap(([kind, pod]) => [
      { title: `StopContainer with 1 s of grace for each, then StopPodSandbox: ${kind}`, pod, act: stopWithGrace },
      { title: `StopPodSandbox while containers run: ${kind}`, pod, act: stopAtOnce },
    ]),
    { title: 'RemovePodSandbox while containers run', act: ({ containerd, pod }) => containerd.removePod(pod.sandboxId) },
    { title: 'KILL to the pause', act: ({ pod }) => kill('KILL', pod.pausePid) },
    {
      title: "the runtime's own tool in a shell",
      act: async ({ containerd, pod }) =>
        void (await runShell(`${runtime} --root ${containerd.directory}/oci/k8s.io kill ${pod.sandboxId} KILL`)),
    },
    { title: 'KILL to the pause, shared pid namespace', pod: shared, act: ({ pod }) => kill('KILL', pod.pausePid) },
    { title: 'KILL to pid 1 from inside a shared pid namespace', pod: shared, act: (scene) => killInside(scene, 'KILL') },
    { title: 'TERM to pid 1 from inside a shared pid namespace', pod: shared, act: (scene) => killInside(scene, 'TERM') },
    ...(runtime === 'runc' ? v2 : []),
    { title: 'KILL to the shim', act: ({ shim }) => kill('KILL', shim) },
    { title: 'TERM to the shim', act: ({ shim }) => kill('TERM', shim) },
    { title: 'KILL to the shim, shared pid namespace', pod: shared, act: ({ shim }) => kill('KILL', shim) },
    {
      title: 'KILL to the shim while containerd is down, then start of containerd',
      act: async ({ containerd, shim }) => {
        await containerd.stopDaemon();
        await kill('KILL', shim);
        await until('the end of the shim', async () => !isAlive(shim));
        await containerd.restart();
      },
    },
    {
      title: 'KILL to containerd, then start of containerd',
      act: async ({ containerd }) => {
        await kill('KILL', containerd.pid);
        await containerd.restart();
      },
    },
  ];
}
