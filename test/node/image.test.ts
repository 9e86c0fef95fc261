// The image as the DaemonSet runs it: built from agent/Dockerfile, its pod run over CRI from the rendered manifest, with the privileges that stand there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { cannotBuildImage } from '../../agent/setup/image.ts';
import { npmSbom, withDebianPackages } from '../../agent/setup/sbom.ts';
import { readSmallFile } from '../../src/host/small-file.ts';
import { fetchHistory, fetchPods } from '../../src/stream/history-client.ts';
import { followStream } from '../helpers/agent.ts';
import { type AgentPod, capabilitiesOf, importAgentImage, readManifest, startAgentPod, withCapabilities } from '../helpers/agent-pod.ts';
import { FOREVER, killFromShell } from '../helpers/agent-scenarios.ts';
import { type Containerd, cannotRunContainerd, PRIVATE_CGROUPS, startContainerd } from '../helpers/containerd.ts';
import type { RunningPod } from '../helpers/containerd-pods.ts';

const containers = [{ name: 'app', command: FOREVER }] as const;
type AppPod = RunningPod<'app'>;
/** include/uapi/linux/capability.h */
const CAPABILITY_BIT: Readonly<Record<string, bigint>> = { SYS_PTRACE: 19n, PERFMON: 38n, BPF: 39n };
/** How many pods are made or rebuilt at a time. */
const AT_A_TIME = 5;

function stateDirectory(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'podtree-state-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Empty when the process is gone. */
function statusOf(pid: number, field: string): string {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readSmallFile(`/proc/${pid}/status`) ?? '')?.[1] ?? '';
}

/** Pids of all processes of a pod's cgroup, whatever their parents are by now. */
function processesOf(cgroupParent: string): number[] {
  const root = `/sys/fs/cgroup/pids${cgroupParent}`;
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('cgroup.procs'))
    .flatMap((name) => readFileSync(`${root}/${name}`, 'utf8').split('\n').filter(Boolean).map(Number));
}

