// The agent as a pod: its image built and imported, its DaemonSet run over CRI with what the kubelet would do around it, asked from outside as
// `kubectl port-forward`, `kubectl exec` and the kubelet's probes do.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { IDaemonSet } from 'kubernetes-models/apps/v1/DaemonSet';
import type { Test } from 'tap';
import { parse } from 'yaml';
import { buildImage, type Image } from '../../agent/setup/image.ts';
import type { Containerd, ExecResult } from './containerd.ts';
import { type ManifestPod, runManifestPod } from './manifest-pod.ts';

const BASE = fileURLToPath(new URL('../../agent/deploy/base/', import.meta.url));
const NODE_NAME = 'node-a';
const STREAM_PORT = 7637;
const READY_MS = 60_000;

export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface AgentPod extends ManifestPod {
  /** Through a port-forward, for the stream's clients. */
  readonly server: string;
  /** GET of a path at the port that a probe of the manifest names, at the pod's own address. */
  probe(path: string): Promise<Answer>;
  /** `kubectl exec`. */
  podtree(...args: readonly string[]): Promise<ExecResult>;
  /** Resolves when /readyz says so; rejects with the log when the container ends, or in a minute. */
  ready(): Promise<void>;
  /** As the kubelet ends a pod: SIGTERM, the manifest's grace period, then the sandbox. */
  remove(): Promise<void>;
}

export interface AgentPodOptions {
  /** Where the node's /var/lib/podtree is. */
  readonly stateDirectory: string;
  /** Default: the rendered one. */
  readonly daemonSet?: IDaemonSet;
  readonly runtimeHandler?: string;
}

export function readManifest<Kind>(name: string): Kind {
  return parse(readFileSync(`${BASE}${name}.yaml`, 'utf8')) as Kind;
}

/** Built once a machine (some 80 s), from then on what has changed; imported into the test's containerd. */
export async function importAgentImage(t: Test, containerd: Containerd, options: Parameters<typeof buildImage>[0] = {}): Promise<Image> {
  const image = buildImage({ ...options, log: (line) => t.comment(line) });
  const archive = `${containerd.directory}/podtree.tar`;
  image.save(archive);
  await containerd.importImage(archive, image.tag);
  // What is mounted below the node's /run must come and go in the pod, too; elsewhere systemd has made it shared.
  const run = `${containerd.directory}/run`;
  execFileSync('mount', ['--bind', run, run]);
  execFileSync('mount', ['--make-shared', run]);
  return image;
}

/** The rendered DaemonSet with other capabilities than its own, and maybe with another program. */
export function withCapabilities(capabilities: readonly string[], command?: readonly string[]): IDaemonSet {
  const daemonSet = readManifest<IDaemonSet>('daemonset');
  const container = daemonSet.spec?.template.spec?.containers[0];
  const context = container?.securityContext;
  if (container === undefined || context?.capabilities === undefined) throw new Error('the manifest has no capabilities');
  context.capabilities.add = [...capabilities];
  context.allowPrivilegeEscalation = capabilities.includes('SYS_ADMIN');
  if (command !== undefined) Object.assign(container, { command: [...command], args: [] });
  return daemonSet;
}

/** What it adds to nothing. */
export function capabilitiesOf(daemonSet: IDaemonSet): readonly string[] {
  return daemonSet.spec?.template.spec?.containers[0]?.securityContext?.capabilities?.add ?? [];
}

export async function startAgentPod(t: Test, containerd: Containerd, options: AgentPodOptions): Promise<AgentPod> {
  const daemonSet = options.daemonSet ?? readManifest<IDaemonSet>('daemonset');
  const configMap = readManifest<{ metadata: { name: string }; data: Record<string, string> }>('configmap');
  const directory = `${containerd.directory}/kubelet`;
  mkdirSync(directory, { recursive: true });
  const node = {
    name: NODE_NAME,
    directory,
    hostPaths: { '/run': `${containerd.directory}/run`, '/var/lib/podtree': options.stateDirectory },
    configMaps: { [configMap.metadata.name]: configMap.data },
  };
  const pod = await runManifestPod({ containerd, daemonSet, node, runtimeHandler: options.runtimeHandler });
  const metricsPort = daemonSet.spec?.template.spec?.containers[0]?.ports?.[0]?.containerPort ?? 0;
  const metrics = await forward(t, pod.pausePid, pod.ip, metricsPort);
  const server = `http://127.0.0.1:${await forward(t, pod.pausePid, '127.0.0.1', STREAM_PORT)}`;
  const probe = (path: string) => ask(metrics, `${pod.ip}:${metricsPort}`, path);
  const graceSeconds = daemonSet.spec?.template.spec?.terminationGracePeriodSeconds ?? 30;
  return Object.assign(pod, {
    server,
    probe,
    podtree: (...args: readonly string[]) => containerd.exec(pod.containerId, ['podtree', ...args]),
    ready: async () => {
      const deadline = Date.now() + READY_MS;
      for (;;) {
        const answer = await probe('/readyz').catch(() => undefined);
        if (answer?.status === 200) return;
        const { state, exitCode } = await pod.state();
        if (state === 'CONTAINER_EXITED') throw new Error(`the agent ended with ${exitCode}: ${pod.log().slice(-4_000)}`);
        if (Date.now() > deadline) throw new Error(`the agent is not ready (${answer?.body}): ${pod.log().slice(-4_000)}`);
        await delay(50);
      }
    },
    remove: async () => {
      await containerd.stopContainer(pod.containerId, graceSeconds);
      await containerd.removePod(pod.sandboxId);
    },
  });
}

/** A port of the machine's loopback that leads to one inside the pod's network namespace: there is no way there on the test's bridge. */
async function forward(t: Test, pausePid: number, host: string, port: number): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const pipe = spawn('nsenter', [`--net=/proc/${pausePid}/ns/net`, 'busybox', 'nc', host, String(port)], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    sockets.add(socket);
    const close = () => {
      pipe.kill();
      socket.destroy();
      sockets.delete(socket);
    };
    for (const stream of [socket, pipe.stdin, pipe.stdout]) stream.on('error', close);
    socket.on('close', close);
    // Its exit may be heard of before the last of what it wrote: the end of its output is the end of the connection.
    socket.pipe(pipe.stdin);
    pipe.stdout.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

function ask(port: number, host: string, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, path, headers: { host }, agent: false, timeout: 5_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer within 5 s')));
    request.on('error', reject);
  });
}
