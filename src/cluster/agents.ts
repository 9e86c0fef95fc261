// The agents of a cluster: which pod is a node's agent, and the way to it.
import { PodtreeError } from '../error.ts';
import type { ApiClient } from '../kubernetes/api-client.ts';
import { listPods, type PodInfo } from '../kubernetes/pods.ts';
import { forwardPort } from '../kubernetes/port-forward.ts';
import type { Route } from '../stream/route.ts';

export interface AgentQuery {
  /** Absent: all. */
  readonly namespace?: string | undefined;
  readonly selector: string;
}

/** The labels of the DaemonSet in agent/deploy. */
export const AGENT_SELECTOR = 'app.kubernetes.io/name=podtree';
export const AGENT_PORT = 7637;

export interface Agent {
  readonly node: string;
  readonly pod: PodInfo;
}

/** One agent a node, by name of the node: of several pods the one that is most likely to answer. */
export function agentsOf(pods: readonly PodInfo[]): ReadonlyMap<string, Agent> {
  const byNode = new Map<string, Agent>();
  for (const pod of pods) {
    if (pod.node === undefined) continue;
    const other = byNode.get(pod.node)?.pod;
    if (other === undefined || isBetter(pod, other)) byNode.set(pod.node, { node: pod.node, pod });
  }
  return new Map([...byNode].sort(([left], [right]) => (left < right ? -1 : 1)));
}

// While a DaemonSet is rolled out the old pod of a node may still be there when the new one is.
function isBetter(pod: PodInfo, other: PodInfo): boolean {
  if (pod.isRunning !== other.isRunning) return pod.isRunning;
  if (pod.isReady !== other.isReady) return pod.isReady;
  return pod.createdAt > other.createdAt;
}

/** Throws AGENT_NOT_FOUND, and what the API server says. */
export async function findAgents(api: ApiClient, query: AgentQuery, signal?: AbortSignal): Promise<ReadonlyMap<string, Agent>> {
  const { namespace, selector } = query;
  const agents = agentsOf((await listPods(api, { namespace, labelSelector: selector, signal })).pods);
  if (agents.size === 0) throw noAgents(query);
  return agents;
}

export function noAgents({ namespace, selector }: AgentQuery): PodtreeError {
  const where = namespace === undefined ? 'in the cluster' : `in namespace ${JSON.stringify(namespace)}`;
  const advice = 'Install it (kubectl apply -k agent/deploy), or say where it is: --agent-namespace NAME, --agent-selector LABELS.';
  return new PodtreeError('AGENT_NOT_FOUND', `no podtree agent ${where}: no pod has ${selector}. ${advice}`);
}

export function noAgentOn(nodes: readonly string[], pod: string, { selector }: AgentQuery): PodtreeError {
  const advice = `kubectl get pods -A -l ${selector} -o wide lists the agents; does the DaemonSet tolerate the taints of the node?`;
  return new PodtreeError('AGENT_NOT_FOUND', `${JSON.stringify(pod)} is on ${nodes.join(', ')}, where no podtree agent is: ${advice}`);
}

/** Why this agent cannot be asked at all; undefined when it may be tried. */
export function hindrance({ node, pod }: Agent): PodtreeError | undefined {
  if (pod.isRunning) return undefined;
  const why = pod.reason === undefined ? '' : ` (${pod.reason})`;
  return new PodtreeError(
    'AGENT_UNREACHABLE',
    `the agent on ${node} does not run${why}: kubectl -n ${pod.namespace} describe pod ${pod.name}`,
  );
}

/** By port-forward to the agent's loopback listener, a connection of its own for each request. */
export function routeTo(api: ApiClient, { node, pod }: Agent, port: number): Route {
  const { namespace, name } = pod;
  const look = `kubectl -n ${namespace} logs ${name}`;
  return {
    place: `on ${node}`,
    adviceUnreachable: pod.isReady ? `Its log: ${look}` : `It is not ready: ${look}`,
    adviceLost: `Its log: ${look}`,
    open: () => forwardPort(api, { namespace, name, port }),
  };
}
