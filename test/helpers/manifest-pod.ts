// Runs the pod of a rendered DaemonSet in a real runtime, as the kubelet does: what stands in the manifest becomes CRI requests, and nothing else.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { Containerd } from './containerd.ts';
import { pidOf } from './containerd-pods.ts';
import type { Message } from './cri-client.ts';

export interface Node {
  readonly name: string;
  /** A folder of the test's own, for what the kubelet would keep in /var/lib/kubelet/pods and /var/log/pods. */
  readonly directory: string;
  /** hostPath of the manifest -> the test's own: a path that is not here is the machine's. */
  readonly hostPaths: Readonly<Record<string, string>>;
  /** Name -> data. */
  readonly configMaps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface ManifestPod {
  readonly uid: string;
  readonly name: string;
  readonly sandboxId: string;
  readonly pausePid: number;
  readonly containerId: string;
  /** Of the container's first process. */
  readonly pid: number;
  readonly ip: string;
  readonly cgroupParent: string;
  /** What the container has written to its standard output and error. */
  log(): string;
  state(): Promise<{ readonly state: string; readonly exitCode: number; readonly reason: string }>;
}

// pkg/securitycontext/util.go of the kubelet: what ProcMount Default means.
const MASKED_PATHS = ['asound', 'acpi', 'kcore', 'keys', 'latency_stats', 'timer_list', 'timer_stats', 'sched_debug', 'scsi']
  .map((name) => `/proc/${name}`)
  .concat('/sys/firmware', '/sys/devices/virtual/powercap');
const READONLY_PATHS = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);
const PROPAGATION: Readonly<Record<string, string>> = {
  None: 'PROPAGATION_PRIVATE',
  HostToContainer: 'PROPAGATION_HOST_TO_CONTAINER',
  Bidirectional: 'PROPAGATION_BIDIRECTIONAL',
};
/** pkg/kubelet/qos/policy.go: what a node-critical pod gets. */
const CRITICAL_OOM_SCORE_ADJ = -997;
const CPU_PERIOD_US = 100_000;

export interface ManifestPodOptions {
  readonly containerd: Containerd;
  readonly daemonSet: IDaemonSet;
  readonly node: Node;
  readonly runtimeHandler?: string | undefined;
}

/** The DaemonSet's only container, started once. */
export async function runManifestPod({ containerd, daemonSet, node, runtimeHandler = '' }: ManifestPodOptions): Promise<ManifestPod> {
  const template = daemonSet.spec?.template;
  const spec = template?.spec;
  const [container, ...others] = spec?.containers ?? [];
  if (template === undefined || spec === undefined || container === undefined || others.length > 0) throw new Error('not one container');
  const uid = randomUUID();
  const namespace = daemonSet.metadata?.namespace ?? 'default';
  const name = `${daemonSet.metadata?.name}-${uid.slice(0, 5)}`;
  const logs = `${node.directory}/logs/${namespace}_${name}_${uid}`;
  mkdirSync(`${logs}/${container.name}`, { recursive: true });
  const labels = { 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace, 'io.kubernetes.pod.uid': uid };
  const cgroupParent = `${containerd.cgroupRoot}/kubepods/burstable/pod${uid}`;
  const namespaces = {
    network: spec.hostNetwork === true ? 'NODE' : 'POD',
    pid: spec.hostPID === true ? 'NODE' : 'CONTAINER',
    ipc: spec.hostIPC === true ? 'NODE' : 'POD',
  };
  const sandboxConfig = {
    metadata: { name, uid, namespace, attempt: 0 },
    hostname: name,
    log_directory: logs,
    labels: { ...(template.metadata?.labels as Record<string, string>), ...labels },
    annotations: { ...(template.metadata?.annotations as Record<string, string>), 'kubernetes.io/config.source': 'api' },
    linux: {
      cgroup_parent: cgroupParent,
      security_context: { namespace_options: namespaces, seccomp: { profile_type: 'RuntimeDefault' } },
    },
  };
  const sandboxId = String(
    (await containerd.call('RunPodSandbox', { config: sandboxConfig, runtime_handler: runtimeHandler })).pod_sandbox_id,
  );
  const sandbox = await containerd.call('PodSandboxStatus', { pod_sandbox_id: sandboxId, verbose: true });
  const ip = (sandbox.status as { network?: { ip?: string } | null }).network?.ip ?? '';

  const config = {
    metadata: { name: container.name, attempt: 0 },
    image: { image: container.image },
    command: container.command ?? [],
    args: container.args ?? [],
    envs: environmentOf(container, { ip, node: node.name, name, namespace }),
    mounts: mountsOf(spec, container, node, uid),
    labels: { ...labels, 'io.kubernetes.container.name': container.name },
    annotations: { 'io.kubernetes.container.type': 'container', 'io.kubernetes.container.restartCount': '0' },
    log_path: `${container.name}/0.log`,
    linux: { resources: resourcesOf(container), security_context: { ...securityOf(container), namespace_options: namespaces } },
  };
  const created = await containerd.call('CreateContainer', { pod_sandbox_id: sandboxId, config, sandbox_config: sandboxConfig });
  const containerId = String(created.container_id);
  await containerd.call('StartContainer', { container_id: containerId });
  const status = () => containerd.call('ContainerStatus', { container_id: containerId, verbose: true });
  const file = `${logs}/${container.name}/0.log`;
  return {
    uid,
    name,
    sandboxId,
    pausePid: pidOf(sandbox),
    containerId,
    pid: pidOf(await status()),
    ip,
    cgroupParent,
    // "TIME stream F text": the format of CRI's log files.
    log: () => (existsSync(file) ? readFileSync(file, 'utf8').replace(/^\S+ std(?:out|err) [FP] /gm, '') : ''),
    state: async () => {
      const { state, exit_code: exitCode, reason } = (await status()).status as { state: string; exit_code: number; reason: string };
      return { state, exitCode, reason };
    },
  };
}

