// Draws one event of the stream as one aligned line: time, type, pod, container, and what happened.
import type { NamespaceRef } from '../attribution/reference.ts';
import type { Gap } from '../stream/frame.ts';
import type { AlertRecord } from '../tree/alert-record.ts';
import type { TreeEvent } from '../tree/change.ts';
import type { ProcessRecord } from '../tree/model.ts';
import type { Paint, Style } from './color.ts';
import { exitPieces, restartPieces } from './draw-death.ts';
import { formatClock } from './duration.ts';
import { cutMiddle, displayWidth, escapeArgs, escapeText, padEnd } from './escape.ts';
import { containerOf, EVENT_COLUMNS, type EventColumnId, podOf } from './event-column.ts';
import type { Stamp } from './event-time.ts';
import { count, exitStyle, formatExit, podLabel, shortId } from './label.ts';
import { type Piece, piece, renderLine, wrapPieces } from './line.ts';
import { fitCell, fitPieces } from './pane.ts';

export interface EventOptions {
  /** Columns; a longer line is cut and ends in `…`. Infinity for a pipe. */
  readonly width: number;
  readonly paint: Paint;
  readonly zone: 'local' | 'utc';
  /** In place of the time of day in that zone. */
  readonly stamp?: Stamp | undefined;
  /** In place of those that fit the width. */
  readonly columns?: readonly EventColumnId[] | undefined;
}

const TYPE_WIDTH = 'namespace.created'.length;
const NARROW = 110;
/** Where something stands behind it. */
const WHAT_WIDTH = 48;

/** One line, but for alerts and for the death and the restart of a pause: what is said of these is never cut, it goes on below. */
export function drawEvent(event: TreeEvent, options: EventOptions): string {
  const { width, paint, columns } = options;
  const time = timePiece(event, options);
  if (event.type === 'agent.gap') return renderLine([time, ...gapPieces(event, event.reason)], width, paint);
  const what = [
    ...whatPieces(event),
    piece(event.revision > 0 ? `  (amended ${event.revision})` : '', 'muted'),
    piece(event.source === 'levels' ? '  (found by rereading)' : '', 'muted'),
  ];
  const isLong = event.type.startsWith('pause.') || event.type.startsWith('alert.');
  if (columns !== undefined) {
    const isLast = columns.at(-1) === 'what';
    const cells = (isLast ? columns.slice(0, -1) : columns).flatMap((id) => cellPieces(id, event, time, what));
    return isLong && isLast ? wrapPieces(cells, what, { width, paint }) : renderLine([...cells, ...(isLast ? what : [])], width, paint);
  }
  const head = [time, typePiece(event), ...wherePieces(event, width)];
  return isLong ? wrapPieces(head, what, { width, paint }) : renderLine([...head, ...what], width, paint);
}

function timePiece(event: TreeEvent, { stamp, zone }: EventOptions): Piece {
  return piece(`${stamp?.text(event.time) ?? formatClock(event.time, zone)}  `, 'muted');
}

function typePiece(event: TreeEvent): Piece {
  return piece(`${escapeText(event.type).padEnd(TYPE_WIDTH)}  `, typeStyle(event));
}

/** With the two spaces behind it. */
function cellPieces(id: EventColumnId, event: TreeEvent, time: Piece, what: readonly Piece[]): Piece[] {
  if (id === 'time') return [time];
  if (id === 'type') return [typePiece(event)];
  if (id === 'what') return [...fitPieces(what, WHAT_WIDTH), piece('  ')];
  const { width, cell } = EVENT_COLUMNS[id];
  return [fitCell(cell(event), width, 'left', 'middle'), piece('  ')];
}

/** The line for a `gap` frame, which has no time of its own. */
export function drawGap(gap: Gap, options: EventOptions): string {
  return renderLine([piece(' '.repeat((options.stamp?.width ?? 12) + 2)), ...gapPieces(gap, '')], options.width, options.paint);
}

function wherePieces(event: TreeEvent, width: number): Piece[] {
  const container = containerOf(event);
  if (width >= NARROW) {
    // Wide enough for the uid of a pod that nobody has named.
    const podWidth = width >= 140 ? 36 : 30;
    return [piece(`${column(podOf(event), podWidth)}  `, 'strong'), piece(`${column(container, 16)}  `)];
  }
  // The last column is the one that is read: on a narrow terminal pod and container share one.
  const pod = event.pod?.name === undefined ? podOf(event) : escapeText(event.pod.name);
  const both = width < 96 ? 24 : 32;
  if (container === '-') return [piece(`${column(pod, both)}  `, 'strong')];
  const name = cutMiddle(container, 14);
  return [piece(`${column(`${cutMiddle(pod, both - 1 - displayWidth(name))} ${name}`, both)}  `, 'strong')];
}

