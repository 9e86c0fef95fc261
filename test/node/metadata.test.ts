// Real pods of containerd whose metadata comes from an API server: labelled, deleted, killed, and an API server that is away for a while.
import t, { type Test } from 'tap';
import { applyChanges } from '../../src/stream/apply.ts';
import { openStream } from '../../src/stream/client.ts';
import type { Tree } from '../../src/tree/model.ts';
import { cannotRunAgent, startAgent } from '../helpers/agent.ts';
import { deathOf, FOREVER, killFromShell } from '../helpers/agent-scenarios.ts';
import { cannotRunContainerd, startContainerd } from '../helpers/containerd.ts';
import { type RunningPod, until } from '../helpers/containerd-pods.ts';
import { codesOf, deathsOf, deathWith, metricOf, whole } from '../helpers/deaths.ts';
import { type FakePod, startKubeApi } from '../helpers/kube-api.ts';

const app = { name: 'app', command: FOREVER } as const;
const GRACE_SECONDS = 30;

/** As the API server has it. */
function inApi({ name, namespace, uid, spec }: RunningPod, more: Partial<FakePod> = {}): FakePod {
  return { name, namespace, uid, node: 'node-a', labels: spec.labels ?? {}, ...more };
}

/** What an API server adds when somebody deletes a pod, so long ago. */
function deletion(agoMs = 0): Readonly<Record<string, unknown>> {
  const deletionTimestamp = `${new Date(Date.now() - agoMs + GRACE_SECONDS * 1000).toISOString().slice(0, 19)}Z`;
  return { deletionTimestamp, deletionGracePeriodSeconds: GRACE_SECONDS };
}

/** The pods that a client with this selector has, by name. */
function select(t: Test, server: string, selector: string): { readonly names: () => string[]; readonly ended: Promise<void> } {
  const closing = new AbortController();
  let tree: Tree = { node: '', token: '', pods: [], leaked: [] };
  const follow = async (): Promise<void> => {
    for await (const frame of openStream({ server, query: { selector }, signal: closing.signal })) {
      if ('snapshot' in frame) tree = frame.snapshot.tree;
      if ('updates' in frame)
        tree = applyChanges(
          tree,
          frame.updates.flatMap(({ changes }) => changes),
        );
    }
  };
  const ended = follow();
  t.teardown(async () => {
    closing.abort();
    await ended;
  });
  return { names: () => tree.pods.map(({ name = '' }) => name), ended };
}

