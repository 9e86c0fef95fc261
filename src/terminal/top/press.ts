// One key pressed: the next state, and what the program has to do besides showing it.
import type { Key } from '../key.ts';
import { actOf, atRow, move, nameOfKey, openOrShow, type Pressed } from './binding.ts';
import { findNext } from './fold.ts';
import { contains } from './layout.ts';
import type { Look } from './look.ts';
import { type Input, type TopState, withView } from './state.ts';

/** Longer than any name there is. */
const MAX_INPUT = 256;
const WHEEL_ROWS = 3;

export function press(state: TopState, key: Key, look: Look, now: number): Pressed {
  const { input } = state.view;
  if (key.type === 'mouse') return { state: pressMouse(state, key, look) };
  if (input !== undefined) return pressInput(state, key, look, input);
  return actOf(key)?.(state, look, now) ?? { state };
}

function pressInput(state: TopState, key: Key, look: Look, input: Input): Pressed {
  switch (nameOfKey(key)) {
    case 'ctrl-c':
      return { state, command: 'quit' };
    case 'enter':
      return { state: withView(state, { input: undefined, ...(input.kind === 'search' && { search: input.text }) }) };
    case 'escape':
      return { state: withView(state, { ...input.before, input: undefined }) };
    case 'up':
    case 'down':
      return { state: move(state, look, key.type === 'named' && key.name === 'up' ? -1 : 1, 'list') };
    case 'backspace':
      return { state: typed(state, look, input, Array.from(input.text).slice(0, -1).join('')) };
    case 'ctrl-u':
      return { state: typed(state, look, input, '') };
    case 'ctrl-w':
      return { state: typed(state, look, input, input.text.replace(/\S+\s*$/, '')) };
  }
  if (key.type !== 'text' && key.type !== 'paste') return { state };
  // What is pasted may hold line ends and more.
  const text = key.text.replace(/\p{C}+/gu, ' ');
  return { state: typed(state, look, input, `${input.text}${text}`.slice(0, MAX_INPUT)) };
}

/** Each character is searched or filtered by at once; a search begins where it was begun and not where it has led to. */
function typed(state: TopState, look: Look, input: Input, text: string): TopState {
  const next = withView(state, { input: { ...input, text } });
  if (input.kind === 'filter') return withView(next, { filter: text, offset: 0 });
  const { cursor, flipped } = input.before;
  const back = withView(next, { cursor, flipped });
  const start = { ...look, items: cursor === undefined ? [] : look.items, cursor: look.items.findIndex(({ key }) => key === cursor) };
  return findNext(back, start, text, { isFromHere: true }) ?? back;
}

function pressMouse(state: TopState, key: Extract<Key, { type: 'mouse' }>, look: Look): TopState {
  const { layout } = look;
  const { row, column, action } = key;
  if (layout === undefined || state.view.input !== undefined) return state;
  const pane = contains(layout.detail, row, column) ? 'detail' : contains(layout.events, row, column) ? 'events' : 'list';
  if (action !== 'press') return move(state, look, action === 'wheel-up' ? -WHEEL_ROWS : WHEEL_ROWS, pane);
  if (state.view.overlay !== undefined) return withView(state, { overlay: undefined });
  const focused = withView(state, { focus: pane });
  if (!contains(layout.list, row, column)) return focused;
  const at = look.offset + row - layout.list.row;
  return at === look.cursor ? openOrShow(focused, look) : atRow(focused, look, at);
}
