// The store of what sinks are still to be told: order, bounds, and what becomes of it when the disk or the process fails.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import type { Death } from '../../src/alert/death.ts';
import { createAlertEngine } from '../../src/alert/engine.ts';
import type { AlertEvent, Notification } from '../../src/alert/incident.ts';
import { type AlertLog, type Outbox, openOutbox } from '../../src/alert/outbox.ts';
import { DEFAULT_RULES } from '../../src/alert/rule.ts';
import type { SavedItem } from '../../src/alert/saved.ts';
import { at, died, KILLED, pod, T0 } from '../helpers/alert-input.ts';
import { keepLog, silentLog } from '../helpers/alert-sink-server.ts';
import { cannotMount, mountSmallDisk } from '../helpers/small-disk.ts';
import { killOutbox } from '../soak/outbox.ts';

function notification(id: string, revision: number, reason: Notification['reason'] = 'firing'): Notification {
  const alert = {
    name: 'A',
    severity: 'warning',
    since: at(0),
    last: at(0),
    summary: id,
    count: 1,
    incident: id,
    members: [],
    memberCount: 1,
  } as const;
  const type: AlertEvent['type'] = reason === 'resolved' ? 'alert.resolved' : 'alert.firing';
  return { scope: 'incident', reason, event: { id, revision, time: at(0), node: 'n', source: 'kernel', pod: pod('p'), type, alert } };
}

const open = (stateDir: string | undefined, options: { readonly maxPerSink?: number; readonly log?: AlertLog } = {}): Outbox =>
  openOutbox({ stateDir, log: silentLog, now: () => 1_000_000, ...options });
const put = (outbox: Outbox, sink: string, ...all: readonly Notification[]): void =>
  outbox.commit(
    all.map((each) => [sink, each] as const),
    new Map(),
    1_000_000,
  );

/** Takes everything out, in the order in which a sink that takes it all would get it. */
function drain(outbox: Outbox, sink: string): string[] {
  const keys: string[] = [];
  for (let next = outbox.next(sink); next !== undefined; next = outbox.next(sink)) {
    keys.push(next.key);
    outbox.done(next);
  }
  return keys;
}

t.test('what was committed is there again, in order, for each sink, with the alerts that fire', async (t) => {
  const dir = t.testdir();
  const first = open(dir);
  put(first, 'a', notification('x', 0), notification('y', 0), notification('x', 1, 'resolved'));
  put(first, 'b', notification('x', 0));
  const death: Death = { key: 'u/s', pod: pod('p'), atMs: 1, time: at(0), cause: KILLED, alertedBy: [] };
  const item: SavedItem = { kind: 'death', death, isHeld: false };
  first.commit(
    [],
    new Map([
      ['x', item],
      ['y', item],
    ]),
    0,
  );
  first.commit([], new Map([['y', undefined]]), 0);
  first.close();
  const second = open(dir);
  t.teardown(() => second.close());
  t.equal(second.stats().size, 4);
  t.same(second.restored(), [item]);
  t.same(drain(second, 'a'), ['x.0', 'y.0', 'x.1']);
  t.same(drain(second, 'b'), ['x.0']);
  t.equal(second.next('a'), undefined);
  t.equal(statSync(join(dir, 'outbox.db')).mode & 0o777, 0o600, 'nobody else reads it');
});

t.test('one alert that a sink does not take holds up no other, but never overtakes itself', async (t) => {
  const outbox = open(undefined);
  put(outbox, 'a', notification('bad', 0), notification('good', 0), notification('bad', 1, 'resolved'));
  const bad = outbox.next('a');
  t.equal(bad?.key, 'bad.0');
  if (bad !== undefined) outbox.failed(bad);
  t.same(outbox.next('a')?.key, 'good.0');
  t.same(drain(outbox, 'a'), ['good.0', 'bad.0', 'bad.1']);
});

t.test('a newer update stands for the older ones; firing and resolved are never left out', async (t) => {
  const outbox = open(undefined);
  put(outbox, 'a', notification('x', 0), notification('x', 1, 'update'), notification('x', 2, 'update'), notification('x', 3, 'resolved'));
  t.same(drain(outbox, 'a'), ['x.0', 'x.3']);
});

t.test('the same thing put in twice is there once', async (t) => {
  const outbox = open(undefined);
  put(outbox, 'a', notification('x', 0), notification('x', 0));
  t.same(drain(outbox, 'a'), ['x.0']);
});

