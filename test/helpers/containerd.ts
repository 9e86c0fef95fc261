// Starts a real containerd of the test's own (socket, state, network, cgroup root), runs pods in it over CRI, and removes all of it again.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type ContainerSpec,
  type PodSpec,
  type RunningContainer,
  type RunningPod,
  removeAllPods,
  removePod,
  runContainer,
  runPod,
  type Sandbox,
  stopPod,
  until,
} from './containerd-pods.ts';
import { removeContainerdRemains } from './containerd-remains.ts';
import { createTestCriClient, type Message, type TestCriClient } from './cri-client.ts';
import { BUSYBOX_IMAGE, missingImageSources, PAUSE_IMAGE, writeTestImages } from './images.ts';
import { endProgram, isInPath } from './program.ts';

export type OciRuntime = 'runc' | 'crun';

/** A runtime handler whose containers have cgroup namespaces of their own, as on a node with cgroup v2. */
export const PRIVATE_CGROUPS = 'private-cgroups';

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface Containerd {
  /** `unix:///…`, as for the kubelet. */
  readonly endpoint: string;
  /** The daemon's pid; another one after restart(). */
  readonly pid: number;
  readonly directory: string;
  /** All pods' cgroups are below it, in every hierarchy. */
  readonly cgroupRoot: string;
  readonly bridge: string;
  runPod<N extends string>(spec: PodSpec<N>): Promise<RunningPod<N>>;
  startContainer(pod: RunningPod, spec: ContainerSpec): Promise<RunningContainer>;
  stopContainer(id: string, graceSeconds?: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  stopPod(sandboxId: string): Promise<void>;
  /** Stops it first when it runs. */
  removePod(sandboxId: string): Promise<void>;
  exec(containerId: string, command: readonly string[]): Promise<ExecResult>;
  /** From a docker-archive; resolves when CRI knows it by `name`. */
  importImage(archive: string, name: string): Promise<void>;
  /** Any other call, with the messages of cri-schema.ts. */
  call(method: string, request: Message): Promise<Message>;
  /** Ends the daemon alone (pods live on in their shims). */
  stopDaemon(): Promise<void>;
  /** Ends the daemon when it runs, and starts it again on the same files. */
  restart(): Promise<void>;
  /** Removes all. Safe to call twice. */
  stop(): Promise<void>;
}

interface Teardown {
  teardown(callback: () => Promise<void>): unknown;
}

const PLUGINS_NOT_NEEDED = ['aufs', 'btrfs', 'devmapper', 'zfs', 'native'].map((name) => `io.containerd.snapshotter.v1.${name}`);
const END_MS = 3_000;
let instances = 0;

/** Why real pods cannot be made here, or undefined when they can: the reason to give when a test skips. */
export function cannotRunContainerd(runtime: OciRuntime = 'runc'): string | undefined {
  if (process.getuid?.() !== 0) return 'making real pods needs root';
  const missing = [
    ...['containerd', runtime].filter((name) => !isInPath(name)),
    ...(existsSync('/usr/lib/cni/bridge') ? [] : ['containernetworking-plugins']),
    ...missingImageSources(),
  ];
  return missing.length === 0 ? undefined : `making real pods needs: apt install ${missing.join(' ')}`;
}

/** With `t`, everything is removed in its teardown; should the test process die, a watchdog removes it. */
export async function startContainerd(options: { readonly runtime?: OciRuntime; readonly t?: Teardown } = {}): Promise<Containerd> {
  const runtime = options.runtime ?? 'runc';
  const serial = ++instances;
  const directory = mkdtempSync(`${tmpdir()}/podtree-containerd-`);
  const bridge = `pt${process.pid}-${serial}`.slice(-15);
  const cgroupRoot = `/podtree-test-${process.pid}-${serial}`;
  // As a node has it below /run, so that a pod can be given that folder.
  const socket = `${directory}/run/containerd/containerd.sock`;
  const endpoint = `unix://${socket}`;
  const watchdog = startWatchdog(directory, bridge, cgroupRoot);
  const cri = createTestCriClient(endpoint);
  writeConfig(directory, socket, runtime, bridge, serial);
  if (needsMountNamespace(runtime)) shareMounts(directory);
  let daemon = startDaemon(directory, runtime);
  let stopping: Promise<void> | undefined;

  const stop = async () => {
    if (daemon.exitCode === null && daemon.signalCode === null) await removeAllPods(cri).catch(() => undefined);
    await endProgram(daemon, END_MS);
    cri.close();
    await removeContainerdRemains(directory, bridge, cgroupRoot);
    watchdog.stdin?.end('done\n');
  };
  const stopOnce = () => {
    stopping ??= stop();
    return stopping;
  };
  options.t?.teardown(stopOnce);

  try {
    await ready(cri, daemon, directory);
    await importImages(cri, directory, socket);
  } catch (error) {
    await stopOnce();
    throw error;
  }

  const startContainer = (pod: Sandbox, spec: ContainerSpec) => runContainer(cri, pod, spec);
  return {
    endpoint,
    get pid() {
      return daemon.pid ?? 0;
    },
    directory,
    cgroupRoot,
    bridge,
    startContainer,
    runPod: (spec) => runPod(cri, cgroupRoot, spec),
    stopContainer: async (id, graceSeconds = 0) => {
      await cri.call('StopContainer', { container_id: id, timeout: graceSeconds });
    },
    removeContainer: async (id) => {
      await cri.call('RemoveContainer', { container_id: id });
    },
    stopPod: (sandboxId) => stopPod(cri, sandboxId),
    removePod: (sandboxId) => removePod(cri, sandboxId),
    exec: async (containerId, command) => {
      const result = await cri.call('ExecSync', { container_id: containerId, cmd: command, timeout: 10 });
      return { stdout: String(result.stdout), stderr: String(result.stderr), exitCode: Number(result.exit_code) };
    },
    importImage: (archive, name) => importArchive(cri, socket, archive, [name]),
    call: (method, request) => cri.call(method, request),
    stopDaemon: () => endProgram(daemon, END_MS),
    restart: async () => {
      await endProgram(daemon, END_MS);
      daemon = startDaemon(directory, runtime);
      await ready(cri, daemon, directory);
    },
    stop: stopOnce,
  };
}

function writeConfig(directory: string, socket: string, runtime: OciRuntime, bridge: string, serial: number): void {
  for (const name of ['root', 'state', 'cni', 'logs', 'run/containerd']) mkdirSync(`${directory}/${name}`, { recursive: true });
  writeFileSync(
    `${directory}/config.toml`,
    `version = 2
root = "${directory}/root"
state = "${directory}/state"
disabled_plugins = ${JSON.stringify(PLUGINS_NOT_NEEDED)}
[grpc]
  address = "${socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${directory}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "${runtime}"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${runtime}]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${runtime}.options]
        BinaryName = "${runtime}"
        Root = "${directory}/oci"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${PRIVATE_CGROUPS}]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.${PRIVATE_CGROUPS}.options]
        BinaryName = "${directory}/${PRIVATE_CGROUPS}"
        Root = "${directory}/oci"
`,
  );
  // containerd asks for this itself on cgroup v2 (WithNewCgroupNamespace of its pkg/cri/sbserver/container_create_linux.go); here it is asked for by hand.
  const program = `#!/bin/sh
for argument; do
  [ "$previous" = --bundle ] && sed -i 's/"namespaces":\\[/"namespaces":[{"type":"cgroup"},/' "$argument/config.json"
  previous=$argument
done
exec ${runtime} "$@"
`;
  writeFileSync(`${directory}/${PRIVATE_CGROUPS}`, program, { mode: 0o755 });
  // The bridge has no address on the host, so that equal subnets of suites that run at the same time do not meet.
  const subnet = `10.${64 + (process.pid % 128)}.${serial % 256}.0/24`;
  writeFileSync(
    `${directory}/cni/10-test.conflist`,
    JSON.stringify({
      cniVersion: '0.4.0',
      name: bridge,
      plugins: [{ type: 'bridge', bridge, ipam: { type: 'host-local', dataDir: `${directory}/ipam`, ranges: [[{ subnet }]] } }],
    }),
  );
}

function startDaemon(directory: string, runtime: OciRuntime): ChildProcess {
  const log = openSync(`${directory}/containerd.log`, 'a');
  const containerd = ['containerd', '--config', `${directory}/config.toml`];
  // crun takes a hybrid machine for cgroup v2 and then misses its controllers; without the v2 mount it uses v1 alone.
  const withoutUnified = `mount --make-rprivate /sys/fs/cgroup && umount /sys/fs/cgroup/unified; exec "$@"`;
  const wrapper = ['unshare', '--mount', '--propagation', 'unchanged', 'sh', '-c', withoutUnified, 'sh'];
  const [command = '', ...args] = needsMountNamespace(runtime) ? [...wrapper, ...containerd] : containerd;
  return spawn(command, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
  });
}

