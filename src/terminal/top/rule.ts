// The lines between the parts of the full-screen view: the title at the top, the rules above panes, the keys at the bottom.
import { treeSummary } from '../draw-tree.ts';
import { formatClock } from '../duration.ts';
import { cutEnd, displayWidth, escapeText } from '../escape.ts';
import { count } from '../label.ts';
import { type Piece, piece, piecesWidth } from '../line.ts';
import { fitPieces } from '../pane.ts';
import type { Look } from './look.ts';
import type { TopState } from './state.ts';

/** Left and right end of a line; the left one gives way. */
export function spread(left: readonly Piece[], right: readonly Piece[], width: number): Piece[] {
  const room = width - piecesWidth(right);
  return room < 12 ? fitPieces(left, width) : [...fitPieces(left, room - 1), piece(' '), ...right];
}

export function titleLine(state: TopState, { podCount }: Look, width: number, now: number): Piece[] {
  const { tree, view } = state;
  const left = [piece('podtree top  ', 'muted'), piece(tree === undefined ? '' : escapeText(tree.node), 'title')];
  if (tree !== undefined && view.filter === '') left.push(piece(`  ${treeSummary(tree)}`, 'muted'));
  if (tree !== undefined && view.filter !== '') {
    left.push(piece(`  ${podCount} of ${count(tree.pods.length, 'pod')} pass `, 'warn'), piece(escapeText(view.filter), 'strong'));
  }
  return spread(left, statePieces(state, now), width);
}

function statePieces({ connection, alerts, tree, view }: TopState, now: number): Piece[] {
  const zone = view.times === 'utc' ? 'utc' : 'local';
  const clock = formatClock(new Date(now).toISOString(), zone).slice(0, 8);
  const word = {
    live: tree === undefined ? piece('connecting', 'warn') : piece('live', 'good'),
    lost: piece('NO CONNECTION', 'alarm'),
    ended: piece(connection.state === 'ended' ? connection.reason : '', 'warn'),
  }[connection.state];
  const alarm = alerts.size === 0 ? [] : [piece(count(alerts.size, 'alert'), 'alarm'), piece('  ')];
  return [...alarm, word, piece(`${word.text === '' ? '' : '  '}${clock}${zone === 'utc' ? 'Z' : ''}`, 'muted')];
}

/** A rule with what is below it: doubled when the keys move that pane, so that it can be seen without colours. */
export function rule(title: string, position: string, isFocused: boolean, width: number): Piece[] {
  const line = isFocused ? '═' : '─';
  const style = isFocused ? 'accent' : 'muted';
  const end = position === '' ? '' : ` ${position} `;
  const name = cutEnd(title, Math.max(1, width - displayWidth(end) - 8));
  const fill = Math.max(0, width - displayWidth(name) - displayWidth(end) - 6);
  return fitPieces(
    [
      piece(`${line}${line} `, style),
      piece(name, isFocused ? 'strong' : 'plain'),
      piece(` ${line.repeat(fill)}${end}${line}${line}`, style),
    ],
    width,
  );
}

/** `4-10 of 23` when not all of it can be seen. */
export function positionText(offset: number, shown: number, all: number): string {
  return shown >= all ? '' : `${offset + 1}-${Math.min(all, offset + shown)} of ${all}`;
}

const HINTS = ['? help', '/ search', 'f filter', 's sort', 'Enter open', 'd detail', 'e events', 'w why', 'q quit'] as const;
const OVERLAY_HINTS = ['↑ ↓ scroll', 'Esc close'] as const;

export function footerLine(state: TopState, look: Look, width: number): Piece[] {
  const { input, search, overlay } = state.view;
  if (input !== undefined) return inputLine(state, look, width);
  const found = search === '' ? [] : [`search ${escapeText(search)}: n next`];
  const list = look.layout?.list;
  const position = list === undefined || overlay !== undefined ? '' : positionText(look.offset, list.rows, look.items.length);
  const room = width - displayWidth(position) - 1;
  let text = '';
  for (const hint of [...found, ...(overlay === undefined ? HINTS : OVERLAY_HINTS)]) {
    const next = text === '' ? ` ${hint}` : `${text}   ${hint}`;
    if (displayWidth(next) > room) break;
    text = next;
  }
  return spread([piece(text, 'muted')], position === '' ? [] : [piece(position, 'muted')], width);
}

function inputLine({ view }: TopState, { podCount, items, cursor }: Look, width: number): Piece[] {
  const { input } = view;
  if (input === undefined) return [];
  const isMissing = input.kind === 'search' && input.text !== '' && items[cursor]?.key === input.before.cursor;
  const right = input.kind === 'filter' ? count(podCount, 'pod') : isMissing ? 'nothing else has it' : '';
  // The end is where one types: what does not fit is left out at the beginning.
  const room = Math.max(1, width - displayWidth(right) - 12);
  let text = escapeText(input.text);
  while (displayWidth(text) > room) text = Array.from(text).slice(1).join('');
  const prompt = input.kind === 'filter' ? ' filter: ' : ' /';
  return spread([piece(prompt, 'accent'), piece(`${text}_`, 'strong')], right === '' ? [] : [piece(right, 'muted')], width);
}
