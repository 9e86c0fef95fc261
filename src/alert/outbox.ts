// What sinks are still to be told, and which alerts fire, on disk: nothing that was put in is lost by a crash, a power cut or a dead sink.
import { closeSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { messageOf } from '../error.ts';
import { makeDirectory } from '../host/make-directory.ts';
import type { SavedAlert } from './alert-output.ts';
import type { Notification } from './incident.ts';

export interface AlertLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Delivery {
  readonly id: number;
  readonly sink: string;
  /** Event id and revision: the same for every attempt. */
  readonly key: string;
  readonly notification: Notification;
  readonly createdMs: number;
  readonly attempts: number;
}

export interface OutboxStats {
  readonly size: number;
  readonly overflow: number;
  /** Why nothing is kept across a restart; undefined when all is well. */
  readonly degraded: string | undefined;
}

export interface Outbox {
  /** All of it or nothing. When it returns, it is on the disk. */
  commit(
    sinks: readonly (readonly [sink: string, notification: Notification])[],
    saved: ReadonlyMap<string, SavedAlert | undefined>,
    nowMs: number,
  ): void;
  restored(): readonly SavedAlert[];
  /** What this sink is to be told next: of each alert in order, and what was tried less often first. */
  next(sink: string): Delivery | undefined;
  failed(id: number): void;
  done(id: number): void;
  /** Forgets what is older, and what is for sinks that are not there any more. Gives the number of both. */
  prune(olderThanMs: number, sinks: readonly string[]): { readonly expired: readonly string[]; readonly orphaned: number };
  stats(): OutboxStats;
  close(): void;
}

export interface OutboxOptions {
  /** Undefined: in memory. */
  readonly stateDir: string | undefined;
  readonly log: AlertLog;
  readonly now: () => number;
  /** Deliveries that may wait for each sink. */
  readonly maxPerSink?: number;
}

const FILE = 'outbox.db';
const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sink TEXT NOT NULL,
    key TEXT NOT NULL,
    alert TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (sink, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS delivery_order ON delivery (sink, alert, id);
  CREATE INDEX IF NOT EXISTS delivery_age ON delivery (created_ms);
  CREATE TABLE IF NOT EXISTS alert (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
const KEPT_BROKEN_FILES = 2;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const CORRUPT: ReadonlySet<number> = new Set([11, 26]);
/** SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const UNWRITABLE: ReadonlySet<number> = new Set([3, 5, 6, 8, 10, 13, 14]);

/** Never throws because of what is on the disk: a broken store is set aside and begun anew, one that cannot be written is replaced by memory. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { stateDir, log, now, maxPerSink = 1000 } = options;
  let overflow = 0;
  let degraded: string | undefined;
  let database = open();
  let statements = prepare(database);

  function open(): DatabaseSync {
    if (stateDir === undefined) return inMemory('no state directory');
    const path = join(stateDir, FILE);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        makeDirectory(stateDir);
        // SQLite gives its other files the mode of this one.
        closeSync(openSync(path, 'a', 0o600));
        const opened = openFile(path);
        degraded = undefined;
        return opened;
      } catch (error) {
        if (attempt > 0 || !isCorrupt(error)) {
          log.warn({ path, error: messageOf(error) }, 'alerts are not kept on disk: what is not delivered when the agent stops is lost');
          return inMemory(messageOf(error));
        }
        setAside(path, error);
      }
    }
    return inMemory('the store could not be opened');
  }

  function inMemory(reason: string): DatabaseSync {
    degraded = reason;
    const memory = new DatabaseSync(':memory:');
    memory.exec(SCHEMA);
    return memory;
  }

  function setAside(path: string, error: unknown): void {
    const aside = `${path}.broken-${new Date(now()).toISOString().replace(/[:.]/g, '')}`;
    for (const suffix of ['', '-wal', '-shm']) {
      try {
        renameSync(path + suffix, aside + suffix);
      } catch {
        // Not every store has all of them.
      }
    }
    log.error({ path, aside, error: messageOf(error) }, 'the outbox of alerts is broken: set aside and begun anew');
    removeOldOnes();
  }

  function removeOldOnes(): void {
    if (stateDir === undefined) return;
    const broken = readdirSync(stateDir).filter((name) => /^outbox\.db\.broken-[^-]+$/.test(name));
    for (const name of broken.sort().slice(0, -KEPT_BROKEN_FILES)) {
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(stateDir, name + suffix), { force: true });
    }
  }

  /** A store that turns out to be broken while it is used is set aside, and what was in it is lost; one that cannot be written (a full disk)
   * goes on in memory with what it held. */
  function guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (stateDir === undefined || degraded !== undefined || !isStorage(error)) throw error;
      const former = database;
      if (isCorrupt(error)) {
        close(former);
        setAside(join(stateDir, FILE), error);
        database = open();
      } else {
        log.error(
          { error: messageOf(error) },
          'the outbox of alerts cannot be written: alerts are not kept on disk until the agent is started again',
        );
        database = inMemory(messageOf(error));
        moveInto(database, former);
        close(former);
      }
      statements = prepare(database);
      return work();
    }
  }

  function moveInto(memory: DatabaseSync, former: DatabaseSync): void {
    try {
      const insert = memory.prepare(
        'INSERT INTO delivery (sink, key, alert, reason, body, created_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, ?)',
      );
      for (const row of former.prepare('SELECT sink, key, alert, reason, body, created_ms, attempts FROM delivery ORDER BY id').all()) {
        insert.run(...Object.values(row));
      }
      const save = memory.prepare(SQL.save);
      for (const row of former.prepare('SELECT id, body FROM alert').all()) save.run(...Object.values(row));
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        'what waited in the outbox of alerts could not be read: it is sent when the agent is started again',
      );
    }
  }

  function transaction(work: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function put(sink: string, notification: Notification, nowMs: number): void {
    const { event, reason } = notification;
    // What is newer says all that an update that still waits would have said.
    statements.dropUpdates.run(sink, event.id);
    statements.insert.run(sink, `${event.id}.${event.revision}`, event.id, reason, JSON.stringify(notification), nowMs);
    const { waiting } = statements.countOf.get(sink) as { waiting: number };
    for (let excess = waiting - maxPerSink; excess > 0; excess -= 1) {
      statements.evict.run(sink);
      overflow += 1;
    }
  }

  return {
    commit(sinks, saved, nowMs) {
      if (sinks.length === 0 && saved.size === 0) return;
      guarded(() =>
        transaction(() => {
          for (const [sink, notification] of sinks) put(sink, notification, nowMs);
          for (const [id, alert] of saved) {
            if (alert === undefined) statements.forget.run(id);
            else statements.save.run(id, JSON.stringify(alert));
          }
        }),
      );
    },
    restored: () => guarded(() => (statements.saved.all() as { body: string }[]).flatMap(({ body }) => parse<SavedAlert>(body) ?? [])),
    next(sink) {
      return guarded(() => {
        for (;;) {
          const row = statements.next.get(sink) as Row | undefined;
          if (row === undefined) return undefined;
          const notification = parse<Notification>(row.body);
          if (notification !== undefined)
            return { id: row.id, sink, key: row.key, notification, createdMs: row.created_ms, attempts: row.attempts };
          statements.remove.run(row.id);
        }
      });
    },
    failed: (id) => void guarded(() => statements.fail.run(id)),
    done: (id) => void guarded(() => statements.remove.run(id)),
    prune(olderThanMs, sinks) {
      return guarded(() => {
        const expired = (statements.expire.all(olderThanMs) as { sink: string }[]).map(({ sink }) => sink);
        const orphaned = Number(statements.orphan.run(JSON.stringify(sinks)).changes);
        return { expired, orphaned };
      });
    },
    stats: () => ({ size: (statements.countAll.get() as { waiting: number }).waiting, overflow, degraded }),
    close: () => database.close(),
  };
}