t.test('a full outbox drops the oldest resolved first, counts it, and leaves other sinks alone', async (t) => {
  const outbox = open(undefined, { maxPerSink: 3 });
  put(outbox, 'b', notification('b', 0));
  put(
    outbox,
    'a',
    notification('1', 0),
    notification('1', 1, 'resolved'),
    notification('2', 0),
    notification('2', 1, 'update'),
    notification('3', 0),
  );
  t.same(drain(outbox, 'a'), ['1.0', '2.0', '3.0']);
  put(outbox, 'a', ...[1, 2, 3, 4].map((id) => notification(String(id), 0)));
  t.same(drain(outbox, 'a'), ['2.0', '3.0', '4.0'], 'and when all fire, the oldest');
  t.equal(outbox.stats().overflow, 3);
  t.equal(outbox.stats().size, 1);
});

t.test('what is too old or for a sink that is gone is dropped', async (t) => {
  const outbox = open(undefined);
  put(outbox, 'gone', notification('x', 0));
  outbox.commit([['a', notification('old', 0)]], new Map(), 5);
  put(outbox, 'a', notification('new', 0));
  t.same(outbox.prune(100, ['a']), { expired: ['a'], orphaned: 1 });
  t.same(drain(outbox, 'a'), ['new.0']);
});

t.test('a store that is damaged is set aside, said, and begun anew', (t) => {
  const cases: readonly (readonly [name: string, breakIt: (path: string) => void])[] = [
    ['no database at all', (path) => writeFileSync(path, 'x'.repeat(5000))],
    ['cut off', (path) => truncateSync(path, 5000)],
    [
      'overwritten in the middle',
      (path) => writeFileSync(path, Buffer.concat([readFileSync(path).subarray(0, 4096), Buffer.alloc(20_000, 7)])),
    ],
    [
      'made by a newer version',
      (path) => {
        const database = new DatabaseSync(path);
        database.exec('PRAGMA user_version = 99');
        database.close();
      },
    ],
  ];
  for (const [name, breakIt] of cases) {
    t.test(name, async (t) => {
      const dir = t.testdir();
      const before = open(dir);
      put(before, 'a', ...Array.from({ length: 50 }, (_, index) => notification(`x${index}`, 0)));
      before.close();
      breakIt(join(dir, 'outbox.db'));
      const log = keepLog();
      const after = open(dir, { log });
      t.teardown(() => after.close());
      t.match(log.lines.join(), /could not be read: it was set aside and is begun anew/);
      t.ok(readdirSync(dir).some((file) => file.startsWith('outbox.db.damaged-')));
      t.equal(after.stats().degraded, undefined);
      put(after, 'a', notification('new', 0));
      t.same(drain(after, 'a'), ['new.0']);
    });
  }
  t.end();
});

t.test('rows that are damaged in a way sqlite does not see are left out, and are no reason to stop', async (t) => {
  const dir = t.testdir();
  const first = open(dir);
  const [alert] = [...alertsOf(first, dir)];
  put(first, 'a', notification('good', 0));
  first.close();
  const database = new DatabaseSync(join(dir, 'outbox.db'));
  const bodies = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"kind":"alert"}',
    '{"kind":"alert","alert":{}}',
    '{"kind":"death","death":{"key":1}}',
    '{"kind":"death","isHeld":false,"death":{"key":"u/s","time":"","atMs":1,"pod":{"uid":"u"},"alertedBy":[],"cause":{"kind":"exit","evidence":[]}}}',
    '{"kind":"x"}',
  ];
  bodies.forEach((body, index) => {
    database.prepare('INSERT INTO saved (id, body) VALUES (?, ?)').run(`bad-${index}`, body);
    database
      .prepare("INSERT INTO delivery (sink, key, alert, reason, body, created_ms) VALUES ('a', ?, ?, 'firing', ?, 0)")
      .run(`bad-${index}`, `bad-${index}`, body);
  });
  database.exec(
    "INSERT INTO delivery (sink, key, alert, reason, body, created_ms) VALUES ('a', 'e', 'e', 'firing', '{\"event\":{\"alert\":{}}}', 0)",
  );
  database.close();
  const second = open(dir);
  t.teardown(() => second.close());
  t.same(second.restored(), [alert]);
  t.same(drain(second, 'a'), ['good.0']);
  t.equal(second.stats().size, 0);
});

/** Puts the alert of a real death into it, and gives it as it is kept. */
function alertsOf(outbox: Outbox, dir: string): readonly SavedItem[] {
  const engine = createAlertEngine({ node: 'n', rules: DEFAULT_RULES, idPrefix: dir.slice(-3), startMs: T0 });
  const { saved } = engine.update([died(pod('p'), 's', 0)], T0);
  const alerts = [...saved].filter(([, item]) => item?.kind === 'alert');
  outbox.commit([], new Map(alerts), T0);
  return alerts.flatMap(([, item]) => JSON.parse(JSON.stringify(item)) as SavedItem);
}

