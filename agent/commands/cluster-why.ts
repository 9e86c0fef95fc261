// `kubectl podtree why`: why a pod's pauses died, on whichever node it is or was.
import type { Command } from 'commander';
import type { Agent } from '../../src/cluster/agents.ts';
import { routeTo } from '../../src/cluster/agents.ts';
import { askAgents } from '../../src/cluster/ask.ts';
import { fetchPods } from '../../src/stream/history-client.ts';
import { type Access, addClusterOptions, type ClusterOptions, noteFailures, openAccess } from './cluster-access.ts';
import { agentsFor } from './cluster-tree.ts';
import type { ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import type { Session } from './session.ts';
import { addWhyOptions, explain, MAX_LISTED, printDeaths, type WhyOptions, type WhySource } from './why.ts';

interface ClusterWhyOptions extends ClusterOptions, WhyOptions {}

export function addClusterWhyCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program.command('why').summary('why a pause died, on whichever node');
  addWhyOptions(command);
  addClusterOptions(command);
  addExamples(command, [
    ['who killed it?', 'kubectl podtree why shop/web-0'],
    ['which pauses died lately, on all nodes?', 'kubectl podtree why'],
    ['how long was it gone each time, for a script', "kubectl podtree why web-0 -o json | jq '.events[].outageMs // empty'"],
  ]);
  command.action(async (pod: string | undefined) => {
    const options = command.opts<ClusterWhyOptions>();
    const access = openAccess(options, session);
    done(await (pod === undefined ? list(options, access, session) : tell(pod, options, access, session)));
  });
}

async function list(options: ClusterWhyOptions, access: Access, session: Session): Promise<ExitCode> {
  const query = { namespace: options.namespace, limit: MAX_LISTED };
  const agents = await agentsFor(undefined, options, access, session);
  const asked = await askAgents(access.api, agents, access.port, (route) => fetchPods(query, { route, signal: session.stop }));
  const pods = asked.answers.flatMap(({ agent, value }) => value.map((each) => ({ node: agent.node, ...each })));
  pods.sort((one, other) => ((one.lastDeath?.time ?? '') < (other.lastDeath?.time ?? '') ? 1 : -1));
  await printDeaths(pods, options, session);
  return noteFailures(asked, session);
}

async function tell(pod: string, options: ClusterWhyOptions, access: Access, session: Session): Promise<ExitCode> {
  const agents = await agentsFor(pod, options, access, session);
  // Whoever does not answer must not keep those from it who know the pod.
  const query = { name: pod, namespace: options.namespace, limit: MAX_LISTED };
  const knowing = async (of: readonly Agent[]): Promise<readonly Agent[]> => {
    const asked = await askAgents(access.api, of, access.port, (route) => fetchPods(query, { route, signal: session.stop }));
    noteFailures(asked, session);
    return asked.answers.filter(({ value }) => value.length > 0).map(({ agent }) => agent);
  };
  let known = await knowing(agents);
  if (known.length === 0) {
    // A pod of a StatefulSet may have been on another node when its pause died.
    const all = await agentsFor(undefined, options, access, session);
    const others = all.filter(({ node }) => !agents.some((each) => each.node === node));
    if (others.length > 0) known = await knowing(others);
  }
  const asked = (known.length > 0 ? known : agents).map((agent) => sourceOf(agent, access, session));
  return explain(pod, options, asked, session);
}

function sourceOf(agent: Agent, { api, port }: Access, session: Session): WhySource {
  return { route: routeTo(api, agent, port), signal: session.stop, command: 'kubectl podtree why' };
}
