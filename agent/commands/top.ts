// `podtree top`: the tree of the node on the full screen, live, to look around in with the keys.
import { type Command, Option } from 'commander';
import { TIME_FORMS } from '../../src/terminal/time-form.ts';
import { SORTS } from '../../src/terminal/top/state.ts';
import { addColumnOption, columnHelp } from './column-option.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples } from './help.ts';
import { addColorOption, addFilterOptions, addSourceOptions, wholeNumber } from './option.ts';
import type { Session } from './session.ts';
import type { TopCommandOptions } from './watch-top.ts';

export function addTopCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('top')
    .summary('the live full-screen view')
    .description('Look around in the pods of this node, live on the full screen. ? shows the keys.')
    .addOption(new Option('--sort <BY>', 'order of the pods').choices(SORTS).default('namespace'))
    .option('--filter <WORDS>', 'pods in which each word is found; see ? for more', '')
    .addOption(new Option('--times <HOW>', 'ages, or since when').choices(TIME_FORMS).default('relative'))
    .option('--mouse', 'clicks and wheel are for podtree, not for selecting text', false)
    .option('--once', 'print one picture and end; needs no terminal', false)
    .addOption(new Option('--width <N>', 'with --once: columns, where there is no terminal').argParser(wholeNumber(24, 1000)));
  addColumnOption(command, 'the list');
  addColorOption(command);
  addFilterOptions(command, true);
  addSourceOptions(command);
  addExamples(command, [
    ['the pods that were restarted most', 'podtree top --sort restarts'],
    ['one namespace, without what the probes do there', "podtree top -n shop -e '!process.*'"],
    ['one picture for a ticket', 'podtree top --once --filter state:no-pause'],
  ]);
  command.action(async () => {
    const options = command.opts<TopCommandOptions>();
    if (options.columns?.length === 0) {
      await session.out.write(columnHelp());
      return done(EXIT.fine);
    }
    // Loaded only here: no other command draws it.
    const run = options.once ? (await import('./print-top.ts')).printTop : (await import('./watch-top.ts')).watchTop;
    done(await run(options, session));
  });
}
