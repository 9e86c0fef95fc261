// The option --columns: which columns a table or a line has, and what there is to choose from.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { suggest } from '../../src/config/suggest.ts';
import { COLUMN_IDS, COLUMNS, type ColumnId } from '../../src/terminal/column.ts';
import { EVENT_COLUMN_DOCS, EVENT_COLUMN_IDS, type EventColumnId } from '../../src/terminal/event-column.ts';

/** `--columns` for lists of the tree. */
export function addColumnOption(command: Command, of: string): Command {
  return command.addOption(columnOption(of, COLUMN_IDS));
}

/** `--columns` for lines of events. */
export function addEventColumnOption(command: Command): Command {
  return command.addOption(columnOption('the line', EVENT_COLUMN_IDS));
}

function columnOption(of: string, ids: readonly string[]): Option {
  return new Option('--columns <LIST>', `columns of ${of}, in this order; "help" lists them`).argParser((text) => columnList(text, ids));
}

/** Empty for `help`. */
function columnList(text: string, ids: readonly string[]): readonly string[] {
  if (text === 'help') return [];
  return text.split(',').map((name) => {
    const found = ids.find((id) => id === name.trim());
    if (found !== undefined) return found;
    const near = suggest(name, ids);
    throw new InvalidArgumentError(`${near === undefined ? '' : `Did you mean ${near}? `}There are ${ids.join(', ')}.`);
  });
}

/** What there is to choose from, a line each. */
export function columnHelp(): string {
  return table(COLUMN_IDS.map((id) => [id, COLUMNS[id].doc]));
}

export function eventColumnHelp(): string {
  return table(EVENT_COLUMN_IDS.map((id) => [id, EVENT_COLUMN_DOCS[id]]));
}

function table(rows: readonly (readonly [name: string, doc: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, doc]) => `${name.padEnd(width)}  ${doc}\n`).join('');
}

export interface ColumnOptions {
  /** Empty when they are asked for. */
  readonly columns?: readonly ColumnId[];
}

export interface EventColumnOptions {
  /** Empty when they are asked for. */
  readonly columns?: readonly EventColumnId[];
}
