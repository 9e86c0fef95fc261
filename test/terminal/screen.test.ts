// What is written to the terminal so that it shows a picture, and what comes from it when keys are pressed.
import fc from 'fast-check';
import t from 'tap';
import { createKeyReader, type Key } from '../../src/terminal/key.ts';
import { breakPainted } from '../../src/terminal/painted.ts';
import { fitRows, openScreen } from '../../src/terminal/screen.ts';
import { createGrid } from '../helpers/grid.ts';

t.test('the screen', (t) => {
  t.test('writes only the lines that changed, in one go', async (t) => {
    const written: string[] = [];
    const screen = openScreen({ write: (text) => written.push(text), size: () => ({ columns: 80, rows: 3 }) });
    screen.show(['a', 'b']);
    screen.show(['a', 'c']);
    t.equal(written[2], '\x1b[?2026h\x1b[2;1H\x1b[0m\x1b[Kc\x1b[?2026l');
    screen.show(['a', 'c']);
    t.equal(written.length, 3, 'nothing when nothing changed');
    screen.forget();
    screen.show(['a', 'c']);
    t.match(written[3], /a.*c/, 'everything when somebody else has written');
    t.same(fitRows(['1', '2', '3', '4'], 3), ['1', '2', '… 2 more lines; make the window taller or name a pod']);
  });

  t.test('shows what it was told to, whatever stood there and whatever the size becomes', async () => {
    const line = fc.array(fc.constantFrom('a', ' ', '─', '应', 'e\u0301'), { maxLength: 10 }).map((parts) => parts.join('').trimEnd());
    const picture = fc.array(line, { maxLength: 8 });
    const size = fc.option(fc.record({ columns: fc.constant(24), rows: fc.integer({ min: 1, max: 8 }) }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(picture, size), { minLength: 1, maxLength: 6 }), (steps) => {
        const grid = createGrid(24, 8);
        const screen = openScreen({ write: grid.write, size: () => grid.size });
        return steps.every(([lines, next]) => {
          if (next !== undefined && next.rows !== grid.size.rows) grid.resize(next.columns, next.rows);
          const shown = lines.slice(0, grid.size.rows);
          screen.show(shown);
          return grid.rows.every((row, index) => row === (shown[index] ?? ''));
        });
      }),
    );
  });

  t.test('gives the terminal back as it was, once', async (t) => {
    const grid = createGrid(20, 3);
    const before = [...grid.modes].sort();
    const screen = openScreen({ write: grid.write, size: () => grid.size });
    screen.reportMouse(true);
    t.ok([1049, 2004, 1000, 1006].every((mode) => grid.modes.has(mode)));
    t.notOk(grid.modes.has(25) || grid.modes.has(7), 'no cursor, and no wrapping of lines that are wider than one thinks');
    screen.close();
    t.same([...grid.modes].sort(), before);
    screen.close();
    screen.show(['late']);
    screen.reportMouse(false);
    t.notMatch(grid.rows.join(''), /late/);
  });
  t.end();
});

const named = (name: string): Key => ({ type: 'named', name }) as Key;
const text = (character: string): Key => ({ type: 'text', text: character });

