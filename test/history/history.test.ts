// History across runs of the agent: what is kept, what is found again, and what becomes of a file that is damaged, locked or cannot be written.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { openDatabase } from '../../src/history/database.ts';
import { HISTORY_FORM } from '../../src/history/form.ts';
import { HISTORY_LIMITS } from '../../src/history/record.ts';
import { createStore } from '../../src/history/store.ts';
import type { TreeUpdate } from '../../src/tree/change.ts';
import type { Pod } from '../../src/tree/model.ts';
import { runKills } from '../helpers/history-kills.ts';
import { at, dead, death, event, KILLED, openRun, pod, putSandbox, START, sandbox, stateDir } from '../helpers/history-scene.ts';
import { cannotMount, mountSmallDisk } from '../helpers/small-disk.ts';

const of = (pods: readonly Pod[]) => ({ tree: () => ({ pods }) });
const told = (events: readonly TreeUpdate['event'][]): TreeUpdate[] =>
  events.map((each) => ({ ...(each && { event: each }), changes: [] }));
const first = sandbox('aaa', 0, 0);
const second = sandbox('bbb', 1, 60);

t.test('what was told is there after a restart, oldest first, in files that only their owner can read', async (t) => {
  const directory = stateDir(t);
  const run = await openRun(t, directory, { now: () => START + 70_000 });
  t.equal(run.history.known, undefined);
  t.same(await run.history.begin(of([pod('u1', first)])), [], 'the first run misses nothing');
  const killed = death('u1', first, 61);
  const restarted = event('pause.restarted', 'u1', 62, {
    cause: KILLED,
    oldSandbox: { id: first.id, attempt: 0 },
    newSandbox: { id: second.id, attempt: 1 },
    sandbox: { id: second.id, attempt: 1 },
  });
  const joined = event('namespace.joined', 'nobody', 60.5, { by: 'foreign', owner: { uid: 'u1' }, namespaces: [] });
  run.history.observe([
    { event: killed, changes: [putSandbox('u1', dead(first))] },
    { event: restarted, changes: [putSandbox('u1', second), putSandbox('u1', dead(first), true)] },
    ...told([
      event('process.started', 'u1', 61),
      event('namespace.joined', 'u1', 61, { by: 'runtime', owner: { uid: 'u1' }, namespaces: [] }),
      event('container.started', 'u1', 63, { container: { id: 'c', name: 'web' } }),
      { ...restarted, revision: 1, outageMs: 1500, complete: true },
      joined,
    ]),
  ]);
  const live = pod('u1', second, [dead(first)]);
  const answer = await run.history.pod('u1', live);
  t.same(
    answer?.events.map(({ type, time }) => [type, time]),
    [
      ['namespace.joined', at(60.5)],
      ['pause.exited', at(61)],
      ['pause.restarted', at(62)],
      ['container.started', at(63)],
    ],
    'what matters, in the order in which it happened',
  );
  t.match(answer?.events[2], { revision: 1, outageMs: 1500, complete: true }, 'an amendment takes the place of what it amends');
  t.match(answer?.sandboxes, [
    { id: first.id, state: 'notready', lastPause: { pid: 4000 } },
    { id: second.id, state: 'ready', pause: { pid: 4001 } },
  ]);
  t.equal(answer?.sandboxes[0]?.pause, undefined);
  t.equal(statSync(directory).mode & 0o777, 0o700);
  for (const name of readdirSync(directory)) t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
  await run.history.close();

  const next = await openRun(t, directory);
  t.match(next.history.known, { bootId: 'boot-1', wasStopped: true, lastSeen: at(70) });
  t.match(next.history.known?.pods.get('u1')?.sandbox, { record: { id: second.id }, lastPause: { pid: 4001 } });
  t.same(await next.history.begin(of([live])), [], 'nothing has changed meanwhile');
  t.same((await next.history.pod('u1', live))?.events, answer?.events);
  t.same(
    (await next.history.pods({ limit: 10 })).map(({ name, deaths, lastDeath }) => [name, deaths, lastDeath?.kind]),
    [['pod-u1', 1, 'signal']],
  );
  t.match(await next.history.pods({ name: 'pod-u1', namespace: 'shop', limit: 1 }), [{ uid: 'u1' }]);
  t.match(await next.history.pods({ name: 'shop/pod-u1', limit: 1 }), [{ uid: 'u1' }]);
  t.same(await next.history.pods({ name: 'pod-u1', namespace: 'other', limit: 1 }), []);
  t.equal(await next.history.pod('u2', undefined), undefined);
});

