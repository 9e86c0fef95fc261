// The command line as plain data, read off the commands themselves: what man page and shell completions are made from.
import { Readable } from 'node:stream';
import type { Command, Option } from 'commander';
import { FILTER_TYPES } from '../../src/stream/event-type.ts';
import { buildProgram } from '../commands/command-line.ts';
import { describe, type Example, examplesOf } from '../commands/help.ts';
import { PODTREE } from '../commands/program.ts';
import { SETTINGS_GROUPS } from '../commands/read-config.ts';

export interface OptionModel {
  /** `--output`. */
  readonly long: string;
  /** `-o`. */
  readonly short: string | undefined;
  /** `FORMAT`; absent for a switch. */
  readonly metavar: string | undefined;
  /** As the help says it, with choices and default. */
  readonly text: string;
  /** The same without choices and default, for the one line that a shell shows. */
  readonly summary: string;
  /** What may follow: words, a path, or anything. */
  readonly values: readonly string[] | 'file' | 'directory' | undefined;
  /** The values are a list with commas between. */
  readonly isList: boolean;
  /** A setting of the agent, which several commands take. */
  readonly isSetting: boolean;
}

export interface CommandModel {
  readonly name: string;
  /** `[POD]`, `FILE`. */
  readonly operand: string | undefined;
  readonly operandText: string | undefined;
  readonly summary: string;
  readonly description: string;
  readonly options: readonly OptionModel[];
  readonly examples: readonly Example[];
}

export interface ProgramModel extends CommandModel {
  readonly commands: readonly CommandModel[];
}

export function readCommands(): ProgramModel {
  const nothing = async (): Promise<void> => {};
  const session = {
    env: {},
    stdin: Readable.from([]),
    out: { write: nothing, writeNow() {}, isTerminal: false, size: () => ({ columns: 80, rows: 24 }), onResize: () => () => {} },
    note() {},
    isErrorTerminal: false,
    stop: new AbortController().signal,
    onReload() {},
    openKeyboard: () => undefined,
  };
  const program = buildProgram(PODTREE, [], session, () => {});
  return { ...modelOf(program), commands: program.commands.map(modelOf) };
}

function modelOf(command: Command): CommandModel {
  const [operand] = command.registeredArguments;
  const help: OptionModel[] = command.options.some(({ long }) => long === '--help') ? [] : [HELP];
  return {
    name: command.name(),
    operand: operand === undefined || operand.required ? operand?.name() : `[${operand.name()}]`,
    operandText: operand?.description,
    summary: command.summary(),
    description: command.description(),
    options: [...command.options.map(optionOf), ...help],
    examples: examplesOf(command),
  };
}

const HELP: OptionModel = {
  long: '--help',
  short: '-h',
  metavar: undefined,
  text: 'print this help',
  summary: 'print this help',
  values: undefined,
  isList: false,
  isSetting: false,
};

function optionOf(option: Option): OptionModel {
  const metavar = /<([^>]+)>/.exec(option.flags)?.[1];
  const isList = option.long === '--event-types';
  return {
    long: option.long ?? '',
    short: option.short,
    metavar,
    text: describe(option),
    // Settings have choices and default in their description already.
    summary: option.description.replace(/ [([][^()[\]]*[)\]]/g, ''),
    values: isList ? FILTER_TYPES : (option.argChoices ?? wordsIn(option.description) ?? pathOf(metavar)),
    isList,
    isSetting: SETTINGS_GROUPS.includes(option.helpGroupHeading ?? ''),
  };
}

/** The choices of a setting, which commander does not know of: loadConfig checks them. */
function wordsIn(description: string): readonly string[] | undefined {
  return /\(([a-z0-9]+(?:, [a-z0-9]+)+)\)/.exec(description)?.[1]?.split(', ');
}

function pathOf(metavar: string | undefined): 'file' | 'directory' | undefined {
  if (metavar === 'DIR') return 'directory';
  return metavar === 'FILE' || metavar === 'PATH' ? 'file' : undefined;
}
