// What sinks are still to be told, and which alerts fire, on disk: nothing that was put in is lost by a crash, a power cut or a dead sink.
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../error.ts';
import { isDamage, moveAside, openDatabase, openInMemory, primaryCode } from '../history/database.ts';
import type { SavedAlert } from './alert-output.ts';
import type { Notification } from './incident.ts';
import { OUTBOX_FORM, prepareStatements } from './outbox-form.ts';

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
/** SQLITE_PERM, BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const UNWRITABLE: ReadonlySet<number> = new Set([3, 5, 6, 8, 10, 13, 14]);

/** Never throws because of what is on the disk: a damaged store is set aside and begun anew, one that cannot be written is replaced by memory. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { stateDir, log, now, maxPerSink = 1000 } = options;
  let overflow = 0;
  let degraded: string | undefined;
  let database = open();
  let statements = prepareStatements(database);

  function open(): DatabaseSync {
    if (stateDir === undefined) return inMemory('no state directory');
    const path = join(stateDir, FILE);
    try {
      const { database: opened, setAside } = openDatabase(path, OUTBOX_FORM, { now });
      if (setAside !== undefined) log.error(setAside, 'the outbox of alerts could not be read: it was set aside and is begun anew');
      degraded = undefined;
      return opened;
    } catch (error) {
      log.warn({ path, error: messageOf(error) }, 'alerts are not kept on disk: what is not delivered when the agent stops is lost');
      return inMemory(messageOf(error));
    }
  }

  function inMemory(reason: string): DatabaseSync {
    degraded = reason;
    return openInMemory(OUTBOX_FORM);
  }

  /** A store that turns out to be broken while it is used is set aside, and what was in it is lost; one that cannot be written (a full disk)
   * goes on in memory with what it held. */
  function guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (stateDir === undefined || degraded !== undefined || !isStorage(error)) throw error;
      const former = database;
      if (isDamage(error)) {
        close(former);
        const path = join(stateDir, FILE);
        log.error(
          { path: moveAside(path, now()), reason: messageOf(error) },
          'the outbox of alerts broke: it was set aside and is begun anew',
        );
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
      statements = prepareStatements(database);
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
      const { save } = prepareStatements(memory);
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

/** What the disk, and not the program, is to blame for. */
function isStorage(error: unknown): boolean {
  return isDamage(error) || UNWRITABLE.has(primaryCode(error) ?? 0);
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