t.test('a restart that nobody saw is reported once, whenever the agent is killed', async (t) => {
  const directory = stateDir(t);
  const before = await openRun(t, directory);
  await before.history.begin(of([pod('u1', first), pod('gone', sandbox('ccc', 0, 0))]));
  await before.history.close();
  const now = of([pod('u1', second, [dead(first)])]);

  const unlucky = await openRun(t, directory);
  const missed = await unlucky.history.begin(now);
  t.match(missed, [
    { type: 'pause.restarted', oldSandbox: { id: first.id }, newSandbox: { id: second.id }, cause: { kind: 'agent-down' } },
  ]);
  t.equal(missed.length, 1);
  // It ends before it could publish: nothing is told.
  await unlucky.history.close();

  const lucky = await openRun(t, directory);
  const again = await lucky.history.begin(now);
  t.same(again, missed, 'the next run publishes it, as the same event');
  lucky.history.told(again);
  t.equal((await lucky.history.pod('u1', undefined))?.events.length, 1);
  const gone = await lucky.history.pod('gone', undefined);
  t.ok(gone?.pod.goneAt, 'the pod that went away meanwhile is remembered');
  await lucky.history.close();

  const last = await openRun(t, directory);
  t.same(await last.history.begin(now), [], 'and no run after it');
});

t.test('a pause that died unseen gets its restart when its successor comes', async (t) => {
  const directory = stateDir(t);
  const before = await openRun(t, directory);
  await before.history.begin(of([pod('u1', first), pod('u2', sandbox('ccc', 0, 0))]));
  await before.history.close();
  const run = await openRun(t, directory);
  const missed = await run.history.begin(of([pod('u1', dead(first)), pod('u2', dead(sandbox('ccc', 0, 0)))]));
  t.match(missed, [
    { type: 'pause.exited', pod: { uid: 'u1' }, cause: { kind: 'agent-down' } },
    { type: 'pause.exited', pod: { uid: 'u2' }, cause: { kind: 'agent-down' } },
  ]);
  t.same(run.history.observe([{ changes: [putSandbox('u1', { ...dead(second), state: 'creating' })] }]), [], 'not while it is being made');
  const [restart, ...more] = run.history.observe([{ changes: [putSandbox('u1', second)] }]);
  t.same(more, []);
  t.match(restart, {
    type: 'pause.restarted',
    oldSandbox: { id: first.id },
    newSandbox: { id: second.id },
    cause: { kind: 'agent-down' },
    ipBefore: '10.0.0.1',
  });
  t.same(run.history.observe([{ changes: [putSandbox('u1', second)] }]), [], 'once');
  const successor = sandbox('ddd', 1, 60);
  const seen = event('pause.restarted', 'u2', 60, {
    cause: KILLED,
    oldSandbox: { id: 'ccc', attempt: 0 },
    newSandbox: { id: successor.id, attempt: 1 },
  });
  t.same(
    run.history.observe([{ event: seen, changes: [putSandbox('u2', successor)] }]),
    [],
    'what the tree tells itself is not told twice',
  );
});

t.test('a damaged file is set aside with its name and time, said, and begun anew', async (t) => {
  const cases: readonly (readonly [what: string, (path: string) => void])[] = [
    ['cut in the middle', (path) => truncateSync(path, 5000)],
    ['cut in its header', (path) => truncateSync(path, 60)],
    ['other bytes', (path) => writeFileSync(path, Buffer.alloc(20_000, 'no database '))],
    ['bytes in the middle overwritten', (path) => garble(path, 4096, 12_000)],
    [
      'another program’s',
      (path) => {
        writeFileSync(path, '');
        const other = new DatabaseSync(path);
        other.exec('CREATE TABLE notes (text TEXT)');
        other.close();
      },
    ],
    [
      'a newer podtree’s',
      (path) => {
        const newer = new DatabaseSync(path);
        newer.exec('PRAGMA user_version = 99');
        newer.close();
      },
    ],
  ];
  for (const [what, damage] of cases) {
    await t.test(what, async (t) => {
      const directory = stateDir(t);
      const before = await openRun(t, directory);
      await before.history.begin(of(Array.from({ length: 50 }, (_, index) => pod(`u${index}`, sandbox(`a${index}-`, 0, 0)))));
      await before.history.close();
      const path = join(directory, 'history.db');
      damage(path);
      const run = await openRun(t, directory);
      t.equal(run.history.known, undefined);
      t.match(run.lines, [/^the history could not be read: it was set aside.*history\.db\.damaged-\d{8}T\d{6}\.\d{3}Z/]);
      t.equal(run.history.stats().mode, 'durable');
      await run.history.begin(of([pod('u1', first)]));
      await run.history.close();
      const next = await openRun(t, directory);
      t.same([...(next.history.known?.pods.keys() ?? [])], ['u1']);
      t.same(next.lines, []);
    });
  }
  t.test('and only the last two are kept', async (t) => {
    const directory = stateDir(t);
    mkdirSync(directory);
    for (const stamp of ['20200101T000000.000Z', '20210101T000000.000Z', '20220101T000000.000Z']) {
      writeFileSync(join(directory, `history.db.damaged-${stamp}`), '');
      writeFileSync(join(directory, `history.db.damaged-${stamp}-wal`), '');
    }
    writeFileSync(join(directory, 'history.db'), 'x'.repeat(5000));
    await openRun(t, directory);
    const left = readdirSync(directory).filter((name) => name.includes('damaged'));
    t.equal(left.length, 3, left.join(' '));
    t.ok(left.includes('history.db.damaged-20220101T000000.000Z-wal'));
  });
  t.end();
});

