// Draws the full-screen view: a state and a size in, exactly that many lines out. Every text that came from the node is escaped.
import type { Pod } from '../../tree/model.ts';
import type { Paint } from '../color.ts';
import { drawWhy } from '../draw-why.ts';
import { cutEnd } from '../escape.ts';
import { podLabel } from '../label.ts';
import { type Piece, piece, renderLine } from '../line.ts';
import { breakPainted } from '../painted.ts';
import { fitPieces } from '../pane.ts';
import type { UserName } from '../sender.ts';
import { detailLines, detailTitle } from './draw-detail.ts';
import { choiceText, drawEventPane } from './draw-events.ts';
import { helpLines } from './draw-help.ts';
import { drawList } from './draw-list.ts';
import type { Layout, Size } from './layout.ts';
import type { Look } from './look.ts';
import { newsOf } from './news.ts';
import { deathLines, historyOf, isFreshDeath, pastText } from './past.ts';
import { footerLine, positionText, rule, titleLine } from './rule.ts';
import type { TopState, View } from './state.ts';

export interface TopOptions {
  readonly size: Size;
  readonly paint: Paint;
  /** Wall clock in ms. */
  readonly now: number;
  readonly userName?: UserName | undefined;
}

export interface Picture {
  /** As many as the terminal has rows, none wider than it is. */
  readonly lines: readonly string[];
  /** How far things are scrolled, as it turned out: there is an end to each. */
  readonly scrolled: Pick<View, 'detailOffset' | 'eventsBack' | 'overlayOffset'>;
}

export function drawTop(state: TopState, look: Look, options: TopOptions): Picture {
  const { layout } = look;
  const { size, paint, now } = options;
  if (layout === undefined) return { lines: tooSmall(size), scrolled: state.view };
  const render = (pieces: readonly Piece[]): string => renderLine(pieces, size.columns, paint);
  const head = [titleLine(state, look, size.columns, now)];
  if (layout.hasNews) head.push(fitPieces(newsOf(state, now)?.pieces ?? [], size.columns));
  const foot = footerLine(state, look, size.columns);
  const body = state.view.overlay === undefined ? drawPanes(state, look, layout, options) : drawOverlay(state, look, layout, options);
  const scrolled = { ...pick(state.view), ...body.scrolled };
  return { lines: [...head.map(render), ...body.lines, render(foot)], scrolled };
}

interface Body {
  readonly lines: readonly string[];
  readonly scrolled: Partial<Picture['scrolled']>;
}

function pick({ detailOffset, eventsBack, overlayOffset }: View): Picture['scrolled'] {
  return { detailOffset, eventsBack, overlayOffset };
}

function drawPanes(state: TopState, look: Look, layout: Layout, options: TopOptions): Body {
  const { paint, now, size } = options;
  const render = (pieces: readonly Piece[]): string => renderLine(pieces, size.columns, paint);
  const list = drawList(state, look, layout.list, { now, times: state.view.times });
  const detail = drawDetail(state, look, layout, options);
  const events = drawEvents(state, look, layout, options);
  const beside = layout.isDetailBeside ? detail.lines : [];
  const top = list.map((line, index) => (beside[index] === undefined ? line : [...line, piece(' │ ', 'muted'), ...beside[index]]));
  const below = layout.isDetailBeside ? [] : detail.lines;
  return { lines: [...top.map(render), ...below.map(render), ...events.lines], scrolled: { ...detail.scrolled, ...events.scrolled } };
}

interface Block {
  readonly lines: readonly Piece[][];
  readonly scrolled: Partial<Picture['scrolled']>;
}

/** With the rule above it. */
function drawDetail(state: TopState, look: Look, layout: Layout, { now }: TopOptions): Block {
  const rect = layout.detail;
  if (rect === undefined) return { lines: [], scrolled: {} };
  const rows = layout.isDetailBeside ? rect.rows - 1 : rect.rows;
  const width = rect.columns;
  const item = look.items[look.cursor];
  const content =
    item === undefined ? [] : ordered(state, item.pod, detailLines(item, { width, now, times: state.view.times }), { width, now });
  const offset = Math.max(0, Math.min(state.view.detailOffset, content.length - rows));
  const title = item === undefined ? 'detail' : detailTitle(item);
  const shown = content.slice(offset, offset + rows);
  while (shown.length < rows) shown.push([]);
  const head = rule(title, positionText(offset, rows, content.length), state.view.focus === 'detail', width);
  return { lines: [head, ...shown.map((line) => fitPieces(line, width))], scrolled: { detailOffset: offset } };
}

// What has just happened comes before what has been so all the time.
function ordered(
  state: TopState,
  pod: Pod,
  facts: readonly Piece[][],
  context: { readonly width: number; readonly now: number },
): Piece[][] {
  const death = deathLines(state, pod, context);
  return isFreshDeath(state, pod, context.now) ? [...death, [], ...facts] : [...facts, [], ...death];
}

/** With the rule above it. */
function drawEvents(state: TopState, look: Look, layout: Layout, { paint }: TopOptions): Body {
  const rect = layout.events;
  if (rect === undefined) return { lines: [], scrolled: {} };
  const pod = look.items[look.cursor]?.pod;
  const pane = drawEventPane(state, pod?.uid, { rows: rect.rows, width: rect.columns, paint });
  const position = pane.back === 0 ? '' : `${pane.back} lines back`;
  const title = choiceText(state.view, pod && podLabel(pod));
  const head = renderLine(rule(title, position, state.view.focus === 'events', rect.columns), rect.columns, paint);
  const fill = Array.from({ length: rect.rows - pane.lines.length }, () => '');
  return { lines: [head, ...pane.lines, ...fill], scrolled: { eventsBack: pane.back } };
}

function drawOverlay(state: TopState, look: Look, layout: Layout, options: TopOptions): Body {
  const { paint, size } = options;
  const rows = layout.footerRow - (layout.hasNews ? 2 : 1) - 1;
  const { title, lines } = state.view.overlay === 'help' ? helpPage(options) : whyPage(state, look, options);
  const offset = Math.max(0, Math.min(state.view.overlayOffset, lines.length - rows));
  const shown = lines.slice(offset, offset + rows);
  const fill = Array.from({ length: rows - shown.length }, () => '');
  const head = renderLine(rule(title, positionText(offset, rows, lines.length), true, size.columns), size.columns, paint);
  return { lines: [head, ...shown, ...fill], scrolled: { overlayOffset: offset } };
}

interface Page {
  readonly title: string;
  readonly lines: readonly string[];
}

function helpPage({ size, paint }: TopOptions): Page {
  return { title: 'help', lines: helpLines().map((line) => renderLine(line, size.columns, paint)) };
}

function whyPage(state: TopState, look: Look, { size, paint, now, userName }: TopOptions): Page {
  const pod = look.items[look.cursor]?.pod;
  if (pod === undefined) return { title: 'why', lines: ['no pod is under the cursor'] };
  const title = `why ${podLabel(pod)}`;
  const history = historyOf(state, pod);
  if (history === undefined) return { title, lines: [renderLine(pastText(state, pod.uid), size.columns, paint)] };
  const zone = state.view.times === 'utc' ? 'utc' : 'local';
  const drawn = drawWhy(history, pod, { width: size.columns, paint, zone, now, last: 5, userName });
  return { title, lines: drawn.flatMap((text) => text.split('\n')).flatMap((line) => breakPainted(line, size.columns)) };
}

function tooSmall({ columns, rows }: Size): string[] {
  return Array.from({ length: rows }, (_, row) => (row === 0 ? cutEnd('make the window larger', columns) : ''));
}
