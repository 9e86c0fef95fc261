// The command line of `kubectl podtree`: tree, tail and why for the whole cluster.
import { addClusterTailCommand } from './cluster-tail.ts';
import { addClusterTreeCommand } from './cluster-tree.ts';
import { addClusterWhyCommand } from './cluster-why.ts';
import { type CommandLine, runCommandLine } from './command-line.ts';
import type { ExitCode } from './failure.ts';
import type { Session } from './session.ts';

const PLUGIN: CommandLine = {
  name: 'kubectl podtree',
  description: 'The live pod trees of all nodes of a cluster, and who killed the pause.',
  examples: [
    ['everything that happens in the cluster, in one stream', 'kubectl podtree tail'],
    ['who killed the pause of this pod, on whichever node it is?', 'kubectl podtree why shop/web-0'],
    ['one namespace, on all nodes', 'kubectl podtree tree -n shop'],
  ],
  commands: [addClusterTreeCommand, addClusterTailCommand, addClusterWhyCommand],
};

/** Runs one command line, without the program's name. Throws what failureOf understands. */
export async function runPlugin(args: readonly string[], session: Session): Promise<ExitCode> {
  return runCommandLine(PLUGIN, args, session);
}