t.test('a row that is damaged in a way sqlite does not see is left out', async (t) => {
  const directory = stateDir(t);
  const before = await openRun(t, directory);
  await before.history.begin(of([pod('u1', first), pod('u2', second)]));
  before.history.observe(told([death('u1', first, 1), event('pod.added', 'u1', 0), event('sandbox.ready', 'u1', 0.5)]));
  await before.history.close();
  const database = new DatabaseSync(join(directory, 'history.db'));
  database.exec(
    "UPDATE events SET event = '{' WHERE type = 'pod.added'; UPDATE events SET event = json_remove(event, '$.cause') WHERE type = 'pause.exited'",
  );
  database.exec("UPDATE sandboxes SET record = '[]' WHERE pod_uid = 'u2'; UPDATE pods SET record = 'null' WHERE uid = 'u2'");
  database.close();
  const run = await openRun(t, directory);
  t.same([...(run.history.known?.pods.keys() ?? [])], ['u1']);
  t.same(
    (await run.history.pod('u1', undefined))?.events.map(({ type }) => type),
    ['sandbox.ready'],
  );
  t.equal(await run.history.pod('u2', undefined), undefined);
});

t.test('a write that a power cut tore apart is taken back whole, whatever is left of it', async (t) => {
  const directory = stateDir(t);
  const path = join(directory, 'history.db');
  const { database } = openDatabase(path, HISTORY_FORM);
  database.exec('PRAGMA wal_autocheckpoint = 0');
  const store = createStore(database, HISTORY_LIMITS);
  store.write([{ op: 'pod', record: pod('u1', undefined), atMs: START }]);
  const batches = 12;
  const perBatch = 7;
  for (let batch = 0; batch < batches; batch++) {
    const events = Array.from({ length: perBatch }, (_, index) => ({
      ...event('pod.added', 'u1', batch + index / 100),
      id: `${batch}-${index}`,
    }));
    store.write(events.map((each) => ({ op: 'event', podUid: 'u1', event: each, weight: 0, isUntold: false, atMs: START })));
  }
  const wal = readFileSync(`${path}-wal`);
  const counts: number[] = [];
  for (let cut = 0; cut <= 30; cut++) {
    const torn = join(directory, `torn-${cut}`, 'history.db');
    mkdirSync(join(directory, `torn-${cut}`));
    copyFileSync(path, torn);
    // Primes, so that cuts fall into headers, pages and their ends.
    writeFileSync(`${torn}-wal`, wal.subarray(0, Math.min(wal.length, Math.floor((wal.length * cut) / 29) + (cut % 7) * 131)));
    const opened = openDatabase(torn, HISTORY_FORM);
    t.equal(opened.setAside, undefined);
    const again = createStore(opened.database, HISTORY_LIMITS);
    const events = again.pod('u1')?.events ?? [];
    t.equal(events.length % perBatch, 0, `${events.length} events: only whole batches`);
    counts.push(events.length);
    again.close();
  }
  t.same(
    counts,
    [...counts].sort((a, b) => a - b),
    'more of the file, more of the history',
  );
  t.equal(counts.at(-1), batches * perBatch);
  t.ok(new Set(counts).size > 5, `cuts fell into different batches: ${counts.join(' ')}`);
  store.close();
});

t.test('an agent killed with -9 in the middle of writing loses nothing that it was told is written', async (t) => {
  const { kills, acknowledged } = await runKills({ directory: stateDir(t), kills: 7, seed: 1 });
  t.equal(kills, 7);
  t.ok(acknowledged > 0, `${acknowledged} batches were acknowledged`);
});

