// A line of output as pieces with a style each, cut to the terminal's width before any colour is in it.
import type { Paint, Style } from './color.ts';
import { breakText, cutEnd, displayWidth, hideControls } from './escape.ts';

/** A piece of a line: its text, already escaped, and what it is. */
export interface Piece {
  readonly text: string;
  readonly style: Style;
}

/** A line of a tree and what hangs below it. */
export interface Branch {
  readonly pieces: readonly Piece[];
  readonly below: readonly Branch[];
}

export function piece(text: string, style: Style = 'plain'): Piece {
  return { text, style };
}

/** The pieces that are there, joined by a separator of their own. */
export function joinPieces(pieces: readonly (Piece | undefined)[], separator: string): Piece[] {
  const present = pieces.filter((each) => each !== undefined && each.text !== '') as Piece[];
  return present.flatMap((each, index) => (index === 0 ? [each] : [piece(separator, 'muted'), each]));
}

export function piecesWidth(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, each) => sum + displayWidth(each.text), 0);
}

/** The pieces as far as they fit into `width` columns: what does not fit ends in `…`. */
export function cutPieces(pieces: readonly Piece[], width: number): readonly Piece[] {
  if (piecesWidth(pieces) <= width) return pieces;
  const fitting: Piece[] = [];
  let left = width - 1;
  for (const each of pieces) {
    const needed = displayWidth(each.text);
    if (needed > left) {
      // One space more than there is makes the cut visible even where the piece itself would just have fitted.
      fitting.push({ ...each, text: cutEnd(`${each.text} `, left + 1) });
      break;
    }
    fitting.push(each);
    left -= needed;
  }
  return fitting;
}

/** The line as printed, never wider than `width` columns: what does not fit ends in `…`. */
export function renderLine(pieces: readonly Piece[], width: number, paint: Paint): string {
  const fitting = cutPieces(pieces, width);
  return fitting === pieces ? paintAll(pieces, paint).trimEnd() : paintAll(fitting, paint);
}

/** As many lines as it takes, broken at spaces (a word that is longer than a line, anywhere), those after the first indented (by 14) to stand
 * below each other. */
export function wrapPieces(
  head: readonly Piece[],
  tail: readonly Piece[],
  options: { readonly width: number; readonly paint: Paint; readonly indent?: number },
): string {
  const lines = wrapLines(head, tail, options.width, options.indent ?? 14);
  return lines.map((each) => renderLine(each, options.width, options.paint)).join('\n');
}

/** As wrapPieces, as pieces. */
export function wrapLines(head: readonly Piece[], tail: readonly Piece[], width: number, wantedIndent: number): Piece[][] {
  if (piecesWidth(head) + piecesWidth(tail) <= width) return [[...head, ...tail]];
  const indent = Math.max(0, Math.min(wantedIndent, width - 20));
  const lines: Piece[][] = [[...head]];
  let used = piecesWidth(head);
  for (const word of tail.flatMap(words).flatMap((each) => fitWord(each, width - indent))) {
    const needed = displayWidth(word.text.trimEnd());
    let line = lines.at(-1);
    if (line === undefined || (used + needed > width && used > indent)) {
      line = [piece(' '.repeat(indent))];
      lines.push(line);
      used = indent;
      if (word.text.trim() === '') continue;
    }
    line.push(word);
    used += displayWidth(word.text);
  }
  return lines.map(trimLast);
}

function fitWord(word: Piece, width: number): Piece[] {
  if (displayWidth(word.text.trimEnd()) <= width) return [word];
  return breakText(word.text, width).map((text) => ({ ...word, text }));
}

function trimLast(pieces: readonly Piece[]): Piece[] {
  return pieces.map((each, index) => (index === pieces.length - 1 ? { ...each, text: each.text.trimEnd() } : each));
}

function words(from: Piece): Piece[] {
  return (from.text.match(/\s+|\S+\s*/g) ?? []).map((text) => ({ ...from, text }));
}

// Whoever made the pieces should have escaped them. Should one have been forgotten, it still cannot reach the terminal raw.
function paintAll(pieces: readonly Piece[], paint: Paint): string {
  return pieces.map((each) => paint(each.style, hideControls(each.text))).join('');
}