function environmentOf(
  container: IContainer,
  pod: { readonly ip: string; readonly node: string; readonly name: string; readonly namespace: string },
) {
  const fields: Readonly<Record<string, string>> = {
    'spec.nodeName': pod.node,
    'status.podIP': pod.ip,
    'metadata.name': pod.name,
    'metadata.namespace': pod.namespace,
  };
  return (container.env ?? []).map(({ name, value, valueFrom }) => {
    const field = valueFrom?.fieldRef?.fieldPath;
    const found = field === undefined ? value : fields[field];
    if (found === undefined) throw new Error(`environment ${name}: what it is taken from is not known here`);
    return { key: name, value: found };
  });
}

function mountsOf(spec: IPodSpec, container: IContainer, node: Node, uid: string): Message[] {
  const directory = `${node.directory}/pods/${uid}`;
  mkdirSync(directory, { recursive: true });
  const mounts = (container.volumeMounts ?? []).map(({ name, mountPath, readOnly = false, mountPropagation = 'None' }) => {
    const volume = spec.volumes?.find((each) => each.name === name);
    const hostPath = hostPathOf(volume, node, `${directory}/${name}`);
    return { container_path: mountPath, host_path: hostPath, readonly: readOnly, propagation: PROPAGATION[mountPropagation] };
  });
  // What the kubelet mounts into every container.
  writeFileSync(`${directory}/etc-hosts`, '127.0.0.1 localhost\n');
  writeFileSync(`${directory}/termination-log`, '');
  return [
    ...mounts,
    { container_path: '/etc/hosts', host_path: `${directory}/etc-hosts` },
    { container_path: '/dev/termination-log', host_path: `${directory}/termination-log` },
  ];
}

function hostPathOf(volume: NonNullable<IPodSpec['volumes']>[number] | undefined, node: Node, directory: string): string {
  if (volume?.hostPath) {
    const { path, type } = volume.hostPath;
    const own = node.hostPaths[path] ?? path;
    if (type === 'DirectoryOrCreate') mkdirSync(own, { recursive: true, mode: 0o755 });
    else if (type !== 'Directory') throw new Error(`hostPath ${path}: type ${type} is not checked here`);
    if (!statSync(own).isDirectory()) throw new Error(`hostPath type check failed: ${own} is not a directory`);
    return own;
  }
  mkdirSync(directory, { recursive: true });
  // On the disk, whatever its medium: the kubelet's own mounts are not what is tested.
  if (volume?.emptyDir) return directory;
  const data = node.configMaps[volume?.configMap?.name ?? ''];
  if (data === undefined) throw new Error(`volume ${volume?.name}: neither hostPath nor emptyDir nor a known ConfigMap`);
  for (const [name, text] of Object.entries(data)) writeFileSync(`${directory}/${name}`, text);
  return directory;
}

function securityOf({ securityContext: context = {} }: IContainer): Message {
  const { capabilities, seccompProfile, appArmorProfile, seLinuxOptions } = context;
  return {
    capabilities: { add_capabilities: capabilities?.add ?? [], drop_capabilities: capabilities?.drop ?? [] },
    privileged: context.privileged ?? false,
    readonly_rootfs: context.readOnlyRootFilesystem ?? false,
    no_new_privs: context.allowPrivilegeEscalation === false,
    masked_paths: MASKED_PATHS,
    readonly_paths: READONLY_PATHS,
    ...(context.runAsUser === undefined ? {} : { run_as_user: { value: String(context.runAsUser) } }),
    ...(context.runAsGroup === undefined ? {} : { run_as_group: { value: String(context.runAsGroup) } }),
    seccomp: { profile_type: seccompProfile?.type ?? 'Unconfined' },
    apparmor: { profile_type: appArmorProfile?.type ?? 'RuntimeDefault' },
    ...(seLinuxOptions === undefined ? {} : { selinux_options: { ...seLinuxOptions } }),
  };
}

function resourcesOf({ resources }: IContainer): Message {
  const cpu = (quantity: number | string | undefined) => milliOf(String(quantity ?? '0'));
  const limit = cpu(resources?.limits?.cpu);
  return {
    cpu_period: String(CPU_PERIOD_US),
    ...(limit === 0 ? {} : { cpu_quota: String((limit * CPU_PERIOD_US) / 1_000) }),
    // MilliCPUToShares of the kubelet's pkg/kubelet/cm/helpers_linux.go.
    cpu_shares: String(Math.max(2, Math.floor((cpu(resources?.requests?.cpu) * 1_024) / 1_000))),
    memory_limit_in_bytes: String(bytesOf(String(resources?.limits?.memory ?? '0'))),
    oom_score_adj: CRITICAL_OOM_SCORE_ADJ,
  };
}

function milliOf(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) : Number(quantity) * 1_000;
}

function bytesOf(quantity: string): number {
  const [, number, unit = ''] = /^(\d+)(Ki|Mi|Gi)?$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`memory ${quantity}: a whole number of Ki, Mi or Gi is expected`);
  return Number(number) * 1_024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit);
}
