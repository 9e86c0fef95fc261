// The keys of the full-screen view outside of its input line: what each does to the state. The help and the documentation list them from here.
import { podKey } from '../item.ts';
import type { Key } from '../key.ts';
import { findNext, foldableAt, openLevel, showPod, toggle } from './fold.ts';
import type { Look } from './look.ts';
import { newsOf } from './news.ts';
import { type Pane, SORTS, type TopState, type View, withView } from './state.ts';

/** What the program has to do besides showing the next state. */
export type Command = 'quit' | 'suspend' | 'redraw';

export interface Pressed {
  readonly state: TopState;
  readonly command?: Command;
}

type Act = (state: TopState, look: Look, now: number) => Pressed;

export interface Binding {
  /** As a person reads them. */
  readonly keys: string;
  readonly doc: string;
  /** By the name of the key. */
  readonly acts: Readonly<Record<string, Act>>;
}

const to = (act: (state: TopState, look: Look, now: number) => TopState): Act => {
  return (state, look, now) => ({ state: act(state, look, now) });
};
const asks = (command: Command): Act => {
  return (state) => ({ state, command });
};
const sets = (change: (view: View) => Partial<View>): Act => {
  return (state) => ({ state: withView(state, change(state.view)) });
};
/** So many lines, or pages. */
const moves = (by: number, isPage = false): Act => {
  return to((state, look) => move(state, look, isPage ? by * pageOf(state, look) : by));
};

/** A key as bindings call it. */
export function nameOfKey(key: Key): string {
  switch (key.type) {
    case 'named':
      return key.name;
    case 'control':
      return `ctrl-${key.letter}`;
    case 'text':
      return key.text;
    default:
      return key.type;
  }
}

const down = moves(1);
const up = moves(-1);
const pageDown = moves(1, true);
const pageUp = moves(-1, true);
const first = moves(Number.NEGATIVE_INFINITY);
const last = moves(Number.POSITIVE_INFINITY);
const into = to(goInto);
const out = to(goOut);
const open = to(openOrShow);

export const BINDINGS: readonly Binding[] = [
  { keys: 'j k ↓ ↑', doc: 'down, up', acts: { j: down, down, k: up, up } },
  {
    keys: 'PgDn PgUp',
    doc: 'a page down, up',
    acts: { 'page-down': pageDown, 'ctrl-d': pageDown, 'ctrl-f': pageDown, 'page-up': pageUp, 'ctrl-u': pageUp, 'ctrl-b': pageUp },
  },
  { keys: 'g G', doc: 'to the first, the last line', acts: { g: first, home: first, G: last, end: last } },
  { keys: 'Enter Space', doc: 'open or close a pod or container; of a process: its detail', acts: { enter: open, ' ': open } },
  { keys: '→ ←', doc: 'open, close; into it, out to what it belongs to', acts: { right: into, l: into, left: out, h: out } },
  {
    keys: '1 2 3',
    doc: 'all pods closed; with containers; with processes',
    acts: { 1: to((state) => openLevel(state, 0)), 2: to((state) => openLevel(state, 1)), 3: to((state) => openLevel(state, 2)) },
  },
  {
    keys: 's S',
    doc: 'sort by the next column, turn the order round',
    acts: { s: to(nextSort), S: sets(({ isReversed }) => ({ isReversed: !isReversed })) },
  },
  {
    keys: 'f',
    doc: 'filter pods: words, !word, ns:NAME, state:STATE, label=value',
    acts: { f: to((state, look) => type(state, look, 'filter')) },
  },
  {
    keys: '/ n N',
    doc: 'search, also in what is closed; next, previous',
    acts: {
      '/': to((state, look) => type(state, look, 'search')),
      n: to((state, look) => findNext(state, look, state.view.search) ?? state),
      N: to((state, look) => findNext(state, look, state.view.search, { isBackward: true }) ?? state),
    },
  },
  { keys: 'd', doc: 'detail of what is under the cursor', acts: { d: to(toggleDetail) } },
  { keys: 'w', doc: 'why its pause died: the whole story', acts: { w: sets(() => ({ overlay: 'why', overlayOffset: 0 })) } },
  { keys: '!', doc: 'to the pod that the red line is about', acts: { '!': to(goToNews) } },
  { keys: 'e', doc: 'more events, none, few', acts: { e: to(nextEventRows) } },
  {
    keys: 'a',
    doc: "all events, also processes and the runtime's joins",
    acts: { a: sets(({ hasAllEvents }) => ({ hasAllEvents: !hasAllEvents, eventsBack: 0 })) },
  },
  {
    keys: 'o',
    doc: 'only events of the pod under the cursor',
    acts: { o: sets(({ isOnePod }) => ({ isOnePod: !isOnePod, eventsBack: 0 })) },
  },
  {
    keys: 'Tab',
    doc: 'to the next pane: list, detail, events',
    acts: { tab: to((state, look) => nextPane(state, look, 1)), 'back-tab': to((state, look) => nextPane(state, look, -1)) },
  },
  { keys: 't', doc: 'times as ages, local, UTC', acts: { t: to(nextTimes) } },
  { keys: 'm', doc: 'the mouse on or off', acts: { m: sets(({ hasMouse }) => ({ hasMouse: !hasMouse })) } },
  { keys: 'Ctrl-L', doc: 'draw everything anew', acts: { 'ctrl-l': asks('redraw') } },
  { keys: 'Ctrl-Z', doc: 'suspend; fg comes back', acts: { 'ctrl-z': asks('suspend') } },
  { keys: 'Esc', doc: 'close, clear', acts: { escape: to(leave) } },
  { keys: '?', doc: 'this help', acts: { '?': sets(() => ({ overlay: 'help', overlayOffset: 0 })) } },
  { keys: 'q Ctrl-C', doc: 'close what lies on top; quit', acts: { q: quitOrClose, 'ctrl-c': asks('quit') } },
];

