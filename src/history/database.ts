// Opens a file of the state directory: one agent at a time, durable, and begun anew when what is there cannot be used.
import { chmodSync, closeSync, existsSync, lstatSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, PodtreeError } from '../error.ts';
import { makeDirectory } from '../host/make-directory.ts';

/** What a file holds. */
export interface DatabaseForm {
  /** Tells our files from those of others: the header of the file holds it. */
  readonly applicationId: number;
  /** Of the tables: a file of another version is not read. */
  readonly version: number;
  /** Statements that make the tables in an empty database. */
  readonly schema: string;
}

export interface OpenDatabase {
  readonly database: DatabaseSync;
  /** What was found in its place and could not be used: where it is now, and why. */
  readonly setAside?: SetAside;
}

export interface SetAside {
  readonly path: string;
  readonly reason: string;
}

export interface OpenOptions {
  readonly now?: (() => number) | undefined;
  /** A former agent may still be closing its files. */
  readonly lockWaitMs?: number | undefined;
}

/** Files that were set aside are for whoever wants to know why; older ones go. */
const MAX_SET_ASIDE = 2;
const LOCK_WAIT_MS = 2_000;
const COMPANIONS = ['-wal', '-shm'] as const;

// Primary result codes of sqlite.org/rescode.html.
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const NOTADB = 26;

/** Why a file cannot be used although it can be read. */
class Unusable extends Error {}

/** Opens or makes the file, its directory with mode 0700 and itself with 0600. A file that is damaged, or that is none of ours, is renamed and
 * begun anew. Throws STATE_LOCKED while another agent has it, and whatever the system says when it cannot be written. */
export function openDatabase(path: string, form: DatabaseForm, options: OpenOptions = {}): OpenDatabase {
  const { now = Date.now, lockWaitMs = LOCK_WAIT_MS } = options;
  try {
    makeFile(path);
    return { database: open(path, form, lockWaitMs) };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const setAside = { path: moveAside(path, now()), reason: messageOf(error) };
    makeFile(path);
    return { database: open(path, form, lockWaitMs), setAside };
  }
}

/** Empty, and gone with the agent. */
export function openInMemory(form: DatabaseForm): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  makeTables(database, form);
  return database;
}

/** All of it or nothing. Throws what the work throws, and what sqlite says. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // Of a disk that is full sqlite has taken it back itself.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** The file has to be given up: no statement will ever succeed on it. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return error instanceof Unusable || code === CORRUPT || code === NOTADB;
}

export function primaryCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Renames a file and what sqlite keeps beside it. Gives its new name. Throws when it cannot be renamed. */
export function moveAside(path: string, nowMs: number): string {
  const prefix = `${basename(path)}.damaged-`;
  const target = join(dirname(path), prefix + new Date(nowMs).toISOString().replace(/[-:]/g, ''));
  renameSync(path, target);
  for (const suffix of COMPANIONS) {
    if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix);
  }
  const stamps = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length).replace(/-(wal|shm)$/, ''));
  for (const old of [...new Set(stamps)].sort().slice(0, -MAX_SET_ASIDE)) {
    for (const suffix of ['', ...COMPANIONS]) rmSync(join(dirname(path), prefix + old + suffix), { force: true, recursive: true });
  }
  return target;
}

function makeFile(path: string): void {
  makeDirectory(dirname(path));
  const found = statSync(path, { throwIfNoEntry: false });
  const isLink = found === undefined && lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  if (isLink) throw new Unusable('it is a link to nothing');
  // sqlite would make it readable for all. Never opened when it is there: closing it would drop the locks of another agent of this process.
  if (found === undefined) closeSync(openSync(path, 'wx', 0o600));
  // A pipe would be waited for, and never be a database.
  else if (!found.isFile()) throw new Unusable(found.isDirectory() ? 'it is a directory' : 'it is no file');
  else if ((found.mode & 0o777) !== 0o600) chmodSync(path, 0o600);
}

function open(path: string, form: DatabaseForm, lockWaitMs: number): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: lockWaitMs });
  try {
    // Exclusive before the first access: the lock is then held until the end, and no shared memory file is needed.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL');
    // FULL: what is committed survives a power cut.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -1024');
    inTransaction(database, () => prepareTables(database, form));
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

function prepareTables(database: DatabaseSync, form: DatabaseForm): void {
  const version = pragma(database, 'user_version');
  const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as { tables: number };
  if (tables === 0 && version === 0) {
    makeTables(database, form);
    return;
  }
  if (pragma(database, 'application_id') !== form.applicationId) throw new Unusable('it is a database of another program');
  if (version !== form.version) throw new Unusable(`it has version ${version} and this podtree writes version ${form.version}`);
}

function makeTables(database: DatabaseSync, { schema, applicationId, version }: DatabaseForm): void {
  database.exec(`${schema} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version};`);
}

function check(database: DatabaseSync): void {
  const [first] = database.prepare('PRAGMA quick_check(1)').all() as { quick_check?: unknown }[];
  if (first?.quick_check !== 'ok') throw new Unusable(`it is damaged: ${String(first?.quick_check)}`);
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  const row = database.prepare(`PRAGMA ${name}`).get() as Readonly<Record<string, unknown>> | undefined;
  return Number(row?.[name]);
}
