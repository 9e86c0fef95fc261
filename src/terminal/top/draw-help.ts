// The help that lies on top of everything: the keys, and what the marks mean.
import { type Piece, piece } from '../line.ts';
import { BINDINGS } from './binding.ts';

const KEY_WIDTH = 14;

export function helpLines(): Piece[][] {
  const keys = BINDINGS.map(({ keys: names, doc }) => [piece(`  ${names.padEnd(KEY_WIDTH)}`, 'accent'), piece(doc)]);
  return [
    [piece('Keys', 'title')],
    ...keys,
    [],
    [piece('Marks', 'title')],
    ...MARKS.map(([mark, meaning]) => [piece(`  ${mark.padEnd(KEY_WIDTH)}`, 'accent'), piece(meaning)]),
    [],
    [piece('It only looks: nothing here changes the node.', 'muted')],
  ];
}

const MARKS = [
  ['>', 'the cursor'],
  ['!', 'an alert about this pod is firing'],
  ['▸ ▾', 'closed, open'],
  ['▲ ▼', 'sorted by this column, from the smallest, from the largest'],
  ['RESTARTS 1+3', 'sandboxes before this one + restarts of containers'],
  ['no pause', "the pod's pause is dead: its network hangs in the air"],
  ['═', 'the pane that the keys move'],
] as const;
