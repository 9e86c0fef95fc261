// Opening and closing pods and containers, one or all, and finding a name in what is closed.

import { nameCell } from '../cell.ts';
import { type IsOpen, type Item, itemsOf } from '../item.ts';
import { type Look, opensWith, shownPods } from './look.ts';
import { type Level, type TopState, withView } from './state.ts';

type Foldable = Extract<Item, { readonly canOpen: boolean }>;

export function foldableAt({ items, cursor }: Look): Foldable | undefined {
  const item = items[cursor];
  return item !== undefined && (item.kind === 'pod' || item.kind === 'container') && item.canOpen ? item : undefined;
}

export function toggle(state: TopState, key: string): TopState {
  const flipped = new Set(state.view.flipped);
  if (!flipped.delete(key)) flipped.add(key);
  return withView(state, { flipped });
}

/** Everything down to this level is open, and nothing below it. */
export function openLevel(state: TopState, level: Level): TopState {
  return withView(state, { level, flipped: new Set() });
}

/** The cursor on the next item whose name holds the text, opened up to it; undefined when there is none. The item under the cursor counts last, or
 * first with `isFromHere`. */
export function findNext(
  state: TopState,
  look: Look,
  text: string,
  options: { readonly isBackward?: boolean; readonly isFromHere?: boolean } = {},
): TopState | undefined {
  const wanted = text.toLowerCase();
  if (wanted === '') return undefined;
  const all = itemsOf(shownPods(state), () => true);
  const here = Math.max(
    0,
    all.findIndex(({ key }) => key === look.items[look.cursor]?.key),
  );
  const step = options.isBackward === true ? -1 : 1;
  const first = options.isFromHere === true ? 0 : 1;
  for (let distance = first; distance < all.length + first; distance += 1) {
    const item = all[(here + step * distance + all.length * 2) % all.length];
    if (item !== undefined && searchName(item).includes(wanted)) return reveal(state, item, all);
  }
  return undefined;
}

function searchName(item: Item): string {
  const pid = item.kind === 'process' || item.kind === 'guest' ? ` ${item.process.pid}` : '';
  return `${nameCell(item).text}${pid}`.toLowerCase();
}

/** The cursor on this item, with everything above it open. */
function reveal(state: TopState, item: Item, all: readonly Item[]): TopState {
  const byKey = new Map(all.map((each) => [each.key, each]));
  const isOpen: IsOpen = opensWith(state.view);
  let after = state;
  for (let key = item.parent; key !== undefined; ) {
    const above = byKey.get(key);
    if (above === undefined) break;
    if ((above.kind === 'pod' || above.kind === 'container') && !isOpen(above.key, above.kind)) after = toggle(after, above.key);
    key = above.parent;
  }
  return withView(after, { cursor: item.key, detailOffset: 0 });
}

/** The cursor on a pod, whatever the filter hides. */
export function showPod(state: TopState, key: string): TopState {
  const isHidden = !shownPods(state).some((pod) => `pod ${pod.uid}` === key);
  return withView(state, { cursor: key, ...(isHidden && { filter: '' }) });
}
