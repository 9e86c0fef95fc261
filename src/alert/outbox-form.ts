// The tables of the outbox, and what is asked of them.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type DatabaseForm, inTransaction } from '../history/database.ts';

export const OUTBOX_FORM: DatabaseForm = {
  // 'ptob' in ASCII.
  applicationId: 0x70746f62,
  version: 1,
  schema: `
CREATE TABLE delivery (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, key TEXT NOT NULL, alert TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL,
  created_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, UNIQUE (sink, key)
) STRICT;
CREATE INDEX delivery_order ON delivery (sink, alert, id);
CREATE INDEX delivery_worth ON delivery (sink, reason, id);
CREATE INDEX delivery_age ON delivery (created_ms);
CREATE TABLE saved (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
};

const SQL = {
  insert: 'INSERT OR REPLACE INTO delivery (sink, key, alert, reason, body, created_ms) VALUES (?, ?, ?, ?, ?, ?)',
  dropUpdates: "DELETE FROM delivery WHERE sink = ? AND alert = ? AND reason = 'update'",
  countOf: 'SELECT count(*) AS waiting FROM delivery WHERE sink = ?',
  countAll: 'SELECT count(*) AS waiting FROM delivery',
  // What is over matters least, then what is said again; of each the oldest.
  evict: `DELETE FROM delivery WHERE id = coalesce(
    (SELECT min(id) FROM delivery WHERE sink = ?1 AND reason = 'resolved'),
    (SELECT min(id) FROM delivery WHERE sink = ?1 AND reason = 'update'),
    (SELECT min(id) FROM delivery WHERE sink = ?1))`,
  next: `SELECT key, body, created_ms, attempts FROM delivery AS one WHERE sink = ?
    AND NOT EXISTS (SELECT 1 FROM delivery AS other WHERE other.sink = one.sink AND other.alert = one.alert AND other.id < one.id)
    ORDER BY attempts, id LIMIT 1`,
  // By sink and key: the number of a row is another one when it had to be copied.
  fail: 'UPDATE delivery SET attempts = attempts + 1 WHERE sink = ? AND key = ?',
  remove: 'DELETE FROM delivery WHERE sink = ? AND key = ?',
  expire: 'DELETE FROM delivery WHERE created_ms < ? RETURNING sink',
  orphan: 'DELETE FROM delivery WHERE sink NOT IN (SELECT value FROM json_each(?))',
  save: 'INSERT OR REPLACE INTO saved (id, body) VALUES (?, ?)',
  forget: 'DELETE FROM saved WHERE id = ?',
  saved: 'SELECT id, body FROM saved',
} as const;

export interface OutboxDatabase {
  readonly sql: Readonly<Record<keyof typeof SQL, StatementSync>>;
  /** All of it or nothing; when it returns, a power cut does no harm to it. */
  transaction(work: () => void): void;
}

export function prepareOutbox(database: DatabaseSync): OutboxDatabase {
  // What a power cut takes back of the rest is sent again: no more than at least once was promised, and the disk is waited for half as often.
  database.exec('PRAGMA synchronous = NORMAL');
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const);
  return {
    sql: Object.fromEntries(entries) as Record<keyof typeof SQL, StatementSync>,
    transaction(work) {
      database.exec('PRAGMA synchronous = FULL');
      try {
        inTransaction(database, work);
      } finally {
        database.exec('PRAGMA synchronous = NORMAL');
      }
    },
  };
}
