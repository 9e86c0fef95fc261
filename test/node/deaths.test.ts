// Pauses of real pods killed by whoever can: what is said of each death, at once and in an alert, and what is no death or none to be alerted about.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { cannotRunAgent } from '../helpers/agent.ts';
import { deathOf, FOREVER } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { until } from '../helpers/containerd-pods.ts';
import {
  cgroupDirectory,
  codesOf,
  deathsOf,
  deathWith,
  fallenWith,
  makeUnitCgroup,
  memoryFiles,
  rebuild,
  runShell,
  startAlertedAgent,
  uidsIn,
  whole,
} from '../helpers/deaths.ts';

const MEBIBYTE = 2 ** 20;
const app = { name: 'app', command: FOREVER } as const;
/** Waits for a file, then takes all the memory it can get: busybox keeps the unfinished last line of its input. */
const TAKE_ALL = 'until [ -e /tmp/go ]; do sleep 0.05; done; exec tail -n 1 /dev/zero';
const HOG = ['sh', '-c', TAKE_ALL] as const;
/** Half of the limit is held by another process, so that neither outweighs a pause with oom_score_adj 1000 (kernel mm/oom_kill.c oom_badness). */
const HOGS = ['sh', '-c', `(head -c ${32 * MEBIBYTE} /dev/zero; exec sleep 100000) | tail -n 1 & ${TAKE_ALL}`] as const;
/** What others on this machine do is not waited for here. */
const RULES = `  rules:
    - {name: PodOutageLong, enabled: false}
    - {name: ForeignNamespaceJoin, enabled: false}
    - {name: AgentLosingEvents, enabled: false}
`;

