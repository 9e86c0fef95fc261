// What the full-screen view looks like: golden pictures of each of its parts at several sizes, and what holds for every picture.
import fc from 'fast-check';
import t from 'tap';
import type { Frame } from '../../src/stream/frame.ts';
import { colorPaint } from '../../src/terminal/color.ts';
import { displayWidth } from '../../src/terminal/escape.ts';
import { takeConnection, takePast } from '../../src/terminal/top/ingest.ts';
import { anyEvent } from '../helpers/frame-arbitrary.ts';
import { matchesGolden } from '../helpers/golden.ts';
import { hostileTree, isPrintable } from './hostile.ts';
import { events, examplePod, NOW, process as processRecord, tree } from './picture.ts';
import { AFTER_DEATH, death, largeTree, startTop, type Top, updatesOf, watchedTree } from './top-scene.ts';
import { died, first, KILLER, restarted, scene, second } from './why-scene.ts';

const UTC = { times: 'utc' } as const;
const WIDE = { columns: 119, rows: 30 } as const;

t.test('a picture', (t) => {
  const cases: Readonly<Record<string, () => Top>> = {
    'top-80x24': () => startTop(watchedTree, NOW, UTC),
    'top-40x12': () => startTop(watchedTree, NOW, UTC, { columns: 40, rows: 12 }),
    'top-160x40': () => startTop(watchedTree, NOW, {}, { columns: 160, rows: 40 }),
    'top-leaked': () => startTop(tree, NOW, UTC, { columns: 100, rows: 12 }),
    'top-waiting': () => startTop(undefined, NOW, UTC),
    'top-death': () => {
      const top = startTop(watchedTree, AFTER_DEATH, UTC);
      top.take(updatesOf(death));
      top.press('!');
      return top;
    },
    'top-death-160x50': () => {
      const top = startTop(watchedTree, AFTER_DEATH, UTC, { columns: 160, rows: 50 });
      top.take(updatesOf(death));
      top.press('!');
      return top;
    },
    'top-detail-container': () => {
      const top = startTop(watchedTree, NOW, UTC, { columns: 80, rows: 40 });
      top.press('/web-server\rd');
      return top;
    },
    'top-events': () => {
      const top = startTop(tree, NOW, UTC, { columns: 100, rows: 30 });
      top.take(updatesOf(events.map((event, index) => ({ ...event, id: `e${index}` }))), { gap: { stage: 'client', lost: 7 } });
      top.press('e');
      return top;
    },
    'top-why': () => {
      const top = startTop(tree, AFTER_DEATH, UTC, { columns: 100, rows: 40 });
      const history = scene([first, second], [died(), restarted()]);
      top.state = takePast(top.state, examplePod.uid, { state: 'known', history });
      top.press('/example-pod\rw');
      return top;
    },
    'top-help': () => {
      const top = startTop(tree, NOW, UTC, { columns: 80, rows: 50 });
      top.press('?');
      return top;
    },
    'top-500': () => startTop(largeTree(500, 10), NOW, { ...UTC, sort: 'restarts' }),
    'top-lost': () => {
      const top = startTop(tree, NOW, UTC);
      const connection = { state: 'lost', reason: 'the connection was cut', attempt: 3, lostAt: NOW - 4000, retryAt: NOW + 1500 } as const;
      top.state = takeConnection(top.state, connection, NOW);
      return top;
    },
  };
  for (const [name, make] of Object.entries(cases)) {
    t.test(name, async (t) => matchesGolden(t, make().frame(), `${name}.txt`, import.meta.url));
  }
  t.test('says the same without colours as with them', async (t) => {
    const top = startTop(watchedTree, AFTER_DEATH, UTC, { columns: 140, rows: 40 });
    top.take(updatesOf(death));
    top.press('!');
    // biome-ignore lint/complexity/useRegexLiterals: the escape byte is easier to read in a string
    const plain = top.frame(colorPaint).replace(new RegExp('\x1b\\[\\d+m', 'g'), '');
    const trimmed = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());
    t.same(trimmed(plain), trimmed(top.frame()));
  });
  t.end();
});

