// Real pods of runc as the daemon sees them: every kind of sharing, those who enter them, and what the shortest-lived processes in them do.
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { type Agent, cannotRunAgent, containerNamed, scopesOf, startAgent } from '../helpers/agent.ts';
import { enterNamespaces, FOREVER, isUp, ORDINARY, OWN_SANDBOX, runCoreScenarios } from '../helpers/agent-scenarios.ts';
import { startCommand } from '../helpers/command-line.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { type RunningPod, until } from '../helpers/containerd-pods.ts';

const app = { name: 'app', command: FOREVER } as const;
/** Runs what is written to /tmp/orders, one line after the other, each as a process of its own. */
const ORDERED = ['sh', '-c', 'mkfifo /tmp/orders; while read -r order; do $order; done < /tmp/orders'] as const;
const TICK_MS = 10;
const NS_LAST_PID = '/proc/sys/kernel/ns_last_pid';

/** Writes orders to a container that runs ORDERED. It stays open, so that the reader never comes to an end of file. */
async function ordersTo(t: Test, pid: number): Promise<(command: string) => void> {
  const path = `/proc/${pid}/root/tmp/orders`;
  await until('a container that takes orders', async () => existsSync(path));
  const file = openSync(path, 'r+');
  t.teardown(() => closeSync(file));
  return (command) => void writeSync(file, `${command}\n`);
}

