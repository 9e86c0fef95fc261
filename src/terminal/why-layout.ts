// How the page of `podtree why` is laid out: lines, paragraphs, and the rows of its timeline.
import type { TreeEvent } from '../tree/change.ts';
import type { Paint, Style } from './color.ts';
import { cutMiddle, padEnd } from './escape.ts';
import { type Piece, piece, renderLine, wrapPieces } from './line.ts';
import type { UserName } from './sender.ts';

type AlertFiring = Extract<TreeEvent, { readonly type: 'alert.firing' }>;

export interface WhyOptions {
  readonly width: number;
  readonly paint: Paint;
  readonly zone: 'local' | 'utc';
  /** Wall time in ms. */
  readonly now: number;
  /** Incidents that are drawn in full; of earlier ones it is said how many there are. */
  readonly last: number;
  readonly userName?: UserName | undefined;
}

/** A container that ends so soon after its pause has not lived on without it. */
export const AT_ONCE_MS = 50;

type Page = Pick<WhyOptions, 'width' | 'paint'>;

const WHEN_WIDTH = 13;
const LABEL_WIDTH = 14;

/** How many pods an alert's incident has: exact in the event that lends the incident its id alone, the others are not amended. */
export function sizeText({ id, alert }: AlertFiring): string {
  return id === alert.incident ? `${alert.memberCount} pods` : 'several pods';
}

export function line(pieces: readonly Piece[], { width, paint }: Page): string {
  return renderLine(pieces, width, paint);
}

export function paragraph(pieces: readonly Piece[], { width, paint }: Page): string {
  return wrapPieces([piece('  ')], pieces, { width, paint, indent: 2 });
}

/** When, what, and the facts, which go on below each other where they are long. */
export function row(when: string, label: string, facts: readonly Piece[], style: Style, { width, paint }: Page): string {
  const head = [piece(`${when.padStart(WHEN_WIDTH)}  `, 'muted'), piece(`${padEnd(cutMiddle(label, LABEL_WIDTH), LABEL_WIDTH)}  `, style)];
  return wrapPieces(head, facts, { width, paint, indent: WHEN_WIDTH + LABEL_WIDTH + 4 });
}

/** A row that says more of the one above it. */
export function note(label: string, facts: readonly Piece[], page: Page): string {
  return row('', label, facts, 'muted', page);
}