function column(text: string, width: number): string {
  return padEnd(cutMiddle(text, width), width);
}

function gapPieces(gap: Gap, reason: string): Piece[] {
  const lost = gap.lost === undefined ? 'an unknown number of events' : count(gap.lost, 'event');
  const because = reason === '' ? '' : `: ${escapeText(reason)}`;
  return [piece(`──── gap: ${lost} lost in the ${escapeText(gap.stage)}${because} ────`, 'alarm')];
}

export function typeStyle(event: TreeEvent): Style {
  switch (event.type) {
    case 'pause.exited':
      return event.cause.kind === 'planned-stop' ? 'warn' : 'alarm';
    case 'pause.restarted':
    case 'alert.firing':
      return 'alarm';
    case 'alert.resolved':
      return 'good';
    case 'namespace.joined':
      return event.by === 'foreign' ? 'bad' : 'accent';
    case 'namespace.created':
      return 'accent';
    case 'pod.added':
    case 'sandbox.created':
    case 'sandbox.ready':
    case 'container.started':
      return 'good';
    case 'pod.removed':
    case 'sandbox.removed':
    case 'container.exited':
      return 'warn';
    default:
      return 'muted';
  }
}

export function whatPieces(event: Exclude<TreeEvent, { type: 'agent.gap' }>): Piece[] {
  switch (event.type) {
    case 'process.started':
      return [processPiece(event.process), piece(event.process === undefined ? '' : `  child of ${event.process.ppid}`, 'muted')];
    case 'process.exec':
      return [processPiece(event.process), piece(`  ${escapeArgs(event.process?.args ?? [])}`, 'muted')];
    case 'process.exited':
    case 'container.exited':
      return [
        processPiece(event.process),
        piece(`${event.process === undefined ? '' : '  '}${formatExit(event.exit)}`, exitStyle(event.exit)),
      ];
    case 'container.started':
      return [processPiece(event.process), piece(event.container === undefined ? '' : `  ${shortId(event.container.id)}`, 'muted')];
    case 'sandbox.created':
    case 'sandbox.ready':
    case 'sandbox.removed':
      return event.sandbox === undefined ? [] : [piece(sandboxLabel(event.sandbox))];
    case 'pod.added':
    case 'pod.removed':
      return [piece(event.pod === undefined ? '' : escapeText(event.pod.uid), 'muted')];
    case 'namespace.created':
      return [...namespaces(event.namespaces), by(event.process)];
    case 'namespace.joined':
      return [
        ...namespaces(event.namespaces),
        piece(event.pod?.uid === event.owner.uid ? '' : ` of ${podLabel(event.owner)}`, event.by === 'foreign' ? 'bad' : 'plain'),
        piece(event.by === 'foreign' ? '  by an outsider' : `  ${escapeText(event.by)}`, event.by === 'foreign' ? 'bad' : 'muted'),
        by(event.process),
      ];
    case 'pause.exited':
      return exitPieces(event);
    case 'pause.restarted':
      return restartPieces(event);
    case 'alert.firing':
    case 'alert.resolved':
      return alertPieces(event.alert);
    default:
      // A type that a newer agent sends and this command does not know yet.
      return [];
  }
}

function processPiece(process: ProcessRecord | undefined): Piece {
  if (process === undefined) return piece('');
  const inside = process.nsPid === undefined || process.nsPid === process.pid ? '' : ` (${process.nsPid} inside)`;
  const role = process.role === 'child' || process.role === 'pause' ? '' : ` ${escapeText(process.role)}`;
  return piece(`${escapeText(process.comm)} pid ${process.pid}${inside}${role}`);
}

function by(process: ProcessRecord | undefined): Piece {
  return piece(process === undefined ? '' : `  ${escapeText(process.comm)} pid ${process.pid}`, 'muted');
}

function sandboxLabel(sandbox: { readonly id: string; readonly attempt: number }): string {
  return `attempt ${sandbox.attempt}  ${shortId(sandbox.id)}`;
}

function namespaces(list: readonly NamespaceRef[]): Piece[] {
  return [piece(list.map((each) => `${escapeText(each.type)} ${each.inode}`).join('  '), 'accent')];
}

function alertPieces(alert: AlertRecord): Piece[] {
  return [
    piece(escapeText(alert.name), 'strong'),
    piece(`  ${escapeText(alert.severity)}  `, alert.severity === 'critical' ? 'bad' : 'muted'),
    piece(escapeText(alert.summary)),
    piece(alert.memberCount > 1 ? `  ${count(alert.memberCount, 'pod')} in this incident` : '', 'bad'),
  ];
}
