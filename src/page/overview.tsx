// Every pod of the node as a tile, narrowed by words and states, in groups: only the tiles that can be seen are on the page.
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { PodSummary } from '../history/record.ts';
import { Deaths } from './deaths.tsx';
import { Filters, type OverviewQuery, readQuery } from './filters.tsx';
import { GoneList } from './gone-list.tsx';
import { neighbour } from './grid.ts';
import { useNow, usePage } from './hooks.ts';
import type { Model } from './model.ts';
import { PodName } from './pod-name.tsx';
import { bornMs, podState } from './pod-state.ts';
import { podRoute } from './route.ts';
import { compileSearch, type Group, groupItems, hasState, type Order, type PodItem } from './search.ts';
import { Hidden, Text } from './text.tsx';
import { Tile } from './tile.tsx';
import { useTileGrid } from './tile-grid.ts';

export function Overview({ query }: { readonly query: Readonly<Record<string, string>> }) {
  const { store } = usePage();
  const { model, remembered } = store;
  const now = useNow();
  const wanted = readQuery(query);
  const items = useMemo(() => itemsOf(model, remembered), [model.tree, model.happenings, remembered]);
  const matching = useMemo(() => narrow(items, wanted), [items, wanted.text, wanted.namespace]);
  const shown = useMemo(() => {
    const { state } = wanted;
    return state === '' ? matching : matching.filter((item) => hasState(item, state));
  }, [matching, wanted.state]);
  const groups = useMemo(() => groupItems(shown, wanted.group, wanted.order), [shown, wanted.group, wanted.order]);
  if (!model.hasTree) return <Waiting />;
  return (
    <>
      <h1 class="visually-hidden">Pods of {model.tree.node}</h1>
      <Deaths now={now} />
      <Filters query={wanted} items={items} matching={matching} pods={model.tree.pods} />
      {shown.length === 0 ? <Nothing hasPods={items.length > 0} /> : <TileGrid groups={groups} order={wanted.order} now={now} />}
      <Leaked />
      <GoneList query={wanted} now={now} />
    </>
  );
}

function itemsOf(model: Model, remembered: ReadonlyMap<string, PodSummary>): readonly PodItem[] {
  return model.tree.pods.map((pod) => ({
    pod,
    state: podState(pod, pod.sandbox === undefined ? undefined : model.deathOf(pod.sandbox.id)),
    deaths: Math.max(remembered.get(pod.uid)?.deaths ?? 0, 0),
    bornMs: bornMs(pod),
  }));
}

function narrow(items: readonly PodItem[], { text, namespace }: OverviewQuery): readonly PodItem[] {
  if (text === '' && namespace === '') return items;
  const matches = compileSearch(text);
  return items.filter(({ pod }) => (namespace === '' || pod.namespace === namespace) && matches(pod));
}

