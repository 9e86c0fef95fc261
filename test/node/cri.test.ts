// Real pods in a real containerd: the runtime's level and the host's level name every one of them, and agree.
import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import t from 'tap';
import { createRuntimeClient } from '../../src/cri/client.ts';
import type { RuntimeLevel } from '../../src/cri/level.ts';
import { createClock } from '../../src/host/clock.ts';
import { findHierarchy } from '../../src/host/hierarchy.ts';
import { readHostIdentity, requireHostNamespaces } from '../../src/host/identity.ts';
import type { HostLevel } from '../../src/host/level.ts';
import { scanHost } from '../../src/host/scan.ts';
import { NAMESPACE_TYPES, type NamespaceType } from '../../src/kernel/identity.ts';
import { cannotRunContainerd, type OciRuntime, startContainerd } from '../helpers/containerd.ts';

/** Runs this module's identity check in namespaces of its own, and gives the message of what it threw. */
async function complaintIn(...unshare: readonly string[]): Promise<string> {
  const identityModule = new URL('../../src/host/identity.ts', import.meta.url).href;
  const program = `
    const { readHostIdentity, requireHostNamespaces } = await import(${JSON.stringify(identityModule)});
    try { requireHostNamespaces(readHostIdentity()); } catch (error) { console.log(error.code, error.message); }`;
  const { stdout } = await promisify(execFile)('unshare', [...unshare, process.execPath, '--input-type=module', '--eval', program]);
  return stdout;
}

t.setTimeout(120_000);

const FOREVER = ['sleep', '100000'];
const clock = createClock();

function namespaceOf(level: HostLevel, pid: number, type: NamespaceType): number {
  return level.processes.find((process) => process.pid === pid)?.namespaces[NAMESPACE_TYPES.indexOf(type)] ?? 0;
}

