// The tables of the outbox, and what is asked of them.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DatabaseForm } from '../history/database.ts';

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
CREATE INDEX delivery_age ON delivery (created_ms);
CREATE TABLE alert (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
};

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

export type OutboxStatements = Readonly<Record<keyof typeof SQL, StatementSync>>;

export function prepareStatements(database: DatabaseSync): OutboxStatements {
  const entries = Object.entries(SQL).map(([name, sql]) => [name, database.prepare(sql)] as const);
  return Object.fromEntries(entries) as Record<keyof typeof SQL, StatementSync>;
}
