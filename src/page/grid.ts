// Which part of a long list of groups and tiles has to be drawn, and where: only what can be seen is on the page.
import type { Group, PodItem } from './search.ts';

export type GridRow =
  | { readonly kind: 'group'; readonly key: string; readonly group: Group; readonly top: number; readonly height: number }
  | { readonly kind: 'tiles'; readonly key: string; readonly items: readonly PodItem[]; readonly top: number; readonly height: number };

export interface GridMetrics {
  readonly columns: number;
  readonly tileHeight: number;
  readonly groupHeight: number;
}

export interface Grid {
  readonly rows: readonly GridRow[];
  readonly height: number;
}

export function layOut(groups: readonly Group[], { columns, tileHeight, groupHeight }: GridMetrics): Grid {
  const rows: GridRow[] = [];
  let top = 0;
  for (const group of groups) {
    if (group.label !== '' || groups.length > 1) {
      rows.push({ kind: 'group', key: `group ${group.label}`, group, top, height: groupHeight });
      top += groupHeight;
    }
    for (let from = 0; from < group.items.length; from += columns) {
      const items = group.items.slice(from, from + columns);
      rows.push({ kind: 'tiles', key: `${group.label} ${items[0]?.pod.uid}`, items, top, height: tileHeight });
      top += tileHeight;
    }
  }
  return { rows, height: top };
}

/** Rows that reach into the part from `from` to `to`: indices, the second exclusive. */
export function visibleRange(
  rows: readonly { readonly top: number; readonly height: number }[],
  from: number,
  to: number,
): readonly [number, number] {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && row.top + row.height < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  for (let row = rows[end]; row !== undefined && row.top <= to; row = rows[end]) end += 1;
  return [low, end];
}

/** The tile that an arrow key leads to: by rows of tiles, and along them from one row into the next. */
export function neighbour(rows: readonly GridRow[], uid: string, key: string): string | undefined {
  const lines = rows.flatMap((row) => (row.kind === 'tiles' ? [row.items] : []));
  const flat = lines.flat();
  const at = flat.findIndex(({ pod }) => pod.uid === uid);
  const line = lines.findIndex((items) => items.some(({ pod }) => pod.uid === uid));
  const column = lines[line]?.findIndex(({ pod }) => pod.uid === uid) ?? 0;
  const inLine = (index: number): string | undefined => {
    const items = lines[index];
    return items?.[Math.min(column, items.length - 1)]?.pod.uid;
  };
  switch (key) {
    case 'ArrowRight':
      return flat[at + 1]?.pod.uid;
    case 'ArrowLeft':
      return flat[Math.max(0, at - 1)]?.pod.uid;
    case 'ArrowDown':
      return inLine(line + 1);
    case 'ArrowUp':
      return line > 0 ? inLine(line - 1) : undefined;
    case 'Home':
      return flat[0]?.pod.uid;
    case 'End':
      return flat.at(-1)?.pod.uid;
    default:
      return undefined;
  }
}
