// Kills the pause of one pod again and again, rebuilds the pod as the kubelet does, and counts where restarts are counted: stream, metrics, disk.
import { join } from 'node:path';
import { openDatabase } from '../../src/history/database.ts';
import { HISTORY_FORM } from '../../src/history/form.ts';
import { HISTORY_LIMITS } from '../../src/history/record.ts';
import { createStore } from '../../src/history/store.ts';
import type { Agent } from './agent.ts';
import { killFromShell } from './agent-scenarios.ts';
import type { Containerd } from './containerd.ts';
import type { ContainerSpec } from './containerd-pods.ts';
import { rebuild, whole } from './deaths.ts';
import { lastTold } from './last-told.ts';

export interface RestartCount {
  readonly uid: string;
  /** `pause.restarted` with revision 0 in the stream, and the pairs of sandboxes that these name in the end. */
  readonly restarts: number;
  readonly replaced: number;
  /** Deaths that were told with the very shell that was the killer. */
  readonly named: number;
  /** The sum of `podtree_sandbox_restarts_total` over the causes. */
  readonly metric: number;
  /** Restarts that the file in the state directory holds after the agent has ended. */
  readonly onDisk: number;
  /** From the old pause's death to the new one, as the agent says, ms. */
  readonly sandboxOutageMs: { readonly p50: number; readonly p99: number };
}

export interface RestartRun {
  readonly agent: Agent;
  readonly containerd: Containerd;
  readonly stateDirectory: string;
  readonly count: number;
  readonly name: string;
  readonly containers?: readonly ContainerSpec[];
  /** Called when all have been told and before the agent ends. */
  readonly meanwhile?: (uid: string) => Promise<void>;
}

/** What an agent must be set to so that its history holds so many restarts of one pod: each is a death, a restart, and its sandbox' life. */
export function historyFor(count: number): Readonly<Record<string, string>> {
  return { PODTREE_LIMITS_HISTORY_POD_EVENTS: String(Math.min(10_000, 200 + 20 * count)) };
}

/** Nobody waits for the agent between two kills: the next one comes as soon as the runtime has the new pod. Ends the agent. */
export async function countRestarts(run: RestartRun): Promise<RestartCount> {
  const { agent, containerd, count, name } = run;
  const namespace = 'shop';
  let pod = await containerd.runPod({ name, namespace, ...(run.containers && { containers: run.containers }) });
  const { uid } = pod;
  await whole(agent, pod);
  const sandboxIds = [pod.sandboxId];
  const killers = new Map<string, number>();
  for (let restart = 0; restart < count; restart++) {
    const former = sandboxIds.at(-2);
    killers.set(pod.sandboxId, (await killFromShell(pod.pausePid)).pid);
    pod = await rebuild(containerd, pod);
    sandboxIds.push(pod.sandboxId);
    // The kubelet keeps one dead sandbox of a pod (kubernetes pkg/kubelet/kuberuntime/kuberuntime_gc.go evictSandboxes).
    if (former !== undefined) await containerd.removePod(former);
  }
  await agent.until('the last restart, and the whole pod', () => {
    const last = agent.of(uid, 'pause.restarted').find(({ newSandbox }) => newSandbox.id === pod.sandboxId);
    return last !== undefined && agent.of(uid, 'pause.restarted').some(({ id, complete }) => id === last.id && complete !== undefined);
  });
  const restarts = agent.of(uid, 'pause.restarted').filter(({ revision }) => revision === 0);
  // What came late may have taken its place between two others.
  const last = lastTold(agent.of(uid, 'pause.restarted'));
  const replaced = new Set(last.map(({ oldSandbox, newSandbox }) => `${oldSandbox.id} ${newSandbox.id}`));
  const named = new Set(
    agent.of(uid, 'pause.exited').flatMap(({ sandbox, cause }) => {
      const killer = sandbox && killers.get(sandbox.id);
      return killer !== undefined && cause.kind === 'signal' && cause.sender?.pid === killer ? [sandbox?.id] : [];
    }),
  );
  const metric = await restartsMetric(agent.server, namespace, name);
  await run.meanwhile?.(uid);
  await agent.stop();
  const outages = last.flatMap(({ sandboxOutageMs }) => sandboxOutageMs ?? []).sort((a, b) => a - b);
  const quantile = (part: number) => outages[Math.min(outages.length - 1, Math.floor(outages.length * part))] ?? Number.NaN;
  return {
    uid,
    restarts: restarts.length,
    replaced: sandboxIds.slice(1).filter((id, index) => replaced.has(`${sandboxIds[index]} ${id}`)).length,
    named: named.size,
    metric,
    onDisk: restartsOnDisk(run.stateDirectory, uid),
    sandboxOutageMs: { p50: quantile(0.5), p99: quantile(0.99) },
  };
}

async function restartsMetric(server: string, namespace: string, pod: string): Promise<number> {
  const lines = (await (await fetch(`${server}/metrics`)).text()).split('\n');
  const series = lines.filter((line) => line.startsWith(`podtree_sandbox_restarts_total{namespace="${namespace}",pod="${pod}",`));
  return series.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

function restartsOnDisk(stateDirectory: string, uid: string): number {
  const { database, setAside } = openDatabase(join(stateDirectory, 'history.db'), HISTORY_FORM);
  if (setAside) throw new Error(`the history was set aside: ${setAside.reason}`);
  const store = createStore(database, HISTORY_LIMITS);
  const events = store.pod(uid)?.events ?? [];
  store.close();
  return events.filter(({ type }) => type === 'pause.restarted').length;
}
