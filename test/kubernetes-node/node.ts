// A Kubernetes node with its control plane on this machine: starts etcd, the API server, controllers, scheduler, containerd and kubelet, each in a
// process group of its own, and takes all of it away again. Expects to be in a mount namespace of its own.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KubernetesTools } from '../../agent/setup/kubernetes-tools.ts';
import { removeAllPods } from '../helpers/containerd-pods.ts';
import { removeContainerdRemains } from '../helpers/containerd-remains.ts';
import { createTestCriClient } from '../helpers/cri-client.ts';
import { writeTestImages } from '../helpers/images.ts';
import { endProgram, isInPath } from '../helpers/program.ts';
import { API_PORT, NODE_IP, NODE_NAME, POD_BRIDGE, SERVICE_IP, SOCKET, writeSettings } from './settings.ts';

const LAUNCHER = fileURLToPath(new URL('../../agent/launcher/podtree.cjs', import.meta.url));
const NODE_BRIDGE = 'ptk-node';
const ETCD = 'http://127.0.0.1:12379';
const ETCD_PEER = 'http://127.0.0.1:12380';
const START_MS = 120_000;
const END_MS = 10_000;
/** Where programs of the node write, whatever they are told: empty in this mount namespace, and gone with it. */
const OWN_FOLDERS = [
  '/run/containerd',
  '/run/netns',
  '/var/lib/podtree',
  '/var/lib/kubelet',
  '/var/lib/cni',
  '/var/log/pods',
  '/var/log/containers',
];

export interface KubernetesNode {
  readonly directory: string;
  readonly caFile: string;
  /** Resolves when the node is Ready, with podtree's image of this archive and the test images. */
  start(imageArchive: string): Promise<void>;
  /** As the administrator; what it prints. Rejects with its last words. */
  kubectl(...args: readonly string[]): Promise<string>;
  /** Goes on until it is ended; stop() ends it, too. */
  spawnKubectl(...args: readonly string[]): ChildProcess;
  /** Ends all, removes all. */
  stop(): Promise<void>;
}

export interface NodeOptions {
  readonly binaries: string;
  readonly tools: KubernetesTools;
  readonly say: (line: string) => void;
}

/** Why none can be started here now, or undefined when one can. */
export function cannotStartNode(): string | undefined {
  const missing = [...(existsSync('/usr/bin/etcd') ? [] : ['etcd-server']), ...(isInPath('ip') ? [] : ['iproute2'])];
  if (missing.length > 0) return `a Kubernetes node needs: apt install ${missing.join(' ')}`;
  if (existsSync(SOCKET)) return `${SOCKET} is there: is this a node already?`;
  const cgroups = kubepods();
  if (cgroups.length > 0) return `${cgroups[0]} is there: is this a node already?`;
  const device = [NODE_BRIDGE, POD_BRIDGE].find((name) => existsSync(`/sys/class/net/${name}`));
  return device === undefined ? undefined : `the device ${device} is there: is another run under way? Else: ip link del ${device}`;
}

/** Waits for what `look` returns; what it throws, and undefined, mean not yet. */
export async function eventually<T>(what: string, withinMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let last: unknown; ; await delay(200)) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: last });
  }
}

