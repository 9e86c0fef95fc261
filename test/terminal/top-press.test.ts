// What the keys of the full-screen view do: move, open, sort, filter, search, and leave.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { COLUMNS } from '../../src/terminal/column.ts';
import { EVENT_COLUMN_DOCS } from '../../src/terminal/event-column.ts';
import { BINDINGS } from '../../src/terminal/top/binding.ts';
import { takePast } from '../../src/terminal/top/ingest.ts';
import { createFilter } from '../../src/terminal/top/match.ts';
import { wantedPast } from '../../src/terminal/top/past.ts';
import { SORTS } from '../../src/terminal/top/state.ts';
import type { Pod } from '../../src/tree/model.ts';
import { examplePod, tree as leaky, NOW, STARTED } from './picture.ts';
import { AFTER_DEATH, death, largeTree, numberedPod, startTop, type Top, updatesOf, watchedTree } from './top-scene.ts';

// What has leaked is told in a line of its own, which is not what these tests are about.
const tree = { ...leaky, leaked: [] };
const ENTER = '\r';
const ESCAPE = '\x1b';

/** The name under the cursor, without what it hangs on. */
function under(top: Top): string {
  const line = top.lines.find((each) => each.startsWith('>')) ?? '';
  return (
    line
      .slice(2)
      .replace(/^[│├└▸▾ ]+/, '')
      .split(/ {2,}| (?=ready|running)/)[0] ?? ''
  );
}

function names(top: Top): string[] {
  return top.look.items.flatMap(({ kind, pod }) => (kind === 'pod' ? (pod.name ?? pod.uid) : []));
}

t.test('the cursor', async (t) => {
  const top = startTop(tree, NOW);
  t.equal(under(top), 'default/example-pod');
  top.press('jj');
  t.equal(under(top), 'setup');
  top.press('\x1b[A');
  t.equal(under(top), 'pause');
  top.press('G');
  t.equal(under(top), 'wget', 'at the end, which has come into view');
  top.press('\x1b[5~');
  t.not(under(top), 'wget');
  top.press('g');
  t.equal(under(top), 'default/example-pod');
  top.press('k\x1b[H\x1b[A');
  t.equal(under(top), 'default/example-pod', 'and no further');
});

t.test('the cursor stays on what it is on while things come and go', async (t) => {
  const top = startTop(largeTree(30, 3), NOW);
  top.press('/app-0017\r');
  t.equal(under(top), 'team-2/app-0017');
  const put = (pod: Pod) => ({ op: 'put', kind: 'pod', podUid: pod.uid, key: pod.uid, record: pod }) as const;
  const remove = (pod: Pod) => ({ op: 'remove', kind: 'pod', podUid: pod.uid, key: pod.uid }) as const;
  const changes = [put({ ...numberedPod(999, 1), namespace: 'a' }), remove(numberedPod(3, 3))];
  top.take({ updates: [{ token: 'e1-2', changes }] });
  t.equal(under(top), 'team-2/app-0017');
  top.take({ updates: [{ token: 'e1-3', changes: [remove(numberedPod(17, 3))] }] });
  t.equal(under(top), 'team-2/app-0022', 'when it is gone, on what took its place');
  top.press('3jj');
  t.equal(under(top), 'main');
  top.take({
    updates: [
      {
        token: 'e1-4',
        changes: [{ op: 'remove', kind: 'sandbox', podUid: numberedPod(22, 3).uid, key: numberedPod(22, 3).sandbox?.id ?? '' }],
      },
    ],
  });
  t.equal(under(top), 'team-2/app-0022', 'when what it was in is gone, on the pod');
});

t.test('opening and closing', async (t) => {
  const top = startTop(tree, NOW);
  top.press(ENTER);
  t.notMatch(top.frame(), /web-server/, 'a pod');
  top.press(' ');
  t.match(top.frame(), /web-server/);
  top.press('/web-server\r\x1b[D');
  t.match(top.frame(), /▸ web-server/, 'a container');
  t.notMatch(top.frame(), /nginx/);
  top.press('\x1b[C\x1b[C');
  t.equal(under(top), 'nginx', 'into what is open');
  top.press('hhh');
  t.equal(under(top), 'default/example-pod', 'and out of it again: the first closes, the second goes up');
  top.press('1');
  t.equal(top.look.items.length, tree.pods.length);
  top.press('2');
  t.notMatch(top.frame(), /wget/);
  top.press('3');
  t.match(top.frame(), /wget/);
  t.equal(startTop(largeTree(60, 9), NOW).look.items.length, 60, 'of a large node only the pods are open at first');
  t.equal(startTop(largeTree(20, 9), NOW).look.items.length, 80, 'of a smaller one the containers are seen too');
});

