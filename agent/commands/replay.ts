// `podtree replay FILE`: runs the agent's pipeline on a recording, and prints what it would have told.
import { type Command, Option } from 'commander';
import type { Frame } from '../../src/stream/frame.ts';
import { drawTree } from '../../src/terminal/draw-tree.ts';
import { printableJson } from '../../src/terminal/escape.ts';
import type { Tree } from '../../src/tree/model.ts';
import { eventColumnHelp } from './column-option.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { filterFrames } from './frame-filter.ts';
import { addExamples } from './help.ts';
import { addColorOption, addFilterOptions, type FilterOptions, paintOf, queryOf, wholeNumber } from './option.ts';
import type { Session } from './session.ts';
import { addLineOptions, type PrintOptions, printFrames } from './tail.ts';

interface ReplayOptions extends PrintOptions, FilterOptions {
  readonly tree: boolean;
}

export function addReplayCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('replay')
    .summary("run the agent's pipeline on a recording")
    .description('Print what the agent would have streamed for a recording. Needs no root.')
    .argument('<FILE>', 'made by podtree record')
    .addOption(new Option('-o, --output <FORMAT>', 'output format').choices(['compact', 'json', 'frames']).default('compact'))
    .addOption(new Option('--count <N>', 'end after so many events').argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER)))
    .option('--tree', 'print the tree at the end instead of the events', false)
    .option('--fail-on-loss', 'end with exit code 4 if events were lost', false);
  addLineOptions(command);
  addColorOption(command);
  addFilterOptions(command, true);
  addExamples(command, [
    ['the events', 'podtree replay trace.jsonl'],
    ['how the pods stood at the end', 'podtree replay --tree trace.jsonl'],
    ['only the pauses, as JSON', 'podtree replay -e pause.exited,pause.restarted -o json trace.jsonl'],
  ]);
  command.action(async (file: string) => {
    const options = command.opts<ReplayOptions>();
    if (options.columns?.length === 0) {
      await session.out.write(eventColumnHelp());
      return done(EXIT.fine);
    }
    const { replayFile } = await import('../recording.ts');
    const frames = filterFrames(replayFile(file), queryOf(options));
    done(options.tree ? await printLastTree(frames, options, session) : await printFrames(frames, options, session));
  });
}

async function printLastTree(frames: AsyncIterable<Frame>, options: ReplayOptions, session: Session): Promise<ExitCode> {
  const { applyChanges } = await import('../../src/stream/apply.ts');
  let tree: Tree = { node: 'unknown', token: '', pods: [], leaked: [] };
  for await (const frame of frames) {
    if (session.stop.aborted) return EXIT.fine;
    if ('snapshot' in frame) tree = frame.snapshot.tree;
    if ('updates' in frame) {
      const changes = frame.updates.flatMap((update) => update.changes);
      tree = { ...applyChanges(tree, changes), token: frame.updates.at(-1)?.token ?? tree.token };
    }
  }
  const drawing = { width: session.out.size().columns, paint: paintOf(options, session), now: Date.now() };
  await session.out.write(`${options.output === 'compact' ? drawTree(tree, drawing).join('\n') : printableJson(tree)}\n`);
  return EXIT.fine;
}
