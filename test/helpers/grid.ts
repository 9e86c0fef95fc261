// A terminal that understands just what commands send: two screens of characters, a cursor, and the modes that are on.
import { displayWidth } from '../../src/terminal/escape.ts';

export interface Grid {
  write(text: string): void;
  resize(columns: number, rows: number): void;
  /** What stands in each row, without the spaces at its end. */
  readonly rows: readonly string[];
  /** Private modes that are on, by number. */
  readonly modes: ReadonlySet<number>;
  readonly size: { readonly columns: number; readonly rows: number };
}

// biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
const SEQUENCE = new RegExp('^\x1b\\[(\\??)([0-9;]*)([A-Za-z])');

export function createGrid(columns: number, rows: number): Grid {
  let size = { columns, rows };
  let cells: string[][] = [];
  let row = 0;
  let column = 0;
  // Wrapping and the cursor are on in a terminal that nobody has touched.
  const modes = new Set([7, 25]);
  let ordinary: { readonly cells: string[][]; readonly row: number; readonly column: number } | undefined;
  const clear = (): void => {
    cells = Array.from({ length: size.rows }, () => Array.from({ length: size.columns }, () => ' '));
  };
  clear();

  function obey(isPrivate: boolean, parameters: string, final: string): void {
    const numbers = parameters.split(';').map(Number);
    if (isPrivate) {
      for (const mode of numbers) {
        if (final === 'h') modes.add(mode);
        else modes.delete(mode);
        if (mode === 1049) switchScreen(final === 'h');
      }
    } else if (final === 'H') {
      row = Math.max(1, numbers[0] || 1) - 1;
      column = Math.max(1, numbers[1] || 1) - 1;
    } else if (final === 'J' && parameters === '2') clear();
    else if (final === 'K') cells[row]?.fill(' ', column);
    else if (final !== 'm') throw new Error(`this terminal does not know ${final}`);
  }

  /** To the alternate screen, which is empty, or back to what stood on the ordinary one. */
  function switchScreen(toAlternate: boolean): void {
    if (toAlternate) {
      ordinary = { cells, row, column };
      clear();
    } else if (ordinary !== undefined) {
      ({ cells, row, column } = ordinary);
    }
  }

  function control(character: string): boolean {
    if (character === '\r') column = 0;
    else if (character === '\n') {
      row += 1;
      if (row < size.rows) return true;
      row = size.rows - 1;
      cells = [...cells.slice(1), Array.from({ length: size.columns }, () => ' ')];
    } else return false;
    return true;
  }

  function print(character: string): void {
    const width = displayWidth(character);
    const line = cells[row];
    if (line === undefined) throw new Error('printed below the last row');
    if (column + width > size.columns) throw new Error(`wider than ${size.columns}: ${line.join('')}${character}`);
    // A wide character takes two cells, a combining one none.
    if (width === 0) line[column - 1] = `${line[column - 1] ?? ''}${character}`;
    for (let index = 0; index < width; index += 1) line[column + index] = index === 0 ? character : '';
    column += width;
  }

  return {
    write(text) {
      for (let rest = text; rest !== ''; ) {
        const match = SEQUENCE.exec(rest);
        if (match !== null) {
          obey(match[1] === '?', match[2] ?? '', match[3] ?? '');
          rest = rest.slice(match[0].length);
          continue;
        }
        const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
        if (/\p{C}/u.test(character)) {
          if (!control(character)) throw new Error(`a control character: ${JSON.stringify(character)}`);
        } else print(character);
        rest = rest.slice(character.length);
      }
    },
    resize(nextColumns, nextRows) {
      // What a terminal keeps when it is resized is its own affair: the worst of it is something else than one thinks.
      size = { columns: nextColumns, rows: nextRows };
      clear();
      cells[0]?.fill('?');
    },
    get rows() {
      return cells.map((line) => line.join('').trimEnd());
    },
    modes,
    get size() {
      return size;
    },
  };
}
