// What goes away and comes back while pods live: their pauses, the runtime, the probes, the daemon itself.
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { type Agent, bpftracePidOf, cannotRunAgent, containerNamed, followStream, scopesOf, startAgent } from '../helpers/agent.ts';
import { deathOf, FOREVER, isUp, killFromShell, ORDINARY, OWN_SANDBOX } from '../helpers/agent-scenarios.ts';
import { startCommand } from '../helpers/command-line.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { until } from '../helpers/containerd-pods.ts';

const app = { name: 'app', command: FOREVER } as const;

t.test('pods that last longer than what is around them', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(180_000);
  const outer = t;
  const containerd = await startContainerd({ t });
  const env = { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint };
  let agent: Agent = await startAgent(t, env);
  const removed = (uid: string) => agent.until('the removal of the pod', () => agent.of(uid, 'pod.removed').length > 0);

  const notReady = (sandboxId: string) =>
    until('the runtime to notice', async () => {
      const { items } = await containerd.call('ListPodSandbox', {});
      return (items as { id: string; state: string }[]).some(({ id, state }) => id === sandboxId && state === 'SANDBOX_NOTREADY');
    });

  await t.test('each new sandbox of a pod is a restart, though numbers of namespaces come back', async (t) => {
    let pod = await containerd.runPod({ name: 'phoenix' });
    const { uid } = pod;
    const numbers = new Map<string, string>();
    const sandboxIds = [pod.sandboxId];
    let reused = 0;
    // The kernel gives the lowest free number, so it comes back unless something else on the machine was quicker.
    for (let attempt = 1; reused === 0 || attempt <= 3; attempt++) {
      const { sandboxId, pausePid } = pod;
      await agent.until('the pod', () => isUp(agent, uid, []) && agent.pod(uid)?.sandbox?.id === sandboxId);
      const shown = agent.pod(uid)?.sandbox;
      t.same(scopesOf(shown), OWN_SANDBOX);
      for (const { type, inode, id } of shown?.namespaces.filter(({ scope }) => scope === 'own') ?? []) {
        const former = numbers.get(`${type} ${inode}`);
        if (former !== undefined) {
          reused++;
          t.not(id, former, `${type} ${inode} is another namespace`);
        }
        numbers.set(`${type} ${inode}`, id);
      }
      if (attempt > 20) throw new Error('no namespace number came back in 20 sandboxes');
      const killer = await killFromShell(pausePid);
      await agent.until('its death', () =>
        agent.of(uid, 'pause.exited').some(({ sandbox, cause }) => sandbox?.id === sandboxId && cause.sender?.pid === killer.pid),
      );
      await notReady(sandboxId);
      await containerd.stopPod(sandboxId);
      pod = await containerd.runPod({ ...pod.spec, uid, attempt });
      sandboxIds.push(pod.sandboxId);
    }
    const restarts = await agent.until('the last restart', () => {
      const restarts = agent.of(uid, 'pause.restarted').filter(({ revision }) => revision === 0);
      return restarts.length >= sandboxIds.length - 1 && restarts;
    });
    t.same(
      restarts.map(({ oldSandbox, newSandbox }) => [oldSandbox.id, newSandbox.id]),
      sandboxIds.slice(1).map((id, index) => [sandboxIds[index], id]),
    );
    t.match(
      restarts,
      restarts.map(() => ({ cause: { kind: 'signal', sender: { comm: 'sh' } } })),
    );
    t.same(
      agent.pod(uid)?.history.map(({ id }) => id),
      sandboxIds.slice(0, -1).slice(-10),
      'oldest first',
    );
    t.same(
      agent.of(uid, 'namespace.joined').filter(({ by }) => by === 'foreign'),
      [],
    );
    await agent.agrees(t);
    for (const id of sandboxIds) await containerd.removePod(id);
    await removed(uid);
    await agent.agrees(t);
  });

  const pod = await containerd.runPod({
    name: 'lasting',
    namespace: 'shop',
    containers: [app, { name: 'worker', command: FOREVER }, { name: 'extra', command: FOREVER }],
  });
  await agent.until('the pod', () => isUp(agent, pod.uid, ['app', 'worker', 'extra']) && agent.pod(pod.uid)?.sandbox?.ips.length);

  await t.test('while the runtime is away pods keep their names and are told of as before', async (t) => {
    await containerd.stopDaemon();
    process.kill(pod.containers.extra.pid, 'SIGKILL');
    const exited = await agent.until('the death of a container', () => agent.of(pod.uid, 'container.exited')[0]);
    t.match(exited, { container: { name: 'extra' }, pod: { name: 'lasting' }, exit: { signal: 'SIGKILL' }, source: 'kernel' });
    await agent.until('the daemon to notice', () => agent.log.some((line) => line.includes('runtime does not answer')));
    t.match(agent.pod(pod.uid), { name: 'lasting', namespace: 'shop', sandbox: { state: 'ready', ips: [pod.ip] } });
    t.equal(containerNamed(agent.pod(pod.uid), 'extra')?.state, 'exited');
    t.same(agent.of(pod.uid, 'pod.removed'), []);
    await agent.agrees(t);
    await containerd.restart();
    const later = await containerd.runPod({ name: 'later', containers: [app] });
    await agent.until('a pod that came afterwards', () => isUp(agent, later.uid, ['app']));
    t.equal(agent.of(pod.uid, 'pod.removed').length, 0);
    t.match(agent.pod(pod.uid), { name: 'lasting', sandbox: { id: pod.sandboxId } });
    await containerd.removePod(later.sandboxId);
    await removed(later.uid);
    await agent.agrees(t);
  });

  await t.test('after the death of bpftrace the tree is right again, and the gap is stated', async (t) => {
    const former = bpftracePidOf(process.pid);
    if (former === undefined) throw new Error('no bpftrace runs');
    const { snapshots } = agent;
    process.kill(former, 'SIGKILL');
    await agent.until('the gap', () => agent.events.some((event) => event.type === 'agent.gap' && event.stage === 'kernel'));
    const ready = await fetch(`${agent.server}/readyz`);
    t.equal(ready.status, 503);
    t.match(await ready.text(), /probes/);
    const unseen = await containerd.runPod({ name: 'unseen', containers: [app] });
    process.kill(pod.containers.worker.pid, 'SIGKILL');
    await agent.until('a fresh snapshot', () => agent.snapshots > snapshots && agent.gaps.some(({ stage }) => stage === 'kernel'));
    t.equal((await fetch(`${agent.server}/readyz`)).status, 200);
    t.not(bpftracePidOf(process.pid), former);
    await agent.until('what came meanwhile', () => isUp(agent, unseen.uid, ['app']));
    t.same(scopesOf(containerNamed(agent.pod(unseen.uid), 'app')), ORDINARY);
    await agent.until('what went meanwhile', () => containerNamed(agent.pod(pod.uid), 'worker')?.state === 'exited');
    t.match(
      agent.of(pod.uid, 'container.exited').find(({ container }) => container?.name === 'worker'),
      { source: 'levels' },
    );
    await agent.agrees(t);

    const killer = await killFromShell(unseen.pausePid);
    const ended = await deathOf(agent, unseen.uid);
    t.match(ended.cause, { kind: 'signal', sender: { pid: killer.pid } });
    await containerd.removePod(unseen.sandboxId);
    await removed(unseen.uid);
    await agent.agrees(t);
  });

  await t.test('a daemon that was away finds the pods, and says of a death in between that it was not seen', async (t) => {
    const former = agent.pod(pod.uid);
    await agent.stop();
    t.equal(bpftracePidOf(process.pid), undefined, 'its bpftrace is gone');
    await killFromShell(pod.pausePid);
    await notReady(pod.sandboxId);
    agent = await startAgent(outer, env);
    const found = agent.pod(pod.uid);
    t.match(found, { name: 'lasting', sandbox: { id: pod.sandboxId, state: 'notready' } });
    t.equal(found?.sandbox?.pause, undefined);
    t.same(
      containerNamed(found, 'app')?.processes.map(({ pid }) => pid),
      containerNamed(former, 'app')?.processes.map(({ pid }) => pid),
    );
    await agent.agrees(t);
    await containerd.stopPod(pod.sandboxId);
    const next = await containerd.runPod({ ...pod.spec, uid: pod.uid, attempt: 1 });
    const restarted = await agent.until('the restart', () => agent.of(pod.uid, 'pause.restarted')[0]);
    t.match(restarted, {
      cause: { kind: 'agent-down' },
      oldSandbox: { id: pod.sandboxId, attempt: 0 },
      newSandbox: { id: next.sandboxId, attempt: 1 },
    });
    t.equal(restarted.sandboxOutageMs, undefined, 'nobody knows since when');
    await agent.until('the pod', () => isUp(agent, pod.uid, ['app', 'worker', 'extra']));
    t.same(
      agent.pod(pod.uid)?.history.map(({ id }) => id),
      [pod.sandboxId],
    );
    await agent.agrees(t);
    await containerd.removePod(pod.sandboxId);
    await containerd.removePod(next.sandboxId);
    await removed(pod.uid);
    await agent.agrees(t);
  });

  await t.test('without any runtime pods are known by their uid', async (t) => {
    const alone = await startAgent(t, { PODTREE_RUNTIME_ENDPOINT: `unix://${containerd.directory}/none.sock` });
    const spec = { name: 'nameless', containers: [app] } as const;
    const nameless = await containerd.runPod(spec);
    const { uid } = nameless;
    await alone.until('its processes', () => alone.pod(uid)?.sandbox?.containers[0]?.processes.some(({ role }) => role === 'init'));
    const shown = alone.pod(uid);
    t.match(shown, { uid, qos: 'burstable', hostNetwork: false, labels: {} });
    t.match(shown?.sandbox, { id: nameless.sandboxId, state: 'ready', kind: 'process', pause: { pid: nameless.pausePid, role: 'pause' } });
    t.same(scopesOf(shown?.sandbox), OWN_SANDBOX);
    t.match(shown?.sandbox?.containers, [{ id: nameless.containers.app.id, state: 'running', processes: [{ role: 'init' }] }]);
    t.same(scopesOf(shown?.sandbox?.containers[0]), ORDINARY);
    const killer = await killFromShell(nameless.pausePid);
    const ended = await deathOf(alone, uid);
    t.match(ended, { pod: { uid }, cause: { kind: 'signal', sender: { pid: killer.pid } } });
    await notReady(nameless.sandboxId);
    await containerd.stopPod(nameless.sandboxId);
    const again = await containerd.runPod({ ...spec, uid, attempt: 1 });
    // Nobody but the runtime knows that a pod without any process is still one.
    await alone.until('its next sandbox', () => alone.pod(uid)?.sandbox?.pause?.pid === again.pausePid);
    t.match(
      alone.of(uid, 'namespace.joined').filter(({ by }) => by === 'foreign'),
      [],
      'a runtime that is not spoken to is no outsider',
    );
    t.same(alone.pod(uid)?.sandbox?.guests, []);
    await containerd.removePod(nameless.sandboxId);
    await containerd.removePod(again.sandboxId);
    await alone.until('no trace of the pod', () => alone.pod(uid) === undefined);
    await alone.agrees(t);
    await alone.stop();
  });

  await t.test('a daemon that is killed leaves no bpftrace, and the next one no doubt', async (t) => {
    const settings = { ...env, PODTREE_LISTEN: '127.0.0.1:0', PODTREE_LOG_FORMAT: 'json', PODTREE_NODE_NAME: 'node-a' };
    const { child } = startCommand(t, ['agent'], settings);
    let log = '';
    const port = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`the agent ended: ${log}`)));
      child.stderr.on('data', (text: string) => {
        log += text;
        const address = /"address":"127\.0\.0\.1:(\d+)"/.exec(log);
        if (address?.[1] !== undefined && log.includes('agent is ready')) resolve(address[1]);
      });
    });
    const view = await followStream(`http://127.0.0.1:${port}`);
    const brief = await containerd.runPod({ name: 'brief', containers: [app] });
    await view.until('the pod', () => containerNamed(view.pod(brief.uid), 'app')?.state === 'running');
    await view.agrees(t);
    const probes = bpftracePidOf(child.pid ?? 0);
    if (probes === undefined) throw new Error('no bpftrace runs');
    child.kill('SIGKILL');
    await t.rejects(
      view.until('more', () => false),
      /the stream ended/,
    );
    await until('the end of its bpftrace', async () => !isBpftrace(probes));
    await containerd.removePod(brief.sandboxId);
    await agent.until('another daemon to have seen all of it', () => agent.of(brief.uid, 'pod.removed').length > 0);
  });
});

function isBpftrace(pid: number): boolean {
  return existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'bpftrace\n';
}