function needsMountNamespace(runtime: OciRuntime): boolean {
  return runtime === 'crun' && existsSync('/sys/fs/cgroup/unified');
}

// So that the host still sees the network namespaces that are pinned in it.
function shareMounts(directory: string): void {
  execFileSync('mount', ['--bind', directory, directory]);
  execFileSync('mount', ['--make-shared', directory]);
}

async function ready(cri: TestCriClient, daemon: ChildProcess, directory: string): Promise<void> {
  const isReady = async () => {
    const { status } = await cri.call('Status', {}, { timeoutMs: 2_000 });
    const conditions = (status as { conditions?: { status: boolean }[] } | null)?.conditions ?? [];
    return conditions.length >= 2 && conditions.every((condition) => condition.status);
  };
  await until(`containerd in ${directory}`, async () => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) {
      throw new Error(`containerd ended while starting: ${readFileSync(`${directory}/containerd.log`, 'utf8').slice(-2_000)}`);
    }
    return existsSync(`${directory}/run/containerd/containerd.sock`) && (await isReady().catch(() => false));
  });
}

async function importImages(cri: TestCriClient, directory: string, socket: string): Promise<void> {
  const archive = `${directory}/images.tar`;
  writeTestImages(archive);
  await importArchive(cri, socket, archive, [PAUSE_IMAGE, BUSYBOX_IMAGE]);
}

async function importArchive(cri: TestCriClient, socket: string, archive: string, names: readonly string[]): Promise<void> {
  await promisify(execFile)('ctr', ['--address', socket, '--namespace', 'k8s.io', 'images', 'import', archive]);
  // CRI learns of them from containerd's own events, a moment later.
  for (const image of names) {
    await until(`image ${image}`, async () => {
      const answer = await cri.call('ImageStatus', { image: { image } }, { service: 'ImageService' });
      return answer.image !== null && answer.image !== undefined;
    });
  }
}

// It waits on a pipe from us: `done` and it leaves, end of file (we were killed) and it cleans up.
function startWatchdog(directory: string, bridge: string, cgroupRoot: string): ChildProcess {
  const program = fileURLToPath(new URL('./containerd-remains.ts', import.meta.url));
  const watchdog = spawn(
    'sh',
    ['-c', 'read -r word; [ "$word" = done ] || exec "$@"', 'sh', process.execPath, program, directory, bridge, cgroupRoot],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  watchdog.unref();
  return watchdog;
}
