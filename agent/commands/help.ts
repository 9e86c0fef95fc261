// Help texts: one line, usage, options aligned with their defaults, commented examples, all below 80 columns.
import type { Command, Help, Option } from 'commander';

const WIDTH = 79;
const OWN_GROUP = 'OPTIONS';
const EXAMPLES = new WeakMap<Command, readonly Example[]>();

/** What it does, and the command line that does it. */
export type Example = readonly [comment: string, line: string];

/** Examples for the end of a command's help. */
export function addExamples(command: Command, examples: readonly Example[]): Command {
  EXAMPLES.set(command, examples);
  return command;
}

export function examplesOf(command: Command): readonly Example[] {
  return EXAMPLES.get(command) ?? [];
}

/** Commander's formatHelp: the whole text. */
export function formatHelp(command: Command, helper: Help): string {
  const blocks = [wrap(command.description(), WIDTH, 0), block('USAGE', [`  ${helper.commandUsage(command)}`])];
  const commands = helper.visibleCommands(command);
  if (commands.length > 0) blocks.push(block('COMMANDS', table(commands.map((each) => [commandTerm(each, helper), each.summary()]))));
  const args = helper.visibleArguments(command);
  if (args.length > 0) blocks.push(block('ARGUMENTS', table(args.map((each) => [helper.argumentTerm(each), each.description]))));
  for (const [group, options] of byGroup(helper.visibleOptions(command))) {
    blocks.push(block(group, table(options.map((option) => [term(option), describe(option)]))));
  }
  const examples = examplesOf(command);
  if (examples.length > 0)
    blocks.push(
      block(
        'EXAMPLES',
        examples
          .map(([comment, line]) => `  # ${comment}\n  ${line}`)
          .join('\n\n')
          .split('\n'),
      ),
    );
  return `${blocks.join('\n\n')}\n`;
}

function block(title: string, lines: readonly string[]): string {
  return [title, ...lines].join('\n');
}

function byGroup(options: readonly Option[]): Map<string, Option[]> {
  // The command's own options first, whatever the order in which groups were added.
  const groups = new Map<string, Option[]>([[OWN_GROUP, []]]);
  for (const option of options) {
    const group = option.helpGroupHeading ?? OWN_GROUP;
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return groups;
}

function commandTerm(command: Command, helper: Help): string {
  return [
    command.name(),
    ...command.registeredArguments.map((argument) =>
      argument.required ? helper.argumentTerm(argument) : `[${helper.argumentTerm(argument)}]`,
    ),
  ].join(' ');
}

// Without a short form the long ones still stand below each other.
function term(option: Option): string {
  const flags = option.flags.replace(/[<>]/g, '');
  return option.short === undefined ? `    ${flags}` : flags;
}

/** The sentence of an option, with the words it takes and its default. */
export function describe(option: Option): string {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
  const text =
    option.defaultValueDescription ??
    (option.defaultValue === undefined || option.defaultValue === false ? '' : String(option.defaultValue));
  return `${option.description}${choices}${text === '' ? '' : ` [${text}]`}`;
}

function table(rows: readonly (readonly [term: string, text: string])[]): string[] {
  const column = Math.min(28, Math.max(...rows.map(([left]) => left.length))) + 4;
  return rows.flatMap(([left, text]) => {
    const [first = '', ...rest] = wrap(text, WIDTH - column, 0).split('\n');
    const more = rest.map((line) => ' '.repeat(column) + line);
    // A term too long for its column gets a line of its own.
    if (left.length + 4 > column) return [`  ${left}`, ' '.repeat(column) + first, ...more];
    return [`  ${left}`.padEnd(column) + first, ...more];
  });
}

function wrap(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => ' '.repeat(indent) + each).join('\n');
}