const ACTS: ReadonlyMap<string, Act> = new Map(BINDINGS.flatMap(({ acts }) => Object.entries(acts)));

/** What a key does outside of the input line; a key that is not bound does nothing. */
export function actOf(key: Key): Act | undefined {
  return ACTS.get(nameOfKey(key));
}

function pageOf({ view }: TopState, { layout }: Look): number {
  if (layout === undefined) return 1;
  if (view.overlay !== undefined) return Math.max(1, layout.rows - 4);
  const rows = { list: layout.list, detail: layout.detail, events: layout.events }[view.focus]?.rows ?? 1;
  return Math.max(1, rows - 1);
}

/** The cursor of the list, or what is scrolled in its place. */
export function move(state: TopState, look: Look, by: number, pane: Pane = state.view.focus): TopState {
  const { view } = state;
  if (view.overlay !== undefined) return withView(state, { overlayOffset: bounded(view.overlayOffset + by) });
  if (pane === 'detail') return withView(state, { detailOffset: bounded(view.detailOffset + by) });
  if (pane === 'events') return withView(state, { eventsBack: bounded(view.eventsBack - by) });
  const row = Math.max(0, Math.min(look.items.length - 1, look.cursor + by));
  return atRow(state, look, row);
}

/** Far enough for all there is: drawing stops at the end. */
const MAX_OFFSET = 100_000;

function bounded(offset: number): number {
  return Math.max(0, Math.min(MAX_OFFSET, offset));
}

export function atRow(state: TopState, look: Look, row: number): TopState {
  const item = look.items[row];
  if (item === undefined) return state;
  return withView(state, { cursor: item.key, cursorRow: row, detailOffset: 0 });
}

export function openOrShow(state: TopState, look: Look): TopState {
  if (state.view.overlay !== undefined) return withView(state, { overlay: undefined });
  const item = foldableAt(look);
  return item === undefined ? withView(state, { isDetailOpen: true }) : toggle(state, item.key);
}

function goInto(state: TopState, look: Look): TopState {
  const item = foldableAt(look);
  if (item === undefined) return state;
  return item.isOpen ? move(state, look, 1, 'list') : toggle(state, item.key);
}

function goOut(state: TopState, look: Look): TopState {
  const item = foldableAt(look);
  if (item?.isOpen === true) return toggle(state, item.key);
  const parent = look.items[look.cursor]?.parent;
  return atRow(
    state,
    look,
    look.items.findIndex(({ key }) => key === parent),
  );
}

function nextSort(state: TopState): TopState {
  const next = (SORTS.indexOf(state.view.sort) + 1) % SORTS.length;
  return withView(state, { sort: SORTS[next] ?? 'namespace', isReversed: false });
}

function type(state: TopState, look: Look, kind: 'filter' | 'search'): TopState {
  const { filter, search, flipped } = state.view;
  const before = { filter, search, flipped, cursor: look.items[look.cursor]?.key };
  return withView(state, { input: { kind, text: kind === 'filter' ? filter : '', before }, overlay: undefined, focus: 'list' });
}

function toggleDetail(state: TopState): TopState {
  const { isDetailOpen, focus } = state.view;
  return withView(state, { isDetailOpen: !isDetailOpen, detailOffset: 0, focus: focus === 'detail' ? 'list' : focus });
}

function goToNews(state: TopState, _look: Look, now: number): TopState {
  const uid = newsOf(state, now)?.podUid;
  const pod = state.tree?.pods.find((each) => each.uid === uid);
  if (pod === undefined) return state;
  return withView(showPod(state, podKey(pod)), { isDetailOpen: true, detailOffset: 0, overlay: undefined, focus: 'list' });
}

function nextEventRows(state: TopState): TopState {
  const next = { few: 'many', many: 'none', none: 'few' } as const;
  const eventRows = next[state.view.eventRows];
  return withView(state, { eventRows, eventsBack: 0, ...(eventRows === 'none' && state.view.focus === 'events' && { focus: 'list' }) });
}

function nextPane(state: TopState, { layout }: Look, step: 1 | -1): TopState {
  const panes: Pane[] = ['list', ...(layout?.detail ? (['detail'] as const) : []), ...(layout?.events ? (['events'] as const) : [])];
  const at = Math.max(0, panes.indexOf(state.view.focus));
  return withView(state, { focus: panes[(at + step + panes.length) % panes.length] ?? 'list', overlay: undefined });
}

function nextTimes(state: TopState): TopState {
  const next = { relative: 'local', local: 'utc', utc: 'relative' } as const;
  return withView(state, { times: next[state.view.times] });
}

/** One thing after the other, what lies on top first. */
function leave(state: TopState): TopState {
  const { overlay, focus, isDetailOpen, search, filter } = state.view;
  if (overlay !== undefined) return withView(state, { overlay: undefined });
  if (focus !== 'list') return withView(state, { focus: 'list', eventsBack: 0 });
  if (isDetailOpen) return withView(state, { isDetailOpen: false });
  if (search !== '') return withView(state, { search: '' });
  return filter === '' ? state : withView(state, { filter: '' });
}

function quitOrClose(state: TopState): Pressed {
  return state.view.overlay === undefined ? { state, command: 'quit' } : { state: withView(state, { overlay: undefined }) };
}
