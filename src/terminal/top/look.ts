// What of the state is to be seen on a terminal of this size: the rows of the list, where the cursor is, which part is shown.
import type { Pod } from '../../tree/model.ts';
import { type IsOpen, type Item, itemsOf } from '../item.ts';
import { type Layout, LEAST, layoutOf, type Size } from './layout.ts';
import { createFilter } from './match.ts';
import { newsOf } from './news.ts';
import { sortPods } from './order.ts';
import { type TopState, type View, withView } from './state.ts';

export interface Look {
  readonly layout: Layout | undefined;
  readonly items: readonly Item[];
  /** Pods that pass the filter. */
  readonly podCount: number;
  /** Index of the item under the cursor; -1 when there is none. */
  readonly cursor: number;
  /** Index of the first item that is shown. */
  readonly offset: number;
}

export function lookAt(state: TopState, size: Size, now: number): Look {
  const { view } = state;
  const pods = shownPods(state);
  const items = itemsOf(pods, opensWith(view));
  const layout = layoutOf(size, view, newsOf(state, now) !== undefined);
  const cursor = cursorIn(items, view);
  const rows = layout?.list.rows ?? 1;
  const wanted = Math.min(view.offset, Math.max(0, items.length - rows));
  const offset = Math.max(0, Math.max(Math.min(wanted, cursor), cursor - rows + 1));
  return { layout, items, podCount: pods.length, cursor, offset };
}

/** The pods that pass the filter, in the order that was chosen. */
export function shownPods({ tree, view }: TopState): readonly Pod[] {
  const filter = createFilter(view.filter);
  const pods = tree?.pods ?? [];
  return sortPods(filter === undefined ? pods : pods.filter(filter.matchesPod), view.sort, view.isReversed);
}

export function opensWith({ level = 1, flipped }: Pick<View, 'level' | 'flipped'>): IsOpen {
  return (key, kind) => level > (kind === 'pod' ? 0 : 1) !== flipped.has(key);
}

// When the item is gone its pod is the nearest thing to it, and else whatever has come to stand in its place.
function cursorIn(items: readonly Item[], { cursor, cursorRow }: View): number {
  const exact = items.findIndex(({ key }) => key === cursor);
  if (exact !== -1) return exact;
  const near = cursor === undefined ? -1 : items.findIndex(({ kind, key }) => kind === 'pod' && cursor.startsWith(`${key} `));
  return near === -1 ? Math.min(cursorRow, items.length - 1) : near;
}

/** The state with the cursor and the part of the list as they were seen: what moves is moved from there. */
export function settle(state: TopState, { items, cursor, offset }: Look): TopState {
  const key = items[cursor]?.key;
  const { view } = state;
  if (view.cursor === key && view.cursorRow === cursor && view.offset === offset) return state;
  return withView(state, { cursor: key, cursorRow: Math.max(0, cursor), offset });
}

/** Rows in which the whole list has its place, with what stands above and below it. */
export function naturalRows(state: TopState): number {
  const items = itemsOf(shownPods(state), opensWith(state.view));
  return Math.max(LEAST.rows, items.length + (state.view.eventRows === 'none' ? 4 : 16));
}
