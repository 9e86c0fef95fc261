// The tables of history.
import type { DatabaseForm } from './database.ts';

export const HISTORY_FORM: DatabaseForm = {
  // 'ptre' in ASCII.
  applicationId: 0x70747265,
  version: 1,
  schema: `
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
`,
};