for (const runtime of ['runc', 'crun'] satisfies OciRuntime[]) {
  const skip = cannotRunContainerd(runtime) ?? false;
  t.test(`pods of containerd with ${runtime}`, { skip }, async (t) => {
    const containerd = await startContainerd({ runtime });
    t.teardown(containerd.stop);
    const client = createRuntimeClient({ endpoint: containerd.endpoint });
    t.teardown(() => client.close());
    const hierarchy = findHierarchy();
    const identity = readHostIdentity();
    requireHostNamespaces(identity);
    const scan = () => scanHost({ hierarchy, hostNamespaces: identity.namespaces, bootNow: clock.bootNow, withArgs: true });
    const sandboxNamed = (level: RuntimeLevel, name: string) => level.sandboxes.find((sandbox) => sandbox.name === name);

    const app = { name: 'app', command: FOREVER } as const;
    const [plain, shared, hostNetwork, hostPid, hostIpc] = await Promise.all([
      containerd.runPod({
        name: 'plain',
        namespace: 'shop',
        labels: { app: 'web' },
        containers: [
          { name: 'prepare', kind: 'init', command: ['true'] },
          { name: 'proxy', kind: 'sidecar', command: FOREVER },
          { name: 'app', command: ['sh', '-c', 'sleep 100000 & exec sleep 99999'] },
        ],
      }),
      containerd.runPod({ name: 'shared', sharePid: true, containers: [app] }),
      containerd.runPod({ name: 'host-network', hostNetwork: true, containers: [app] }),
      containerd.runPod({ name: 'host-pid', hostPid: true, containers: [app] }),
      containerd.runPod({ name: 'host-ipc', hostIpc: true, containers: [app] }),
    ]);
    const pods = [plain, shared, hostNetwork, hostPid, hostIpc];
    const debug = await containerd.startContainer(plain, {
      name: 'debugger',
      kind: 'ephemeral',
      command: FOREVER,
      targetId: plain.containers.app.id,
    });
    const level = await client.level();
    const host = await scan();

    t.test('the runtime names every sandbox', async (t) => {
      t.match(level, { runtimeName: 'containerd' });
      t.same(new Set(level.sandboxes.map(({ id }) => id)), new Set(pods.map(({ sandboxId }) => sandboxId)));
      for (const pod of pods) {
        t.match(
          sandboxNamed(level, pod.name),
          {
            id: pod.sandboxId,
            podUid: pod.uid,
            namespace: pod.namespace,
            state: 'ready',
            attempt: 0,
            pid: pod.pausePid,
            netNamespaceClosed: false,
          },
          pod.name,
        );
        t.equal(sandboxNamed(level, pod.name)?.hostNetwork, pod === hostNetwork);
      }
      t.match(sandboxNamed(level, 'plain'), { labels: { app: 'web' }, ips: [plain.ip], createdAt: /^20.*\.\d{9}Z$/ });
      t.same(sandboxNamed(level, 'host-network')?.ips, []);
    });

    t.test('and every container with its kind and pid', async (t) => {
      const ofPlain = level.containers.filter(({ sandboxId }) => sandboxId === plain.sandboxId);
      t.same(
        new Map(ofPlain.map(({ name, kind, state, pid }) => [name, [kind, state, pid]])),
        new Map([
          ['prepare', ['init', 'exited', undefined]],
          ['proxy', ['sidecar', 'running', plain.containers.proxy.pid]],
          ['app', ['app', 'running', plain.containers.app.pid]],
          ['debugger', ['ephemeral', 'running', debug.pid]],
        ]),
      );
      t.match(
        ofPlain.find(({ name }) => name === 'prepare'),
        { exitCode: 0, finishedAt: /Z$/ },
      );
    });

    t.test('every first process is in the host level, in the cgroup of its container', async (t) => {
      for (const pod of pods) {
        const first = [{ id: pod.sandboxId as string, pid: pod.pausePid }, ...Object.values(pod.containers)].filter(({ pid }) => pid > 0);
        for (const { id, pid } of first) {
          const process = host.processes.find((candidate) => candidate.pid === pid);
          t.equal(process?.cgroupPath, `${pod.cgroupParent}/${id}`);
          t.ok([...host.cgroups.values()].includes(`${pod.cgroupParent}/${id}`));
        }
      }
      t.match(
        host.processes.find(({ pid }) => pid === plain.containers.app.pid),
        { comm: 'sleep', args: ['sleep', '99999'], nsPid: 1, uid: 0 },
      );
      t.match(
        host.processes.find(({ ppid }) => ppid === plain.containers.app.pid),
        { comm: 'sleep', args: ['sleep', '100000'] },
        'and its child',
      );
      t.ok(host.processes.every(({ startNs }) => startNs > 0 && startNs <= host.toNs));
    });

    t.test('its namespaces are those of the pause, of the host, or its own, as the pod wants it', async (t) => {
      const scopes = (pausePid: number, pid: number) =>
        Object.fromEntries(
          (['net', 'pid', 'ipc', 'uts', 'mnt'] as const).map((type) => {
            const inode = namespaceOf(host, pid, type);
            const ofHost = identity.namespaces[NAMESPACE_TYPES.indexOf(type)];
            return [type, inode === ofHost ? 'host' : inode === namespaceOf(host, pausePid, type) ? 'pod' : 'own'];
          }),
        );
      const ofApp = ({ pausePid, containers }: typeof shared) => scopes(pausePid, containers.app.pid);
      const ordinary = { net: 'pod', pid: 'own', ipc: 'pod', uts: 'pod', mnt: 'own' };
      t.same(scopes(plain.pausePid, plain.containers.app.pid), ordinary);
      t.same(ofApp(shared), { ...ordinary, pid: 'pod' });
      t.same(ofApp(hostNetwork), { ...ordinary, net: 'host', uts: 'host' });
      t.same(ofApp(hostPid), { ...ordinary, pid: 'host' });
      t.same(ofApp(hostIpc), { ...ordinary, ipc: 'host' });
      t.equal(
        namespaceOf(host, debug.pid, 'pid'),
        namespaceOf(host, plain.containers.app.pid, 'pid'),
        'a debug container joins its target',
      );
    });

    t.test('network namespaces are pinned, one for each pod that has one', async (t) => {
      const pinned = host.pinned.filter(({ path }) => path.startsWith(`${containerd.directory}/`));
      t.same(
        new Set(pinned.map(({ inode }) => inode)),
        new Set([plain, shared, hostPid, hostIpc].map(({ pausePid }) => namespaceOf(host, pausePid, 'net'))),
      );
    });

    t.test('a killed pause, a second sandbox of the same pod, and a restart of the daemon', async (t) => {
      process.kill(shared.pausePid, 'SIGKILL');
      let after = await client.level();
      while (sandboxNamed(after, 'shared')?.state !== 'notready') after = await client.level();
      t.notOk('pid' in (sandboxNamed(after, 'shared') ?? {}));
      const again = await containerd.runPod({ ...shared.spec, uid: shared.uid, attempt: 1 });
      after = await client.level();
      t.same(
        after.sandboxes.filter(({ podUid }) => podUid === shared.uid).map(({ id, attempt, state }) => [id, attempt, state]),
        [
          [shared.sandboxId, 0, 'notready'],
          [again.sandboxId, 1, 'ready'],
        ],
      );
      await containerd.stopDaemon();
      await t.rejects(client.level(), { code: 'CRI_UNAVAILABLE' });
      await containerd.restart();
      t.same((await client.level()).sandboxes.length, 6);
      t.ok(
        (await scan()).processes.some(({ pid }) => pid === again.pausePid),
        'pods outlive the daemon',
      );
    });

    t.test('nothing is left afterwards', async (t) => {
      client.close();
      await containerd.stop();
      t.notOk(existsSync(containerd.directory));
      t.notOk(existsSync(`/sys/class/net/${containerd.bridge}`));
      t.notMatch(readFileSync('/proc/self/mountinfo', 'utf8'), containerd.directory);
      const left = await scan();
      t.same(
        [...left.cgroups.values()].filter((path) => path.startsWith(containerd.cgroupRoot)),
        [],
      );
      t.same(
        left.processes.filter(({ cgroupPath }) => cgroupPath.startsWith(containerd.cgroupRoot)),
        [],
      );
      const sandboxes = new Set(pods.map(({ sandboxId }) => sandboxId));
      t.notOk(
        existsSync('/var/lib/cni/results') && readdirSync('/var/lib/cni/results').some((name) => sandboxes.has(name.split('-')[2] ?? '')),
      );
    });
  });
}

