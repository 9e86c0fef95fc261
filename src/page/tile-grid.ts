// Measures the page for the grid of tiles, and says which rows of it can be seen.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Grid, type GridRow, layOut, visibleRange } from './grid.ts';
import { useWidth } from './hooks.ts';
import type { Group } from './search.ts';

const TILE_WIDTH = 224;
const TILE_HEIGHT = 50;
const GROUP_HEIGHT = 40;
const GAP = 20;
/** Of a tile, besides its name: bars, age and what is between them. */
const BESIDE_NAME = 72;
/** Drawn above and below of what can be seen, so that scrolling shows no holes. */
const MARGIN = 400;

/** Where one was in the overview: one comes back to it from every pod. */
const place: { focused: string | undefined; scrollY: number } = { focused: undefined, scrollY: 0 };

export interface TileGrid {
  attach(element: HTMLElement | null): void;
  readonly grid: Grid;
  readonly columns: number;
  /** Characters of a name that a tile has room for. */
  readonly room: number;
  readonly range: readonly [number, number];
  readonly focused: string | undefined;
  setFocused(uid: string): void;
  scrollTo(row: GridRow): void;
}

export function useTileGrid(groups: readonly Group[]): TileGrid {
  const [attachWidth, width] = useWidth<HTMLElement>();
  const element = useRef<HTMLElement | null>(null);
  const [focused, setFocused] = useState<string | undefined>(place.focused);
  const [seen, setSeen] = useState<readonly [number, number]>([0, 2000]);
  const columns = Math.max(1, Math.floor(width / TILE_WIDTH));
  const grid = useMemo(() => layOut(groups, { columns, tileHeight: TILE_HEIGHT, groupHeight: GROUP_HEIGHT }), [groups, columns]);

  const look = useRef((): void => {
    const top = element.current?.getBoundingClientRect().top;
    if (top === undefined) return;
    const from = -top - MARGIN;
    const to = window.innerHeight - top + MARGIN;
    // A few pixels do not matter: the margin is there for them.
    setSeen((known) => (Math.abs(known[0] - from) < MARGIN / 4 && Math.abs(known[1] - to) < MARGIN / 4 ? known : [from, to]));
  });
  useEffect(() => {
    let planned = 0;
    const plan = (): void => {
      if (planned !== 0) return;
      planned = requestAnimationFrame(() => {
        planned = 0;
        place.scrollY = window.scrollY;
        look.current();
      });
    };
    window.addEventListener('scroll', plan, { passive: true });
    window.addEventListener('resize', plan);
    return () => {
      cancelAnimationFrame(planned);
      window.removeEventListener('scroll', plan);
      window.removeEventListener('resize', plan);
    };
  }, []);
  useLayoutEffect(() => {
    // Taller than the window as soon as it is there, whatever its width turns out to be.
    if (place.scrollY > 0) window.scrollTo(0, place.scrollY);
  }, []);
  // What stands above the grid may have become longer or shorter.
  useLayoutEffect(() => look.current());

  const attach = useRef((next: HTMLElement | null): void => {
    element.current = next;
    attachWidth(next);
  });
  return {
    attach: attach.current,
    grid,
    columns,
    room: Math.max(8, Math.floor(((width - GAP * (columns - 1)) / columns - BESIDE_NAME) / nameWidth())),
    range: visibleRange(grid.rows, seen[0], seen[1]),
    focused,
    setFocused(uid) {
      place.focused = uid;
      setFocused(uid);
    },
    scrollTo({ top, height }) {
      const start = element.current?.getBoundingClientRect().top ?? 0;
      const head = 120;
      const above = start + top - head;
      const below = start + top + height + 16 - window.innerHeight;
      if (above < 0) window.scrollBy({ top: above });
      else if (below > 0) window.scrollBy({ top: below });
    },
  };
}

let measured: number | undefined;

/** Of one character of the type that names are set in; it is the same for all of them. */
function nameWidth(): number {
  if (measured !== undefined) return measured;
  const root = getComputedStyle(document.documentElement);
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 8;
  context.font = `${Number.parseFloat(root.fontSize) * 0.8125}px ${root.getPropertyValue('--mono')}`;
  measured = context.measureText('0'.repeat(100)).width / 100;
  return measured;
}
