// Which columns the list has on a terminal of this width, and how wide each is.
import { type ColumnId, columnOf } from '../column.ts';
import type { Sort, View } from './state.ts';

export interface ShownColumn {
  readonly id: ColumnId;
  readonly width: number;
}

/** What is left out first stands last. */
const BY_WORTH: readonly ColumnId[] = [
  'name',
  'state',
  'age',
  'restarts',
  'pid',
  'processes',
  'cpu',
  'memory',
  'ready',
  'ip',
  'kind',
  'exit',
  'shares',
];
const IN_ORDER: readonly ColumnId[] = [
  'name',
  'kind',
  'state',
  'ready',
  'restarts',
  'processes',
  'cpu',
  'memory',
  'pid',
  'age',
  'since',
  'ip',
  'exit',
  'shares',
];
const BY_SORT: Readonly<Record<Sort, ColumnId>> = {
  namespace: 'name',
  name: 'name',
  age: 'age',
  restarts: 'restarts',
  processes: 'processes',
  cpu: 'cpu',
  memory: 'memory',
};
/** Names are what one looks for: other columns give way until there is room for so much of them. */
const LEAST_NAME = 30;
const MOST_NAME = 72;

/** The column that the list is sorted by is always there. `width` is that of the list without its margin. */
export function shownColumns(width: number, view: Pick<View, 'sort' | 'columns' | 'times'>, hasUsage: boolean): readonly ShownColumn[] {
  const ids = view.columns ?? chosen(width, view, hasUsage);
  const others = ids.reduce((sum, id) => (id === 'name' ? sum : sum + 1 + widthOf(id)), 0);
  const name = Math.max(12, Math.min(MOST_NAME, width - others));
  return ids.map((id) => ({ id, width: id === 'name' ? name : widthOf(id) }));
}

/** With room for the mark of the order beside a header. */
function widthOf(id: ColumnId): number {
  const { width, header } = columnOf(id);
  return Math.max(width, header.length + 1);
}

function chosen(width: number, { sort, times }: Pick<View, 'sort' | 'times'>, hasUsage: boolean): readonly ColumnId[] {
  const when = (id: ColumnId): ColumnId => (id === 'age' && times !== 'relative' ? 'since' : id);
  const worth = hasUsage ? BY_WORTH : BY_WORTH.filter((id) => id !== 'cpu' && id !== 'memory');
  const wanted = [...new Set(['name', BY_SORT[sort], ...worth] as const)].map(when);
  const taken = new Set<ColumnId>();
  let left = width - LEAST_NAME;
  for (const id of wanted) {
    const needed = id === 'name' ? 0 : widthOf(id) + 1;
    if (needed > left && taken.size > 1) break;
    taken.add(id);
    left -= needed;
  }
  return IN_ORDER.filter((id) => taken.has(id));
}

/** The sort that a click on a column's header asks for. */
export function sortOf(id: ColumnId): Sort | undefined {
  if (id === 'since') return 'age';
  return (Object.keys(BY_SORT) as Sort[]).find((sort) => BY_SORT[sort] === id);
}