t.test('a commit that a power cut tore apart is taken back whole, and never takes the store with it', async (t) => {
  const dir = t.testdir();
  const outbox = open(dir);
  t.teardown(() => outbox.close());
  const perCommit = 5;
  for (let commit = 0; commit < 12; commit += 1) {
    put(outbox, 'a', ...Array.from({ length: perCommit }, (_, index) => notification(`${commit}-${index}`, 0)));
  }
  const file = readFileSync(join(dir, 'outbox.db'));
  const wal = readFileSync(join(dir, 'outbox.db-wal'));
  const found: number[] = [];
  for (let cut = 0; cut <= 24; cut += 1) {
    const torn = join(dir, `torn-${cut}`);
    mkdirSync(torn);
    writeFileSync(join(torn, 'outbox.db'), file);
    // Odd lengths, so that cuts fall into headers and pages; the last has all of it.
    const length = cut === 24 ? wal.length : Math.floor((wal.length * cut) / 24) + (cut % 5) * 117;
    writeFileSync(join(torn, 'outbox.db-wal'), wal.subarray(0, length));
    const log = keepLog();
    const after = open(torn, { log });
    found.push(drain(after, 'a').length);
    after.close();
    t.same(log.lines, []);
  }
  t.ok(
    found.every((count) => count % perCommit === 0),
    `only whole commits: ${found.join(' ')}`,
  );
  t.equal(found.at(-1), 12 * perCommit);
  t.ok(new Set(found).size > 5);
});

t.test('an empty file, or a half-written log beside it, is no reason to begin anew', async (t) => {
  const dir = t.testdir({ 'outbox.db': '' });
  const log = keepLog();
  const first = open(dir, { log });
  put(first, 'a', notification('x', 0));
  first.close();
  appendFileSync(join(dir, 'outbox.db-wal'), 'rubbish');
  const second = open(dir, { log });
  t.teardown(() => second.close());
  t.same(drain(second, 'a'), ['x.0']);
  t.same(log.lines, []);
});

t.test('on a disk that fills up nothing is lost, and what is under way stays what it is', { skip: cannotMount }, async (t) => {
  const disk = mountSmallDisk(t);
  const log = keepLog();
  let nowMs = 1_000_000;
  const outbox = openOutbox({ stateDir: disk.path, log, now: () => nowMs });
  t.teardown(() => outbox.close());
  put(outbox, 'a', notification('done', 0), notification('under way', 0));
  outbox.done({ sink: 'a', key: 'done.0' });
  const underWay = outbox.next('a');
  disk.fill();
  const more = Array.from({ length: 300 }, (_, index) => notification(`x${index}`, 0));
  put(outbox, 'a', ...more);
  t.match(log.lines.join(), /cannot be written.*database or disk is full/);
  t.equal(outbox.stats().degraded, 'database or disk is full');
  t.equal(outbox.stats().size, 301);
  if (underWay !== undefined) outbox.done(underWay);
  disk.empty();
  nowMs += 60_000;
  put(outbox, 'a', notification('last', 0));
  t.match(log.lines.at(-1), /can be written again/);
  t.equal(outbox.stats().degraded, undefined);
  outbox.close();
  const again = open(disk.path);
  t.teardown(() => again.close());
  t.same(drain(again, 'a'), [...more.map(({ event }) => `${event.id}.0`), 'last.0']);
});

t.test('it can be asked how it is after it was closed', async (t) => {
  const outbox = open(t.testdir());
  put(outbox, 'a', notification('x', 0));
  t.equal(outbox.stats().size, 1);
  outbox.close();
  t.equal(outbox.stats().size, 1);
});

t.test('without a directory that can be written it works in memory, and says so', async (t) => {
  const dir = t.testdir({ file: '' });
  const log = keepLog();
  const outbox = open(join(dir, 'file', 'below'), { log });
  put(outbox, 'a', notification('x', 0));
  t.same(drain(outbox, 'a'), ['x.0']);
  t.match(outbox.stats().degraded, /ENOTDIR/);
  t.match(log.lines.join(), /cannot be written/);
});

t.test('a second agent does not get the store of the first', async (t) => {
  const dir = t.testdir();
  const first = open(dir);
  t.teardown(() => first.close());
  put(first, 'a', notification('x', 0));
  const second = open(dir);
  t.match(second.stats().degraded, /another podtree agent runs with this state directory/);
  t.notOk(
    readdirSync(dir).some((file) => file.includes('damaged')),
    'and does not take it for damaged',
  );
  t.ok(existsSync(join(dir, 'outbox.db')));
});

t.test('killed at any moment, it has all that it said it has, and every alert arrives', async (t) => {
  const result = await killOutbox(t.testdir(), 12, 7);
  t.equal(result.missing.length, 0, `missing: ${result.missing.slice(0, 5).join()}`);
  t.equal(result.setAside, 0);
  t.ok(result.committed > 0);
  t.equal(result.kills, 12);
});
