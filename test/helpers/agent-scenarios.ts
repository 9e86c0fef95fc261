// What must hold for pods of every runtime and in every cgroup hierarchy: a pod with two containers, a shared pid namespace, a killed pause, an ordinary removal.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { Test } from 'tap';
import { type Agent, containerNamed, type EventOf, scopesOf, type View } from './agent.ts';
import type { Containerd } from './containerd.ts';

export const FOREVER = ['sleep', '100000'] as const;
/** What an ordinary container shares with its pause, and what not; user and cgroup namespaces are the node's here. */
export const ORDINARY = { net: 'pod', pid: 'own', ipc: 'pod', uts: 'pod', mnt: 'own', user: 'host', cgroup: 'host' } as const;
export const OWN_SANDBOX = { net: 'own', pid: 'own', ipc: 'own', uts: 'own', mnt: 'own', user: 'host', cgroup: 'host' } as const;

export interface Killer {
  readonly pid: number;
  readonly comm: string;
}

/** Kills with SIGKILL from a shell of its own, as a person on the node would; resolves with that shell. */
export async function killFromShell(pid: number): Promise<Killer> {
  const shell = spawn('sh', ['-c', `kill -9 ${pid}`], { stdio: 'ignore' });
  const [code] = (await once(shell, 'exit')) as [number | null];
  if (code !== 0 || shell.pid === undefined) throw new Error(`kill -9 ${pid} ended with ${code}`);
  return { pid: shell.pid, comm: 'sh' };
}

/** The death of a pod's pause, with its cause: told at once, or amended when the machine is so busy that the signal comes later than the exit. */
export function deathOf(view: View, uid: string): Promise<EventOf<'pause.exited'>> {
  return view.until('the death of the pause and its cause', () =>
    view.of(uid, 'pause.exited').find(({ cause }) => cause.kind !== 'unknown'),
  );
}