t.test('sorting', async (t) => {
  const pods = [
    { ...numberedPod(1, 9, 'b'), history: [] },
    { ...numberedPod(2, 3, 'a'), history: tree.pods[0]?.history ?? [] },
    numberedPod(7, 5, 'c'),
  ];
  const top = startTop({ ...tree, pods, leaked: [] }, NOW);
  const orders: Record<string, string[]> = {};
  for (const sort of SORTS) {
    orders[sort] = names(top);
    t.equal(top.state.view.sort, sort);
    top.press('s');
  }
  t.match(orders, {
    name: ['a', 'b', 'c'],
    age: ['b', 'c', 'a'],
    restarts: ['a', 'c', 'b'],
    processes: ['b', 'c', 'a'],
  });
  t.equal(top.state.view.sort, 'namespace', 'and round again');
  top.press('sS');
  t.same(names(top), ['c', 'b', 'a']);
  t.match(top.lines[1], /NAME▼/);
  const heavy = startTop(watchedTree, NOW, { sort: 'memory' }, { columns: 100, rows: 24 });
  t.match(heavy.lines[1], / MEM▼ /, 'the column that it is sorted by is there');
  t.match(heavy.lines[2], /example-pod .* 3\.6Gi/);
});

t.test('filtering', async (t) => {
  const top = startTop(tree, NOW);
  top.press('f');
  top.press('KU');
  t.match(top.lines.at(-1), / filter: KU_ +2 pods$/, 'while it is typed');
  t.equal(names(top).length, 2);
  top.press(ENTER);
  t.match(top.lines[0], /2 of 5 pods pass KU/);
  top.press('f\x7f\x7f!kube');
  t.equal(names(top).length, 3);
  top.press(ESCAPE);
  t.equal(top.state.view.filter, 'KU', 'given up: as it was');
  top.press(ESCAPE);
  t.equal(names(top).length, 5);
  top.press('fnothing\r');
  t.match(top.frame(), /no pod passes the filter: Esc clears it/);
  t.same(
    ['j', ' ', 'd', 'w', '\x1b[D', 'n'].map((key) => top.press(key)),
    [undefined, undefined, undefined, undefined, undefined, undefined],
  );
  const cases: readonly (readonly [words: string, passes: boolean])[] = [
    ['', true],
    ['EXAMPLE', true],
    ['default/example', true],
    ['6f1d4d3e', true],
    ['10.0.0.1', true],
    ['web-server', true],
    ['nginx', true],
    ['tcpdump', true],
    ['app=example', true],
    ['app=other', false],
    ['ns:def', true],
    ['ns:example', false],
    ['state:ready', true],
    ['state:no-pause', false],
    ['nginx wget', true],
    ['nginx redis', false],
    ['!redis', true],
    ['!nginx', false],
    ['!ns:kube-system ns:', true],
  ];
  for (const [words, passes] of cases) t.equal(createFilter(words)?.matchesPod(examplePod) ?? true, passes, words);
  t.equal(createFilter('state:no-pause')?.matchesPod(tree.pods.at(-1) ?? examplePod), true);
  t.equal(createFilter('gone ns:x !y')?.matchesNames(['x/gone']), true, 'a pod that is gone has names only');
});

t.test('events follow the filter and the cursor, and can be scrolled back', async (t) => {
  const top = startTop(tree, NOW, { times: 'utc' }, { columns: 119, rows: 30 });
  top.take(
    updatesOf(
      Array.from(
        { length: 40 },
        (_, index) =>
          ({
            ...(death[0] as (typeof death)[number]),
            type: 'sandbox.ready',
            id: `${index}`,
            sandbox: { id: 'x', attempt: index },
          }) as never,
      ),
    ),
  );
  t.match(top.frame(), /attempt 39/);
  top.press('\t');
  t.match(top.frame(), /══ events ═/);
  top.press('kk');
  t.match(top.frame(), /══ events .* 2 lines back/);
  t.notMatch(top.frame(), /attempt 39/);
  top.press('g');
  t.match(top.frame(), /attempt 0 /);
  top.press('j');
  t.notMatch(top.frame(), /attempt 0 /, 'there is an end to scrolling: one line down is one line down');
  top.press('G');
  t.match(top.frame(), /attempt 39/);
  top.press(`${ESCAPE}o`);
  t.match(top.frame(), /── events of default\/example-pod ─/);
  t.match(top.frame(), /attempt 39/);
  top.press('/kata\r');
  t.notMatch(top.frame(), /attempt 39/, 'they are those of another pod');
  top.press('ofkata\r');
  t.notMatch(top.frame(), /attempt 39/, 'these do not pass the filter');
  top.press('ee');
  t.notMatch(top.frame(), /── events/);
});