t.test('who killed the pause', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(180_000);
  const containerd = await startContainerd({ t });
  const { agent, alerts, alerted } = await startAlertedAgent(t, { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint }, RULES);
  /** In the stream each pod has its own alert; a webhook is told of those that died within two seconds together. */
  const pageOf = (uid: string) => agent.until('its alert', () => agent.of(uid, 'alert.firing')[0]);
  const deadUids: string[] = [];
  const start = async (name: string, spec: Partial<Parameters<typeof containerd.runPod>[0]> = {}) => {
    const pod = await containerd.runPod({ name, namespace: 'shop', containers: [app], ...spec });
    await whole(agent, pod);
    return pod;
  };
  /** Also those of which nobody is told at once. */
  const dies = (pod: { readonly uid: string }) => {
    deadUids.push(pod.uid);
    return deathOf(agent, pod.uid);
  };

  await t.test('a shell that asks it to end, which a pause does with code 0', async (t) => {
    const pod = await start('asked');
    const shell = await runShell(`kill -TERM ${pod.pausePid}`);
    const death = await dies(pod);
    t.match(death, { exit: { code: 0, signal: null }, cause: { kind: 'signal', signal: 'SIGTERM', sender: shell, findings: [] } });
    const parents = death.cause.sender?.parents ?? [];
    t.equal(parents[0]?.pid, process.pid);
    t.ok(parents.at(-1)?.pid === 1 || parents.length === 12, 'its ancestors, up to init');
    t.match(await pageOf(pod.uid), { alert: { name: 'PauseRestarted' }, cause: { sender: shell } });
  });

  await t.test('what that took down lives on for a while, and comes back with the next sandbox', async (t) => {
    const pod = await start('rebuilt', { containers: [app, { name: 'logger', command: FOREVER }] });
    await runShell(`kill -9 ${pod.pausePid}`);
    const orphans = ['app', 'logger'].map((name) => ({ name, fate: 'orphaned', processes: 1 }));
    t.match((await dies(pod)).cascade, { containers: orphans, containerCount: 2, processes: 2, leaked: [] });
    await rebuild(containerd, pod);
    const ended = await deathWith(agent, pod.uid, 'the end of both', (death) => fallenWith(death) !== undefined);
    for (const { exit, endedBy, endedAfterMs } of fallenWith(ended) ?? []) {
      t.match({ exit, endedBy }, { exit: { signal: 'SIGKILL' }, endedBy: { comm: 'runc' } });
      t.ok((endedAfterMs ?? 0) > 0, `it lived on for ${endedAfterMs} ms`);
    }
    const whole = await agent.until('the whole pod', () => agent.of(pod.uid, 'pause.restarted').find(({ complete }) => complete));
    t.same(whole.returned.map(({ name }) => name).sort(), ['app', 'logger']);
    t.ok(whole.returned.every(({ afterMs }) => (afterMs ?? 0) > (whole.sandboxOutageMs ?? 0)));
  });

  await t.test('a process of another pod, which sees the node’s processes', async (t) => {
    const victim = await start('victim');
    const killer = await start('killer', { namespace: 'evil', hostPid: true, containers: [app] });
    const { id } = (killer.containers as Record<string, { id: string }>).app ?? { id: '' };
    await containerd.exec(id, ['sh', '-c', `kill -9 ${victim.pausePid}; true`]);
    const death = await dies(victim);
    t.match(death, {
      exit: { code: null, signal: 'SIGKILL' },
      cause: {
        kind: 'signal',
        signal: 'SIGKILL',
        sender: { comm: 'sh', exe: 'busybox', pod: { uid: killer.uid, namespace: 'evil', name: 'killer' }, container: { id, name: 'app' } },
      },
    });
    t.equal(death.cause.sender?.unit, undefined, 'it is in a pod, not in a unit');
    t.match(await pageOf(victim.uid), { alert: { summary: /sh \(pid \d+, uid 0/ } });
    t.same(deathsOf(agent, killer.uid), []);
  });

  await t.test('a service of the node', async (t) => {
    const pod = await start('served');
    const unit = `podtree-test-${process.pid}.service`;
    const joins = makeUnitCgroup(t, `system.slice/${unit}`).map((file) => `echo $$ > ${file}`);
    const shell = await runShell(`${joins.join(' && ')} && kill -9 ${pod.pausePid}`);
    t.match(await dies(pod), { cause: { kind: 'signal', sender: { ...shell, unit } } });
  });

  await t.test('a person who uses the tool of the runtime: it is who starts it that counts, not its name', async (t) => {
    const pod = await start('by-hand');
    const shell = await runShell(`runc --root ${containerd.directory}/oci/k8s.io kill ${pod.sandboxId} KILL; exit $?`);
    const death = await dies(pod);
    t.match(death.cause, { kind: 'signal', signal: 'SIGKILL', sender: { comm: 'runc', exe: 'runc', parents: [shell] } });
    await pageOf(pod.uid);
  });

  await t.test('one of its own processes, which can ask the pause of a shared process namespace to end, and cannot kill it', async (t) => {
    const pod = await start('shared-inside', { sharePid: true, containers: [app, { name: 'logger', command: FOREVER }] });
    const { id } = (pod.containers as Record<string, { id: string }>).app ?? { id: '' };
    await containerd.exec(id, ['sh', '-c', 'kill -9 1']);
    t.match((await containerd.exec(id, ['sh', '-c', 'kill -0 1 && echo alive'])).stdout, /alive/);
    t.same(deathsOf(agent, pod.uid), []);
    await containerd.exec(id, ['sh', '-c', 'kill -TERM 1']).catch(() => undefined);
    const death = await dies(pod);
    t.match(death, {
      exit: { code: 0, signal: null },
      cause: {
        kind: 'signal',
        signal: 'SIGTERM',
        sender: { comm: 'sh', exe: 'busybox', pod: { uid: pod.uid }, container: { id, name: 'app' } },
      },
    });
    const ends = await agent.until('the end of its containers', () => {
      const ends = agent.of(pod.uid, 'container.exited');
      return ends.length === 2 && ends;
    });
    const followed = await deathWith(agent, pod.uid, 'what became of them', (death) => fallenWith(death) !== undefined);
    const byPause = { fate: 'with-pause', exit: { signal: 'SIGKILL' }, endedBy: { pid: pod.pausePid, comm: 'pause' } };
    t.match(followed.cascade, { containers: [byPause, byPause], containerCount: 2 });
    t.same(ends.map(({ container, exit }) => [container?.name, exit?.signal]).sort(), [
      ['app', 'SIGKILL'],
      ['logger', 'SIGKILL'],
    ]);
    await pageOf(pod.uid);
  });

  const hasV2 = existsSync(cgroupDirectory('v2', { cgroupParent: '' }));
  await t.test('its whole cgroup, at once', { skip: hasV2 ? false : 'no cgroup v2 tree is mounted' }, async (t) => {
    const pod = await start('cgroup', { containers: [app, { name: 'logger', command: FOREVER }] });
    const shell = await runShell(`echo 1 > ${cgroupDirectory('v2', pod)}/cgroup.kill`);
    const death = await dies(pod);
    t.match(death, { exit: { signal: 'SIGKILL' }, cause: { kind: 'signal', signal: 'SIGKILL', sender: shell } });
    t.same(codesOf(death), ['cgroup-kill']);
    await agent.until('the end of both containers', () => agent.of(pod.uid, 'container.exited').length === 2);
    await pageOf(pod.uid);
  });

  await t.test('the OOM killer, when the pod has too little memory', async (t) => {
    const pod = await start('starved', { containers: [{ name: 'hog', command: HOGS }] });
    const memory = memoryFiles(pod);
    await until('the first half', async () => Number(readFileSync(memory.usage, 'utf8')) >= 32 * MEBIBYTE);
    writeFileSync(memory.limit, String(64 * MEBIBYTE));
    // With the kubelet's -998 the pause would be the last one to go; here that cannot be lowered, so it is made the first.
    writeFileSync(`/proc/${pod.pausePid}/oom_score_adj`, '1000');
    await containerd.exec((pod.containers as Record<string, { id: string }>).hog?.id ?? '', ['touch', '/tmp/go']);
    const death = await dies(pod);
    t.match(death, {
      exit: { signal: 'SIGKILL' },
      cause: {
        kind: 'oom',
        oom: { victimPid: pod.pausePid, allocatorComm: 'tail', scope: 'cgroup', cgroup: pod.cgroupParent, limitBytes: 64 * MEBIBYTE },
      },
    });
    const { usageBytes = 0 } = death.cause.oom ?? {};
    t.ok(usageBytes > 60 * MEBIBYTE && usageBytes <= 64 * MEBIBYTE, `it was full: ${usageBytes}`);
    t.match(await pageOf(pod.uid), { cause: { kind: 'oom' } });
  });

  await t.test('but not when the OOM killer takes its neighbour: then a container died, and no pause', async (t) => {
    const pod = await start('neighbour', { containers: [app, { name: 'hog', command: HOG, memoryLimitBytes: 24 * MEBIBYTE }] });
    const { id } = (pod.containers as Record<string, { id: string }>).hog ?? { id: '' };
    await containerd.exec(id, ['touch', '/tmp/go']);
    const exited = await agent.until('the death of the container', () => agent.of(pod.uid, 'container.exited')[0]);
    t.match(exited, { container: { name: 'hog' }, exit: { signal: 'SIGKILL' } });
    t.match(agent.pod(pod.uid)?.sandbox, { id: pod.sandboxId, state: 'ready', pause: { pid: pod.pausePid } });
    t.same(deathsOf(agent, pod.uid), []);
  });

  await t.test('and no page for pods that the runtime removes on order, whatever still runs in them', async (t) => {
    const stopped = await start('stopped');
    await containerd.stopContainer((stopped.containers as Record<string, { id: string }>).app?.id ?? '');
    const shared = { sharePid: true, containers: [app, { name: 'logger', command: FOREVER }] };
    const removed = [stopped, await start('removed'), await start('shared', shared), await start('host', { hostNetwork: true })];
    for (const { sandboxId } of removed) await containerd.removePod(sandboxId);
    for (const { uid, name } of removed) {
      await agent.until(`the removal of ${name}`, () => agent.of(uid, 'pod.removed').length > 0);
      const sender = { comm: 'runc', exe: 'runc', parents: [{ comm: 'containerd-shim' }] };
      t.same(deathsOf(agent, uid)[0]?.cause.findings, [], `${name}: nothing to explain`);
      t.match(deathsOf(agent, uid), [{ exit: { signal: 'SIGKILL' }, cause: { kind: 'planned-stop', signal: 'SIGKILL', sender } }], name);
      t.notOk(
        agent.of(uid, 'pause.exited').some(({ cause }) => cause.kind !== 'planned-stop'),
        `${name} was never taken for anything else`,
      );
    }
    // The next page comes after any that these could have caused.
    const last = await start('last');
    await runShell(`kill -9 ${last.pausePid}`);
    await dies(last);
    await pageOf(last.uid);
    await alerted((event) => uidsIn(event).includes(last.uid));
    const own = new Set([...deadUids, ...removed.map(({ uid }) => uid)]);
    const paged = new Set(alerts('PauseRestarted').flatMap(uidsIn));
    t.same([...paged].filter((uid) => own.has(uid)).sort(), [...deadUids].sort());
  });
  await agent.agrees(t);
});