/** A process on the host that entered namespaces of `pid`; killed in the teardown. */
export function enterNamespaces(t: Test, pid: number, options: readonly string[], command: readonly string[]): ChildProcess {
  const child = spawn('nsenter', ['--target', String(pid), ...options, ...command], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  return child;
}

/** The first processes of all of a pod's containers are shown as such. */
export function isUp(agent: Agent, uid: string, containers: readonly string[]): boolean {
  const pod = agent.pod(uid);
  const isRunning = (name: string) => containerNamed(pod, name)?.processes.some(({ role }) => role === 'init') ?? false;
  return pod?.name !== undefined && pod.sandbox?.pause !== undefined && pod.sandbox.state === 'ready' && containers.every(isRunning);
}

export async function runCoreScenarios(t: Test, containerd: Containerd, agent: Agent): Promise<void> {
  await t.test('a pod with two containers stands in the tree as it is', async (t) => {
    const pod = await containerd.runPod({
      name: 'two',
      namespace: 'shop',
      labels: { app: 'web' },
      containers: [
        { name: 'app', command: ['sh', '-c', '/bin/sleep 100000 & wait'] },
        { name: 'logger', command: FOREVER },
      ],
    });
    const { app, logger } = pod.containers;
    await agent.until('both containers and the child of one', () => {
      const isWhole = containerNamed(agent.pod(pod.uid), 'app')?.processes.length === 2 && agent.pod(pod.uid)?.sandbox?.ips.length;
      return isUp(agent, pod.uid, ['app', 'logger']) && isWhole && agent.of(pod.uid, 'container.started').length === 2;
    });
    const shown = agent.pod(pod.uid);
    t.match(shown, { uid: pod.uid, name: 'two', namespace: 'shop', labels: { app: 'web' }, qos: 'burstable', hostNetwork: false });
    t.same(shown?.history, []);
    t.match(shown?.sandbox, {
      id: pod.sandboxId,
      attempt: 0,
      state: 'ready',
      kind: 'process',
      runtime: 'containerd',
      ips: [pod.ip],
      pause: { pid: pod.pausePid, nsPid: 1, role: 'pause', comm: 'pause', uid: 0, args: [] },
    });
    t.same(scopesOf(shown?.sandbox), OWN_SANDBOX);
    t.same(shown?.sandbox?.guests, []);
    t.same(
      shown?.sandbox?.containers.map(({ id, name, kind, restarts, state }) => ({ id, name, kind, restarts, state })),
      [
        { id: app.id, name: 'app', kind: 'app', restarts: 0, state: 'running' },
        { id: logger.id, name: 'logger', kind: 'app', restarts: 0, state: 'running' },
      ],
    );
    for (const name of ['app', 'logger']) t.same(scopesOf(containerNamed(shown, name)), ORDINARY, name);
    const [init, child] = containerNamed(shown, 'app')?.processes ?? [];
    t.match(init, { pid: app.pid, nsPid: 1, role: 'init', ppid: shown?.sandbox?.pause?.ppid ?? 0 }, "the shim's child, not the pause's");
    t.match(child, { ppid: app.pid, role: 'child' });
    t.match(containerNamed(shown, 'logger')?.processes, [{ pid: logger.pid, nsPid: 1, role: 'init', comm: 'sleep' }]);

    const told = agent.of(pod.uid);
    const once = ['pod.added', 'sandbox.created', 'sandbox.ready'];
    for (const type of once) t.equal(told.filter((event) => event.type === type).length, 1, type);
    t.same(
      agent.of(pod.uid, 'container.started').map((event) => event.container),
      [
        { id: app.id, name: 'app' },
        { id: logger.id, name: 'logger' },
      ],
    );
    const joins = agent.of(pod.uid, 'namespace.joined');
    t.same(
      joins.filter(({ by }) => by === 'foreign' || by === 'exec' || by === 'kubelet'),
      [],
      'nobody but the runtime and its plugins came',
    );
    t.ok(
      joins.some(({ by, process }) => by === 'cni' && process?.comm === 'bridge'),
      'the plugin that makes the address did',
    );
    const made = agent.of(pod.uid, 'namespace.created').flatMap(({ namespaces }) => namespaces);
    for (const { type, inode } of shown?.sandbox?.namespaces.filter(({ scope }) => scope === 'own') ?? []) {
      t.ok(
        made.some((namespace) => namespace.type === type && namespace.inode === inode),
        `its ${type} namespace was seen being made`,
      );
    }
    await agent.agrees(t);

    await t.test('and is gone after its ordinary removal, which is a planned stop by nobody foreign', async (t) => {
      await containerd.stopContainer(app.id);
      await containerd.stopContainer(logger.id);
      await containerd.removePod(pod.sandboxId);
      await agent.until('the removal of the pod', () => agent.of(pod.uid, 'pod.removed').length > 0);
      const ended = agent.of(pod.uid, 'pause.exited').at(-1);
      t.equal(new Set(agent.of(pod.uid, 'pause.exited').map(({ id }) => id)).size, 1);
      t.match(ended, { exit: { code: null, signal: 'SIGKILL' }, cause: { kind: 'planned-stop', signal: 'SIGKILL' } });
      t.equal(ended?.process?.pid, pod.pausePid);
      t.same(
        agent.of(pod.uid, 'container.exited').map(({ container, exit }) => [container?.name, exit?.signal]),
        [
          ['app', 'SIGKILL'],
          ['logger', 'SIGKILL'],
        ],
      );
      t.equal(agent.of(pod.uid, 'sandbox.removed').length, 1);
      t.same(agent.of(pod.uid, 'pause.restarted'), []);
      t.notOk(agent.of(pod.uid, 'namespace.joined').some(({ by }) => by === 'foreign'));
      t.equal(agent.pod(pod.uid), undefined);
      await agent.agrees(t);
    });
  });

  await t.test('with a shared process namespace the containers are in that of the pause', async (t) => {
    const pod = await containerd.runPod({ name: 'shared', sharePid: true, containers: [{ name: 'app', command: FOREVER }] });
    await agent.until('the pod', () => isUp(agent, pod.uid, ['app']));
    const app = containerNamed(agent.pod(pod.uid), 'app');
    t.same(scopesOf(app), { ...ORDINARY, pid: 'pod' });
    t.ok((app?.processes[0]?.nsPid ?? 0) > 1, 'its first process is not pid 1 there');
    await agent.agrees(t);

    await t.test('and die with it when it is killed', async (t) => {
      const killer = await killFromShell(pod.pausePid);
      const ended = await deathOf(agent, pod.uid);
      t.match(ended.cause, { kind: 'signal', sender: { pid: killer.pid } });
      const container = await agent.until('the death of the container', () => agent.of(pod.uid, 'container.exited')[0]);
      t.match(container, { container: { name: 'app' }, exit: { signal: 'SIGKILL' } });
      await agent.until('no process in the tree', () =>
        agent.pod(pod.uid)?.sandbox?.containers.every((item) => item.processes.length === 0),
      );
      await containerd.removePod(pod.sandboxId);
      await agent.until('the removal of the pod', () => agent.of(pod.uid, 'pod.removed').length > 0);
      await agent.agrees(t);
    });
  });

  await t.test('a killed pause is told with its killer, and its successor as a restart of the same pod', async (t) => {
    const containers = [
      { name: 'app', command: FOREVER },
      { name: 'logger', command: FOREVER },
    ] as const;
    const before = await containerd.runPod({ name: 'victim', namespace: 'shop', containers });
    await agent.until('the pod', () => isUp(agent, before.uid, ['app', 'logger']) && agent.pod(before.uid)?.sandbox?.ips.length);
    const pauseBefore = agent.pod(before.uid)?.sandbox?.pause;
    const killer = await killFromShell(before.pausePid);
    const ended = await deathOf(agent, before.uid);
    t.match(ended, {
      source: 'kernel',
      pod: { uid: before.uid, namespace: 'shop', name: 'victim' },
      sandbox: { id: before.sandboxId, attempt: 0 },
      process: pauseBefore ?? {},
      exit: { code: null, signal: 'SIGKILL' },
      cause: { kind: 'signal', signal: 'SIGKILL' },
    });
    t.match(ended.cause.sender, { pid: killer.pid, comm: killer.comm, exe: basename(realpathSync('/bin/sh')), uid: 0 });
    t.equal(ended.cause.sender?.parents[0]?.pid, process.pid, "the shell's parent is this test");
    t.ok(ended.cause.evidence.length > 1);
    await agent.until('the dead sandbox', () => agent.pod(before.uid)?.sandbox?.state === 'notready');
    t.equal(agent.pod(before.uid)?.sandbox?.pause, undefined);
    t.match(
      agent.pod(before.uid)?.sandbox?.containers.map(({ state }) => state),
      ['running', 'running'],
      'the containers live on in the orphaned namespaces',
    );
    await agent.agrees(t);

    for (const { id } of Object.values(before.containers)) await containerd.stopContainer(id);
    await containerd.stopPod(before.sandboxId);
    const after = await containerd.runPod({ ...before.spec, uid: before.uid, attempt: 1 });
    const [first, whole] = await agent.until('the restart, and then all of it', () => {
      const revisions = agent.of(before.uid, 'pause.restarted');
      return revisions.some(({ complete }) => complete === true) && revisions;
    });
    t.match(first, {
      revision: 0,
      cause: ended.cause,
      oldSandbox: { id: before.sandboxId, attempt: 0 },
      newSandbox: { id: after.sandboxId, attempt: 1 },
      ipBefore: before.ip,
      process: { pid: after.pausePid, role: 'pause' },
    });
    t.ok((first?.sandboxOutageMs ?? 0) > 0);
    t.match(whole, { id: first?.id ?? '', revision: 1, ipAfter: after.ip, containersRestarted: 2, complete: true });
    t.ok((whole?.outageMs ?? 0) > (whole?.sandboxOutageMs ?? 0), 'the pod was gone for longer than its pause');
    await agent.until('the new pod', () => isUp(agent, before.uid, ['app', 'logger']));
    const shown = agent.pod(before.uid);
    t.match(shown?.sandbox, { id: after.sandboxId, attempt: 1, state: 'ready', pause: { pid: after.pausePid } });
    t.match(shown?.history, [{ id: before.sandboxId, attempt: 0, state: 'notready' }]);
    t.equal(agent.of(before.uid, 'pod.added').length, 1, 'it is the same pod');
    await agent.agrees(t);

    await containerd.removePod(before.sandboxId);
    await agent.until('the old sandbox taken from the runtime', () => agent.pod(before.uid)?.history[0]?.state === 'removed');
    await containerd.removePod(after.sandboxId);
    await agent.until('the removal of the pod', () => agent.of(before.uid, 'pod.removed').length > 0);
    t.equal(agent.pod(before.uid), undefined);
    await agent.agrees(t);
  });
}
