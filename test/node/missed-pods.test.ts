// Pods of a real containerd whose pauses die while the daemon is down: what the next run reports, once, and what it makes of a successor that comes later.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fetchHistory, fetchPods } from '../../src/stream/history-client.ts';
import { cannotRunAgent, startAgent } from '../helpers/agent.ts';
import { FOREVER, isUp, killFromShell } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { startAlertedAgent, uidsIn } from '../helpers/deaths.ts';

const containers = [{ name: 'app', command: FOREVER }] as const;

t.test('pods of containerd while the agent is down', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(120_000);
  const containerd = await startContainerd({ t });
  const directory = mkdtempSync(join(tmpdir(), 'podtree-state-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const env = { PODTREE_RUNTIME_ENDPOINT: containerd.endpoint, PODTREE_STATE_DIR: directory };
  const quiet = await containerd.runPod({ name: 'quiet', containers });
  const orphan = await containerd.runPod({ name: 'orphan', namespace: 'shop', containers });
  const replaced = await containerd.runPod({ name: 'replaced', namespace: 'shop', containers });
  const leaving = await containerd.runPod({ name: 'leaving', containers });

  const before = await startAgent(t, env);
  await before.until('the pods', () => [quiet, orphan, replaced, leaving].every(({ uid }) => isUp(before, uid, ['app'])));
  await before.stop();

  await killFromShell(orphan.pausePid);
  await killFromShell(replaced.pausePid);
  for (const { id } of Object.values(replaced.containers)) await containerd.stopContainer(id);
  await containerd.stopPod(replaced.sandboxId);
  const second = await containerd.runPod({ ...replaced.spec, uid: replaced.uid, attempt: 1 });
  for (const { id } of Object.values(leaving.containers)) await containerd.stopContainer(id);
  await containerd.removePod(leaving.sandboxId);

  const { agent, alerts, alerted } = await startAlertedAgent(t, env);
  const server = { server: agent.server };
  const history = async (uid: string) => {
    const found = await fetchHistory(uid, server);
    if (!found) throw new Error('the pod is not known');
    return found;
  };
  const deaths = async (uid: string) => (await history(uid)).events.filter(({ type }) => type.startsWith('pause.'));

  await t.test('each is reported once, as it was', async (t) => {
    t.same(await deaths(quiet.uid), []);
    t.match(await deaths(replaced.uid), [
      {
        type: 'pause.restarted',
        cause: {
          kind: 'agent-down',
          findings: [],
          evidence: [/podtree was stopped at/, /The runtime made the new sandbox at/, /"app" ended at .* with exit code 137/],
        },
        oldSandbox: { id: replaced.sandboxId, attempt: 0 },
        newSandbox: { id: second.sandboxId, attempt: 1 },
        ipBefore: replaced.ip,
        ipAfter: second.ip,
      },
    ]);
    t.match(await deaths(orphan.uid), [
      {
        type: 'pause.exited',
        cause: { kind: 'agent-down' },
        sandbox: { id: orphan.sandboxId },
        process: { pid: orphan.pausePid, role: 'pause' },
      },
    ]);
    for (const { uid } of [replaced, orphan]) t.equal((await deaths(uid)).length, 1);
    const own = new Set([quiet, replaced, orphan, leaving].map(({ uid }) => uid));
    t.ok((await history(leaving.uid)).pod.goneAt, 'one that was removed meanwhile is remembered as gone');
    t.same(await deaths(leaving.uid), []);
    t.same(
      (await fetchPods({ limit: 100 }, server))
        .filter(({ uid, deaths }) => deaths > 0 && own.has(uid))
        .map(({ name }) => name)
        .sort(),
      ['orphan', 'replaced'],
    );
  });

  await t.test('and alerted about, but for what was removed in the ordinary way', async (t) => {
    await alerted((event) => [orphan, replaced].every(({ uid }) => uidsIn(event).includes(uid)));
    const own = [quiet, leaving, orphan, replaced].map(({ uid }) => uid);
    const told = alerts('PauseRestarted').filter((event) => uidsIn(event).some((uid) => own.includes(uid)));
    t.match(told[0], { type: 'alert.firing', cause: { kind: 'agent-down' }, alert: { count: 1 } });
    t.same(new Set(told.flatMap(uidsIn).filter((uid) => own.includes(uid))), new Set([orphan.uid, replaced.uid]));
    t.equal(new Set(told.map(({ id }) => id)).size, 1, 'they are one incident: what is found by comparing comes together');
  });

  await t.test('a successor that comes later is told as the restart it is', async (t) => {
    for (const { id } of Object.values(orphan.containers)) await containerd.stopContainer(id);
    await containerd.stopPod(orphan.sandboxId);
    const next = await containerd.runPod({ ...orphan.spec, uid: orphan.uid, attempt: 1 });
    const restart = await agent.until('the restart', () => agent.of(orphan.uid, 'pause.restarted')[0]);
    t.match(restart, {
      cause: { kind: 'agent-down' },
      oldSandbox: { id: orphan.sandboxId },
      newSandbox: { id: next.sandboxId, attempt: 1 },
      process: { pid: next.pausePid },
    });
    t.match(await deaths(orphan.uid), [{ type: 'pause.exited' }, { type: 'pause.restarted', id: restart.id }]);
    t.equal((await deaths(orphan.uid)).length, 2);
    t.match((await history(orphan.uid)).sandboxes, [
      { id: orphan.sandboxId, lastPause: { pid: orphan.pausePid } },
      { id: next.sandboxId, pause: { pid: next.pausePid } },
    ]);
    await agent.agrees(t);
  });

  await t.test('and the run after it has nothing to report', async (t) => {
    const known = await deaths(orphan.uid);
    await agent.stop();
    const last = await startAgent(t, env);
    const again = await fetchHistory(orphan.uid, { server: last.server });
    t.same(
      again?.events.filter(({ type }) => type.startsWith('pause.')),
      known,
    );
    t.notOk(last.log.some((line) => line.includes('pauses died while')));
  });
});