const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) });
const KEYS = [
  'j',
  'k',
  'G',
  'g',
  ' ',
  '1',
  '3',
  's',
  'S',
  'f',
  '/',
  'a',
  'n',
  'd',
  'w',
  '!',
  'e',
  'o',
  '\t',
  't',
  '?',
  '\x1b',
  '\r',
  '\x1b[6~',
  '\x1b[C',
  '\x1b[D',
];

t.test('every picture', (t) => {
  t.test('fills the terminal exactly and holds nothing raw, whatever things are called and whatever is pressed', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(
        text,
        size,
        fc.array(fc.constantFrom(...KEYS), { maxLength: 8 }),
        fc.array(anyEvent, { maxLength: 4 }),
        (hostile, at, keys, happened) => {
          const top = startTop(hostileTree(hostile), NOW, {}, at);
          const named = happened.map((event, index) => ({
            ...event,
            id: `${index}`,
            pod: { uid: hostile, namespace: hostile, name: hostile },
          }));
          top.take(updatesOf(named));
          for (const key of keys) top.press(key);
          top.press('/');
          top.press(`\x1b[200~${hostile.replaceAll('\x1b', '')}\x1b[201~`);
          const { lines } = top;
          return lines.length === at.rows && lines.every((line) => isPrintable(line) && displayWidth(line) <= at.columns);
        },
      ),
      { numRuns: 150 },
    );
  });
  t.test('of 500 pods with 5,000 processes is drawn in a few milliseconds', async (t) => {
    const top = startTop(largeTree(500, 10), NOW, { sort: 'processes', filter: 'worker' }, { columns: 200, rows: 60 });
    top.press('3');
    top.frame();
    const rounds = 20;
    const from = process.cpuUsage();
    for (let round = 0; round < rounds; round += 1) top.frame();
    const used = process.cpuUsage(from);
    const eachMs = (used.user + used.system) / 1000 / rounds;
    t.comment(`${eachMs.toFixed(1)} ms of processor time a picture`);
    t.ok(eachMs < 40, 'ten times a second it takes less than half of a slow processor');
    t.equal(top.look.items.length, 500 * 12);
  });
  t.end();
});

t.test('the detail says what controls a pod and since when it is deleted, and a search finds it by that', async (t) => {
  const controller = { kind: 'Deployment', name: 'web', replicaSet: 'web-5d4f' };
  const pods = tree.pods.map((pod) =>
    pod.uid === examplePod.uid ? { ...pod, controller, deletedAt: new Date(NOW - 12_000).toISOString() } : pod,
  );
  const top = startTop({ ...tree, pods }, NOW, {}, { columns: 160, rows: 40 });
  top.press('/deployment/web\rd');
  t.match(top.frame(), /made by +Deployment web {2}by ReplicaSet web-5d4f/);
  t.match(top.frame(), /deleted +12s ago/);
  t.match(top.frame(), / deleting /);
});

