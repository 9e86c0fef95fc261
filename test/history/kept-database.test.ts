// The file of a store and what becomes of it: a disk that is full, read-only or damaged, and things in its place that are no file.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import t, { type Test } from 'tap';
import { type DatabaseForm, openDatabase } from '../../src/history/database.ts';
import { type KeptChange, type KeptDatabase, openKeptDatabase } from '../../src/history/kept-database.ts';
import { cannotMount, mountSmallDisk } from '../helpers/small-disk.ts';

const FORM: DatabaseForm = {
  applicationId: 0x74657374,
  version: 1,
  schema:
    'CREATE TABLE note (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT) STRICT; CREATE TABLE fact (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;',
};
const BODY = 'x'.repeat(2000);

interface Notes {
  readonly kept: KeptDatabase<DatabaseSync>;
  readonly changes: KeptChange[];
  /** Until a file that cannot be written is tried again. */
  wait(): void;
  add(id: string): void;
  ids(): string[];
}

function openNotes(t: Test, path: string | undefined, toleratesLock = false): Notes {
  const changes: KeptChange[] = [];
  let nowMs = 1_000_000;
  const notes: Notes = {
    changes,
    wait: () => {
      nowMs += 60_000;
    },
    kept: openKeptDatabase({
      path,
      form: FORM,
      build: (database) => database,
      now: () => nowMs,
      onChange: (change) => void changes.push(change),
      toleratesLock,
    }),
    add: (id) => notes.kept.run((database) => void database.prepare('INSERT INTO note (id, body) VALUES (?, ?)').run(id, BODY)),
    ids: () => notes.kept.run((database) => idsIn(database)),
  };
  t.teardown(() => notes.kept.close());
  return notes;
}

function idsIn(database: DatabaseSync): string[] {
  return database
    .prepare('SELECT id FROM note ORDER BY seq')
    .all()
    .map(({ id }) => String(id));
}

/** What another process would find. */
function idsOnDisk(path: string): string[] {
  const { database, setAside } = openDatabase(path, FORM);
  const ids = idsIn(database);
  database.close();
  if (setAside !== undefined) throw new Error(setAside.reason);
  return ids;
}

t.test(
  'on a disk that fills up it goes on in memory with all it has, and back into the file when there is room',
  { skip: cannotMount },
  async (t) => {
    const disk = mountSmallDisk(t);
    const path = join(disk.path, 'notes.db');
    const notes = openNotes(t, path);
    notes.add('before');
    notes.add('gone');
    disk.fill();
    const during = Array.from({ length: 200 }, (_, index) => `during-${index}`);
    for (const id of during) notes.add(id);
    t.match(notes.changes, [{ type: 'memory', reason: 'database or disk is full', isWhole: true }]);
    t.equal(notes.kept.degraded, 'database or disk is full');
    notes.kept.run((database) => database.exec("DELETE FROM note WHERE id = 'gone'"));
    t.same(notes.ids(), ['before', ...during]);

    notes.wait();
    t.same(notes.ids(), ['before', ...during], 'it is tried again, in vain');
    t.equal(notes.changes.length, 1, 'which is not said again');
    disk.empty();
    notes.add('after');
    t.ok(notes.kept.degraded, 'not at every turn');
    rmSync(join(disk.path, 'filler'), { force: true });
    notes.wait();
    t.same(notes.ids(), ['before', ...during, 'after']);
    t.equal(notes.kept.degraded, undefined);
    t.same(notes.changes.at(-1), { type: 'file' });
    notes.kept.close();
    t.same(idsOnDisk(path), ['before', ...during, 'after'], 'and nothing that was taken out meanwhile');
  },
);

t.test('a disk that is full from the start hides nothing of what is in the file', { skip: cannotMount }, async (t) => {
  const disk = mountSmallDisk(t);
  const path = join(disk.path, 'notes.db');
  const first = openNotes(t, path);
  first.add('before');
  first.kept.close();
  disk.fill();
  const notes = openNotes(t, path);
  t.same(notes.ids(), ['before']);
  for (let index = 0; index < 50; index += 1) notes.add(String(index));
  t.equal(notes.ids().length, 51);
  t.match(notes.changes, [{ type: 'memory', isWhole: true }]);
  const fresh = openNotes(t, join(disk.path, 'other.db'));
  fresh.add('x');
  t.same(fresh.ids(), ['x'], 'nor does it stop one that has no file yet');
});

