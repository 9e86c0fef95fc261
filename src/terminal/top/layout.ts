// Where the parts of the full-screen view stand on a terminal of a given size.
import type { View } from './state.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Row and column count from 0. */
export interface Rect extends Size {
  readonly row: number;
  readonly column: number;
}

export interface Layout extends Size {
  /** The line below the title that says what is wrong. */
  readonly hasNews: boolean;
  /** The list without the line of its headers, which stands above it. */
  readonly list: Rect;
  readonly detail: Rect | undefined;
  /** The rule above it is not in it, as with the detail when that is below the list. */
  readonly events: Rect | undefined;
  readonly isDetailBeside: boolean;
  readonly footerRow: number;
}

/** Below this there is no room for anything. */
export const LEAST: Size = { columns: 24, rows: 6 };
/** From here on the detail stands beside the list. */
const WIDE = 120;
const LEAST_LIST = 4;
const FEW_EVENTS = 6;

/** Undefined when the terminal is too small. */
export function layoutOf(size: Size, view: Pick<View, 'isDetailOpen' | 'eventRows'>, hasNews: boolean): Layout | undefined {
  const { columns, rows } = size;
  if (columns < LEAST.columns || rows < LEAST.rows) return undefined;
  const top = (hasNews ? 2 : 1) + 1;
  const footerRow = rows - 1;
  const body = footerRow - top;
  const isDetailBeside = view.isDetailOpen && columns >= WIDE;
  const isDetailBelow = view.isDetailOpen && !isDetailBeside;
  // On a small terminal the detail takes the place of the events: both would be too short to read.
  const eventRows = isDetailBelow && body < 28 ? 0 : eventHeight(view.eventRows, body);
  const detailRows = isDetailBelow ? Math.max(0, Math.min(Math.floor(body * 0.6), body - eventRows - LEAST_LIST - 1)) : 0;
  const listRows = Math.max(1, body - blockHeight(eventRows) - blockHeight(detailRows));
  const detailColumns = Math.min(72, Math.floor(columns * 0.45));
  const listColumns = isDetailBeside ? columns - detailColumns - 3 : columns;
  const below = top + listRows + blockHeight(detailRows);
  return {
    ...size,
    hasNews,
    isDetailBeside,
    footerRow,
    list: { row: top, column: 0, rows: listRows, columns: listColumns },
    detail: isDetailBeside
      ? { row: top - 1, column: listColumns + 3, rows: listRows + 1, columns: detailColumns }
      : detailRows > 0
        ? { row: top + listRows + 1, column: 0, rows: detailRows, columns }
        : undefined,
    events: eventRows > 0 ? { row: below + 1, column: 0, rows: eventRows, columns } : undefined,
  };
}

function eventHeight(wanted: View['eventRows'], body: number): number {
  if (wanted === 'none') return 0;
  const most = body - LEAST_LIST - 1;
  const rows = wanted === 'few' ? Math.min(FEW_EVENTS, Math.floor(body / 3)) : Math.floor(body * 0.6);
  return Math.max(0, Math.min(rows, most));
}

/** With the rule above it. */
function blockHeight(rows: number): number {
  return rows === 0 ? 0 : rows + 1;
}

export function contains(rect: Rect | undefined, row: number, column: number): boolean {
  if (rect === undefined) return false;
  return row >= rect.row && row < rect.row + rect.rows && column >= rect.column && column < rect.column + rect.columns;
}
