// The tree as a table, its columns, its times, and the tree as YAML.
import fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { colorPaint, plainPaint } from '../../src/terminal/color.ts';
import { COLUMN_IDS } from '../../src/terminal/column.ts';
import { drawTree } from '../../src/terminal/draw-tree.ts';
import { displayWidth } from '../../src/terminal/escape.ts';
import { itemsOf } from '../../src/terminal/item.ts';
import { printableYaml } from '../../src/terminal/printable-yaml.ts';
import { flattenNodes, nestProcesses } from '../../src/terminal/process-order.ts';
import { drawTable, wideColumns } from '../../src/terminal/table.ts';
import { formatMoment, formatSince } from '../../src/terminal/time-form.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { hostileTree, isPrintable } from './hostile.ts';
import { NOW, process, STARTED, tree } from './picture.ts';

const drawing = { width: Number.POSITIVE_INFINITY, paint: plainPaint, now: NOW, times: 'relative' } as const;

t.test('a table', (t) => {
  for (const [name, options] of Object.entries({
    full: { ...drawing, columns: wideColumns(tree.pods, 'relative') },
    80: { ...drawing, columns: wideColumns(tree.pods, 'relative'), width: 80 },
    since: { ...drawing, columns: wideColumns(tree.pods, 'utc'), times: 'utc' } as const,
    all: { ...drawing, columns: COLUMN_IDS, times: 'utc' } as const,
  })) {
    matchesGolden(t, `${drawTable(tree.pods, options).join('\n')}\n`, `table-${name}.txt`, import.meta.url);
  }
  t.test('has all its columns below each other, and the last one ragged', async (t) => {
    const [header = '', ...lines] = drawTable(tree.pods, { ...drawing, columns: ['name', 'state', 'pid'] });
    const state = header.indexOf('STATE');
    for (const line of lines) t.match(line.slice(state - 2), /^ {2}(ready|notready|running|exited|no pause|no sandbox| )/, line);
    t.notOk(lines.some((line) => line.endsWith(' ')));
  });
  t.test('is the same in colour once the colours are taken away', async (t) => {
    const options = { ...drawing, columns: wideColumns(tree.pods, 'relative') };
    const colored = drawTable(tree.pods, { ...options, paint: colorPaint });
    t.same(
      // biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
      colored.map((line) => line.replace(new RegExp('\x1b\\[\\d+m', 'g'), '').trimEnd()),
      drawTable(tree.pods, options),
    );
  });
  t.test('says what controls a pod and that it is deleted, where that is known', async (t) => {
    t.notMatch(drawTable(tree.pods, { ...drawing, columns: wideColumns(tree.pods, 'relative') })[0], /CONTROLLED BY/);
    const [first] = tree.pods;
    if (first === undefined) throw new Error('the picture has pods');
    const controller = { kind: 'Deployment', name: 'web', replicaSet: 'web-5d4f' };
    const pods = [{ ...first, controller, deletedAt: new Date(NOW - 12_000).toISOString() }];
    const [header, line] = drawTable(pods, { ...drawing, columns: wideColumns(pods, 'relative') });
    t.match(header, / IP +CONTROLLED BY +LAST EXIT/);
    t.match(line, / deleting .* Deployment web$/);
    t.match(drawTree({ ...tree, pods }, drawing).join('\n'), /^Pod .* {2}Deployment web {2}.* {2}deleted 12s ago$/m);
    t.match(drawTree({ ...tree, pods }, { ...drawing, times: 'utc' }).join('\n'), / {2}deleted \d{4}-\d\d-\d\dT/);
  });
  t.test('never prints raw what a process, a pod or a runtime is called, and keeps to its width', async () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 20, max: 200 }), (hostile, width) => {
        const lines = drawTable(hostileTree(hostile).pods, { ...drawing, columns: COLUMN_IDS, width });
        return lines.every((line) => isPrintable(line) && displayWidth(line) <= width);
      }),
    );
  });
  t.end();
});

t.test('items have keys of their own, and stand below what they belong to', async (t) => {
  const items = itemsOf(tree.pods, () => true);
  t.equal(new Set(items.map(({ key }) => key)).size, items.length);
  const at = new Map(items.map(({ key }, index) => [key, index]));
  for (const [index, { parent, lasts }] of items.entries()) {
    t.equal(parent === undefined, lasts.length === 0);
    if (parent !== undefined) t.ok((at.get(parent) ?? Number.POSITIVE_INFINITY) < index);
  }
  const closed = itemsOf(tree.pods, () => false);
  t.equal(closed.length, tree.pods.length);
  t.same(
    closed.map((item) => item.kind === 'pod' && item.canOpen),
    [true, true, true, false, true],
    'a pod without a sandbox has nothing below it',
  );
});

t.test('processes are nested so deep as one can read, and none is lost', async (t) => {
  const chain = Array.from({ length: 20_000 }, (_, index) => process(index + 2, index + 1, 'x', 'child'));
  const nodes = flattenNodes(nestProcesses(chain));
  t.equal(nodes.length, chain.length);
  t.equal(Math.max(...nodes.map(({ depth }) => depth)), 24);
  const twice = [process(7, 1, 'old', 'init'), process(7, 1, 'new', 'init', { startTime: '2026-11-22T18:00:01.000000000Z' })];
  t.equal(nestProcesses(twice).length, 2, 'a pid that is used again does not hide who had it before');
});

t.test('times are ages, or date and time in a zone that is told', async (t) => {
  const since = Date.parse(STARTED);
  t.equal(formatSince(since, 'relative', NOW), '3m12s');
  t.equal(formatSince(since, 'utc', NOW), '2026-11-22T18:00:00Z');
  t.match(formatSince(since, 'local', NOW), /^2026-11-2\d \d\d:\d\d:00$/);
  t.equal(formatSince(undefined, 'utc', NOW), '');
  t.equal(formatMoment(Number.NaN, 'local'), '');
  const text = drawTree(tree, { ...drawing, times: 'utc' }).join('\n');
  t.match(text, /Pod default\/example-pod {2}.*since 2026-11-22T17:00:00Z\n├── pause .* since 2026-11-22T18:00:00Z\n/);
});

t.test('YAML', (t) => {
  t.test('is the tree, also for readers of YAML 1.1', async (t) => {
    t.same(parse(printableYaml(tree)), tree);
    t.same(parse(printableYaml(tree), { version: '1.1', schema: 'yaml-1.1' }), tree, 'a date is text there, too');
    t.match(printableYaml({ a: 'yes', b: '012' }), /^a: "yes"\nb: "012"\n$/);
  });
  t.test('holds nothing raw, and is read as what it was', async () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'grapheme' })), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary', maxLength: 6 }), value, { noNullPrototype: true }), (record) => {
        const text = printableYaml(record);
        fc.pre(!Object.keys(record).includes('<<'));
        t.same(parse(text) ?? {}, record);
        return text.split('\n').every(isPrintable);
      }),
    );
  });
  t.end();
});
