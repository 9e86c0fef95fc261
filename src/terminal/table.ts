// Draws the tree as a table: a line an item, hung on what it belongs to, with columns that are as wide as what is in them.
import type { Pod } from '../tree/model.ts';
import type { Paint } from './color.ts';
import { type CellContext, type ColumnId, columnOf } from './column.ts';
import { cutMiddle, displayWidth } from './escape.ts';
import { type Item, itemsOf } from './item.ts';
import { type Piece, piece, piecesWidth, renderLine } from './line.ts';
import type { TimeForm } from './time-form.ts';

export interface TableOptions extends CellContext {
  readonly columns: readonly ColumnId[];
  /** Columns of the terminal; a longer line is cut and ends in `…`. Infinity for a pipe. */
  readonly width: number;
  readonly paint: Paint;
}

/** What a table of these pods has when nothing else was asked for. */
export function wideColumns(pods: readonly Pod[], times: TimeForm): readonly ColumnId[] {
  const when = times === 'relative' ? 'age' : 'since';
  const controller = pods.some((pod) => pod.controller !== undefined) ? (['controller'] as const) : [];
  return ['name', 'kind', 'state', 'pid', 'inside', 'ready', 'restarts', when, 'ip', ...controller, 'exit', 'shares', 'owns', 'id'];
}

/** A name longer than this is cut in its middle: one hostile name must not push everything else off the screen. */
const MAX_CELL = 64;

/** The header and a line for each item, without line ends. Every text that came from the node is escaped. */
export function drawTable(pods: readonly Pod[], options: TableOptions): string[] {
  const columns = options.columns.map(columnOf);
  const rows = itemsOf(pods, () => true).map((item) => options.columns.map((id) => cellPieces(item, id, options)));
  const widths = columns.map(({ header }, index) =>
    rows.reduce((most, row) => Math.max(most, piecesWidth(row[index] ?? [])), displayWidth(header)),
  );
  const line = (cells: readonly (readonly Piece[])[]): string => {
    const pieces = cells.flatMap((cell, index) => {
      const free = ' '.repeat(Math.max(0, (widths[index] ?? 0) - piecesWidth(cell)));
      const padded = columns[index]?.align === 'right' ? [piece(free), ...cell] : [...cell, piece(free)];
      return index === 0 ? padded : [piece('  '), ...padded];
    });
    return renderLine(pieces, options.width, options.paint);
  };
  return [line(columns.map(({ header }) => [piece(header, 'muted')])), ...rows.map(line)];
}

function cellPieces(item: Item, id: ColumnId, options: TableOptions): readonly Piece[] {
  const cell = columnOf(id).cell(item, options);
  const cut = { ...cell, text: cutMiddle(cell.text, MAX_CELL) };
  return id === 'name' ? [piece(branchGlyphs(item), 'muted'), cut] : [cut];
}

/** `│   ├── `: what stands before an item's name in a tree. */
function branchGlyphs({ lasts }: Item): string {
  return lasts.map((last, level) => (level === lasts.length - 1 ? (last ? '└── ' : '├── ') : last ? '    ' : '│   ')).join('');
}