t.test('what the API server knows of pods', { skip: cannotRunAgent() ?? cannotRunContainerd() ?? false }, async (t) => {
  t.setTimeout(180_000);
  const api = await startKubeApi(t);
  api.tokens.add('right');
  const containerd = await startContainerd({ t });
  const agent = await startAgent(t, {
    PODTREE_RUNTIME_ENDPOINT: containerd.endpoint,
    PODTREE_KUBERNETES_METADATA: 'on',
    PODTREE_KUBERNETES_KUBECONFIG: api.kubeconfig({ token: 'right' }),
  });
  const watching = () => metricOf(agent.server, 'podtree_pod_metadata_watching');
  const said = (message: RegExp) => agent.log.filter((line) => message.test(line)).length;
  await until('the watch', async () => (await watching()) === 1);

  const start = async (name: string) => {
    const pod = await containerd.runPod({ name, namespace: 'shop', labels: { app: name }, containers: [app] });
    api.put(inApi(pod));
    await whole(agent, pod);
    return pod;
  };

  await t.test('what controls it, and a label that it is given later, which a selector follows', async (t) => {
    const pod = await start('web');
    t.same(agent.pod(pod.uid)?.labels, { app: 'web' });
    const late = select(t, agent.server, 'tier=late');
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d4f', uid: 'u', controller: true }];
    const labels = { app: 'web', tier: 'late', 'pod-template-hash': '5d4f' };
    api.put(inApi(pod, { labels, metadata: { ownerReferences } }));
    const shown = await agent.until('its labels', () => agent.pod(pod.uid)?.labels.tier === 'late' && agent.pod(pod.uid));
    t.match(shown, { labels, controller: { kind: 'Deployment', name: 'web', replicaSet: 'web-5d4f' }, sandbox: { id: pod.sandboxId } });
    await until('it at the selector', async () => late.names().includes('web'));
    t.same(late.names(), ['web']);
    api.put(inApi(pod));
    await until('it gone from the selector', async () => late.names().length === 0);
    t.same(agent.pod(pod.uid)?.labels, { app: 'web' });
    t.equal(agent.of(pod.uid, 'pod.removed').length, 0, 'nothing has happened to the pod itself');
    await agent.agrees(t);
  });

  await t.test('that it was deleted, and so its end is planned for certain', async (t) => {
    const pod = await start('deleted');
    api.put(inApi(pod, { metadata: deletion() }));
    await agent.until('the mark', () => agent.pod(pod.uid)?.deletedAt !== undefined);
    await containerd.removePod(pod.sandboxId);
    const death = await deathWith(agent, pod.uid, 'its planned end', ({ cause }) => cause.kind === 'planned-stop');
    t.match(death.cause, { kind: 'planned-stop', signal: 'SIGKILL', sender: { comm: 'runc' } });
    t.same(codesOf(death), ['pod-deleted']);
    t.match(
      death.cause.evidence.at(-1),
      /^The API server had the pod marked for deletion up to \d+\.\d s before its pause died \(asked for at \d{4}-.*Z by its clock\)\.$/,
    );
    api.remove('deleted');
    await agent.until('its removal', () => agent.of(pod.uid, 'pod.removed').length > 0);
    t.notOk(
      agent.of(pod.uid, 'pause.exited').some(({ cause }) => cause.kind !== 'planned-stop'),
      'it was never taken for anything else',
    );
  });

  await t.test('that nobody has deleted one which the runtime stops all the same', async (t) => {
    const pod = await start('kept');
    await containerd.removePod(pod.sandboxId);
    const death = await deathOf(agent, pod.uid);
    t.match(death.cause, { kind: 'planned-stop', findings: [] });
    t.equal(death.cause.evidence.at(-1), 'Nobody had deleted the pod: the API server, which is watched, has no mark of it.');
  });

  await t.test('but who kills the pause of a pod that is to go is its killer', async (t) => {
    const pod = await start('killed');
    api.put(inApi(pod, { metadata: deletion() }));
    await agent.until('the mark', () => agent.pod(pod.uid)?.deletedAt !== undefined);
    const killer = await killFromShell(pod.pausePid);
    const death = await deathOf(agent, pod.uid);
    t.match(death.cause, { kind: 'signal', sender: killer });
    t.same(codesOf(death), ['pod-deleted']);
  });

  await t.test('while it is away the agent goes on, says so once, and catches up', async (t) => {
    const [pod, other] = [await start('away'), await start('other')];
    await api.goAway();
    await until('the agent to notice', async () => (await watching()) === 0);
    await containerd.removePod(pod.sandboxId);
    const told = await deathOf(agent, pod.uid);
    t.match(told.cause, { kind: 'planned-stop', findings: [] });
    t.notMatch(told.cause.evidence.join(), /delet/, 'of what cannot be known nothing is said');
    const added = await containerd.runPod({ name: 'late', namespace: 'shop', containers: [app] });
    await whole(agent, added);
    t.equal((await fetch(`${agent.server}/readyz`)).status, 200, 'it is ready all the same');
    await until(
      'some more attempts',
      async () => ((await metricOf(agent.server, 'podtree_pod_metadata_failures_total{reason="unreachable"}')) ?? 0) >= 3,
    );
    api.put(inApi(pod, { metadata: deletion(8_000) }));
    api.put(inApi(other, { labels: { app: 'other', seen: 'yes' } }));
    api.put(inApi(added, { labels: { app: 'late' } }));
    await api.comeBack();
    await agent.until('what has changed', () => agent.pod(other.uid)?.labels.seen === 'yes' && agent.pod(added.uid)?.labels.app === 'late');
    const amended = await deathWith(agent, pod.uid, 'the mark that came late', (death) => codesOf(death).includes('pod-deleted'));
    t.match(amended, { id: told.id, cause: { kind: 'planned-stop' } });
    t.ok(amended.revision > told.revision);
    t.equal(said(/the API server tells nothing of the pods/), 1);
    t.equal(said(/the API server tells of the pods again/), 1);
    t.same(deathsOf(agent, other.uid), []);
    await agent.agrees(t);
  });
});
