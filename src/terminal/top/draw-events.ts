// The event pane: what happened last, with every gap where it is, newest at the bottom.
import type { TreeEvent } from '../../tree/change.ts';
import type { Paint } from '../color.ts';
import { drawEvent, drawGap } from '../draw-event.ts';
import { formatClock } from '../duration.ts';
import { escapeText } from '../escape.ts';
import { podLabel } from '../label.ts';
import { piece, renderLine } from '../line.ts';
import { createFilter, type Filter } from './match.ts';
import type { LogEntry, TopState, View } from './state.ts';

export interface EventPane {
  /** At most as many lines as there is room for. */
  readonly lines: readonly string[];
  /** `back` as far as there is something to go back to. */
  readonly back: number;
}

interface Room {
  readonly rows: number;
  readonly width: number;
  readonly paint: Paint;
}

/** `podUid` is the pod under the cursor. */
export function drawEventPane(state: TopState, podUid: string | undefined, { rows, width, paint }: Room): EventPane {
  const { view } = state;
  const shows = chooser(state, podUid);
  const zone = view.times === 'utc' ? 'utc' : 'local';
  const wanted = rows + view.eventsBack;
  const lines: string[] = [];
  // From the newest back, and no further than there is room for.
  for (let index = state.log.length - 1; index >= 0 && lines.length < wanted; index -= 1) {
    const entry = state.log[index];
    if (entry !== undefined && shows(entry)) lines.unshift(...drawEntry(entry, { width, paint, zone }));
  }
  const back = Math.max(0, Math.min(view.eventsBack, lines.length - rows));
  return { lines: lines.slice(Math.max(0, lines.length - rows - back), lines.length - back), back };
}

function drawEntry(entry: LogEntry, options: { readonly width: number; readonly paint: Paint; readonly zone: 'local' | 'utc' }): string[] {
  if (entry.kind === 'event') return drawEvent(entry.event, options).split('\n');
  if (entry.kind === 'gap') return [drawGap(entry.gap, options)];
  const time = piece(`${formatClock(new Date(entry.time).toISOString(), options.zone)}  `, 'muted');
  const text = entry.isGap ? `──── gap: ${escapeText(entry.text)} ────` : escapeText(entry.text);
  return [renderLine([time, piece(text, entry.isGap ? 'alarm' : 'warn')], options.width, options.paint)];
}

/** Losses and what was said of the connection concern every choice. */
function chooser({ tree, view }: TopState, podUid: string | undefined): (entry: LogEntry) => boolean {
  const filter = createFilter(view.filter);
  const pods = new Map(filter === undefined ? [] : tree?.pods.map((pod) => [pod.uid, pod]));
  return (entry) => {
    if (entry.kind !== 'event') return true;
    const { event } = entry;
    if (event.type === 'agent.gap') return true;
    if (!view.hasAllEvents && !isNotable(event)) return false;
    if (view.isOnePod && podUid !== undefined && !concerns(event, podUid)) return false;
    return filter === undefined || event.pod === undefined || passes(event, filter, pods);
  };
}

function concerns(event: TreeEvent, uid: string): boolean {
  return event.pod?.uid === uid || (event.type === 'namespace.joined' && event.owner.uid === uid);
}

function passes(event: TreeEvent, filter: Filter, pods: ReadonlyMap<string, NonNullable<TopState['tree']>['pods'][number]>): boolean {
  const ref = event.type === 'namespace.joined' && event.pod === undefined ? event.owner : event.pod;
  if (ref === undefined) return true;
  const pod = pods.get(ref.uid);
  return pod === undefined ? filter.matchesNames([podLabel(ref), ref.uid, event.container?.name ?? '']) : filter.matchesPod(pod);
}

/** Processes come and go all day, and the runtime joins namespaces with every container: what is left is worth an eye. */
export function isNotable(event: TreeEvent): boolean {
  if (event.type.startsWith('process.') || event.type === 'namespace.created') return false;
  return event.type !== 'namespace.joined' || event.by === 'foreign';
}

/** What the pane leaves out at the moment, for the rule above it. */
export function choiceText({ hasAllEvents, isOnePod }: Pick<View, 'hasAllEvents' | 'isOnePod'>, pod: string | undefined): string {
  const kind = hasAllEvents ? 'all events' : 'events';
  return isOnePod && pod !== undefined ? `${kind} of ${pod}` : kind;
}
