// The list of the full-screen view: a line an item, with a mark at the cursor and at pods with an alert.
import { type CellContext, columnOf } from '../column.ts';
import type { Item } from '../item.ts';
import { type Piece, piece } from '../line.ts';
import { fitCell, fitPieces } from '../pane.ts';
import { podUsage } from '../usage.ts';
import { type ShownColumn, shownColumns } from './columns.ts';
import type { Rect } from './layout.ts';
import type { Look } from './look.ts';
import type { TopState, View } from './state.ts';

/** The cursor's mark and the alert's: told by a character, so that it can be seen without colours. */
export const MARGIN = 2;
const LEAST_NAME = 8;

/** The line of headers and then `rect.rows` lines, each of them `rect.columns` wide. */
export function drawList(state: TopState, look: Look, rect: Rect, context: CellContext): Piece[][] {
  const hasUsage = state.tree?.pods.some((pod) => podUsage(pod) !== undefined) ?? false;
  const columns = shownColumns(rect.columns - MARGIN, state.view, hasUsage);
  const alarmed = new Set([...state.alerts.values()].flatMap(({ podUid }) => podUid ?? []));
  const shown = look.items.slice(look.offset, look.offset + rect.rows);
  const rows = shown.map((item, index) => {
    const isCursor = look.offset + index === look.cursor;
    const mark = item.kind === 'pod' && alarmed.has(item.pod.uid) ? piece('!', 'alarm') : piece(' ');
    const line = fitPieces([piece(isCursor ? '>' : ' '), mark, ...itemPieces(item, columns, context)], rect.columns);
    return isCursor ? line.map((each) => ({ ...each, style: 'cursor' as const })) : line;
  });
  if (shown.length === 0) rows.push(fitPieces([piece(`  ${emptyText(state)}`, 'muted')], rect.columns));
  while (rows.length < rect.rows) rows.push(fitPieces([], rect.columns));
  return [fitPieces([piece(' '.repeat(MARGIN)), ...headerPieces(columns, state.view)], rect.columns), ...rows];
}

function emptyText({ tree, view }: TopState): string {
  if (tree === undefined) return 'waiting for the first tree …';
  return view.filter === '' ? 'no pods on this node yet' : 'no pod passes the filter: Esc clears it';
}

function headerPieces(columns: readonly ShownColumn[], { sort, isReversed }: View): Piece[] {
  // Age begins with the youngest and counts with the largest: the arrow points to where the larger value is.
  const isRising = sort === 'namespace' || sort === 'name' || sort === 'age' ? !isReversed : isReversed;
  const arrow = isRising ? '▲' : '▼';
  return columns.flatMap(({ id, width }, index) => {
    const { header, align } = columnOf(id);
    const isSorted = id === sort || (id === 'since' && sort === 'age') || (id === 'name' && sort === 'namespace');
    const text = id === 'name' && sort === 'namespace' ? `NAMESPACE${arrow}/NAME` : isSorted ? `${header}${arrow}` : header;
    const cell = fitCell(piece(text, isSorted ? 'strong' : 'muted'), width, align);
    return index === 0 ? [cell] : [piece(' '), cell];
  });
}

function itemPieces(item: Item, columns: readonly ShownColumn[], context: CellContext): Piece[] {
  return columns.flatMap(({ id, width }, index) => {
    const { cell, align } = columnOf(id);
    const pieces = id === 'name' ? namePieces(item, cell(item, context), width) : [fitCell(cell(item, context), width, align)];
    return index === 0 ? pieces : [piece(' '), ...pieces];
  });
}

function namePieces(item: Item, name: Piece, width: number): Piece[] {
  const all = `${branches(item)}${foldMark(item)}`;
  const most = Math.max(0, width - LEAST_NAME);
  // Of what hangs very deep the name is still seen.
  const glyphs = all.length <= most ? all : `…${all.slice(all.length - most + 1)}`.slice(0, most);
  return [piece(glyphs, 'muted'), fitCell(name, width - glyphs.length, 'left', 'middle')];
}

/** Two columns a level. */
function branches({ lasts }: Item): string {
  return lasts.map((last, level) => (level === lasts.length - 1 ? (last ? '└ ' : '├ ') : last ? '  ' : '│ ')).join('');
}

function foldMark(item: Item): string {
  if (item.kind !== 'pod' && item.kind !== 'container') return '';
  if (!item.canOpen) return '  ';
  return item.isOpen ? '▾ ' : '▸ ';
}
