// What the test does to a runtime in the kubelet's place: run sandboxes and containers with the kubelet's labels and annotations.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message, TestCriClient } from './cri-client.ts';
import { BUSYBOX_IMAGE } from './images.ts';

export interface ContainerSpec<N extends string = string> {
  readonly name: N;
  readonly command: readonly string[];
  /** An init container is waited for; a sidecar is, as for the kubelet, an init container that is not. Default app. */
  readonly kind?: 'init' | 'sidecar' | 'app' | 'ephemeral';
  /** ContainerMetadata.attempt: a second container of the same name in a pod needs another one. Default: the sandbox' attempt. */
  readonly attempt?: number;
  /** Id of the container whose pid namespace to join, as `kubectl debug --target` does. */
  readonly targetId?: string;
  readonly memoryLimitBytes?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface PodSpec<N extends string = string> {
  readonly name: string;
  readonly namespace?: string;
  /** Default: a new UUID. Give a former pod's uid and a higher attempt for its next sandbox. */
  readonly uid?: string;
  readonly attempt?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  readonly hostPid?: boolean;
  readonly hostIpc?: boolean;
  readonly sharePid?: boolean;
  readonly containers?: readonly ContainerSpec<N>[];
  /** Default `<cgroupRoot>/kubepods/burstable/pod<uid>`. */
  readonly cgroupParent?: string;
}

export interface RunningContainer {
  readonly id: string;
  /** Of its first process, on the host; 0 when it has exited. */
  readonly pid: number;
}

export interface RunningPod<N extends string = string> {
  readonly spec: PodSpec<N>;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly sandboxId: string;
  readonly pausePid: number;
  /** Empty with hostNetwork. */
  readonly ip: string;
  readonly cgroupParent: string;
  readonly containers: Readonly<Record<N, RunningContainer>>;
}

export type Sandbox = Pick<RunningPod, 'spec' | 'name' | 'namespace' | 'uid' | 'sandboxId' | 'cgroupParent'>;

export async function runPod<N extends string>(cri: TestCriClient, cgroupRoot: string, spec: PodSpec<N>): Promise<RunningPod<N>> {
  const uid = spec.uid ?? randomUUID();
  const pod = {
    spec,
    name: spec.name,
    namespace: spec.namespace ?? 'default',
    uid,
    sandboxId: '',
    cgroupParent: spec.cgroupParent ?? `${cgroupRoot}/kubepods/burstable/pod${uid}`,
  };
  const answer = await cri.call('RunPodSandbox', { config: sandboxConfig(pod) });
  const sandbox = { ...pod, sandboxId: String(answer.pod_sandbox_id) };
  const containers: Record<string, RunningContainer> = {};
  for (const container of spec.containers ?? []) containers[container.name] = await runContainer(cri, sandbox, container);
  const status = await cri.call('PodSandboxStatus', { pod_sandbox_id: sandbox.sandboxId, verbose: true });
  const network = (status.status as { network?: { ip?: string } | null }).network;
  return {
    ...sandbox,
    spec,
    pausePid: pidOf(status),
    ip: network?.ip ?? '',
    containers: containers as Record<N, RunningContainer>,
  };
}

function podLabels(pod: Sandbox): Record<string, string> {
  return { 'io.kubernetes.pod.name': pod.name, 'io.kubernetes.pod.namespace': pod.namespace, 'io.kubernetes.pod.uid': pod.uid };
}

function namespaceOptions(spec: PodSpec, targetId?: string): Message {
  const pid = spec.hostPid ? 'NODE' : spec.sharePid ? 'POD' : 'CONTAINER';
  return {
    network: spec.hostNetwork ? 'NODE' : 'POD',
    pid: targetId === undefined ? pid : 'TARGET',
    ipc: spec.hostIpc ? 'NODE' : 'POD',
    ...(targetId === undefined ? {} : { target_id: targetId }),
  };
}

function sandboxConfig(pod: Sandbox): Message {
  return {
    metadata: { name: pod.name, uid: pod.uid, namespace: pod.namespace, attempt: pod.spec.attempt ?? 0 },
    hostname: pod.spec.hostNetwork ? '' : pod.name,
    labels: { ...pod.spec.labels, ...podLabels(pod) },
    annotations: { ...pod.spec.annotations },
    linux: { cgroup_parent: pod.cgroupParent, security_context: { namespace_options: namespaceOptions(pod.spec) } },
  };
}

export async function runContainer(cri: TestCriClient, pod: Sandbox, spec: ContainerSpec): Promise<RunningContainer> {
  const kind = spec.kind ?? 'app';
  const attempt = spec.attempt ?? pod.spec.attempt ?? 0;
  const created = await cri.call('CreateContainer', {
    pod_sandbox_id: pod.sandboxId,
    sandbox_config: sandboxConfig(pod),
    config: {
      metadata: { name: spec.name, attempt },
      image: { image: BUSYBOX_IMAGE },
      command: spec.command,
      envs: Object.entries(spec.env ?? {}).map(([key, value]) => ({ key, value })),
      labels: { ...podLabels(pod), 'io.kubernetes.container.name': spec.name },
      annotations: {
        'io.kubernetes.container.type': kind === 'app' ? 'container' : kind === 'sidecar' ? 'init' : kind,
        'io.kubernetes.container.restartCount': String(attempt),
      },
      linux: {
        ...(spec.memoryLimitBytes === undefined ? {} : { resources: { memory_limit_in_bytes: String(spec.memoryLimitBytes) } }),
        security_context: { namespace_options: namespaceOptions(pod.spec, spec.targetId) },
      },
    },
  });
  const id = String(created.container_id);
  await cri.call('StartContainer', { container_id: id });
  const status = () => cri.call('ContainerStatus', { container_id: id, verbose: true });
  if (kind !== 'init') return { id, pid: pidOf(await status()) };
  await until(`init container ${spec.name}`, async () => ((await status()).status as { state?: string }).state === 'CONTAINER_EXITED');
  return { id, pid: 0 };
}

// containerd and CRI-O put their details as JSON text under the key "info".
export function pidOf(status: Message): number {
  const info: unknown = JSON.parse((status.info as Record<string, string>).info ?? '{}');
  return Number((info as { pid?: number }).pid ?? 0);
}

/** containerd fails when the shim goes away under its hands, as after the death of a pause; the kubelet then simply tries again. */
export async function stopPod(cri: TestCriClient, sandboxId: string): Promise<void> {
  let failure: unknown;
  const stop = () =>
    cri.call('StopPodSandbox', { pod_sandbox_id: sandboxId }).then(
      () => true,
      (error: unknown) => {
        failure = error;
        return false;
      },
    );
  await until('the end of a sandbox', stop).catch((error: unknown) => {
    throw failure ?? error;
  });
}

export async function removePod(cri: TestCriClient, sandboxId: string): Promise<void> {
  await stopPod(cri, sandboxId);
  await cri.call('RemovePodSandbox', { pod_sandbox_id: sandboxId });
}

export async function removeAllPods(cri: TestCriClient): Promise<void> {
  const { items } = await cri.call('ListPodSandbox', {}, { timeoutMs: 5_000 });
  await Promise.all((items as { id: string }[]).map(({ id }) => removePod(cri, id)));
}

export async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not ready within 20 s: ${what}`);
    await delay(20);
  }
}