t.test('events of processes are shown when they are asked for', async (t) => {
  const top = startTop(tree, NOW);
  top.take(updatesOf([{ ...(death[0] as object), type: 'process.started', id: 'p' } as never]));
  t.notMatch(top.frame(), /process\.started/);
  top.press('a');
  t.match(top.frame(), /── all events ─[\s\S]*process\.started/);
});

t.test('searching', async (t) => {
  const top = startTop(largeTree(60, 9), NOW);
  top.press('/');
  top.press('app-00');
  t.equal(under(top), 'team-0/app-0000', 'as it is typed, from the cursor on');
  top.press('5');
  t.equal(under(top), 'team-0/app-0050');
  top.press('\x7f1');
  t.equal(under(top), 'team-0/app-0010');
  top.press('zzz');
  t.match(top.lines.at(-1), /nothing else has it$/);
  top.press(ESCAPE);
  t.equal(under(top), 'team-0/app-0000', 'given up: back to where it began');
  t.equal(top.look.items.length, 60);
  top.press('/WORKER-3\r');
  t.equal(under(top), 'worker-3', 'found in what was closed');
  const opened = top.look.items.length;
  t.ok(opened > 60 && opened < 75, 'and only that is opened');
  const first = top.state.view.cursor;
  top.press('n');
  t.equal(under(top), 'worker-3');
  t.not(top.state.view.cursor, first);
  top.press('N');
  t.equal(top.state.view.cursor, first);
  top.press('/app-0059\rn');
  t.equal(under(top), 'team-4/app-0059', 'the only one is found again');
});

t.test('a line of input takes what is typed and pasted, and no more than it can hold', async (t) => {
  const top = startTop(tree, NOW);
  top.press('fone two');
  top.press('\x17');
  t.match(top.lines.at(-1), / filter: one _/);
  top.press('\x15\x1b[200~a\nb\x07\x1b[201~');
  t.match(top.lines.at(-1), / filter: a b _/);
  top.press('x'.repeat(1000));
  t.ok((top.state.view.input?.text.length ?? 0) <= 256);
  t.match(top.lines.at(-1), /x_ +0 pods$/, 'its end is in view');
  t.equal(top.press('q'), undefined, 'a letter is a letter there');
  t.equal(top.press('\x03'), 'quit', 'Ctrl-C is Ctrl-C everywhere');
});

t.test('a death is one key away', async (t) => {
  const top = startTop(tree, AFTER_DEATH, { filter: 'kata' });
  top.take(updatesOf(death));
  t.match(top.lines[1], /^PAUSE DIED 7s ago {2}default\/example-pod {2}SIGKILL from bash/);
  top.press('!');
  t.equal(under(top), 'default/example-pod', 'also when the filter hides the pod');
  t.match(top.frame(), /── default\/example-pod ─[\s\S]*last death of its pause\n.*7s ago its pause was killed/);
  const later = startTop(tree, AFTER_DEATH + 3_600_000);
  later.take(updatesOf(death));
  t.notMatch(later.lines[1], /PAUSE DIED/, 'an hour later it is no news any more');
});

