// The command line as a whole: which commands there are, and how help and wrong usage look.
import { Command } from 'commander';
import { version } from '../version.ts';
import { addAgentCommand } from './agent.ts';
import { addConfigCommand } from './config.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples, formatHelp } from './help.ts';
import { addRecordCommand } from './record.ts';
import { addReplayCommand } from './replay.ts';
import type { Session } from './session.ts';
import { addStartCommand } from './start.ts';
import { addTailCommand } from './tail.ts';
import { addTreeCommand } from './tree.ts';
import { addWhyCommand } from './why.ts';

type AddCommand = (program: Command, session: Session, done: (code: ExitCode) => void) => void;

// In the order of the help: first what one looks with, then what runs, then what helps.
const COMMANDS: readonly AddCommand[] = [
  addTreeCommand,
  addTailCommand,
  addWhyCommand,
  addAgentCommand,
  addDemoCommand,
  addDoctorCommand,
  addConfigCommand,
  addRecordCommand,
  addReplayCommand,
  addStartCommand,
];

/** Runs one command line, without the program's name. Throws what failureOf understands. */
export async function runProgram(args: readonly string[], session: Session): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const program = buildProgram(args, session, (ended) => {
    code = ended;
  });
  if (args.length === 0) {
    // Somebody who types only the name wants to know what there is.
    await session.out.write(program.helpInformation());
    return EXIT.fine;
  }
  await program.parseAsync([...args], { from: 'user' });
  return code;
}

function buildProgram(args: readonly string[], session: Session, done: (code: ExitCode) => void): Command {
  const program = new Command('podtree');
  program
    .description('The live pod tree of a Kubernetes node, and who killed the pause.')
    .usage('COMMAND [options]')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ formatHelp, commandUsage })
    .configureOutput({
      // Help that was asked for is data. A usage error becomes a message like every other.
      writeOut: (text) => void session.out.write(text),
      writeErr: (text) => session.note(text.trimEnd()),
      outputError: (text, write) => write(usageMessage(text)),
    })
    .showSuggestionAfterError(true)
    .exitOverride();
  addExamples(program, [
    ["see what is there: the agent's tree", 'podtree tree'],
    ['who killed the pause of this pod?', 'podtree why default/example-pod'],
    ['can this machine run the agent?', 'sudo podtree doctor'],
  ]);
  for (const add of COMMANDS) add(program, session, done);
  for (const command of program.commands) command.helpOption('-h, --help', 'print this help');
  return program;

  function usageMessage(text: string): string {
    const message = text
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' ')
      .trim();
    return `${message}\nSee podtree ${nameOfCommand(args, program)}--help`;
  }
}

function nameOfCommand(args: readonly string[], program: Command): string {
  const name = args.find((arg) => program.commands.some((command) => command.name() === arg));
  return name === undefined ? '' : `${name} `;
}

function commandUsage(command: Command): string {
  const path = [];
  for (let at: Command | null = command; at !== null; at = at.parent) path.unshift(at.name());
  return `${path.join(' ')} ${command.usage()}`;
}
