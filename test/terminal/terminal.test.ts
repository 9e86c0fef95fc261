// What a person sees: the tree, the events, colours, and text that tries to be more than text.
import fc from 'fast-check';
import t from 'tap';
import { EVENT_EXAMPLES } from '../../agent/setup/event-examples.ts';
import { colorPaint, isColored, paintFor, plainPaint } from '../../src/terminal/color.ts';
import { drawEvent, drawGap } from '../../src/terminal/draw-event.ts';
import { drawTree } from '../../src/terminal/draw-tree.ts';
import { formatAge, formatClock, formatOutage } from '../../src/terminal/duration.ts';
import { cutEnd, cutMiddle, displayWidth, escapeArgs, escapeText, padEnd } from '../../src/terminal/escape.ts';
import { EVENT_COLUMN_IDS } from '../../src/terminal/event-column.ts';
import { createStamp } from '../../src/terminal/event-time.ts';
import { piece, renderLine, wrapPieces } from '../../src/terminal/line.ts';
import type { TreeEvent } from '../../src/tree/change.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { events, examplePod, NOW, process as processRecord, tree } from './picture.ts';

const RAW = /[^\x20-\x7e\u00a1-\uffff]|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u;
// biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
const COLORS = new RegExp('\x1b\\[\\d+m', 'g');

t.test('the tree', (t) => {
  for (const width of [80, 100, Number.POSITIVE_INFINITY]) {
    const text = drawTree(tree, { width, paint: plainPaint, now: NOW }).join('\n');
    matchesGolden(t, `${text}\n`, `tree-${Number.isFinite(width) ? width : 'full'}.txt`, import.meta.url);
  }
  t.test('is the same in colour once the colours are taken away', async (t) => {
    const plain = drawTree(tree, { width: 90, paint: plainPaint, now: NOW });
    const colored = drawTree(tree, { width: 90, paint: colorPaint, now: NOW });
    t.not(colored.join('\n'), plain.join('\n'));
    t.same(
      colored.map((line) => line.replace(COLORS, '').trimEnd()),
      plain,
    );
  });
  t.test('says so when there are no pods', async (t) => {
    t.same(drawTree({ node: 'n', token: '', pods: [], leaked: [] }, { width: 80, paint: plainPaint, now: NOW }), ['Node n  no pods yet']);
  });
  t.test('shows every process once, whatever the parents claim', async () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ pid: fc.integer({ min: 1, max: 8 }), ppid: fc.integer({ min: 0, max: 8 }) }), { maxLength: 8 }),
        (raw) => {
          const processes = [
            ...new Map(raw.map((each) => [each.pid, processRecord(each.pid, each.ppid, `p${each.pid}`, 'child')])).values(),
          ];
          const [container] = examplePod.sandbox?.containers ?? [];
          if (container === undefined || examplePod.sandbox === undefined) return false;
          const sandbox = { ...examplePod.sandbox, containers: [{ ...container, processes }], guests: [] };
          const text = drawTree(
            { ...tree, pods: [{ ...examplePod, sandbox }] },
            { width: Number.POSITIVE_INFINITY, paint: plainPaint, now: NOW },
          ).join('\n');
          return processes.every((each) => text.split(`  p${each.pid}`).length === 2);
        },
      ),
    );
  });
  t.test('never prints raw what a process, a pod or a runtime is called, and keeps to its width', async () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 20, max: 200 }), (hostile, width) => {
        const container = examplePod.sandbox?.containers[1];
        if (container === undefined || examplePod.sandbox === undefined) return false;
        const process = processRecord(1, 0, hostile, 'init', { args: [hostile] });
        const sandbox = {
          ...examplePod.sandbox,
          id: hostile,
          runtime: hostile,
          ips: [hostile],
          containers: [{ ...container, name: hostile, processes: [process] }],
          guests: [process],
        };
        const pods = [{ ...examplePod, name: hostile, namespace: hostile, sandbox }];
        const lines = drawTree(
          { node: hostile, token: hostile, pods, leaked: [{ type: 'net', inode: 1, path: hostile }] },
          { width, paint: plainPaint, now: NOW },
        );
        return lines.every(
          (line) => !RAW.test(line.replace(/\p{Emoji_Presentation}|[\u{10000}-\u{3ffff}]/gu, '')) && displayWidth(line) <= width,
        );
      }),
    );
  });
  t.end();
});