function TileGrid({ groups, order, now }: { readonly groups: readonly Group[]; readonly order: Order; readonly now: number }) {
  const { attach, grid, columns, room, range, focused, setFocused, scrollTo } = useTileGrid(groups);
  // From a pod one comes back to its tile.
  const isMoving = useRef(focused !== undefined);
  const [from, to] = range;
  const first = grid.rows.find((row) => row.kind === 'tiles');
  const known = focused !== undefined && grid.rows.some((row) => row.kind === 'tiles' && row.items.some(({ pod }) => pod.uid === focused));
  const current = known ? focused : first?.kind === 'tiles' ? first.items[0]?.pod.uid : undefined;
  // The row with the focus stays on the page wherever it is: a removed element would lose it.
  const kept = grid.rows.findIndex((row) => row.kind === 'tiles' && row.items.some(({ pod }) => pod.uid === current));
  const visible = grid.rows.slice(from, to);
  const keptRow = grid.rows[kept];
  if (keptRow !== undefined && kept < from) visible.unshift(keptRow);
  if (keptRow !== undefined && kept >= to) visible.push(keptRow);

  useLayoutEffect(() => {
    if (!isMoving.current || current === undefined) return;
    isMoving.current = false;
    document.getElementById(tileId(current))?.focus({ preventScroll: true });
  });

  function move(event: KeyboardEvent): void {
    const next = current === undefined ? undefined : neighbour(grid.rows, current, event.key);
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    isMoving.current = true;
    setFocused(next);
    const row = grid.rows.find((each) => each.kind === 'tiles' && each.items.some(({ pod }) => pod.uid === next));
    if (row !== undefined) scrollTo(row);
  }

  return (
    <div
      ref={attach}
      class="grid"
      role="grid"
      aria-label="pods"
      aria-rowcount={grid.rows.length}
      aria-colcount={columns}
      style={{ height: `${grid.height}px` }}
      onKeyDown={move}
    >
      {visible.map((row) => (
        <div
          key={row.key}
          role="row"
          aria-rowindex={grid.rows.indexOf(row) + 1}
          class={row.kind === 'group' ? 'grid-group' : 'grid-row'}
          style={{ transform: `translateY(${row.top}px)`, height: `${row.height}px`, '--columns': String(columns) }}
        >
          {row.kind === 'group' ? (
            <GroupHead group={row.group} columns={columns} />
          ) : (
            row.items.map((item) => (
              <Tile
                key={item.pod.uid}
                id={tileId(item.pod.uid)}
                href={podRoute(item.pod.uid)}
                pod={item.pod}
                condition={item.state.condition}
                words={item.state.words}
                deaths={item.deaths}
                age={item.bornMs === undefined ? '' : ageText(now - item.bornMs)}
                room={room}
                fact={order === 'cpu' || order === 'memory' ? order : 'address'}
                isCurrent={item.pod.uid === current}
                onFocus={setFocused}
              />
            ))
          )}
        </div>
      ))}
    </div>
  );
}

function GroupHead({ group, columns }: { readonly group: Group; readonly columns: number }) {
  const troubled = group.items.filter(({ state }) => state.condition === 'trouble').length;
  return (
    // Not focusable: the tiles take the focus.
    <div role="rowheader" aria-colspan={columns} class="group-head">
      <span class="group-name">{group.label === '' ? 'others' : <Text of={group.label} />}</span>
      <span class="group-count">
        {group.items.length}
        <Hidden>{group.items.length === 1 ? ' pod' : ' pods'}</Hidden>
      </span>
      {troubled === 0 ? null : <span class="is-bad">{troubled} in trouble</span>}
    </div>
  );
}

const tileId = (uid: string): string => `pod-${uid}`;

function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

function Waiting() {
  return (
    <div class="blank" role="status">
      <h1>Waiting for the first tree</h1>
      <p>The agent attaches its probes and reads the node; this takes a second or two.</p>
    </div>
  );
}

function Nothing({ hasPods }: { readonly hasPods: boolean }) {
  return (
    <div class="blank">
      {hasPods ? (
        <>
          <p>No pod is like that.</p>
          <p>
            <a href="#/">Show all of them</a>
          </p>
        </>
      ) : (
        <>
          <h2>No pods on this node yet</h2>
          <p>
            They appear here as they are made. To see one made: <code>sudo podtree demo</code> runs an example pod.
          </p>
        </>
      )}
    </div>
  );
}

function Leaked() {
  const { leaked } = usePage().store.model.tree;
  if (leaked.length === 0) return null;
  return (
    <section class="leaked" aria-labelledby="leaked-title">
      <h2 id="leaked-title">
        Left behind: {leaked.length} {leaked.length === 1 ? 'namespace' : 'namespaces'}
      </h2>
      <p class="soft">Pinned by a mount although no pod owns them any more.</p>
      <ul class="plain">
        {leaked.map(({ type, inode, path, pod }) => (
          <li key={`${path} ${inode}`} class="mono">
            {type} {inode} <Text of={path} max={120} />
            {pod === undefined ? null : (
              <span class="soft">
                {' '}
                was <PodName pod={pod} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
