// What the runtime has to do with deaths: it restarts and nobody dies, thirty pauses die after it, and what becomes of a pod whose shim is killed.
import t from 'tap';
import type { AlertEvent } from '../../src/alert/incident.ts';
import { cannotRunAgent } from '../helpers/agent.ts';
import { deathOf, FOREVER } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { type RunningPod, until } from '../helpers/containerd-pods.ts';
import { codesOf, deathsOf, isAlive, rebuild, runShell, shimOf, startAlertedAgent, uidsIn, whole } from '../helpers/deaths.ts';

const PODS = 30;
/** Pods of others on this machine have no names here, and are in no namespace. */
const RULES = `  rules:
    - {name: PauseRestarted, namespaces: [shop]}
`;
const containers = [
  { name: 'app', command: FOREVER },
  { name: 'logger', command: FOREVER },
] as const;

t.test('deaths around the runtime', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(180_000);
  const containerd = await startContainerd({ t });
  const { agent, alerts, alerted } = await startAlertedAgent(t, { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint }, RULES);
  const restart = async () => {
    process.kill(containerd.pid, 'SIGKILL');
    await containerd.restart();
  };

  const isOurs = (uids: readonly string[]) => (event: AlertEvent) => uidsIn(event).some((uid) => uids.includes(uid));
  const pageOf = (uid: string) => agent.until('its alert', () => agent.of(uid, 'alert.firing')[0]);

  const pods: RunningPod[] = [];
  for (let batch = 0; batch < PODS; batch += 6) {
    const names = Array.from({ length: 6 }, (_, index) => `many-${batch + index}`);
    pods.push(...(await Promise.all(names.map((name) => containerd.runPod({ name, namespace: 'shop' })))));
  }
  const uids = pods.map(({ uid }) => uid);
  for (const pod of pods) await whole(agent, pod);

  await t.test('the runtime is killed and comes back: no pause dies, and nobody is told of anything', async (t) => {
    await restart();
    const later = await containerd.runPod({ name: 'later', containers });
    await whole(agent, later);
    t.ok(pods.every(({ pausePid }) => isAlive(pausePid)));
    for (const { uid, sandboxId, pausePid } of pods) {
      t.match(agent.pod(uid)?.sandbox, { id: sandboxId, state: 'ready', pause: { pid: pausePid } });
      t.same(deathsOf(agent, uid), []);
    }
    t.same(alerts().filter(isOurs(uids)), []);
    await containerd.removePod(later.sandboxId);
    await agent.agrees(t);
  });

  await t.test('thirty pauses that die within two seconds after it are one incident', async (t) => {
    const killer = await runShell(`kill -9 ${pods.map(({ pausePid }) => pausePid).join(' ')}`);
    for (const { uid } of pods) {
      const death = await deathOf(agent, uid);
      t.match(death.cause, { kind: 'signal', sender: killer });
      t.ok(codesOf(death).includes('runtime-restarted'));
    }
    const all = await alerted((event) => uids.every((uid) => uidsIn(event).includes(uid)));
    t.match(all, {
      type: 'alert.firing',
      alert: { name: 'PauseRestarted', memberCount: PODS, summary: /^30 pods within 2 s on node node-a/ },
    });
    t.same(all.alert.members.map(({ uid }) => uid).sort(), [...uids].sort());
    const told = alerts().filter(isOurs(uids));
    t.match(
      told.map(({ id, revision, alert }) => ({ id, revision, memberCount: alert.memberCount })),
      [
        { id: all.id, revision: 0, memberCount: 1 },
        { id: all.id, memberCount: PODS },
      ],
      'the webhook is told at once, and once more of all',
    );
    t.same(new Set(uids.flatMap((uid) => agent.of(uid, 'alert.firing').map(({ alert }) => alert.incident))), new Set([all.id]));
  });

  await t.test('a shim is killed: the runtime ends what it had kept, which is no planned stop', async (t) => {
    const pod = await containerd.runPod({ name: 'shimless', namespace: 'shop', containers });
    await whole(agent, pod);
    const shim = shimOf(pod);
    const killer = await runShell(`kill -9 ${shim}`);
    const death = await deathOf(agent, pod.uid);
    t.match(death, { exit: { signal: 'SIGKILL' }, cause: { kind: 'signal', signal: 'SIGKILL', sender: { comm: 'runc' } } });
    const found = death.cause.findings.find(({ code }) => code === 'shim-died-first');
    t.match(found?.text, new RegExp(`containerd-shim", pid ${shim}\\) was killed with SIGKILL by "sh" \\(pid ${killer.pid}, uid 0\\)`));
    await agent.until('the end of both containers', () => agent.of(pod.uid, 'container.exited').length === 2);
    // The runtime may tell of one container before the other.
    const codes = await agent.until('both exit codes', () => {
      const text = deathsOf(agent, pod.uid)[0]?.cause.findings.find(({ code }) => code === 'exit-code-differs')?.text;
      return text !== undefined && ['app', 'logger'].every((name) => text.includes(`"${name}"`)) && text;
    });
    t.match(codes, /"app" with 255, the kernel saw 137/);
    t.match(codes, /"logger" with 255, the kernel saw 137/);
    await pageOf(pod.uid);
    const next = await rebuild(containerd, pod);
    const restarted = await agent.until('the restart', () => agent.of(pod.uid, 'pause.restarted')[0]);
    t.match(restarted, { oldSandbox: { id: pod.sandboxId }, newSandbox: { id: next.sandboxId } });
    t.equal(deathsOf(agent, pod.uid).length, 1);
    await agent.agrees(t);
  });

  await t.test('a shim is killed that has nothing but a pause: that is no planned stop either', async (t) => {
    const pod = await containerd.runPod({ name: 'bare', namespace: 'shop' });
    await whole(agent, pod);
    await runShell(`kill -9 ${shimOf(pod)}`);
    const death = await deathOf(agent, pod.uid);
    t.match(death.cause, { kind: 'signal', sender: { comm: 'runc' } });
    t.ok(codesOf(death).includes('shim-died-first'));
    await pageOf(pod.uid);
  });

  await t.test('while the runtime is away a pod outlives its shim, until the runtime is back', async (t) => {
    const pod = await containerd.runPod({ name: 'orphan', namespace: 'shop', containers });
    await whole(agent, pod);
    const shim = shimOf(pod);
    await containerd.stopDaemon();
    await runShell(`kill -9 ${shim}`);
    // Its first thread is dead before the last of its threads, which are their children's parent until then (kernel/exit.c find_new_reaper).
    await until('the end of the whole shim', async () => shimOf(pod) !== shim);
    t.ok([pod.pausePid, pod.containers.app.pid, pod.containers.logger.pid].every(isAlive));
    t.same(deathsOf(agent, pod.uid), []);
    await containerd.restart();
    const death = await deathOf(agent, pod.uid);
    t.match(death, { exit: { signal: 'SIGKILL' }, cause: { kind: 'signal', signal: 'SIGKILL', sender: { comm: 'runc' } } });
    for (const code of ['shim-died-first', 'runtime-restarted']) t.ok(codesOf(death).includes(code), code);
    await agent.until('the end of both containers', () => agent.of(pod.uid, 'container.exited').length === 2);
    await pageOf(pod.uid);
    await agent.agrees(t);
  });
});