t.test('an event', (t) => {
  for (const width of [80, 140, Number.POSITIVE_INFINITY]) {
    const text = events.map((event) => drawEvent(event, { width, paint: plainPaint, zone: 'utc' })).join('\n');
    matchesGolden(t, `${text}\n`, `events-${Number.isFinite(width) ? width : 'full'}.txt`, import.meta.url);
  }
  t.test('names the sender of a fatal signal to a pause in full, however narrow the terminal', async (t) => {
    const death = events.find((event) => event.type === 'pause.exited');
    if (death === undefined) throw new Error('there is one');
    const text = drawEvent(death, { width: 60, paint: plainPaint, zone: 'utc' });
    t.match(
      text.replace(/\s+/g, ' '),
      /SIGKILL by bash \(pid 4711, uid 0, user@0\.service\/session-3\.scope, under sshd 4700 < systemd 1\)/,
    );
    t.ok(text.split('\n').every((line) => line.length <= 60));
  });
  t.test('that is a death says what it took down, what was found and what came back', async (t) => {
    const [exit, restart] = [EVENT_EXAMPLES['pause.exited'], EVENT_EXAMPLES['pause.restarted']];
    const orphan = { id: 'c', name: 'web', fate: 'orphaned', processes: 2 } as const;
    const oom = {
      victimPid: 10997,
      allocatorPid: 4801,
      allocatorComm: 'hog',
      scope: 'cgroup',
      limitBytes: 2 ** 28,
      usageBytes: 2 ** 28,
    } as const;
    const deaths: readonly TreeEvent[] = [
      exit,
      {
        ...exit,
        cause: { kind: 'oom', oom: { ...oom, cgroup: `/kubepods/pod${exit.pod?.uid}` }, findings: [], evidence: [] },
        cascade: {
          containers: [orphan, { ...orphan, id: 'd', fate: 'with-pause' }],
          containerCount: 2,
          processes: 4,
          leaked: ['/run/netns/cni-1'],
        },
      },
      {
        ...exit,
        cause: {
          kind: 'unknown',
          findings: [
            { code: 'exit-code-differs', text: 'The runtime says exit code 255.' },
            { code: 'shim-died-first', text: 'Its shim died of SIGSEGV 40 ms before.' },
          ],
          evidence: [],
        },
        cascade: { containers: [], containerCount: 0, processes: 0, leaked: [] },
      },
      restart,
      { ...restart, returned: Array.from({ length: 10 }, (_, index) => ({ id: `${index}`, name: `c${index}` })) },
    ];
    for (const width of [80, 140]) {
      const text = deaths.map((event) => drawEvent(event, { width, paint: plainPaint, zone: 'utc' })).join('\n');
      matchesGolden(t, `${text}\n`, `events-deaths-${width}.txt`, import.meta.url);
      t.ok(text.split('\n').every((line) => displayWidth(line) <= width));
    }
  });
  t.test('has the columns and the times that were asked for', async (t) => {
    const drawing = { width: 140, paint: plainPaint, zone: 'utc' } as const;
    const [one, two] = [events[0], events[1]];
    if (one === undefined || two === undefined) throw new Error('there are events');
    const draw = (event: TreeEvent, more: object): string => drawEvent(event, { ...drawing, ...more });
    const stamp = createStamp('relative');
    const later = { ...two, time: '2026-11-22T18:26:33.540456789Z' };
    t.match(draw(one, { stamp }), /^\d\d:\d\d:33\.123 {2}pod\.added/, 'the first with its time of day');
    t.match(draw(later, { stamp }), /^ {5}\+417 ms {2}namespace\.created/);
    t.match(draw(one, { stamp }), /^ {5}-417 ms {2}pod\.added/, 'one that comes late is told so');
    t.match(draw(one, { stamp: createStamp('full') }), /^2026-11-22T18:26:33\.123Z {2}pod\.added/);
    t.match(draw({ ...one, time: 'never' }, { stamp: createStamp('full') }), /^-{24} {2}pod\.added/);
    t.match(drawGap({ stage: 'agent' }, { ...drawing, stamp: createStamp('full') }), /^ {26}── *─*/);
    const columns = ['type', 'pid', 'parent', 'user', 'what'] as const;
    t.equal(draw(two, { columns }), 'namespace.created  4690     1        -       net 4026532871  pid 4026532872  runc:[1:CHILD] pid 4690');
    t.match(
      draw(two, { columns: ['what', 'type'] }),
      /^net 4026532871 .{30,40}… {2}namespace\.created$/,
      'in columns, also when something stands behind it',
    );
    for (const event of events) {
      const text = draw(event, { width: 70, columns: EVENT_COLUMN_IDS });
      t.ok(text.split('\n').every((line) => displayWidth(line) <= 70));
    }
  });
  t.test('of a type that is newer than this program still has its time and pod', async (t) => {
    const [first] = events;
    const text = drawEvent({ ...first, type: 'pod.painted' } as never, { width: 120, paint: plainPaint, zone: 'utc' });
    t.match(text, /^18:26:33\.123 {2}pod\.painted +default\/example-pod/);
  });
  t.test('that is a gap stands out and counts', async (t) => {
    const options = { width: 120, paint: plainPaint, zone: 'utc' } as const;
    t.match(drawGap({ stage: 'client', lost: 1 }, options), /── gap: 1 event lost in the client ──/);
    t.match(drawGap({ stage: 'agent' }, options), /gap: an unknown number of events lost in the agent/);
  });
  t.end();
});