const skipWithoutRoot = process.getuid?.() === 0 ? false : 'making namespaces needs root';

t.test('an agent in a pid namespace of its own is told so', { skip: skipWithoutRoot }, async (t) => {
  t.equal(await complaintIn('--uts'), '');
  t.match(await complaintIn('--pid', '--fork', '--mount-proc'), /^PRIVILEGE_MISSING .*hostPID/);
});

t.test('a scan does not mind processes that come and go under its hands', { skip: skipWithoutRoot }, async (t) => {
  const storm = spawn('unshare', ['--ipc', 'sh', '-c', 'while :; do /bin/true & /bin/true & wait; done'], { stdio: 'ignore' });
  t.teardown(() => storm.kill('SIGKILL'));
  await new Promise((resolve) => storm.once('spawn', resolve));
  const identity = readHostIdentity();
  const hierarchy = findHierarchy();
  const scan = () => scanHost({ hierarchy, hostNamespaces: identity.namespaces, bootNow: clock.bootNow });
  let level = await scan();
  while (!level.processes.some(({ pid, comm }) => pid === storm.pid && comm === 'sh')) level = await scan();
  const seen = new Set<number>();
  while (seen.size < 20) {
    for (const { pid, ppid, startNs } of (await scan()).processes) {
      if (ppid !== storm.pid) continue;
      seen.add(pid);
      t.ok(startNs > 0 && startNs <= clock.bootNow());
    }
  }
});
