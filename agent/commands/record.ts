// `podtree record FILE`: saves what the kernel, /proc and the runtime say, so that the same pipeline can be run on it elsewhere.
import { type Command, Option } from 'commander';
import { stopped } from './agent.ts';
import { EXIT, type ExitCode, UsageError } from './failure.ts';
import { addExamples } from './help.ts';
import { createLog } from './log.ts';
import { span, wholeNumber } from './option.ts';
import { addConfigOptions, readConfig } from './read-config.ts';
import type { Session } from './session.ts';

interface RecordOptions {
  readonly duration?: number;
  readonly count?: number;
  readonly force: boolean;
}

export function addRecordCommand(program: Command, session: Session, done: (code: ExitCode) => void): void {
  const command = program
    .command('record')
    .summary('save what the agent would see to a file')
    .description('Record what the agent would see to a file, one JSON object a line.')
    .argument('<FILE>', 'written; must not exist')
    .addOption(new Option('--duration <TIME>', 'end after this time, such as 30s').argParser(span))
    .addOption(new Option('--count <N>', 'end after so many kernel events').argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER)))
    .option('-f, --force', 'overwrite FILE', false);
  addConfigOptions(command);
  addExamples(command, [
    ['until Ctrl-C; needs root', 'sudo podtree record trace.jsonl'],
    ['half a minute', 'sudo podtree record --duration 30s trace.jsonl'],
    ['look at it, on any machine', 'podtree replay trace.jsonl'],
  ]);
  command.action(async (file: string) => {
    done(await record(file, command, session));
  });
}

async function record(file: string, command: Command, session: Session): Promise<ExitCode> {
  const options = command.opts<RecordOptions>();
  const { config } = readConfig(command, session);
  const [{ startRecording }, { existsSync }] = await Promise.all([import('../recording.ts'), import('node:fs')]);
  if (!options.force && existsSync(file)) throw new UsageError(`${file} exists: choose another name, or --force to overwrite it`);
  const target = { isTerminal: session.isErrorTerminal, write: (line: string): unknown => process.stderr.write(line) };
  const { log } = createLog({ ...config, logLevel: config.logLevel === 'info' ? 'warn' : config.logLevel }, target, session.env);
  const recording = await startRecording({ config, log, path: file, ...(options.count === undefined ? {} : { count: options.count }) });
  session.note(`records to ${file}; ${endText(options)}`);
  const timer = new AbortController();
  try {
    const timeout = options.duration === undefined ? [] : [after(options.duration, timer.signal)];
    await Promise.race([stopped(session.stop), recording.ended, ...timeout]);
  } finally {
    timer.abort();
    const { events, lost } = await recording.stop();
    session.note(`${events} kernel events in ${file}${lost === 0 ? '' : `, ${lost} were lost`}`);
  }
  return EXIT.fine;
}

function endText(options: RecordOptions): string {
  const ends = [
    ...(options.duration === undefined ? [] : [`${options.duration / 1000} s`]),
    ...(options.count === undefined ? [] : [`${options.count} events`]),
  ];
  return ends.length === 0 ? 'Ctrl-C ends' : `ends after ${ends.join(' or ')}, or with Ctrl-C`;
}

function after(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