t.test('a second agent on the same directory is told so', async (t) => {
  const directory = stateDir(t);
  await openRun(t, directory);
  await t.rejects(openRun(t, directory), {
    code: 'STATE_LOCKED',
    message: /history\.db is in use: another podtree agent .*--state-dir DIR/,
  });
});

t.test('it is told so also when the thread has ended before anybody listens', async (t) => {
  const directory = stateDir(t);
  await openRun(t, directory);
  const refused = t.rejects(openRun(t, directory), { code: 'STATE_LOCKED' });
  // As on a busy machine: the answer and the end of the thread are both there when this thread comes round to them.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3500);
  await refused;
});

t.test('without a directory that can be written it goes on in memory and says so', async (t) => {
  const directory = stateDir(t);
  writeFileSync(directory, 'a file, not a directory');
  const run = await openRun(t, directory);
  t.match(run.history.stats(), { mode: 'memory', reason: /ENOTDIR|EEXIST/ });
  t.match(run.lines, [/^no history is kept on disk: the state directory cannot be written\. .*set --state-dir/]);
  await run.history.begin(of([pod('u1', first)]));
  run.history.observe(told([death('u1', first, 1)]));
  t.match((await run.history.pod('u1', undefined))?.events, [{ type: 'pause.exited' }], 'it answers all the same');
  t.match((await openRun(t, '/proc/podtree/deep')).history.stats(), { mode: 'memory', reason: /ENOENT/ });
  const deep = join(stateDir(t), 'one', 'two');
  t.match((await openRun(t, deep)).history.stats(), { mode: 'durable' });
  t.equal(statSync(deep).mode & 0o777, 0o700, 'parents that are missing are made');
});

t.test('a disk that fills up costs nothing of what is told', { skip: cannotMount }, async (t) => {
  const disk = mountSmallDisk(t);
  const run = await openRun(t, disk.path);
  await run.history.begin(of([pod('u1', first)]));
  disk.fill();
  const long = { ...KILLED, evidence: ['x'.repeat(20_000)] };
  run.history.observe(told(Array.from({ length: 30 }, (_, index) => death('u1', first, index, long))));
  await run.history.flush();
  t.match(run.history.stats(), { mode: 'memory', reason: 'database or disk is full', droppedEvents: 0, failedBatches: 0 });
  t.equal((await run.history.pod('u1', undefined))?.events.length, 30);
  t.equal(run.lines.length, 1, 'it is said once');
  await run.history.close();

  const full = await openRun(t, disk.path);
  t.match(full.history.known?.pods.get('u1'), { sandbox: { record: { id: first.id } } }, 'what had room is known in the next run');
  await full.history.close();
  disk.empty();
  disk.makeReadOnly();
  const readOnly = await openRun(t, disk.path);
  t.equal(readOnly.history.stats().mode, 'memory');
  t.match(await readOnly.history.begin(of([pod('u1', second)])), [{ type: 'pause.restarted', cause: { kind: 'agent-down' } }]);
  await readOnly.history.flush();
});

t.test('it says how much it holds', async (t) => {
  const run = await openRun(t, stateDir(t), { aliveMs: 5 });
  await run.history.begin(of([pod('u1', first)]));
  run.history.observe(told([death('u1', first, 1), event('pod.added', 'u1', 0)]));
  await run.history.flush();
  while (run.history.stats().size?.events !== 2) await delay(5);
  t.match(run.history.stats().size, { pods: 1, sandboxes: 1, events: 2 });
  t.ok((run.history.stats().size?.bytes ?? 0) > 10_000);
});

t.test('a file that breaks while it is in use is set aside, and the pods that are there are written anew', async (t) => {
  const directory = stateDir(t);
  const path = join(directory, 'history.db');
  const before = await openRun(t, directory);
  // More than sqlite keeps in memory.
  await before.history.begin(of(Array.from({ length: 2000 }, (_, index) => pod(`u${index}`, sandbox(`s${index}-`, 0, 0)))));
  await before.history.close();
  const run = await openRun(t, directory);
  garble(path, 4096, statSync(path).size);
  await run.history.begin(of([pod('u1', first)]));
  run.history.observe(told([event('pod.added', 'u1', 1)]));
  await run.history.flush();
  t.match(run.lines.join('\n'), /the history could not be read: it was set aside and is begun anew.*history\.db\.damaged-/);
  run.history.observe(told([event('sandbox.ready', 'u1', 9)]));
  t.match(await run.history.pod('u1', undefined), {
    pod: { uid: 'u1' },
    sandboxes: [{ id: first.id }],
    events: [{ type: 'pause.restarted' }, { type: 'pod.added' }, { type: 'sandbox.ready' }],
  });
  t.equal(run.history.stats().mode, 'durable');
  t.equal(run.history.stats().failedBatches, 0, 'and what was being written is in the new one');
});

