// `podtree tail`: the live stream of events, one a line.
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Frame, Update } from '../../src/stream/frame.ts';
import { drawEvent, drawGap, type EventOptions } from '../../src/terminal/draw-event.ts';
import { escapeText, printableJson } from '../../src/terminal/escape.ts';
import { createStamp, EVENT_TIMES, type EventTimes } from '../../src/terminal/event-time.ts';
import { count } from '../../src/terminal/label.ts';
import { addEventColumnOption, type EventColumnOptions, eventColumnHelp } from './column-option.ts';
import { EXIT, type ExitCode, UsageError } from './failure.ts';
import { openFrames } from './frame-source.ts';
import { addExamples } from './help.ts';
import {
  addColorOption,
  addFilterOptions,
  addSourceOptions,
  type ColorOptions,
  type FilterOptions,
  paintOf,
  type SourceOptions,
  wholeNumber,
} from './option.ts';
import type { Session } from './session.ts';

export type TailFormat = 'compact' | 'json' | 'frames';

interface TailOptions extends SourceOptions, FilterOptions, PrintOptions {
  readonly since?: string;
  readonly reconnect: boolean;
}

export function addTailCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('tail')
    .summary('the live event stream')
    .description('Print what happens in the pods of this node, as the kernel does it.')
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['compact', 'json', 'frames']).default('compact'))
    .option('--since <TOKEN>', 'first repeat what happened after this token')
    .option('--reconnect', 'connect again when the agent goes away', false)
    .addOption(new Option('--count <N>', 'end after so many events').argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER)))
    .option('--fail-on-loss', 'end with exit code 4 as soon as events were lost', false);
  addLineOptions(command);
  addColorOption(command);
  addFilterOptions(command, true);
  addSourceOptions(command);
  addExamples(command, [
    ['everything that happens in one namespace', 'podtree tail -n default'],
    ['only pauses that die or come back, across restarts of the agent', 'podtree tail -e pause.exited,pause.restarted --reconnect'],
    ['the next ten events as JSON', 'podtree tail -o json --count 10 | jq .event.type'],
  ]);
  command.action(async () => {
    const options = command.opts<TailOptions>();
    if (options.columns?.length === 0) {
      await session.out.write(eventColumnHelp());
      return done(EXIT.fine);
    }
    done(await printFrames(openFrames(options, session), options, session));
  });
}

export interface PrintOptions extends ColorOptions, EventColumnOptions {
  readonly output: TailFormat;
  readonly count?: number;
  readonly failOnLoss: boolean;
  readonly times: EventTimes;
  readonly utc: boolean;
}

/** `--times`, `--utc` and `--columns`: how a line of `-o compact` looks. */
export function addLineOptions(command: Command): Command {
  command
    .addOption(new Option('--times <HOW>', 'time of day, since the event before, or with the day').choices(EVENT_TIMES).default('local'))
    .addOption(new Option('--utc', 'the same as --times utc').conflicts('times').default(false));
  return addEventColumnOption(command);
}

/** Throws UsageError for columns of what has none. `width` is of the line. */
export function lineDrawing(options: Omit<PrintOptions, 'count' | 'failOnLoss'>, session: Session): EventOptions {
  if (options.columns !== undefined && options.output !== 'compact')
    throw new UsageError(`--columns is for -o compact: -o ${options.output} has none`);
  const times = options.utc ? 'utc' : options.times;
  return {
    width: session.out.size().columns,
    paint: paintOf(options, session),
    zone: times === 'utc' ? 'utc' : 'local',
    stamp: createStamp(times),
    columns: options.columns,
  };
}

/** Prints frames until they end, the count is reached, or events were lost and that is a failure. */
export async function printFrames(frames: AsyncIterable<Frame>, options: PrintOptions, session: Session): Promise<ExitCode> {
  const { out } = session;
  const drawing = lineDrawing(options, session);
  let left = options.count ?? Number.POSITIVE_INFINITY;
  for await (const frame of frames) {
    if (session.stop.aborted) return EXIT.fine;
    const { lines, events } = linesOf(frame, left, options.output, { ...drawing, width: out.size().columns });
    if (lines.length > 0) await out.write(`${lines.join('\n')}\n`);
    if (session.isErrorTerminal && out.isTerminal) noteFrame(frame, session);
    if (options.failOnLoss && isLoss(frame)) {
      session.note('events were lost, as the gap says; --fail-on-loss ends here');
      return EXIT.lost;
    }
    left -= events;
    if (left <= 0) return EXIT.fine;
  }
  return EXIT.fine;
}

export function isLoss(frame: Frame): boolean {
  if ('gap' in frame) return true;
  return 'updates' in frame && frame.updates.some((update) => update.event?.type === 'agent.gap');
}

function linesOf(
  frame: Frame,
  most: number,
  format: TailFormat,
  drawing: EventOptions,
): { readonly lines: string[]; readonly events: number } {
  if ('gap' in frame) return { lines: [format === 'compact' ? drawGap(frame.gap, drawing) : printableJson(frame)], events: 0 };
  if (!('updates' in frame)) return { lines: format === 'frames' ? [printableJson(frame)] : [], events: 0 };
  const updates = upTo(frame.updates, most);
  const withEvent = updates.filter((update) => update.event !== undefined);
  if (format === 'frames') return { lines: [printableJson({ updates })], events: withEvent.length };
  const lines = withEvent.flatMap(({ token, event }) => {
    if (event === undefined) return [];
    return [format === 'json' ? printableJson({ token, event }) : drawEvent(event, drawing)];
  });
  return { lines, events: withEvent.length };
}

// Updates without an event do not count, but those before the last counted event belong to it.
function upTo(updates: readonly Update[], most: number): readonly Update[] {
  let seen = 0;
  for (const [index, update] of updates.entries()) {
    if (update.event !== undefined) seen += 1;
    if (seen >= most) return updates.slice(0, index + 1);
  }
  return updates;
}

function noteFrame(frame: Frame, session: Session): void {
  if ('hello' in frame) session.note(`connected to ${escapeText(frame.hello.node)}${frame.hello.resumed ? ', where it was left' : ''}`);
  if ('snapshot' in frame) session.note(`${count(frame.snapshot.tree.pods.length, 'pod')} now; waiting for events (Ctrl-C ends)`);
}