t.test('what the stream says', (t) => {
  t.test('an amended event stands where it stood', async (t) => {
    const top = startTop(tree, NOW, UTC, WIDE);
    const [one, two] = [events[0], events[2]];
    if (one === undefined || two === undefined) throw new Error('there are events');
    top.take(
      updatesOf([
        { ...one, id: 'e1' },
        { ...two, id: 'e2' },
        { ...one, id: 'e3' },
        { ...two, id: 'e2', revision: 1 },
      ]),
    );
    const shown = top.lines.filter((line) => /^18:26/.test(line));
    t.match(shown, [/pod\.added/, /sandbox\.created.*\(amended 1\)/, /pod\.added/]);
  });
  t.test('a lost connection is told until there is another, and what may be missing is a gap', async (t) => {
    for (const [resumed, said] of [
      [true, /connected again; nothing was missed/],
      [false, /── gap: connected again; events may be missing here ──/],
    ] as const) {
      const top = startTop(tree, NOW, UTC, WIDE);
      const lost = { state: 'lost', reason: 'cut', attempt: 1, lostAt: NOW, retryAt: NOW } as const;
      top.state = takeConnection(top.state, lost, NOW);
      t.match(top.lines[0], /NO CONNECTION/);
      t.match(top.lines[1], /NO CONNECTION for 0s, trying again \(attempt 1\): cut/);
      top.take({ hello: { node: 'n', bootId: 'b', version: '0', epoch: 'e', resumed } });
      t.match(top.lines[0], / live /);
      t.match(top.frame(), said);
    }
  });
  t.test('an alert is told until it is over, and marks its pod', async (t) => {
    const top = startTop(tree, NOW, UTC);
    const alert = {
      name: 'PauseRestartLoop',
      severity: 'critical',
      since: '',
      last: '',
      summary: 'again and again',
      count: 3,
      incident: 'i',
      members: [],
      memberCount: 1,
    } as const;
    const base = { ...events[0], pod: examplePod, alert };
    top.take(updatesOf([{ ...base, id: 'a1', type: 'alert.firing' } as never]));
    t.match(top.lines[1], /^1 ALERT {2}PauseRestartLoop {2}default\/example-pod {2}again and again$/);
    t.match(top.frame(), /^ ! ?▾ default\/example-pod|^>!▾ default\/example-pod/m);
    top.take(updatesOf([{ ...base, id: 'a1', revision: 1, type: 'alert.resolved' } as never]));
    t.notMatch(top.lines[1], /ALERT/);
    t.match(top.lines[1], /^2 LEAKED NAMESPACES/, 'what is less urgent is told again');
  });
  t.test('an alert is not told any more when nobody knows whether it is over', async (t) => {
    const alert = {
      name: 'Rule',
      severity: 'info',
      since: '',
      last: '',
      summary: 's',
      count: 1,
      incident: 'i',
      members: [],
      memberCount: 1,
    } as const;
    for (const resumed of [true, false]) {
      const top = startTop(watchedTree, NOW, UTC);
      top.take(updatesOf([{ ...events[0], id: 'a1', type: 'alert.firing', alert } as never]));
      top.state = takeConnection(top.state, { state: 'lost', reason: 'cut', attempt: 1, lostAt: NOW, retryAt: NOW }, NOW);
      top.take({ hello: { node: 'n', bootId: 'b', version: '0', epoch: 'e', resumed } });
      t.equal(top.state.alerts.size, resumed ? 1 : 0);
    }
  });
  t.test('names are seen however deep things hang', async (t) => {
    const [container] = examplePod.sandbox?.containers.slice(1) ?? [];
    if (container === undefined || examplePod.sandbox === undefined) throw new Error('it has containers');
    const processes = Array.from({ length: 30 }, (_, index) => processRecord(index + 2, index + 1, `level-${index}`, 'child'));
    const sandbox = { ...examplePod.sandbox, containers: [{ ...container, processes }] };
    const top = startTop({ ...watchedTree, pods: [{ ...examplePod, sandbox }] }, NOW, {}, { columns: 60, rows: 50 });
    for (const each of ['level-0 ', 'level-9 ', 'level-23', 'level-29']) t.match(top.frame(), new RegExp(`[├└] ${each}`));
  });
  t.test('is bounded', async (t) => {
    const top = startTop(tree, NOW, UTC);
    const frames: Frame[] = Array.from({ length: 30 }, (_, round) =>
      updatesOf(
        Array.from({ length: 100 }, (_, index) => ({ ...died(KILLER, { id: `${round}-${index}`, pod: { uid: `${round}-${index}` } }) })),
      ),
    );
    top.take(...frames);
    t.equal(top.state.log.length, 1000);
    t.equal(top.state.deaths.size, 256);
  });
  t.end();
});
