// `podtree tree`: the pods of the node as they are built, once or live.
import { type Command, Option } from 'commander';
import { PodtreeError } from '../../src/error.ts';
import type { Frame } from '../../src/stream/frame.ts';
import { drawLeaked, drawTree } from '../../src/terminal/draw-tree.ts';
import { printableJson } from '../../src/terminal/escape.ts';
import { podLabel } from '../../src/terminal/label.ts';
import { printableYaml } from '../../src/terminal/printable-yaml.ts';
import { drawTable, wideColumns } from '../../src/terminal/table.ts';
import { TIME_FORMS, type TimeForm } from '../../src/terminal/time-form.ts';
import type { Pod, Tree } from '../../src/tree/model.ts';
import { addColumnOption, type ColumnOptions, columnHelp } from './column-option.ts';
import { EXIT, type ExitCode, UsageError } from './failure.ts';
import { openFrames } from './frame-source.ts';
import { addExamples } from './help.ts';
import { watchLink } from './link.ts';
import { hasScreen, showLive } from './live-view.ts';
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

const FORMATS = ['text', 'wide', 'json', 'yaml'] as const;
type TreeFormat = (typeof FORMATS)[number];

export interface ShapeOptions extends ColorOptions, ColumnOptions {
  readonly output: TreeFormat;
  readonly times: TimeForm;
}

interface TreeOptions extends SourceOptions, FilterOptions, ShapeOptions {
  readonly watch: boolean;
}

export function addTreeCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('tree')
    .summary('the pod tree, once or live')
    .description('Draw the pods of this node: pause, namespaces, containers, processes.')
    .argument('[POD]', 'one pod: its name, namespace/name, or the start of its uid');
  addShapeOptions(command).option('-w, --watch', 'redraw whenever something changes', false);
  addColorOption(command);
  addFilterOptions(command, false);
  addSourceOptions(command);
  addExamples(command, [
    ['the whole node', 'podtree tree'],
    ['watch one pod', 'podtree tree default/example-pod --watch'],
    ['the pause of every pod, for a script', "podtree tree -o json | jq '.pods[].sandbox.pause.pid'"],
  ]);
  command.action(async (pod: string | undefined) => {
    const given = command.opts<TreeOptions>();
    if (given.columns?.length === 0) {
      await session.out.write(columnHelp());
      return done(EXIT.fine);
    }
    const options = withFormat(given, command);
    done(options.watch ? await watchTree(pod, options, session) : await printTree(pod, options, session));
  });
}

/** `-o`, `--times` and `--columns`: how trees look. */
export function addShapeOptions(command: Command): Command {
  command
    .addOption(new Option('-o, --output <FORMAT>', 'output format; wide is a table').choices(FORMATS).default('text'))
    .addOption(new Option('--times <HOW>', 'ages, or since when').choices(TIME_FORMS).default('relative'));
  return addColumnOption(command, 'the table');
}

/** A choice of columns says already that a table is wanted. Throws UsageError for one of what has none. */
export function withFormat<Options extends ShapeOptions>(options: Options, command: Command): Options {
  if (options.columns === undefined || options.output === 'wide') return options;
  if (command.getOptionValueSource('output') === 'default') return { ...options, output: 'wide' };
  throw new UsageError(`--columns is for -o wide: -o ${options.output} has none`);
}

async function printTree(pod: string | undefined, options: TreeOptions, session: Session): Promise<ExitCode> {
  const tree = await firstTree(openFrames({ ...options, reconnect: false }, session));
  if (tree === undefined) {
    if (session.stop.aborted) return EXIT.fine;
    throw new PodtreeError('AGENT_PROTOCOL', 'there was no tree in what was read: expected a snapshot frame');
  }
  const selected = selectPod(tree, pod);
  if (pod !== undefined && selected.pods.length === 0) throw notFound(pod, tree);
  const { out } = session;
  const text = printer(options.output, 2)?.(selected) ?? drawer(options, session)(selected, out.size().columns).join('\n');
  await out.write(`${text}\n`);
  return EXIT.fine;
}

async function firstTree(frames: AsyncIterable<Frame>): Promise<Tree | undefined> {
  for await (const frame of frames) {
    if ('snapshot' in frame) return frame.snapshot.tree;
  }
  return undefined;
}

async function watchTree(pod: string | undefined, options: TreeOptions, session: Session): Promise<ExitCode> {
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
  const onScreen = hasScreen(live, session) ? { onRetry: link.onRetry, isPatient: true } : {};
  await showLive(link.watch(openFrames({ ...options, reconnect: true, ...onScreen }, session)), live, session);
  return EXIT.fine;
}

/** One tree after the other: YAML has a mark where the next begins. */
export function printerOfMany(format: TreeFormat, print: (tree: Tree) => string): (tree: Tree) => string {
  return format === 'yaml' ? (tree) => `---\n${print(tree)}` : print;
}

/** For the formats that are for programs: the tree, or several, as text without a line end. */
export function printer(format: TreeFormat, indent?: number): ((trees: object) => string) | undefined {
  if (format === 'json') return (trees) => printableJson(trees, indent);
  return format === 'yaml' ? (trees) => printableYaml(trees).trimEnd() : undefined;
}

export function drawer({ output, columns, times, color }: ShapeOptions, session: Session): (tree: Tree, width: number) => string[] {
  const paint = paintOf({ color }, session);
  return (tree, width) => {
    const drawing = { width, paint, times, now: Date.now() };
    if (output !== 'wide') return drawTree(tree, drawing);
    return [...drawTable(tree.pods, { ...drawing, columns: columns ?? wideColumns(tree.pods, times) }), ...drawLeaked(tree, drawing)];
  };
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
