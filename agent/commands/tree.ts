// `podtree tree`: the pods of the node as they are built, once or live.
import { type Command, Option } from 'commander';
import { PodtreeError } from '../../src/error.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { drawTree } from '../../src/terminal/draw-tree.ts';
import { printableJson } from '../../src/terminal/escape.ts';
import { podLabel } from '../../src/terminal/label.ts';
import type { Pod, Tree } from '../../src/tree/model.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { openFrames } from './frame-source.ts';
import { addExamples } from './help.ts';
import { showLive } from './live-view.ts';
import {
  addColorOption,
  addFilterOptions,
  addSourceOptions,
  type ColorOptions,
  type FilterOptions,
  paintOf,
  type SourceOptions,
} from './option.ts';
import type { Session } from './session.ts';

interface TreeOptions extends SourceOptions, FilterOptions, ColorOptions {
  readonly output: 'text' | 'json';
  readonly watch: boolean;
}

export function addTreeCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('tree')
    .summary('the pod tree, once or live')
    .description('Draw the pods of this node: pause, namespaces, containers, processes.')
    .argument('[POD]', 'one pod: its name, namespace/name, or the start of its uid')
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['text', 'json']).default('text'))
    .option('-w, --watch', 'redraw whenever something changes', false);
  addColorOption(command);
  addFilterOptions(command, false);
  addSourceOptions(command);
  addExamples(command, [
    ['the whole node', 'podtree tree'],
    ['watch one pod', 'podtree tree default/example-pod --watch'],
    ['the pause of every pod, for a script', "podtree tree -o json | jq '.pods[].sandbox.pause.pid'"],
  ]);
  command.action(async (pod: string | undefined) => {
    const options = command.opts<TreeOptions>();
    const frames = openFrames({ ...options, reconnect: options.watch, hasPicture: true }, session);
    done(options.watch ? await watchTree(frames, pod, options, session) : await printTree(frames, pod, options, session));
  });
}

async function printTree(frames: AsyncIterable<Frame>, pod: string | undefined, options: TreeOptions, session: Session): Promise<ExitCode> {
  const tree = await firstTree(frames);
  if (tree === undefined) {
    if (session.stop.aborted) return EXIT.fine;
    throw new PodtreeError('AGENT_PROTOCOL', 'there was no tree in what was read: expected a snapshot frame');
  }
  const selected = selectPod(tree, pod);
  if (pod !== undefined && selected.pods.length === 0) throw notFound(pod, tree);
  const { out } = session;
  const drawing = { width: out.size().columns, paint: paintOf(options, session), now: Date.now() };
  const text = options.output === 'json' ? printableJson(selected, 2) : drawTree(selected, drawing).join('\n');
  await out.write(`${text}\n`);
  return EXIT.fine;
}

async function firstTree(frames: AsyncIterable<Frame>): Promise<Tree | undefined> {
  for await (const frame of frames) {
    if ('snapshot' in frame) return frame.snapshot.tree;
  }
  return undefined;
}

async function watchTree(frames: AsyncIterable<Frame>, pod: string | undefined, options: TreeOptions, session: Session): Promise<ExitCode> {
  const select = (tree: Tree): Tree => selectPod(tree, pod);
  await showLive(frames, { paint: paintOf(options, session), zone: 'local', events: 0, format: options.output, select }, session);
  return EXIT.fine;
}

/** The tree with only the pods that `wanted` names, and without leaked namespaces, which are nobody's. */
export function selectPod(tree: Tree, wanted: string | undefined): Tree {
  if (wanted === undefined) return tree;
  const { node, token } = tree;
  return {
    node,
    token,
    pods: tree.pods.filter((pod) => isNamed(pod, wanted)),
    leaked: tree.leaked.filter((each) => each.pod?.name === wanted),
  };
}

function isNamed(pod: Pod, wanted: string): boolean {
  if (pod.name !== undefined && (pod.name === wanted || `${pod.namespace}/${pod.name}` === wanted)) return true;
  return wanted.length >= 4 && pod.uid.startsWith(wanted);
}

function notFound(wanted: string, tree: Tree): PodtreeError {
  const names = tree.pods.slice(0, 8).map(podLabel);
  const more = tree.pods.length > names.length ? ` and ${tree.pods.length - names.length} more` : '';
  const there = names.length === 0 ? 'there are no pods on this node' : `there are ${names.join(', ')}${more}`;
  return new PodtreeError('POD_NOT_FOUND', `no pod is called ${JSON.stringify(wanted)} on ${tree.node}: ${there}`);
}
