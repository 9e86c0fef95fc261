// The parts of a query one by one: patterns that cannot hang, Kubernetes selectors, types, and the journal that tokens point into.
import { strictEqual } from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import { createFilter } from '../../src/stream/filter.ts';
import { createJournal, estimateBytes } from '../../src/stream/journal.ts';
import { compilePattern } from '../../src/stream/pattern.ts';
import { parseSelector } from '../../src/stream/selector.ts';
import type { TreeUpdate } from '../../src/tree/change.ts';

t.test('patterns match what regular expressions match', async () => {
  const atoms = [
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '[a-c-]',
    '\\d',
    '\\.',
    '(a|b)',
    '(?:ab)',
    'a|b',
    '^',
    '$',
    '(a*)',
    '(b+|a)',
    '()',
    '-',
    '\\w\\W',
  ];
  const quantifiers = ['', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'];
  const piece = fc.tuple(fc.constantFrom(...atoms), fc.constantFrom(...quantifiers));
  const pattern = fc
    .array(piece, { maxLength: 6 })
    .map((pieces) => pieces.map(([atom, quantifier]) => (/^(\^|\$|a\|b)$/.test(atom) ? atom : atom + quantifier)).join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', '.', 'é'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, text, (source, name) => strictEqual(compilePattern(source).test(name), new RegExp(source).test(name))),
    { numRuns: 3000 },
  );
});

t.test('a pattern made to hang is done at once', async (t) => {
  const name = `${'a'.repeat(252)}b`;
  for (const source of ['(a+)+$', '^(a|a)*$', '(.*){20}x', '(a*)*c', '([a-z]+)*c', '^(a?){120}a{120}c']) {
    const start = process.cpuUsage().user;
    t.equal(compilePattern(source).test(name), false, source);
    t.ok(process.cpuUsage().user - start < 2_000_000, `${source}: far below what backtracking takes`);
  }
});

t.test('a pattern that is wrong says what and where', async (t) => {
  const cases: readonly (readonly [string, string])[] = [
    ['(', 'a group that is not closed at character 2'],
    [')', 'a ) without its ( at character 1'],
    ['[', 'a [ that is not closed at character 2'],
    ['[a', 'a [ that is not closed at character 3'],
    ['[a-', 'a [ that is not closed at character 4'],
    ['[b-a]', 'a range out of order at character 5'],
    ['[\\q]', '\\q is not supported here at character 3'],
    ['*', 'nothing to repeat at character 1'],
    ['a**', 'nothing to repeat at character 4'],
    ['^*', 'nothing to repeat at character 3'],
    ['a{2,1}', 'numbers out of order in {} at character 2'],
    ['a{', 'a brace that is not {n}, {n,} or {n,m} at character 2'],
    ['(?=a)', 'a group with ? other than (?:…) is not supported at character 2'],
    ['(a)\\1', '\\1 is not supported at character 5'],
    ['a\\', 'a backslash at the end at character 3'],
    ['('.repeat(40), 'groups nested too deeply at character 34'],
    ['a{999}{999}', 'nothing to repeat at character 12'],
    ['(a{999}){999}', 'too many repetitions'],
    ['(((){999}){999}){999}', 'too many repetitions'],
    ['a'.repeat(257), 'longer than 256 characters'],
  ];
  for (const [source, message] of cases) t.throws(() => compilePattern(source), new SyntaxError(message), source);
});

t.test('selectors mean what they mean to kubectl', async (t) => {
  const labels = { app: 'web', tier: 'front', 'example.com/team': 'a', empty: '' };
  const cases: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['app', true],
    ['!app', false],
    ['! nothing', true],
    ['nothing', false],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier = front', true],
    ['app=web,tier=back', false],
    ['app!=web', false],
    ['nothing!=web', true],
    ['app in (db,web)', true],
    ['app in (db)', false],
    ['app notin (db, cache),tier', true],
    ['app notin (web)', false],
    ['nothing in (a)', false],
    ['nothing notin (a)', true],
    ['example.com/team=a', true],
    ['empty=', true],
    ['empty', true],
    ['app in (web),example.com/team notin (b,c)', true],
    ['toString', false],
    ['constructor!=x', true],
  ];
  for (const [selector, expected] of cases) t.equal(parseSelector(selector)(labels), expected, selector);
  for (const wrong of [
    '=',
    'a=b=c',
    'a in',
    'a in b',
    'a in (b',
    'a=(b)',
    ',',
    'a,,b',
    'a b',
    '-a=b',
    'a=-b',
    'A/b/c=d',
    'a>1',
    'x'.repeat(1025),
  ]) {
    t.throws(() => parseSelector(wrong), SyntaxError, wrong);
  }
});

