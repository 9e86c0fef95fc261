// Opens the file that history is kept in: one agent at a time, durable, and begun anew when it cannot be read.
import { chmodSync, closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, PodtreeError } from '../error.ts';
import { makeDirectory } from '../host/make-directory.ts';

/** 'ptre' in ASCII: tells our files from those of others. */
const APPLICATION_ID = 0x70747265;
const SCHEMA_VERSION = 1;
/** Files that were set aside are for whoever wants to know why; older ones go. */
const MAX_SET_ASIDE = 2;
/** A former agent may still be closing its files. */
const LOCK_WAIT_MS = 2_000;

// Primary result codes of sqlite.org/rescode.html.
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const NOTADB = 26;

const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE pods (
  uid TEXT PRIMARY KEY, namespace TEXT, name TEXT, record TEXT NOT NULL, seen_ms INTEGER NOT NULL, gone_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX pods_by_name ON pods (name);
CREATE INDEX pods_by_end ON pods (gone_ms);
CREATE TABLE sandboxes (
  id TEXT PRIMARY KEY, pod_uid TEXT NOT NULL, record TEXT NOT NULL, pause TEXT, boot_id TEXT NOT NULL, is_current INTEGER NOT NULL,
  first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sandboxes_by_pod ON sandboxes (pod_uid, first_ms);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, pod_uid TEXT NOT NULL, type TEXT NOT NULL,
  sandbox_id TEXT, kind TEXT, weight INTEGER NOT NULL, time TEXT NOT NULL, at_ms INTEGER NOT NULL, event TEXT NOT NULL, untold INTEGER
) STRICT;
CREATE INDEX events_by_pod ON events (pod_uid, weight, seq);
CREATE INDEX events_by_weight ON events (weight, seq);
CREATE INDEX events_by_age ON events (at_ms);
CREATE INDEX events_by_kind ON events (pod_uid, time) WHERE kind IS NOT NULL AND kind <> 'planned-stop';
CREATE INDEX events_by_sandbox ON events (sandbox_id, seq) WHERE type = 'pause.exited';
CREATE INDEX events_untold ON events (seq) WHERE untold = 1;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;

export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** What was found in its place and could not be used: where it is now, and why. */
  readonly setAside?: { readonly path: string; readonly reason: string };
}

/** Why a file cannot be used although it can be read. */
class Unusable extends Error {}

/** Opens or makes the file, its directory with mode 0700 and itself with 0600. A file that is damaged, or that is none of ours, is renamed and
 * begun anew. Throws STATE_LOCKED while another agent has it, and whatever the system says when it cannot be written. */
export function openDatabase(path: string, now: () => number = Date.now): OpenDatabase {
  makeFile(path);
  try {
    return { database: open(path) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const setAside = { path: moveAside(path, now()), reason: messageOf(error) };
    makeFile(path);
    return { database: open(path), setAside };
  }
}

/** The file has to be given up: no statement will ever succeed on it. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return error instanceof Unusable || code === CORRUPT || code === NOTADB;
}

function primaryCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

function makeFile(path: string): void {
  makeDirectory(dirname(path));
  // sqlite would make it readable for all. Never opened when it is there: closing it would drop the locks of another agent of this process.
  if (existsSync(path)) chmodSync(path, 0o600);
  else closeSync(openSync(path, 'wx', 0o600));
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    // Exclusive before the first access: the lock is then held until the end, and no shared memory file is needed.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -1024');
    database.exec('BEGIN IMMEDIATE');
    prepareSchema(database);
    database.exec('COMMIT');
    check(database);
    return database;
  } catch (error) {
    database.close();
    const code = primaryCode(error);
    if (code !== BUSY && code !== LOCKED) throw error;
    throw new PodtreeError(
      'STATE_LOCKED',
      `${path} is in use: another podtree agent runs with this state directory. Stop that one, or give this one its own with --state-dir DIR`,
      { cause: error },
    );
  }
}

/** The tables, in a database that has none: one in memory, for when no file can be written. */
export function prepareFresh(database: DatabaseSync): DatabaseSync {
  database.exec(SCHEMA);
  return database;
}

function prepareSchema(database: DatabaseSync): void {
  const version = pragma(database, 'user_version');
  const application = pragma(database, 'application_id');
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  if (tables === 0 && version === 0) {
    database.exec(SCHEMA);
    return;
  }
  if (application !== APPLICATION_ID) throw new Unusable('it is a database of another program');
  if (version !== SCHEMA_VERSION) throw new Unusable(`it has version ${version} and this podtree writes version ${SCHEMA_VERSION}`);
}

function check(database: DatabaseSync): void {
  const [first] = database.prepare('PRAGMA quick_check(1)').all() as { quick_check?: unknown }[];
  if (first?.quick_check !== 'ok') throw new Unusable(`it is damaged: ${String(first?.quick_check)}`);
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined;
  return Number(row?.[name]);
}

function moveAside(path: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]/g, '');
  const target = `${path}.damaged-${stamp}`;
  renameSync(path, target);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  const prefix = `${basename(path)}.damaged-`;
  const stamps = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).replace(/-(wal|shm)$/, ''));
  for (const old of [...new Set(stamps)].sort().slice(0, -MAX_SET_ASIDE)) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dirname(path), prefix + old + suffix), { force: true });
  }
  return target;
}