interface Row {
  readonly id: number;
  readonly key: string;
  readonly body: string;
  readonly created_ms: number;
  readonly attempts: number;
}

function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 2000 });
  try {
    // Exclusive: no second agent, and no file of shared memory. FULL: what is committed survives a power cut.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    const check = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    if (check.quick_check !== 'ok') throw Object.assign(new Error(check.quick_check), { errcode: 11 });
    if (version > SCHEMA_VERSION) throw Object.assign(new Error(`made by a newer podtree (schema ${version})`), { errcode: 26 });
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function primaryCode(error: unknown): number {
  const code = (error as { readonly errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
}

function isCorrupt(error: unknown): boolean {
  return CORRUPT.has(primaryCode(error));
}

/** What the disk, and not the program, is to blame for. */
function isStorage(error: unknown): boolean {
  return isCorrupt(error) || UNWRITABLE.has(primaryCode(error));
}

function close(database: DatabaseSync): void {
  try {
    database.close();
  } catch {
    // It was of no use any more.
  }
}

function parse<T>(body: string): T | undefined {
  try {
    return JSON.parse(body) as T;
  } catch {
    return undefined;
  }
}

function prepare(database: DatabaseSync): Readonly<Record<string, StatementSync>> & Record<StatementName, StatementSync> {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const);
  return Object.fromEntries(entries) as Record<StatementName, StatementSync>;
}

type StatementName = keyof typeof SQL;
const SQL = {
  insert: 'INSERT OR REPLACE INTO delivery (sink, key, alert, reason, body, created_ms) VALUES (?, ?, ?, ?, ?, ?)',
  dropUpdates: "DELETE FROM delivery WHERE sink = ? AND alert = ? AND reason = 'update'",
  countOf: 'SELECT count(*) AS waiting FROM delivery WHERE sink = ?',
  countAll: 'SELECT count(*) AS waiting FROM delivery',
  // What is over matters least, then what is said again; of each the oldest.
  evict: `DELETE FROM delivery WHERE id = (SELECT id FROM delivery WHERE sink = ?
    ORDER BY CASE reason WHEN 'resolved' THEN 0 WHEN 'update' THEN 1 ELSE 2 END, id LIMIT 1)`,
  next: `SELECT id, key, body, created_ms, attempts FROM delivery AS one WHERE sink = ?
    AND NOT EXISTS (SELECT 1 FROM delivery AS other WHERE other.sink = one.sink AND other.alert = one.alert AND other.id < one.id)
    ORDER BY attempts, id LIMIT 1`,
  fail: 'UPDATE delivery SET attempts = attempts + 1 WHERE id = ?',
  remove: 'DELETE FROM delivery WHERE id = ?',
  expire: 'DELETE FROM delivery WHERE created_ms < ? RETURNING sink',
  orphan: 'DELETE FROM delivery WHERE sink NOT IN (SELECT value FROM json_each(?))',
  save: 'INSERT OR REPLACE INTO alert (id, body) VALUES (?, ?)',
  forget: 'DELETE FROM alert WHERE id = ?',
  saved: 'SELECT body FROM alert',
} as const;