t.test('text from a process', (t) => {
  const cases: readonly (readonly [name: string, text: string, shown: string])[] = [
    ['stays as it is when it is plain', 'nginx: worker [x]', 'nginx: worker [x]'],
    ['shows control characters', 'a\x00b\x07c\x7f', 'a\\x00b\\x07c\\x7f'],
    ['shows line ends and tabs by their names', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['shows ANSI escapes', '\x1b[31mred', '\\e[31mred'],
    ['shows C1 controls, which are escapes too', '\x9b31m', '\\x9b31m'],
    ['shows bidi controls', 'a\u202egnp.exe', 'a\\u{202e}gnp.exe'],
    ['shows what has no width', 'a\u200bb\ufeffc\u00add', 'a\\u{200b}b\\u{feff}c\\xadd'],
    ['shows spaces that are none', 'a\u00a0b\u3000c\u3164d', 'a\\xa0b\\u{3000}c\\u{3164}d'],
    ['shows separators of lines', 'a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\x85d'],
    ['shows half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['marks bytes that were no UTF-8', 'a\ufffdb', 'a\ufffdb'],
    ['doubles the backslash, so that no escape can be forged', '\\n', '\\\\n'],
    ['keeps letters of all languages', 'приложение 应用 e\u0301', 'приложение 应用 e\u0301'],
    ['cuts piles of marks', `e${'\u0301'.repeat(4)}`, 'e\u0301\u0301\\u{301}\\u{301}'],
    ['shows invisible tags', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ];
  for (const [name, text, shown] of cases) t.test(name, async (t) => t.equal(escapeText(text), shown));
  t.test('is bounded', async (t) => t.ok(escapeText('x'.repeat(1_000_000)).length < 20_000));
  t.test('as arguments is quoted where it must be', async (t) => {
    t.equal(escapeArgs(['sh', '-c', 'echo hi', '', "it's"]), "sh -c 'echo hi' '' 'it\\'s'");
  });
  t.end();
});

t.test('widths', async (t) => {
  t.equal(displayWidth('应用'), 4);
  t.equal(displayWidth('e\u0301'), 1);
  t.equal(displayWidth('🚀'), 2);
  t.equal(cutEnd('应用程序', 5), '应用…');
  t.equal(cutEnd('abc', 3), 'abc');
  t.equal(cutEnd('abcd', 3), 'ab…');
  t.equal(cutMiddle('coredns-76f75df574-x2k4z', 15), 'coredns…4-x2k4z');
  t.equal(padEnd('应', 4), '应  ');
  t.equal(renderLine([piece('abc'), piece('def')], 3, plainPaint), 'ab…', 'a cut shows even where a piece just fits');
  t.equal(renderLine([piece('ab\x1b[2J')], 80, plainPaint), 'ab\\e[2J', 'what nobody escaped is escaped at the end');
  t.equal(wrapPieces([piece('head  ')], [piece('one two three four')], { width: 24, paint: plainPaint }), 'head  one two three four');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const safe = escapeText(text);
      return displayWidth(cutEnd(safe, width)) <= width && displayWidth(cutMiddle(safe, width)) <= width;
    }),
  );
});

t.test('colours', async (t) => {
  t.equal(isColored('auto', true, {}), true);
  t.equal(isColored('auto', false, {}), false, 'a pipe gets none');
  t.equal(isColored('auto', true, { NO_COLOR: '1' }), false);
  t.equal(isColored('auto', true, { NO_COLOR: '' }), true, 'an empty NO_COLOR is none');
  t.equal(isColored('auto', false, { FORCE_COLOR: '1' }), true);
  t.equal(isColored('auto', true, { FORCE_COLOR: '0' }), false);
  t.equal(isColored('auto', true, { TERM: 'dumb' }), false);
  t.equal(isColored('always', false, { NO_COLOR: '1' }), true, 'the flag wins');
  t.equal(isColored('never', true, { FORCE_COLOR: '1' }), false);
  t.equal(paintFor('always', false, {})('bad', 'x'), '\x1b[31mx\x1b[39m');
  t.equal(plainPaint('bad', 'x'), 'x');
});

t.test('times', async (t) => {
  t.same([0, 59_999, 192_000, 18_240_000, 183_600_000, -5].map(formatAge), ['0s', '59s', '3m12s', '5h04m', '2d03h', '0s']);
  t.same([8.4, 5690, 61_000].map(formatOutage), ['8 ms', '5.69 s', '1m01s']);
  t.equal(formatClock('2026-11-22T18:26:33.123456789Z', 'utc'), '18:26:33.123');
  t.match(formatClock('2026-11-22T18:26:33.123456789Z', 'local'), /^\d\d:\d\d:33\.123$/);
  t.equal(formatClock('yesterday', 'utc'), '--:--:--.---');
});
