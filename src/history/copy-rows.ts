// Copies all rows of one database into another one with the same tables.
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from './database.ts';

/** All of it or nothing. `isReplacing`: what was there before goes; else it stays, and of two rows with the same key the new one counts. Rows
 * whose key is a number that sqlite gave get another one, in the same order. */
export function copyRows(from: DatabaseSync, to: DatabaseSync, isReplacing: boolean): void {
  inTransaction(to, () => {
    for (const table of tablesOf(to)) copyTable(from, to, table, isReplacing);
  });
}

/** Of the database without what sqlite keeps beside it, in bytes. */
export function sizeOf(database: DatabaseSync): number {
  const row = database.prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size').get();
  return Number(row?.bytes);
}

function tablesOf(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  return rows.map(({ name }) => String(name));
}

function copyTable(from: DatabaseSync, to: DatabaseSync, table: string, isReplacing: boolean): void {
  // An INTEGER PRIMARY KEY is the row's number: sqlite.org/lang_createtable.html#rowid.
  const columns = to.prepare('SELECT name, pk = 1 AND type = ? AS is_number FROM pragma_table_info(?)').all('INTEGER', table);
  const names = columns.filter(({ is_number }) => is_number === 0).map(({ name }) => String(name));
  const order = columns.find(({ is_number }) => is_number === 1)?.name;
  if (isReplacing) to.exec(`DELETE FROM ${table}`);
  const insert = to.prepare(`INSERT OR REPLACE INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`);
  const select = from.prepare(`SELECT ${names.join()} FROM ${table}${order === undefined ? '' : ` ORDER BY ${String(order)}`}`);
  for (const row of select.iterate()) insert.run(...names.map((name) => row[name] ?? null));
}
