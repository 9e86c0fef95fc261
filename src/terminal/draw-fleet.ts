// Draws what several nodes say: the line that `podtree tail` prints of it, behind the name of its node.
import type { Frame } from '../stream/frame.ts';
import { drawEvent, drawGap, type EventOptions } from './draw-event.ts';
import { formatOutage } from './duration.ts';
import { cutMiddle, displayWidth, escapeText, padEnd } from './escape.ts';

export interface NodeFrame {
  readonly node: string;
  readonly item: Frame;
  /** How late it came, in ms; 0: in order. */
  readonly lateMs: number;
}

/** The text of the column with nodes' names: it grows with the names, so that lines stand below each other. */
export type NodeColumn = (node: string) => string;

const MIN_WIDTH = 8;
const MAX_WIDTH = 24;
const GAP = 2;

export function nodeColumn(): NodeColumn {
  let width = MIN_WIDTH;
  return (node) => {
    const name = escapeText(node);
    width = Math.min(MAX_WIDTH, Math.max(width, displayWidth(name)));
    return padEnd(cutMiddle(name, width), width);
  };
}

/** One line or several, without the last line's end; undefined for what is not drawn. */
export function drawNodeFrame({ node, item, lateMs }: NodeFrame, column: NodeColumn, options: EventOptions): string | undefined {
  const name = column(node);
  const inner = { ...options, width: Math.max(40, options.width - displayWidth(name) - GAP) };
  const lines: string[] = [];
  if ('gap' in item) lines.push(drawGap(item.gap, inner));
  if ('updates' in item) {
    const late = lateMs > 0 ? options.paint('warn', `  (${formatOutage(lateMs)} late)`) : '';
    const room = late === '' ? inner : { ...inner, width: inner.width - displayWidth(`  (${formatOutage(lateMs)} late)`) };
    for (const { event } of item.updates) if (event !== undefined) lines.push(drawEvent(event, room) + late);
  }
  if (lines.length === 0) return undefined;
  const [first = '', ...rest] = lines.join('\n').split('\n');
  const indent = ' '.repeat(displayWidth(name) + GAP);
  return [`${options.paint('accent', name)}${' '.repeat(GAP)}${first}`, ...rest.map((line) => indent + line)].join('\n');
}