t.test('pods of runc', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(120_000);
  const containerd = await startContainerd({ t });
  const early = await containerd.runPod({
    name: 'early',
    namespace: 'shop',
    labels: { since: 'before' },
    containers: [
      { name: 'prepare', kind: 'init', command: ['true'] },
      { name: 'proxy', kind: 'sidecar', command: FOREVER },
      { name: 'app', command: ['sh', '-c', '/bin/sleep 100000 & wait'] },
    ],
  });
  const agent = await startAgent(t, { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint });

  await t.test('a pod that was there before the daemon is in its first snapshot, whole', async (t) => {
    const pod = agent.pod(early.uid);
    t.match(pod, { name: 'early', namespace: 'shop', labels: { since: 'before' }, qos: 'burstable', hostNetwork: false });
    t.match(pod?.sandbox, { state: 'ready', ips: [early.ip], pause: { pid: early.pausePid, role: 'pause', nsPid: 1 } });
    t.same(scopesOf(pod?.sandbox), OWN_SANDBOX);
    t.same(
      pod?.sandbox?.containers.map(({ name, kind, state, processes }) => [name, kind, state, processes.map(({ role }) => role)]),
      [
        ['prepare', 'init', 'exited', []],
        ['proxy', 'sidecar', 'running', ['init']],
        ['app', 'app', 'running', ['init', 'child']],
      ],
    );
    t.same(scopesOf(containerNamed(pod, 'app')), ORDINARY);
    t.same(containerNamed(pod, 'prepare')?.lastExit, { code: 0, signal: null });
    t.same(agent.of(early.uid), [], 'and it is no news');
    await agent.agrees(t);
  });

  await runCoreScenarios(t, containerd, agent);

  await t.test('what a pod shares with the host is shown as the host’s', async (t) => {
    const [network, pid, ipc] = await Promise.all([
      containerd.runPod({ name: 'host-network', hostNetwork: true, containers: [app] }),
      containerd.runPod({ name: 'host-pid', hostPid: true, containers: [app] }),
      containerd.runPod({ name: 'host-ipc', hostIpc: true, containers: [app] }),
    ]);
    for (const { uid } of [network, pid, ipc]) await agent.until('the pod', () => isUp(agent, uid, ['app']));
    const scopes = ({ uid }: RunningPod) => scopesOf(containerNamed(agent.pod(uid), 'app'));
    t.same(scopes(network), { ...ORDINARY, net: 'host', uts: 'host' });
    t.same(scopesOf(agent.pod(network.uid)?.sandbox), { ...OWN_SANDBOX, net: 'host', uts: 'host' });
    t.equal(agent.pod(network.uid)?.hostNetwork, true);
    t.same(agent.pod(network.uid)?.sandbox?.ips, []);
    t.same(scopes(pid), { ...ORDINARY, pid: 'host' });
    t.same(scopesOf(agent.pod(pid.uid)?.sandbox), { ...OWN_SANDBOX, pid: 'host' });
    t.equal(agent.pod(pid.uid)?.sandbox?.pause?.nsPid, pid.pausePid);
    t.same(scopes(ipc), { ...ORDINARY, ipc: 'host' });
    for (const { uid } of [network, pid, ipc]) {
      t.same(
        agent.of(uid, 'namespace.joined').filter(({ by }) => by === 'foreign'),
        [],
      );
      t.same(agent.pod(uid)?.sandbox?.guests, []);
    }
    await agent.agrees(t);
    for (const { uid, sandboxId } of [network, pid, ipc]) {
      await containerd.removePod(sandboxId);
      await agent.until('its removal', () => agent.of(uid, 'pod.removed').length > 0);
    }
  });

  await t.test('an ephemeral container is shown in the process namespace of its target', async (t) => {
    const debug = await containerd.startContainer(early, {
      name: 'debugger',
      kind: 'ephemeral',
      command: FOREVER,
      targetId: early.containers.app.id,
    });
    await agent.until('the ephemeral container', () => isUp(agent, early.uid, ['debugger']));
    const shown = containerNamed(agent.pod(early.uid), 'debugger');
    t.match(shown, { id: debug.id, kind: 'ephemeral', processes: [{ pid: debug.pid, role: 'init' }] });
    t.same(scopesOf(shown), { ...ORDINARY, pid: 'container' });
    t.equal(shown?.namespaces.find(({ type }) => type === 'pid')?.with, early.containers.app.id);
    await containerd.stopContainer(debug.id);
    await containerd.removeContainer(debug.id);
    await agent.until('it gone', () => containerNamed(agent.pod(early.uid), 'debugger') === undefined);
    await agent.agrees(t);
  });

  await t.test('an exec is told as one, in its container, with what came of it', async (t) => {
    await containerd.exec(early.containers.app.id, ['sh', '-c', '/bin/true; exit 7']);
    const ended = await agent.until('its end', () =>
      agent.of(early.uid, 'process.exited').find(({ process, exit }) => process?.role === 'exec' && exit?.code === 7),
    );
    t.match(ended, { container: { id: early.containers.app.id, name: 'app' }, process: { role: 'exec' } });
    const started = agent.of(early.uid, 'process.started').find(({ process }) => process?.pid === ended.process?.pid);
    t.equal(started?.container?.name, 'app');
    const joins = agent.of(early.uid, 'namespace.joined').filter(({ by }) => by === 'exec');
    t.same(new Set(joins.flatMap(({ namespaces }) => namespaces.map(({ type }) => type))), new Set(['net', 'pid', 'ipc', 'uts', 'mnt']));
    t.notOk(agent.of(early.uid, 'namespace.joined').some(({ by }) => by === 'foreign'));
    t.same(agent.pod(early.uid)?.sandbox?.guests, []);
    await agent.agrees(t);
  });

  await t.test('whoever enters a namespace from the host is named, and a guest as long as he lives', async (t) => {
    const outsider = enterNamespaces(t, early.pausePid, ['--net'], FOREVER);
    const joined = await agent.until('the join', () => agent.of(early.uid, 'namespace.joined').find(({ by }) => by === 'foreign'));
    t.match(joined, {
      process: { pid: outsider.pid ?? 0, role: 'guest', uid: 0 },
      owner: { uid: early.uid, namespace: 'shop', name: 'early' },
      namespaces: [{ type: 'net' }],
    });
    t.equal(joined.pod, undefined, 'it belongs to no pod itself');
    const net = agent.pod(early.uid)?.sandbox?.namespaces.find(({ type }) => type === 'net');
    t.match(joined.namespaces, [{ inode: net?.inode ?? 0, id: net?.id ?? '' }]);
    await agent.until('the guest', () =>
      agent.pod(early.uid)?.sandbox?.guests.some(({ pid, comm }) => pid === outsider.pid && comm === 'sleep'),
    );
    await agent.agrees(t);
    outsider.kill('SIGKILL');
    await agent.until('it gone', () => agent.pod(early.uid)?.sandbox?.guests.length === 0);
    await agent.agrees(t);

    await t.test('whatever namespaces it enters, it does not become a part of the pod', async (t) => {
      const visitor = enterNamespaces(
        t,
        early.containers.app.pid,
        ['--mount', '--pid', '--net', '--ipc', '--uts'],
        ['/bin/sleep', '100000'],
      );
      const guests = await agent.until('nsenter and its child', () => {
        const guests = agent.pod(early.uid)?.sandbox?.guests ?? [];
        return guests.some(({ comm }) => comm === 'sleep') && guests;
      });
      t.same(
        guests.map(({ role }) => role),
        guests.map(() => 'guest'),
      );
      const inside = guests.find(({ comm }) => comm === 'sleep');
      t.equal(inside?.ppid, visitor.pid);
      t.equal(containerNamed(agent.pod(early.uid), 'app')?.processes.length, 2);
      process.kill(inside?.pid ?? 0, 'SIGKILL');
      await agent.until('both gone', () => agent.pod(early.uid)?.sandbox?.guests.length === 0);
      await agent.agrees(t);
    });
  });

  const busy = await containerd.runPod({
    name: 'busy',
    containers: [
      { name: 'one', command: ORDERED },
      { name: 'two', command: ORDERED },
    ],
  });
  const { one, two } = busy.containers;
  await agent.until('the pod', () => isUp(agent, busy.uid, ['one', 'two']));
  const orderOne = await ordersTo(t, one.pid);
  const orderTwo = await ordersTo(t, two.pid);
  const exitsOf = (comm: string) => agent.of(busy.uid, 'process.exited').filter(({ process }) => process?.comm === comm);

  await t.test('processes of a few milliseconds are all seen, each in its container, from start to exit', async (t) => {
    // A prime: the number of events that something else made would rarely be the same.
    for (let count = 0; count < 23; count++) orderOne('/bin/true');
    const exits = await agent.until('all of them', () => exitsOf('true').length >= 23 && exitsOf('true'));
    t.equal(exits.length, 23);
    t.equal(new Set(exits.map(({ process }) => `${process?.pid}@${process?.startTime}`)).size, 23);
    for (const { process, container, exit } of exits) {
      const isIt = (event: { process?: typeof process }) =>
        event.process?.pid === process?.pid && event.process?.startTime === process?.startTime;
      const started = agent.of(busy.uid, 'process.started').filter(isIt);
      const execs = agent.of(busy.uid, 'process.exec').filter(isIt);
      t.match(
        { container, exit, started, execs },
        {
          container: { id: one.id, name: 'one' },
          exit: { code: 0, signal: null },
          started: [{ container: { name: 'one' }, process: { ppid: one.pid, role: 'child' } }],
          execs: [{ container: { name: 'one' }, process: { comm: 'true' } }],
        },
      );
      t.equal(started.length, 1);
    }
    await agent.agrees(t);
  });

  await t.test('a pid that comes back is another process', async (t) => {
    const { pid: used, startTime } = exitsOf('true')[0]?.process ?? {};
    if (used === undefined) throw new Error('no process to take the pid of');
    const again = await reuse(agent, busy, used, () => orderTwo('/bin/false'));
    t.match(again, { container: { id: two.id, name: 'two' }, exit: { code: 1, signal: null }, process: { pid: used, comm: 'false' } });
    t.not(again.process?.startTime, startTime);
    t.match(
      agent.of(busy.uid, 'process.started').filter(({ process, container }) => process?.pid === used && container?.name === 'two'),
      [{ process: { startTime: again.process?.startTime ?? '' } }],
    );
    await agent.agrees(t);
  });

  await t.test('a name that a process gives itself never reaches a terminal as it is', async (t) => {
    const compact = startCommand(t, ['tail', '--server', agent.server, '-e', 'process.started,process.exited', '--color', 'never']);
    const json = startCommand(t, ['tail', '--server', agent.server, '-e', 'process.started,process.exited', '-o', 'json']);
    // The shell names itself, and what it forks bears that name until it executes another program.
    const name = "printf 'a\\n\\033[31m\"\\\\\\377\\r' > /proc/self/comm";
    const shell = containerd.exec(one.id, ['sh', '-c', `while [ ! -e /tmp/go ]; do sleep 0.05; done; ${name}; (exit 3); (exit 3)`]);
    await Promise.all([compact.seen(/process\.(started|exited)/), json.seen(/process\.(started|exited)/)]);
    orderOne('touch /tmp/go');
    await shell;
    const raw = await agent.until('the hostile name in the stream', () =>
      agent.of(busy.uid, 'process.exited').find(({ process, exit }) => exit?.code === 3 && process?.comm.includes('\u001b')),
    );
    t.match(raw.process?.comm, /^a\n\u001b\[31m"\\\ufffd/);
    await Promise.all([compact.seen(/exit 3[\s\S]*exit 3/), json.seen(/"code":3[\s\S]*"code":3/)]);
    for (const { child } of [compact, json]) child.kill('SIGINT');
    const [lines, objects] = [(await compact.ended).out, (await json.ended).out];
    for (const text of [lines, objects]) t.notMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    for (const line of lines.trimEnd().split('\n'))
      t.match(line, /^( +\S|\d\d:\d\d:\d\d\.\d{3} )/, 'no line begins with what a process has picked');
    const comms = objects
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { event: { process?: { comm: string } } }).event.process?.comm);
    t.ok(comms.includes(raw.process?.comm), 'and as JSON it is the name it was');
    await agent.agrees(t);
  });
});

/**
 * Lets the kernel give `pid` out again, to a process of container two; others on the machine may take it first, so it tries until it is so.
 * A process is its pid and the clock tick it started in (10 ms). Pids go round (idr_alloc_cyclic in kernel/pid.c), so none comes back within a
 * tick by itself: only a second write to ns_last_pid could make it, so each try leaves the tick of the one before.
 */
async function reuse(agent: Agent, pod: RunningPod<'one' | 'two'>, pid: number, start: () => void) {
  const exits = () =>
    agent.of(pod.uid, 'process.exited').filter(({ container, process }) => container?.name === 'two' && process?.comm === 'false');
  for (let attempt = 1; attempt <= 50; attempt++) {
    writeFileSync(NS_LAST_PID, String(pid - 1));
    start();
    await agent.until('what it started', () => exits().length >= attempt);
    await setTimeout(2 * TICK_MS);
    const found = exits().find(({ process }) => process?.pid === pid);
    if (found) return found;
  }
  throw new Error(`pid ${pid} was not given out again in 50 attempts`);
}