t.test('types are chosen, left out and grouped', async (t) => {
  const passing = (types: string): string[] =>
    ['process.started', 'process.exec', 'pause.exited', 'pause.restarted', 'alert.firing'].filter(createFilter({ types }).matchesType);
  t.strictSame(passing('pause.exited'), ['pause.exited']);
  t.strictSame(passing('!process.exec'), ['process.started', 'pause.exited', 'pause.restarted', 'alert.firing']);
  t.strictSame(passing('pause.*,alert.firing'), ['pause.exited', 'pause.restarted', 'alert.firing']);
  t.strictSame(passing('process.*,!process.exec'), ['process.started']);
});

t.test('pods without a name are found by uid, and not in any namespace', async (t) => {
  const pod = { uid: '0f6d2b0e', labels: {} };
  t.ok(createFilter({ pod: '^0f6d' }).matchesPod(pod));
  t.notOk(createFilter({ namespace: 'default' }).matchesPod(pod));
});

const update = (size: number): TreeUpdate => ({
  changes: [
    {
      op: 'put',
      kind: 'process',
      podUid: 'u',
      sandboxId: 's',
      containerId: 'c',
      key: '1@',
      record: { pid: 1, ppid: 0, comm: 'c', args: ['x'.repeat(size)], role: 'init', startTime: '' },
    },
  ],
});

t.test('the journal keeps what fits, by number and by bytes', async (t) => {
  const few = createJournal('e', { journalUpdates: 3, journalBytes: 1e6 });
  for (let index = 1; index <= 5; index += 1) few.append({ changes: [] });
  t.match(few, { first: 3, next: 6 });
  t.equal(few.entry(2), undefined);
  t.strictSame(few.entry(5), { changes: [] });
  t.equal(few.entry(6), undefined);
  t.equal(few.token(few.next), 'e-5');

  const small = createJournal('e', { journalUpdates: 100, journalBytes: 10_000 });
  for (let index = 0; index < 20; index += 1) small.append(update(3000));
  t.ok(small.bytes <= 10_000);
  t.equal(small.next - small.first, 2);
  small.append(update(20_000));
  t.equal(small.next - small.first, 1, 'one that is too large alone is kept until the next');
  small.appendGap({ stage: 'kernel' });
  t.strictSame(small.entry(22), { gap: { stage: 'kernel' } });
});

t.test('a token is found, too old, of another run, or none of ours', async (t) => {
  const journal = createJournal('abc', { journalUpdates: 3, journalBytes: 1e6 });
  t.strictSame(journal.locate('abc-0'), { next: 1 });
  for (let index = 1; index <= 5; index += 1) journal.append({ changes: [] });
  t.strictSame(journal.locate('abc-5'), { next: 6 });
  t.strictSame(journal.locate('abc-2'), { next: 3 });
  t.strictSame(journal.locate('abc-1'), { lost: 1 });
  t.strictSame(journal.locate('abc-6'), { lost: undefined });
  t.strictSame(journal.locate('abd-5'), { lost: undefined });
  for (const token of ['', 'abc', 'abc-', 'abc-01', 'abc--1', 'abc-1e3', 'ABC-1', `abc-${'9'.repeat(17)}`, 'abc-1\n']) {
    t.equal(journal.locate(token), undefined, JSON.stringify(token));
  }
  t.throws(() => createJournal('a-b', { journalUpdates: 3, journalBytes: 1 }), /epoch/);
});

t.test('what a process can make long counts for the size of an update', async (t) => {
  t.ok(estimateBytes(update(5000)) > 5000);
  const labels = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`label-${index}`, 'v'.repeat(63)]));
  const record = { uid: 'u', labels, hostNetwork: false };
  t.ok(estimateBytes({ changes: [{ op: 'put', kind: 'pod', podUid: 'u', key: 'u', record }] }) > 1000);
  t.ok(estimateBytes({ changes: [{ op: 'remove', kind: 'pod', key: 'u' }] }) < 400);
});