export function openNode({ binaries, tools, say }: NodeOptions): KubernetesNode {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-kubernetes-node-'));
  // Pods' volumes are below it, and not everybody there is root.
  chmodSync(directory, 0o755);
  const caFile = join(directory, 'pki/ca.crt');
  const programs = join(directory, 'bin');
  const env = {
    ...process.env,
    PATH: `${programs}:${dirname(process.execPath)}:${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
    KUBECONFIG: join(directory, 'admin.conf'),
    // kubectl keeps there what it has learned of a server.
    HOME: directory,
  };
  const running: { name: string; child: ChildProcess }[] = [];
  const made: string[] = [];
  let way: Way | undefined;
  let isStopping = false;

  const begin = (name: string, command: string, args: readonly string[]): void => {
    if (isStopping) throw new Error(`${name} is not started any more`);
    const log = openSync(join(directory, `${name}.log`), 'a');
    // Not of the terminal's process group: what an interrupt ends is for stop() to end, in its order.
    running.push({ name, child: spawn(command, args, { detached: true, stdio: ['ignore', log, log], env }) });
  };
  const death = (): string | undefined => {
    const dead = running.find(({ child }) => child.exitCode !== null || child.signalCode !== null);
    return dead && `${dead.name} ended: ${readFileSync(join(directory, `${dead.name}.log`), 'utf8').slice(-2_000)}`;
  };
  const kubectl = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('kubectl', args, { env, maxBuffer: 64 * 1024 * 1024, timeout: START_MS });
    return stdout;
  };
  const begun = async (what: string, look: () => Promise<true | undefined>): Promise<void> => {
    const outcome = await eventually(what, START_MS, async () => death() ?? (await look()));
    if (outcome !== true) throw new Error(outcome);
  };

  return {
    directory,
    caFile,
    kubectl,
    spawnKubectl: (...args) => {
      const child = spawn('kubectl', args, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      running.push({ name: 'kubectl', child });
      return child;
    },
    start: async (imageArchive) => {
      say(`a node in ${directory}`);
      mkdirSync(programs);
      symlinkSync(tools.kubectlFile, join(programs, 'kubectl'));
      symlinkSync(LAUNCHER, join(programs, 'kubectl-podtree'));
      writeSettings(directory);
      isolateMounts(made);
      addDevice();
      begin('etcd', 'etcd', etcdArgs(directory));
      begin('kube-apiserver', join(binaries, 'kube-apiserver'), apiServerArgs(join(directory, 'pki')));
      way = await openWay();
      await begun('the API server is ready', async () => ((await kubectl('get', '--raw', '/readyz')) === 'ok' ? true : undefined));
      const controller = [`--kubeconfig=${directory}/admin.conf`, '--bind-address=127.0.0.1', '--port=0', '--leader-elect=false'];
      const keys = [`--service-account-private-key-file=${directory}/pki/sa.key`, `--root-ca-file=${caFile}`];
      begin('kube-scheduler', join(binaries, 'kube-scheduler'), controller);
      begin('kube-controller-manager', join(binaries, 'kube-controller-manager'), [
        ...controller,
        ...keys,
        '--use-service-account-credentials',
      ]);
      begin('containerd', 'containerd', ['--config', join(directory, 'containerd.toml')]);
      const images = join(directory, 'images.tar');
      writeTestImages(images);
      for (const archive of [images, imageArchive]) {
        await begun(`containerd has ${archive}`, async () => {
          await promisify(execFile)('ctr', ['--address', SOCKET, '--namespace', 'k8s.io', 'images', 'import', archive]);
          return true;
        });
      }
      begin('kubelet', join(binaries, 'kubelet'), kubeletArgs(directory));
      await begun('the node is Ready', async () => {
        await kubectl('wait', '--for=condition=Ready', `node/${NODE_NAME}`, '--timeout=60s');
        return true;
      });
      say(`${NODE_NAME} is Ready`);
    },
    stop: async () => {
      isStopping = true;
      const named = (name: string) => running.filter((process) => process.name === name).map(({ child }) => child);
      await Promise.all(named('kubectl').map(end));
      // What would make them anew goes first, then what runs them, then they.
      await Promise.all([...named('kube-controller-manager'), ...named('kube-scheduler'), ...named('kubelet')].map(end));
      if (existsSync(SOCKET)) {
        const cri = createTestCriClient(`unix://${SOCKET}`);
        await removeAllPods(cri).catch((error: unknown) => say(`some pods were not removed by the runtime: ${String(error)}`));
        cri.close();
      }
      await Promise.all(running.map(({ child }) => end(child)));
      await way?.close();
      killOwnMountNamespace();
      await removeContainerdRemains(directory, POD_BRIDGE, '/kubepods');
      if (existsSync(`/sys/class/net/${NODE_BRIDGE}`)) execFileSync('ip', ['link', 'del', NODE_BRIDGE], { env });
      for (const folder of made.reverse()) {
        execFileSync('umount', ['--lazy', folder]);
        rmdirSync(folder);
      }
      const left = kubepods();
      if (left.length > 0) say(`left behind: ${left.join(' ')}`);
    },
  };

  function addDevice(): void {
    // A bridge without ports: unlike a dummy device every kernel that runs pods has it.
    const ip = (...args: readonly string[]) => execFileSync('ip', args, { env });
    ip('link', 'add', NODE_BRIDGE, 'type', 'bridge');
    for (const address of [NODE_IP, SERVICE_IP]) ip('address', 'add', `${address}/32`, 'dev', NODE_BRIDGE);
    ip('link', 'set', NODE_BRIDGE, 'up');
  }
}