t.test('the past of a pod is asked for when it is looked at, and again after it died', async (t) => {
  const top = startTop(tree, AFTER_DEATH, {}, { columns: 80, rows: 50 });
  t.equal(wantedPast(top.state, examplePod), undefined);
  top.press('d');
  t.equal(wantedPast(top.state, examplePod), examplePod.uid);
  top.state = takePast(top.state, examplePod.uid, { state: 'asked' });
  t.equal(wantedPast(top.state, examplePod), undefined);
  t.match(top.frame(), /asking the agent …/);
  top.state = takePast(top.state, examplePod.uid, { state: 'failed', reason: 'no\x1b[2J' });
  t.match(top.frame(), /the agent cannot say: no\\e\[2J/);
  top.take(updatesOf(death));
  t.equal(wantedPast(top.state, examplePod), examplePod.uid);
});

t.test('panes, overlays and the way out', async (t) => {
  const top = startTop(watchedTree, NOW, {}, { columns: 80, rows: 24 });
  top.press('d\t');
  t.match(top.frame(), /══ default\/example-pod ═/, 'the pane that the keys move is marked');
  const before = top.frame();
  top.press('jj');
  t.not(top.frame(), before);
  t.match(top.frame(), /═ 3-\d+ of \d+ ══/);
  top.press('?');
  t.match(top.frame(), /══ help ═/);
  top.press('j');
  t.match(top.frame(), /═ 2-\d+ of \d+ ══/);
  t.equal(top.press('q'), undefined, 'closes the help');
  t.notMatch(top.frame(), /══ help/);
  top.press(`${ESCAPE}${ESCAPE}`);
  t.notMatch(top.frame(), /of its pause/, 'first the focus, then the detail');
  top.press('w');
  t.match(top.frame(), /══ why default\/example-pod ═+\nnone was seen/);
  top.press(ENTER);
  t.notMatch(top.frame(), /══ why/);
  top.press('jd');
  t.equal(top.press(ENTER), undefined);
  t.equal(top.press('\x1a'), 'suspend');
  t.equal(top.press('\x0c'), 'redraw');
  t.equal(top.press('q'), 'quit');
});

t.test('times can be ages, local or UTC', async (t) => {
  const top = startTop(tree, NOW, {}, { columns: 100, rows: 24 });
  t.match(top.lines[2], / 1h03m/);
  top.press('t');
  t.match(top.lines[1], / SINCE/);
  top.press('t');
  t.match(top.frame(), new RegExp(STARTED.slice(0, 19)));
  top.press('t');
  t.equal(top.state.view.times, 'relative');
});

t.test('the mouse', async (t) => {
  const top = startTop(tree, NOW);
  const click = (row: number, column: number): string => `\x1b[<0;${column};${row}M`;
  top.press('m');
  t.ok(top.state.view.hasMouse);
  top.press(click(5, 10));
  t.equal(under(top), 'setup');
  top.press(click(6, 10));
  t.equal(under(top), 'sidecar-logger');
  top.press(click(6, 10));
  t.match(top.frame(), /▸ sidecar-logger/, 'a second time opens or closes');
  top.press('\x1b[<65;5;5M');
  t.not(under(top), 'sidecar-logger', 'the wheel moves the list');
  top.press(click(20, 5));
  t.equal(top.state.view.focus, 'events');
  top.press(click(999, 999));
  top.press(`?${click(5, 5)}`);
  t.equal(top.state.view.overlay, undefined);
});

t.test('every key is told in the help, once', async (t) => {
  const all = BINDINGS.flatMap(({ acts }) => Object.keys(acts));
  t.equal(new Set(all).size, all.length);
  const top = startTop(tree, NOW, {}, { columns: 80, rows: 60 });
  top.press('?');
  for (const { keys, doc } of BINDINGS) t.ok(top.frame().includes(doc), keys);
});

t.test('keys and columns stand in the documentation', async (t) => {
  const page = readFileSync(new URL('../../docs/terminal.md', import.meta.url), 'utf8');
  for (const { keys, doc } of BINDINGS) t.ok(page.includes(`| \`${keys}\` | ${doc} |`), keys);
  for (const [id, { doc }] of Object.entries(COLUMNS)) t.ok(page.includes(`| \`${id}\` | ${doc} |`), id);
  for (const [id, doc] of Object.entries(EVENT_COLUMN_DOCS)) t.ok(page.includes(`| \`${id}\` | ${doc} |`), id);
});

t.test('no sequence of keys breaks it', async () => {
  const key = fc.oneof(
    fc.constantFrom(...BINDINGS.flatMap(({ acts }) => Object.keys(acts)).filter((name) => name.length === 1)),
    fc.string({ unit: 'binary', maxLength: 4 }),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
      const top = startTop(watchedTree, AFTER_DEATH);
      top.take(updatesOf(death));
      for (const each of keys) top.press(each);
      return top.lines.length === 24;
    }),
  );
});
