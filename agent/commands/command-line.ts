// A command line as a whole, whichever commands it has: how help and wrong usage look, and how one is run.
import { Command } from 'commander';
import { version } from '../version.ts';
import { EXIT, type ExitCode } from './failure.ts';
import { addExamples, type Example, formatHelp } from './help.ts';
import type { Session } from './session.ts';

export type AddCommand = (program: Command, session: Session, done: (code: ExitCode) => void) => void;

export interface CommandLine {
  /** As it is typed. */
  readonly name: string;
  readonly description: string;
  readonly examples: readonly Example[];
  /** In the order of the help. */
  readonly commands: readonly AddCommand[];
}

/** Runs one command line, without the program's name. Throws what failureOf understands. */
export async function runCommandLine(line: CommandLine, args: readonly string[], session: Session): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const program = buildProgram(line, args, session, (ended) => {
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

/** All commands with their options; nothing is run yet. `args` are those that messages of wrong usage speak about. */
export function buildProgram(line: CommandLine, args: readonly string[], session: Session, done: (code: ExitCode) => void): Command {
  const program = new Command(line.name);
  program
    .description(line.description)
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
  addExamples(program, line.examples);
  for (const add of line.commands) add(program, session, done);
  for (const command of program.commands) command.helpOption('-h, --help', 'print this help');
  return program;

  function usageMessage(text: string): string {
    const message = text
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' ')
      .trim();
    return `${message}\nSee ${line.name} ${nameOfCommand(args, program)}--help`;
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
