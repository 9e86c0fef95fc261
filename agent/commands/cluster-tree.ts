// `kubectl podtree tree`: the trees of all nodes one after the other, or of one pod on whichever node it is.
import type { Command } from 'commander';
import { type Agent, findAgents, noAgentOn, routeTo } from '../../src/cluster/agents.ts';
import { askAgents } from '../../src/cluster/ask.ts';
import { findPods } from '../../src/cluster/find-pod.ts';
import { PodtreeError } from '../../src/error.ts';
import { fetchTree, openStream } from '../../src/stream/client.ts';
import { formatOutage } from '../../src/terminal/duration.ts';
import { escapeText } from '../../src/terminal/escape.ts';
import type { Tree } from '../../src/tree/model.ts';
import { type Access, addClusterOptions, type ClusterOptions, noteFailures, openAccess } from './cluster-access.ts';
import { columnHelp } from './column-option.ts';
import { EXIT, type ExitCode, UsageError } from './failure.ts';
import { lossOf } from './frame-source.ts';
import { addExamples } from './help.ts';
import { watchLink } from './link.ts';
import { hasScreen, showLive } from './live-view.ts';
import { addColorOption, addFilterOptions, type FilterOptions, paintOf, queryOf } from './option.ts';
import type { Session } from './session.ts';
import { addShapeOptions, drawer, printer, printerOfMany, type ShapeOptions, selectPod, withFormat } from './tree.ts';

interface ClusterTreeOptions extends ClusterOptions, FilterOptions, ShapeOptions {
  readonly watch: boolean;
}

export function addClusterTreeCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('tree')
    .summary('the pod trees of all nodes, or of one pod')
    .description('Draw the pods of all nodes as they are built: pause, namespaces, containers, processes.')
    .argument('[POD]', 'one pod: its name, namespace/name, or the start of its uid');
  addShapeOptions(command).option('-w, --watch', 'redraw whenever something changes; for one pod', false);
  addColorOption(command);
  addFilterOptions(command, false);
  addClusterOptions(command);
  addExamples(command, [
    ['all nodes', 'kubectl podtree tree'],
    ['watch one pod', 'kubectl podtree tree shop/web-0 --watch'],
    ['the pauses of all nodes, for a script', "kubectl podtree tree -o json | jq '.nodes[].pods[].sandbox.pause.pid'"],
  ]);
  command.action(async (pod: string | undefined) => {
    const given = command.opts<ClusterTreeOptions>();
    if (given.columns?.length === 0) {
      await session.out.write(columnHelp());
      return done(EXIT.fine);
    }
    const options = withFormat(given, command);
    if (options.watch && pod === undefined) throw new UsageError('--watch: expected a POD: the trees of all nodes fit no screen');
    const access = openAccess(options, session);
    done(await (options.watch && pod !== undefined ? watch(pod, options, access, session) : print(pod, options, access, session)));
  });
}

async function print(pod: string | undefined, options: ClusterTreeOptions, access: Access, session: Session): Promise<ExitCode> {
  const agents = await agentsFor(pod, options, access, session);
  const query = queryOf(options);
  const asked = await askAgents(access.api, agents, access.port, (route) => fetchTree({ route, query, signal: session.stop }));
  const trees = asked.answers.map(({ value }) => selectPod(value, pod));
  const shown = pod === undefined ? trees : trees.filter(({ pods }) => pods.length > 0);
  const code = noteFailures(asked, session);
  if (pod !== undefined && shown.length === 0)
    throw notFound(
      pod,
      asked.answers.map(({ agent }) => agent.node),
    );
  await session.out.write(`${printer(options.output, 2)?.({ nodes: shown }) ?? draw(shown, options, session)}\n`);
  return code;
}

function draw(trees: readonly Tree[], options: ClusterTreeOptions, session: Session): string {
  const draw = drawer(options, session);
  const { columns } = session.out.size();
  // A table says nothing of its node by itself.
  const heading = ({ node }: Tree): string[] => (options.output === 'wide' ? [`Node ${escapeText(node)}`] : []);
  return trees.map((tree) => [...heading(tree), ...draw(tree, columns)].join('\n')).join('\n\n');
}

async function watch(pod: string, options: ClusterTreeOptions, access: Access, session: Session): Promise<ExitCode> {
  const agents = await agentsFor(pod, options, access, session);
  const query = queryOf(options);
  const { api, port } = access;
  const asked = await askAgents(api, agents, port, (route) => fetchTree({ route, query, signal: session.stop }));
  const holders = asked.answers.filter(({ value }) => selectPod(value, pod).pods.length > 0);
  const [holder] = holders;
  if (holder === undefined)
    throw notFound(
      pod,
      asked.answers.map(({ agent }) => agent.node),
    );
  if (holders.length > 1) {
    const nodes = holders.map(({ agent }) => agent.node).join(', ');
    throw new PodtreeError('POD_NOT_FOUND', `${JSON.stringify(pod)} is on ${nodes}: give namespace/name, or the start of its uid`);
  }
  const link = watchLink();
  const print = printer(options.output);
  const live = {
    paint: paintOf(options, session),
    zone: 'local',
    events: 0,
    draw: drawer(options, session),
    print: print && printerOfMany(options.output, print),
    select: (tree: Tree): Tree => selectPod(tree, pod),
    notice: link.notice,
  } as const;
  const frames = openStream({
    route: routeTo(api, holder.agent, port),
    query,
    reconnect: true,
    signal: session.stop,
    onRetry: (retry) => {
      // A picture on the terminal would be torn by a message: it says it itself.
      if (hasScreen(live, session)) link.onRetry(retry);
      else session.note(`${lossOf(retry.error)}; trying again in ${formatOutage(retry.delayMs)}`);
    },
  });
  await showLive(link.watch(frames), live, session);
  return EXIT.fine;
}

/** Those of the pod's node, else all: a uid is not looked up, and a pod may be in a tree although it is gone from the API. */
export async function agentsFor(
  pod: string | undefined,
  options: Pick<FilterOptions, 'namespace'>,
  { api, agents: query, cluster }: Access,
  session: Session,
): Promise<readonly Agent[]> {
  const agents = await findAgents(api, query, session.stop);
  if (pod === undefined) return [...agents.values()];
  const { namespace } = options;
  const found = await findPods(api, { wanted: pod, namespace, ownNamespace: cluster.namespace }, session.stop);
  const nodes = new Set(found.flatMap(({ node }) => node ?? []));
  if (nodes.size === 0) return [...agents.values()];
  const those = [...nodes].flatMap((node) => agents.get(node) ?? []);
  if (those.length === 0) throw noAgentOn([...nodes], pod, query);
  return those;
}

function notFound(pod: string, nodes: readonly string[]): PodtreeError {
  const where = nodes.length === 1 ? `on ${nodes[0]}` : `on any of ${nodes.length} nodes`;
  return new PodtreeError(
    'POD_NOT_FOUND',
    `no pod is called ${JSON.stringify(pod)} ${where}: kubectl get pods -A lists them; podtree why also knows pods that are gone`,
  );
}
