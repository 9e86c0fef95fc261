// `kubectl podtree tail`: what happens on all nodes, in one stream ordered by time.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type FleetFrame, type FleetNotice, openFleet } from '../../src/cluster/fleet.ts';
import type { EventOptions } from '../../src/terminal/draw-event.ts';
import { drawNodeFrame, nodeColumn } from '../../src/terminal/draw-fleet.ts';
import { formatOutage } from '../../src/terminal/duration.ts';
import { escapeText, printableJson } from '../../src/terminal/escape.ts';
import { count } from '../../src/terminal/label.ts';
import { addClusterOptions, type ClusterOptions, openAccess } from './cluster-access.ts';
import { eventColumnHelp } from './column-option.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { addColorOption, addFilterOptions, type FilterOptions, queryOf, span, wholeNumber } from './option.ts';
import type { Session } from './session.ts';
import { addLineOptions, isLoss, lineDrawing, type PrintOptions, type TailFormat } from './tail.ts';

interface ClusterTailOptions extends ClusterOptions, FilterOptions, PrintOptions {
  readonly since?: ReadonlyMap<string, string>;
  readonly reorder: number;
}

/** Longer than the way from any node to here takes as a rule, shorter than a reader notices. */
const REORDER_MS = 300;
const MAX_SINCE = 10_000;
/** What is less late is marked, and no reason to look at a clock. */
const WORTH_A_NOTE_MS = 100;

export function addClusterTailCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('tail')
    .summary('the live event streams of all nodes, as one')
    .description(
      'Print what happens in the pods of all nodes, ordered by time. Nodes may come and go: each is followed from where it was left.',
    )
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['compact', 'json', 'frames']).default('compact'))
    .addOption(
      new Option(
        '--since <NODE=TOKEN>',
        'first repeat what happened on this node after this token; may be given for several nodes',
      ).argParser(addSince),
    )
    .addOption(
      new Option('--reorder <TIME>', 'how long an event waits for earlier ones of other nodes; what comes later still is marked')
        .argParser(reorderSpan)
        .default(REORDER_MS, '300ms'),
    )
    .addOption(new Option('--count <N>', 'end after so many events').argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER)))
    .option('--fail-on-loss', 'end with exit code 4 as soon as events were lost on any node', false);
  addLineOptions(command);
  addColorOption(command);
  addFilterOptions(command, true);
  addClusterOptions(command);
  addExamples(command, [
    ['only pauses that die or come back, anywhere', 'kubectl podtree tail -e pause.exited,pause.restarted'],
    ['one application, on all nodes', 'kubectl podtree tail -n shop -l app=web'],
    ['which node lost events, and how many', "kubectl podtree tail -o json | jq -c 'select(.gap)'"],
  ]);
  command.action(async () => {
    const options = command.opts<ClusterTailOptions>();
    if (options.columns?.length === 0) {
      await session.out.write(eventColumnHelp());
      return done(EXIT.fine);
    }
    done(await tailFleet(options, session));
  });
}

async function tailFleet(options: ClusterTailOptions, session: Session): Promise<ExitCode> {
  const drawing = lineDrawing(options, session);
  const { api, agents, port } = openAccess(options, session);
  const { since, ...filters } = options;
  const late = createLateNote(options.reorder, session);
  const frames = openFleet({
    api,
    agents,
    port,
    query: queryOf(filters),
    since,
    windowMs: options.reorder,
    signal: session.stop,
    onNotice: (notice) => noteNotice(notice, session),
  });
  const column = nodeColumn();
  let left = options.count ?? Number.POSITIVE_INFINITY;
  for await (const each of frames) {
    if (session.stop.aborted) return EXIT.fine;
    const text = textOf(each, options.output, column, { ...drawing, width: session.out.size().columns });
    if (text !== undefined) await session.out.write(`${text}\n`);
    late(each);
    if (options.failOnLoss && isLoss(each.item)) {
      session.note(`events were lost on ${escapeText(each.node)}, as the gap says; --fail-on-loss ends here`);
      return EXIT.lost;
    }
    if ('updates' in each.item && each.item.updates.some(({ event }) => event !== undefined)) left -= 1;
    if (left <= 0) return EXIT.fine;
  }
  return EXIT.fine;
}

function textOf(each: FleetFrame, format: TailFormat, column: ReturnType<typeof nodeColumn>, drawing: EventOptions): string | undefined {
  const { node, item, lateMs } = each;
  const late = lateMs > 0 ? { lateMs: Math.round(lateMs) } : {};
  if (format === 'frames') return printableJson({ node, ...late, ...item });
  if (format === 'compact') return drawNodeFrame(each, column, drawing);
  if ('gap' in item) return printableJson({ node, ...item });
  if (!('updates' in item)) return undefined;
  const lines = item.updates.flatMap(({ token, event }) => (event === undefined ? [] : [printableJson({ node, token, ...late, event })]));
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Once a node: a clock that is behind is behind for every event. */
function createLateNote(reorderMs: number, session: Session): (each: FleetFrame) => void {
  const told = new Set<string>();
  return ({ node, lateMs }) => {
    if (reorderMs === 0 || lateMs < WORTH_A_NOTE_MS || told.has(node)) return;
    told.add(node);
    const enough = `--reorder ${Math.ceil((reorderMs + lateMs) / 1000)}s`;
    session.note(
      `an event of ${escapeText(node)} came ${formatOutage(lateMs)} too late for its place (a slow way, or its clock is behind): it is marked; ${enough} would have waited for it`,
    );
  };
}

function noteNotice(notice: FleetNotice, session: Session): void {
  switch (notice.type) {
    case 'following':
      if (session.isErrorTerminal && session.out.isTerminal) session.note(`following ${count(notice.nodes, 'node')} (Ctrl-C ends)`);
      return;
    case 'joined':
      return session.note(`${escapeText(notice.node)}: a new agent, followed from now on`);
    case 'back':
      return session.note(`${escapeText(notice.node)}: followed again`);
    case 'lost':
      return session.note(`${escapeText(notice.node)}: ${notice.error.message}; it is tried again until it is back`);
    case 'api-lost':
      return session.note(`${notice.error.message} Until it is back, new nodes are not seen.`);
    default:
      notice satisfies never;
  }
}

function addSince(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const tokens = new Map(before);
  for (const part of text.split(',')) {
    const [, node, token] = /^([a-z0-9][-a-z0-9.]{0,252})=(\S{1,200})$/.exec(part) ?? [];
    if (node === undefined || token === undefined)
      throw new InvalidArgumentError('Expected NODE=TOKEN, the token from what -o json printed.');
    tokens.set(node, token);
  }
  if (tokens.size > MAX_SINCE) throw new InvalidArgumentError(`Expected at most ${MAX_SINCE} nodes.`);
  return tokens;
}

function reorderSpan(text: string): number {
  const ms = text === '0' ? 0 : span(text);
  if (ms > 60_000) throw new InvalidArgumentError('Expected at most 60s.');
  return ms;
}