const end = (child: ChildProcess): Promise<void> => endProgram(child, END_MS);

function kubepods(): string[] {
  const root = '/sys/fs/cgroup';
  return [root, ...readdirSync(root).map((name) => join(root, name))]
    .map((folder) => join(folder, 'kubepods'))
    .filter((path) => existsSync(path));
}

/** The node's own state, and a shared /run as systemd makes it: the DaemonSet's HostToContainer mount is refused without. Adds to `made` what was not there. */
function isolateMounts(made: string[]): void {
  execFileSync('mount', ['--bind', '/run', '/run']);
  // Before any network namespace is pinned in it.
  execFileSync('mount', ['--make-rshared', '/run']);
  for (const folder of OWN_FOLDERS) {
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      made.push(folder);
    }
    // 711 as containerd makes it where its state is below: pods look at what is in there.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=711', 'tmpfs', folder]);
  }
}

interface Way {
  close(): Promise<void>;
}

/** What kube-proxy would do for the service `kubernetes`: its address leads to the API server. */
async function openWay(): Promise<Way> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const other = connect(API_PORT, NODE_IP);
    for (const [from, to] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        sockets.delete(from);
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(443, SERVICE_IP, resolve);
  });
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function etcdArgs(directory: string): string[] {
  const clients = ['--listen-client-urls', ETCD, '--advertise-client-urls', ETCD];
  const peers = ['--listen-peer-urls', ETCD_PEER, '--initial-advertise-peer-urls', ETCD_PEER, '--initial-cluster', `default=${ETCD_PEER}`];
  return ['--data-dir', join(directory, 'etcd'), ...clients, ...peers];
}

function apiServerArgs(pki: string): string[] {
  const issuer = 'https://kubernetes.default.svc';
  return [
    `--etcd-servers=${ETCD}`,
    `--bind-address=${NODE_IP}`,
    `--secure-port=${API_PORT}`,
    `--advertise-address=${NODE_IP}`,
    '--insecure-port=0',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--tls-cert-file=${pki}/apiserver.crt`,
    `--tls-private-key-file=${pki}/apiserver.key`,
    `--client-ca-file=${pki}/ca.crt`,
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    `--service-account-issuer=${issuer}`,
    `--api-audiences=${issuer}`,
    '--authorization-mode=Node,RBAC',
    `--kubelet-client-certificate=${pki}/admin.crt`,
    `--kubelet-client-key=${pki}/admin.key`,
    `--kubelet-certificate-authority=${pki}/ca.crt`,
    '--kubelet-preferred-address-types=InternalIP',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
  ];
}

function kubeletArgs(directory: string): string[] {
  return [
    `--config=${directory}/kubelet.yaml`,
    `--kubeconfig=${directory}/kubelet.conf`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${NODE_IP}`,
    `--root-dir=${directory}/kubelet`,
    `--cert-dir=${directory}/pki`,
    '--container-runtime=remote',
    `--container-runtime-endpoint=unix://${SOCKET}`,
    `--image-service-endpoint=unix://${SOCKET}`,
    '--network-plugin=cni',
    '--runtime-cgroups=/',
    '--kubelet-cgroups=/',
  ];
}

/** Shims that outlived their pods: whoever is in the mount namespace of this process, and is not this process, was started by it. */
function killOwnMountNamespace(): void {
  const own = readlinkSync('/proc/self/ns/mnt');
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/mnt`) === own) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It is gone already, which is what was wanted.
    }
  }
}
