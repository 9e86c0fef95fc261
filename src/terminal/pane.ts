// Lines for a part of the screen: exactly as wide as it is.
import { cutEnd, cutMiddle, displayWidth } from './escape.ts';
import { cutPieces, type Piece, piece, piecesWidth } from './line.ts';

/** The pieces cut or filled up to exactly `width` columns; what is cut ends in `…`. */
export function fitPieces(pieces: readonly Piece[], width: number): Piece[] {
  const fitting = cutPieces(pieces, width);
  return [...fitting, piece(' '.repeat(Math.max(0, width - piecesWidth(fitting))))];
}

/** One text in exactly `width` columns. A name is cut in its middle: its end tells it apart. */
export function fitCell(cell: Piece, width: number, align: 'left' | 'right' = 'left', cut: 'end' | 'middle' = 'end'): Piece {
  const text = cut === 'end' ? cutEnd(cell.text, width) : cutMiddle(cell.text, width);
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return { ...cell, text: align === 'right' ? `${fill}${text}` : `${text}${fill}` };
}