t.test('keys', (t) => {
  const cases: readonly (readonly [name: string, sent: string, keys: readonly Key[]])[] = [
    ['letters of all languages', 'aй应🚀', ['a', 'й', '应', '🚀'].map(text)],
    ['cursor keys', '\x1b[A\x1b[B\x1b[C\x1b[D', ['up', 'down', 'right', 'left'].map(named)],
    ['cursor keys in application mode', '\x1bOA\x1bOH', ['up', 'home'].map(named)],
    ['with shift or control held down', '\x1b[1;5A\x1b[5;2~', ['up', 'page-up'].map(named)],
    [
      'home and end as terminals differ',
      '\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~',
      ['home', 'end', 'home', 'end', 'home', 'end'].map(named),
    ],
    ['the others with names', '\r\t\x7f\x1b[Z\x1b[3~\x1b[6~', ['enter', 'tab', 'backspace', 'back-tab', 'delete', 'page-down'].map(named)],
    ['control keys', '\x03\x0c\x1a', ['c', 'l', 'z'].map((letter) => ({ type: 'control', letter }))],
    ['escape before a letter', '\x1bq', [named('escape'), text('q')]],
    ['escape twice before a sequence', '\x1b\x1b[A', [named('escape'), named('up')]],
    ['a paste is no keys', '\x1b[200~q\x1b[Aq\x1b[201~x', [{ type: 'paste', text: 'q\x1b[Aq' }, text('x')]],
    ['a click', '\x1b[<0;5;3M\x1b[<0;5;3m', [{ type: 'mouse', action: 'press', row: 2, column: 4 }]],
    [
      'the wheel, also with shift',
      '\x1b[<64;1;1M\x1b[<69;2;2M',
      [
        { type: 'mouse', action: 'wheel-up', row: 0, column: 0 },
        { type: 'mouse', action: 'wheel-down', row: 1, column: 1 },
      ],
    ],
    ['an old mouse report, which nobody asked for', '\x1b[M !!a', [text('a')]],
    ['answers and keys that nobody knows', '\x1b[?1;2c\x1b[15~\x1b[Ia', [text('a')]],
  ];
  for (const [name, sent, keys] of cases) {
    t.test(name, async (t) => {
      t.same(createKeyReader().read(sent), keys);
      const reader = createKeyReader();
      t.same(
        [...sent].flatMap((character) => reader.read(character)),
        keys,
        'also byte by byte',
      );
    });
  }
  t.test('a sequence without an end does not swallow what follows', async (t) => {
    const reader = createKeyReader();
    reader.read(`\x1b[${'1;'.repeat(20)}`);
    t.notOk(reader.isPending);
    t.same(reader.read('q'), [text('q')]);
  });
  t.test('a lone escape is the escape key when nothing follows, half a sequence is nothing', async (t) => {
    const reader = createKeyReader();
    t.same(reader.read('\x1b'), []);
    t.ok(reader.isPending);
    t.same(reader.flush(), [named('escape')]);
    t.notOk(reader.isPending);
    reader.read('\x1b[1;');
    t.same(reader.flush(), []);
    reader.read('\x1b[200~abc');
    t.notOk(reader.isPending, 'a paste takes its time');
    t.same(reader.flush(), []);
    t.same(reader.read('d\x1b[20').concat(reader.read('1~')), [{ type: 'paste', text: 'abcd' }]);
  });
  t.test('are bounded and never fail, whatever comes and however it is cut', async (t) => {
    const bytes = fc.array(
      fc.oneof(fc.constantFrom('\x1b', '[', '<', ';', '0', '~', 'M', 'O', '200~', '\x1b[201~'), fc.string({ unit: 'binary' })),
    );
    fc.assert(
      fc.property(bytes, (parts) => {
        const reader = createKeyReader();
        const keys = parts.flatMap((part) => reader.read(part));
        return [...keys, ...reader.flush()].every((key) => key.type !== 'text' || !/[\x00-\x1f\x7f-\x9f]/.test(key.text));
      }),
    );
    const reader = createKeyReader();
    reader.read('\x1b[200~');
    for (let count = 0; count < 100; count += 1) reader.read('x'.repeat(10_000));
    const [paste] = reader.read('\x1b[201~');
    t.equal(paste?.type === 'paste' ? paste.text.length : 0, 4096);
  });
  t.end();
});

t.test('a painted line is broken without losing any of it', async (t) => {
  t.same(breakPainted('\x1b[31mabcd\x1b[39m', 3), ['\x1b[31mabc\x1b[0m', 'd\x1b[39m']);
  t.same(breakPainted('', 3), ['']);
  t.same(breakPainted('应应', 3), ['应', '应']);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '应', ' ', '\x1b[1m')), fc.integer({ min: 1, max: 9 }), (parts, width) => {
      const line = parts.join('');
      // biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
      const plain = (part: string): string => part.replace(new RegExp('\x1b\\[[0-9;]*m', 'g'), '');
      return breakPainted(line, width).map(plain).join('') === plain(line);
    }),
  );
});