t.test('it stays within its bounds, and what explains a death stays longest', async (t) => {
  const path = join(stateDir(t), 'history.db');
  const limits = { podEvents: 10, events: 40, maxAgeMs: 1000, goneMs: 500, podSandboxes: 3, pods: 5 };
  const store = createStore(openDatabase(path, HISTORY_FORM).database, limits);
  t.teardown(() => store.close());
  const add = (uid: string, seconds: number, weight: 0 | 1 | 2, isUntold = false): void => {
    const each = weight === 2 ? death(uid, first, seconds) : event('container.started', uid, seconds);
    store.write([{ op: 'event', podUid: uid, event: each, weight, isUntold, atMs: START + seconds * 1000 }]);
  };
  const pruneAll = (ms: number): void => {
    while (store.prune(START + ms));
  };
  store.write([{ op: 'pod', record: pod('u1', first), atMs: START }]);
  add('u1', 0, 2);
  for (let count = 1; count <= 20; count++) add('u1', count / 100, 0);
  const events = store.pod('u1')?.events ?? [];
  t.equal(events.length, 10);
  t.equal(events[0]?.type, 'pause.exited', 'the death is older than all that is left');
  for (let count = 0; count < 6; count++) {
    store.write([{ op: 'sandbox', podUid: 'u1', record: sandbox(`s${count}`, count, count), isCurrent: true, atMs: START + count }]);
  }
  t.same(
    store.pod('u1')?.sandboxes.map(({ attempt }) => attempt),
    [3, 4, 5],
  );

  for (let index = 2; index <= 9; index++) {
    store.write([{ op: 'pod', record: pod(`u${index}`, first), atMs: START }]);
    add(`u${index}`, 0.5, 2);
    for (let count = 0; count < 8; count++) add(`u${index}`, 0.6, 0);
  }
  pruneAll(900);
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((index) => store.pod(`u${index}`)?.events ?? []);
  t.equal(all.length, 40);
  t.equal(all.filter(({ type }) => type === 'pause.exited').length, 9, 'no death was let go for something ordinary');
  add('u2', 0.7, 2, true);
  pruneAll(5000);
  t.equal(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((index) => store.pod(`u${index}`)?.events ?? []).length,
    1,
    'of what is too old only what nobody was told',
  );
  t.same(
    store.pod('u1')?.sandboxes.map(({ attempt }) => attempt),
    [5],
    'the current sandbox stays',
  );

  for (let index = 3; index <= 9; index++) store.write([{ op: 'pod-gone', uid: `u${index}`, atMs: START + 5000 + index }]);
  pruneAll(5100);
  t.equal(store.pods({ limit: 100 }).length, 5, 'pods that are gone longest go first');
  t.ok(store.pod('u9')?.pod.goneAt);
  pruneAll(5600);
  t.same(
    store
      .pods({ limit: 100 })
      .map(({ uid }) => uid)
      .sort(),
    ['u1', 'u2'],
    'and all of them after their time',
  );
  t.ok(existsSync(path) && statSync(path).size < 400_000);
});

t.test('its bounds can be changed while it runs', async (t) => {
  const run = await openRun(t, stateDir(t), { now: () => START + 70_000 });
  await run.history.begin(of([pod('u1', first)]));
  const started = (from: number): TreeUpdate[] =>
    told(Array.from({ length: 30 }, (_, index) => event('container.started', 'u1', from + index / 100)));
  run.history.observe(started(1));
  t.equal((await run.history.pod('u1', undefined))?.events.length, 30);
  await run.history.setLimits({ podEvents: 10 });
  run.history.observe(told([event('container.started', 'u1', 5)]));
  t.equal((await run.history.pod('u1', undefined))?.events.length, 10, 'with the next write');
  await run.history.setLimits({ podEvents: 100 });
  run.history.observe(started(6));
  t.equal((await run.history.pod('u1', undefined))?.events.length, 40);
  await run.history.close();
  await run.history.setLimits({ podEvents: 1 });
});

/** Overwrites bytes without opening the file through sqlite. */
function garble(path: string, from: number, length: number): void {
  chmodSync(path, 0o600);
  const bytes = readFileSync(path);
  for (let index = from; index < Math.min(bytes.length, from + length); index++) bytes[index] = (bytes[index] ?? 0) ^ ((index * 31) % 255);
  writeFileSync(path, bytes);
}