t.test('what a file system holds that was remounted read-only is read, also what was written last', { skip: cannotMount }, async (t) => {
  const disk = mountSmallDisk(t, '4m');
  const path = join(disk.path, 'notes.db');
  // A process that is killed leaves its last writes in the file beside it.
  const write = `
    const { openDatabase } = await import('${new URL('../../src/history/database.ts', import.meta.url).href}');
    const { database } = openDatabase('${path}', ${JSON.stringify(FORM)});
    database.exec("INSERT INTO note (id) VALUES ('last')");
    process.kill(process.pid, 'SIGKILL');`;
  t.throws(() => execFileSync(process.execPath, ['--input-type=module', '-e', write], { stdio: 'pipe' }));
  t.ok(existsSync(`${path}-wal`));
  disk.makeReadOnly();
  const notes = openNotes(t, path);
  t.match(notes.changes, [{ type: 'memory', isWhole: true }]);
  t.same(notes.ids(), ['last']);
  notes.add('new');
  disk.makeWritable();
  notes.wait();
  t.same(notes.ids(), ['last', 'new']);
  notes.kept.close();
  t.same(idsOnDisk(path), ['last', 'new']);
});

t.test('what is in its place and no file is set aside, and never waited for', (t) => {
  const cases: readonly (readonly [name: string, make: (path: string) => void])[] = [
    ['a directory', (path) => mkdirSync(join(path, 'inside'), { recursive: true })],
    ['a pipe', (path) => void execFileSync('mkfifo', [path])],
    ['a link to nothing', (path) => symlinkSync(`${path}.none`, path)],
    ['a file of another version', (path) => openDatabase(path, { ...FORM, version: 7 }).database.close()],
  ];
  for (const [name, make] of cases) {
    t.test(name, async (t) => {
      const path = join(t.testdir(), 'notes.db');
      make(path);
      const notes = openNotes(t, path);
      notes.add('x');
      t.match(notes.changes, [{ type: 'set-aside', path: /notes\.db\.damaged-/ }]);
      t.equal(notes.kept.degraded, undefined);
      t.equal(statSync(path).mode & 0o777, 0o600);
      if (name === 'a directory') t.ok(existsSync(join(readAside(path), 'inside')), 'whatever is in it is still there');
      notes.kept.close();
      t.same(idsOnDisk(path), ['x']);
    });
  }
  t.end();
});

t.test('a file that breaks while it is used is set aside, and the work is done in a new one', async (t) => {
  const path = join(t.testdir(), 'notes.db');
  const first = openNotes(t, path);
  for (let index = 0; index < 3000; index += 1) first.add(String(index));
  first.kept.close();
  const notes = openNotes(t, path);
  const bytes = readFileSync(path);
  bytes.fill(7, 4096);
  writeFileSync(path, bytes);
  notes.add('new');
  t.match(notes.changes, [{ type: 'set-aside', reason: /malformed/ }]);
  t.same(notes.ids(), ['new']);
  t.equal(notes.kept.degraded, undefined);
  t.ok(notes.kept.sizeBytes() > 0);
});

t.test('a file that is taken away while it is used is made anew, with all that was in it', async (t) => {
  const directory = t.testdir();
  const path = join(directory, 'notes.db');
  const notes = openNotes(t, path);
  notes.add('first');
  rmSync(directory, { recursive: true });
  notes.add('second');
  t.notOk(existsSync(path), 'it is not looked after at every turn');
  notes.wait();
  notes.add('third');
  t.match(notes.changes, [{ type: 'memory', reason: 'its file was taken away', isWhole: true }, { type: 'file' }]);
  t.equal(notes.kept.degraded, undefined);
  notes.wait();
  t.same(notes.ids(), ['first', 'second', 'third']);
  t.equal(notes.changes.length, 2);
  notes.kept.close();
  t.same(idsOnDisk(path), ['first', 'second', 'third']);

  const another = openNotes(t, path);
  rmSync(path);
  const { database } = openDatabase(path, FORM);
  database.exec("INSERT INTO note (id) VALUES ('put there')");
  database.close();
  another.wait();
  t.same(another.ids(), ['put there', 'first', 'second', 'third'], 'what was put in its place is kept as well');
});

t.test('without a path it is in memory, and another agent’s file is left to it', async (t) => {
  const nowhere = openNotes(t, undefined);
  nowhere.add('x');
  t.same(nowhere.ids(), ['x']);
  t.equal(nowhere.kept.degraded, 'no state directory');
  const path = join(t.testdir(), 'notes.db');
  const first = openNotes(t, path);
  first.add('first');
  t.throws(() => openNotes(t, path), { code: 'STATE_LOCKED' });
  const second = openNotes(t, path, true);
  second.add('second');
  t.same(second.ids(), ['second']);
  first.kept.close();
  second.wait();
  t.same(second.ids(), ['first', 'second'], 'until it is gone');
});

t.test('what is the program’s fault is not taken for the disk’s', async (t) => {
  const notes = openNotes(t, join(t.testdir(), 'notes.db'));
  notes.add('x');
  t.throws(() => notes.add('x'), { message: /UNIQUE/ });
  t.same(notes.changes, []);
});

function readAside(path: string): string {
  const folder = join(path, '..');
  return join(folder, readdirSync(folder).find((name) => name.includes('.damaged-')) ?? '');
}