function commsOf(pids: readonly number[]): string[] {
  return pids.map((pid) => statusOf(pid, 'Name')).sort();
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${what}`);
    await delay(50);
  }
}

async function each<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_A_TIME) results.push(...(await Promise.all(items.slice(at, at + AT_A_TIME).map(act))));
  return results;
}

/** As the kubelet does after the death of a pause: the containers end, and the same pod gets its next sandbox. */
async function rebuild(containerd: Containerd, pod: AppPod): Promise<AppPod> {
  await containerd.stopContainer(pod.containers.app.id);
  await containerd.stopPod(pod.sandboxId);
  return containerd.runPod({ ...pod.spec, uid: pod.uid, attempt: (pod.spec.attempt ?? 0) + 1 });
}

const skip = cannotBuildImage() ?? cannotRunContainerd() ?? false;

t.test('the image in the pod of its DaemonSet', { skip }, async (t) => {
  t.setTimeout(600_000);
  const containerd = await startContainerd({ t });
  const image = await importAgentImage(t, containerd);
  const neighbour = await containerd.runPod({ name: 'web', namespace: 'shop', containers });
  const seesNeighbour = async (pod: AgentPod) => {
    const { stdout, stderr, exitCode } = await pod.podtree('tree', '-o', 'json');
    if (exitCode !== 0) throw new Error(stderr);
    const { pods } = JSON.parse(stdout) as {
      pods: { uid: string; name?: string; sandbox?: { pause?: { pid: number }; containers: unknown[] } }[];
    };
    const { name, sandbox } = pods.find(({ uid }) => uid === neighbour.uid) ?? {};
    return name === 'web' && sandbox?.pause?.pid === neighbour.pausePid && sandbox.containers.length === 1;
  };

  await t.test('is ready in seconds, with no privilege but those of the manifest', async (t) => {
    const pod = await startAgentPod(t, containerd, { stateDirectory: stateDirectory(t) });
    t.equal(commsOf([pod.pid])[0], 'catatonit', 'its first process reaps and passes signals');
    await pod.ready();
    t.ok(await seesNeighbour(pod));

    const capabilities = capabilitiesOf(readManifest('daemonset'));
    const bits = capabilities.reduce((mask, name) => mask | (1n << (CAPABILITY_BIT[name] ?? 0n)), 0n);
    for (const pid of processesOf(`${pod.cgroupParent}/${pod.containerId}`)) {
      for (const set of ['CapPrm', 'CapEff', 'CapBnd'])
        t.equal(BigInt(`0x${statusOf(pid, set)}`), bits, `${set} of ${statusOf(pid, 'Name')}`);
      t.equal(statusOf(pid, 'NoNewPrivs'), '1');
      t.equal(statusOf(pid, 'Seccomp'), '2', "the runtime's default filter");
    }
    const write = (path: string) =>
      containerd.exec(pod.containerId, ['node', '--eval', `fs.writeFileSync(${JSON.stringify(`${path}/written`)}, '')`]);
    for (const path of ['', '/etc/podtree', '/usr/lib/podtree', '/run', '/sys/fs/cgroup', '/sys/kernel/tracing']) {
      t.match((await write(path)).stderr, /EROFS/, `${path || '/'} cannot be written`);
    }
    t.equal((await write('/var/lib/podtree')).exitCode, 0, 'the state directory can');

    for (const [path, status] of [
      ['/healthz', 200],
      ['/readyz', 200],
      ['/metrics', 200],
      ['/v1/tree', 404],
      ['/v1/stream', 404],
    ] as const) {
      t.equal((await pod.probe(path)).status, status, `${path} at the pod's address`);
    }
    t.match((await pod.podtree('doctor')).stdout, /The agent would run here/);

    const agent = processesOf(pod.cgroupParent);
    t.ok(commsOf(agent).includes('bpftrace'));
    await containerd.stopContainer(pod.containerId, 30);
    t.match(await pod.state(), { state: 'CONTAINER_EXITED', exitCode: 0 }, 'SIGTERM ends it in order');
    t.match(pod.log(), /"msg":"agent stops"/);
    t.same(processesOf(`${pod.cgroupParent}/${pod.containerId}`), [], 'and leaves nothing behind');
    await pod.remove();
  });

  await t.test('holds what its bill of materials says, and no package manager', async (t) => {
    image.look((root) => {
      const { components } = withDebianPackages(npmSbom(), root);
      const versions = new Map(components.map(({ name, version }) => [name, version]));
      const modules = readdirSync(join(root, 'usr/lib/podtree/node_modules')).filter((name) => !name.startsWith('@'));
      for (const name of ['bpftrace', 'catatonit', 'libllvm19', 'libc6', ...modules]) t.ok(versions.has(name), name);
      const node = execFileSync('chroot', [root, '/usr/bin/node', '--version'], { encoding: 'utf8' });
      t.equal(node.trim(), `v${versions.get(`node-linux-${process.arch}`)}`);
      for (const path of ['bin/apt-get', 'bin/dpkg', 'bin/npm', 'lib/podtree/node_modules/tap', 'lib/podtree/agent/main.ts']) {
        t.notOk(existsSync(join(root, 'usr', path)), path);
      }
    });
  });

  await t.test('its entry point reaps what is orphaned below it', async (t) => {
    const orphaned = "(/usr/bin/node --eval 'setTimeout(() => {}, 1000)' &); exec /usr/bin/node --eval 'setTimeout(() => {}, 100000)'";
    const command = ['/usr/bin/catatonit', '--', '/usr/bin/sh', '-c', orphaned];
    const pod = await startAgentPod(t, containerd, { stateDirectory: stateDirectory(t), daemonSet: withCapabilities([], command) });
    const below = () => processesOf(`${pod.cgroupParent}/${pod.containerId}`).filter((pid) => pid !== pod.pid);
    await until('the two below it', () => below().length === 2 && below().every((pid) => statusOf(pid, 'PPid') === String(pod.pid)));
    await until('the end of the orphan', () => below().length === 1);
    t.notMatch(statusOf(below()[0] ?? 0, 'State'), /^Z/);
    await pod.remove();
  });

  await t.test('needs each capability that it is given, and says which one is missing', async (t) => {
    const all = capabilitiesOf(readManifest('daemonset'));
    t.same(all, ['BPF', 'PERFMON', 'SYS_PTRACE']);
    for (const removed of all) {
      const daemonSet = withCapabilities(all.filter((name) => name !== removed));
      const pod = await startAgentPod(t, containerd, { stateDirectory: stateDirectory(t), daemonSet });
      await until(`the end of the agent without ${removed}`, async () => (await pod.state()).state === 'CONTAINER_EXITED');
      t.match(pod.log(), new RegExp(`podtree: .*CAP_${removed}`), removed);
      t.equal((await pod.state()).exitCode, 1);
      await pod.remove();
    }
  });

  await t.test('runs in a cgroup namespace of its own, as on a node with cgroup v2', async (t) => {
    const pod = await startAgentPod(t, containerd, { stateDirectory: stateDirectory(t), runtimeHandler: PRIVATE_CGROUPS });
    await pod.ready();
    t.match(
      (await containerd.exec(pod.containerId, ['node', '--print', "fs.readFileSync('/proc/1/cgroup', 'utf8')"])).stdout,
      /:pids:\/\.\./,
    );
    t.ok(await seesNeighbour(pod));
    t.match((await pod.podtree('doctor')).stdout, /cgroup namespace +its own, and .* shows the host's cgroups/);
    const view = await followStream(pod.server);
    const own = view.pod(pod.uid);
    t.match(own, { name: pod.name, namespace: 'podtree' }, 'its own pod, too, whose cgroup paths are cut off most');
    t.ok(own?.sandbox?.containers[0]?.processes.some(({ comm }) => comm === 'bpftrace'));
    await view.close();
    await pod.remove();
  });

  await t.test('watches 20 pods come and go while it is killed and replaced, and loses no restart', async (t) => {
    const state = stateDirectory(t);
    const first = await startAgentPod(t, containerd, { stateDirectory: state });
    const pods = await each(
      Array.from({ length: 20 }, (_, index) => `pod-${index}`),
      (name) => containerd.runPod({ name, containers }),
    );
    const [seen, missed, gone, orphaned, later, quiet] = [
      pods.slice(0, 7),
      pods.slice(7, 13),
      pods.slice(13, 15),
      pods.slice(15, 17),
      pods.slice(17, 19),
      pods.slice(19),
    ];
    await first.ready();
    const at = { server: first.server };
    const restartsOf = async (uid: string) => (await fetchHistory(uid, at))?.events.filter(({ type }) => type === 'pause.restarted') ?? [];
    const restarted = (pod: AppPod) => until(`the restart of ${pod.name}`, async () => (await restartsOf(pod.uid)).length > 0);
    const view = await followStream(first.server);
    await view.until('all 20 pods', () => pods.every(({ uid }) => view.pod(uid)?.sandbox?.containers[0]?.state === 'running'));
    await view.close();
    const replace = async (pod: AppPod) => {
      await killFromShell(pod.pausePid);
      return rebuild(containerd, pod);
    };
    await each(seen, replace);
    await each(seen, restarted);

    process.kill(first.pid, 'SIGKILL');
    await until('the end of all in the killed container', () => processesOf(`${first.cgroupParent}/${first.containerId}`).length === 0);
    await each(missed, replace);
    for (const { sandboxId } of gone) await containerd.removePod(sandboxId);
    for (const { pausePid } of orphaned) await killFromShell(pausePid);
    await first.remove();

    const second = await startAgentPod(t, containerd, { stateDirectory: state });
    await second.ready();
    await each(orphaned, (pod) => rebuild(containerd, pod));
    await each(later, replace);
    at.server = second.server;
    for (const pod of [...seen, ...missed, ...orphaned, ...later]) {
      await restarted(pod);
      t.equal((await restartsOf(pod.uid)).length, 1, `${pod.name}: one restart, told once`);
    }
    for (const { uid } of seen) t.match(await restartsOf(uid), [{ cause: { kind: 'signal', sender: { comm: 'sh' } } }]);
    for (const { uid } of [...missed, ...orphaned]) t.match(await restartsOf(uid), [{ cause: { kind: 'agent-down' } }]);
    for (const { uid } of later) t.match(await restartsOf(uid), [{ cause: { kind: 'signal', sender: { comm: 'sh' } } }]);
    for (const { uid } of gone) t.ok((await fetchHistory(uid, at))?.pod.goneAt);
    for (const { uid } of quiet) t.same(await restartsOf(uid), []);

    const known = new Map((await fetchPods({ limit: 1_000 }, at)).map(({ uid, deaths }) => [uid, deaths]));
    t.equal(
      pods.reduce((sum, { uid }) => sum + (known.get(uid) ?? 0), 0),
      17,
      'as many deaths as there were',
    );
    t.match((await second.podtree('why', 'pod-0')).stdout, /killed: SIGKILL from sh/);
    await second.remove();
  });
});
