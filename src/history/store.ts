// Writes history to the database and reads it back. Synchronous: it runs on a thread of its own (see worker.ts).
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TreeEvent } from '../tree/change.ts';
import type { PodRecord, ProcessRecord } from '../tree/model.ts';
import { inTransaction } from './database.ts';
import { createPruning } from './prune.ts';
import {
  type HistoryLimits,
  type HistorySandbox,
  type HistorySize,
  type HistoryWrite,
  type Known,
  type KnownPod,
  type KnownSandbox,
  type PodHistory,
  type PodSearch,
  type PodSummary,
  WEIGHT,
  wallTime,
} from './record.ts';
import { isEvent, isSandboxRecord, parseRecord } from './row.ts';

export interface Store {
  /** Writes all or nothing. When it returns, a power cut does no harm to it. */
  write(batch: readonly HistoryWrite[]): void;
  /** What the last run knew; undefined when there was none. */
  known(): Known | undefined;
  /** Events that were written and perhaps never published, oldest first. */
  untold(): TreeEvent[];
  pod(uid: string): Omit<PodHistory, 'node'> | undefined;
  pods(search: PodSearch): PodSummary[];
  /** Lets go of what is over age and over the bounds, a bounded part at a time; true when there is more to do. */
  prune(nowMs: number): boolean;
  rows(): Omit<HistorySize, 'bytes'>;
  close(): void;
}

export function createStore(database: DatabaseSync, limits: HistoryLimits): Store {
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    let statement = statements.get(text);
    if (!statement) {
      statement = database.prepare(text);
      statements.set(text, statement);
    }
    return statement;
  };
  const pruning = createPruning(sql, limits);
  let bootId = meta('boot_id') ?? '';

  function meta(key: string): string | undefined {
    return (sql('SELECT value FROM meta WHERE key = ?').get(key) as { value: string } | undefined)?.value;
  }

  function setMeta(key: string, value: string): void {
    sql('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(key, value);
  }

  function apply(write: HistoryWrite): void {
    switch (write.op) {
      case 'pod': {
        const { uid, namespace = null, name = null } = write.record;
        sql(`INSERT INTO pods (uid, namespace, name, record, seen_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (uid) DO UPDATE
          SET namespace = excluded.namespace, name = excluded.name, record = excluded.record, seen_ms = excluded.seen_ms, gone_ms = NULL`).run(
          uid,
          namespace,
          name,
          JSON.stringify(write.record),
          write.atMs,
        );
        return;
      }
      case 'pod-gone':
        sql('UPDATE pods SET gone_ms = ? WHERE uid = ? AND gone_ms IS NULL').run(write.atMs, write.uid);
        sql('UPDATE sandboxes SET last_ms = ?, is_current = 0 WHERE pod_uid = ? AND is_current = 1').run(write.atMs, write.uid);
        return;
      case 'sandbox':
        return applySandbox(write);
      case 'sandbox-gone':
        sql(`UPDATE sandboxes SET record = json_remove(json_set(record, '$.state', 'removed'), '$.pause'), last_ms = ?, is_current = 0
          WHERE id = ?`).run(write.atMs, write.id);
        return;
      case 'event':
        return applyEvent(write);
      case 'lift':
        sql('UPDATE events SET weight = ? WHERE pod_uid = ? AND weight = ? AND at_ms >= ?').run(
          WEIGHT.cascade,
          write.podUid,
          WEIGHT.ordinary,
          write.sinceMs,
        );
        return;
      case 'told':
        for (const id of write.ids) sql('UPDATE events SET untold = NULL WHERE id = ?').run(id);
        return;
      case 'alive':
        bootId = write.bootId;
        setMeta('boot_id', bootId);
        setMeta('alive_ms', String(write.atMs));
        setMeta('stopped', write.isStopping ? '1' : '0');
        return;
      default:
        write satisfies never;
    }
  }

  function applySandbox({ podUid, record, isCurrent, atMs }: Extract<HistoryWrite, { op: 'sandbox' }>): void {
    const pause = record.pause ? JSON.stringify(record.pause) : null;
    if (isCurrent)
      sql('UPDATE sandboxes SET is_current = 0, last_ms = ? WHERE pod_uid = ? AND is_current = 1 AND id <> ?').run(atMs, podUid, record.id);
    sql(`INSERT INTO sandboxes (id, pod_uid, record, pause, boot_id, is_current, first_ms, last_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET record = excluded.record, pause = coalesce(excluded.pause, pause), is_current = excluded.is_current,
      last_ms = CASE WHEN excluded.is_current = 1 OR is_current = 1 THEN excluded.last_ms ELSE last_ms END`).run(
      record.id,
      podUid,
      JSON.stringify(record),
      pause,
      bootId,
      isCurrent ? 1 : 0,
      atMs,
      atMs,
    );
    pruning.touch(podUid);
  }

  function applyEvent({ podUid, event, weight, isUntold, atMs }: Extract<HistoryWrite, { op: 'event' }>): void {
    const kind = event.type === 'pause.exited' || event.type === 'pause.restarted' ? event.cause.kind : null;
    const sandboxId = (event.type === 'pause.restarted' ? event.oldSandbox.id : event.sandbox?.id) ?? null;
    // An amendment replaces what it amends, in its place; an older revision that comes late does not.
    sql(`INSERT INTO events (id, revision, pod_uid, type, sandbox_id, kind, weight, time, at_ms, event, untold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, sandbox_id = excluded.sandbox_id, kind = excluded.kind,
      weight = max(weight, excluded.weight), time = excluded.time, event = excluded.event WHERE excluded.revision > revision`).run(
      event.id,
      event.revision,
      podUid,
      event.type,
      sandboxId,
      kind,
      weight,
      event.time,
      atMs,
      JSON.stringify(event),
      isUntold ? 1 : null,
    );
    pruning.touch(podUid);
  }

  function deathOf(sandboxId: string): KnownSandbox['death'] {
    const row = sql("SELECT event FROM events WHERE sandbox_id = ? AND type = 'pause.exited' ORDER BY seq DESC LIMIT 1").get(sandboxId);
    const event = parseRecord(row?.event, isEvent);
    return event?.type === 'pause.exited' ? { time: event.time, cause: event.cause } : undefined;
  }

  function knownPods(): Map<string, KnownPod> {
    const pods = new Map<string, KnownPod>();
    const rows = sql(`SELECT sandboxes.pod_uid, sandboxes.record, sandboxes.pause FROM sandboxes JOIN pods ON pods.uid = sandboxes.pod_uid
      WHERE is_current = 1 AND gone_ms IS NULL`).all();
    for (const row of rows) {
      const uid = String(row.pod_uid);
      const record = parseRecord(row.record, isSandboxRecord);
      if (!record) continue;
      const lastPause = parseRecord(row.pause, isProcess);
      const death = deathOf(record.id);
      const ids = sql('SELECT id FROM sandboxes WHERE pod_uid = ?').all(uid);
      const sandbox = { record, ...(lastPause && { lastPause }), ...(death && { death }) };
      pods.set(uid, { uid, sandbox, sandboxIds: new Set(ids.map(({ id }) => String(id))) });
    }
    return pods;
  }

  function sandboxesOf(uid: string, aliveMs: number): HistorySandbox[] {
    const rows = sql(
      'SELECT record, pause, boot_id, is_current, first_ms, last_ms FROM sandboxes WHERE pod_uid = ? ORDER BY first_ms, id',
    ).all(uid);
    const sandboxes = rows.flatMap((row) => {
      const record = parseRecord(row.record, isSandboxRecord);
      if (!record) return [];
      const lastPause = parseRecord(row.pause, isProcess);
      const lastMs = row.is_current === 1 ? Math.max(aliveMs, Number(row.last_ms)) : Number(row.last_ms);
      const seen = { bootId: String(row.boot_id), firstSeen: wallTime(Number(row.first_ms)), lastSeen: wallTime(lastMs) };
      return [{ ...record, ...(lastPause && { lastPause }), ...seen }];
    });
    return sandboxes.sort((a, b) => compare(a.createdAt ?? a.firstSeen, b.createdAt ?? b.firstSeen));
  }

  function eventsOf(uid: string): TreeEvent[] {
    const rows = sql('SELECT event FROM events WHERE pod_uid = ? ORDER BY time, seq').all(uid);
    return rows.flatMap((row) => parseRecord(row.event, isEvent) ?? []);
  }

  function deathsOf(uid: string): Pick<PodSummary, 'deaths' | 'lastDeath'> {
    const { deaths } = sql(
      "SELECT count(DISTINCT sandbox_id) AS deaths FROM events WHERE pod_uid = ? AND kind IS NOT NULL AND kind <> 'planned-stop'",
    ).get(uid) as { deaths: number };
    if (deaths === 0) return { deaths };
    const row = sql(
      "SELECT event FROM events WHERE pod_uid = ? AND kind IS NOT NULL AND kind <> 'planned-stop' ORDER BY time DESC, seq DESC LIMIT 1",
    ).get(uid);
    const event = parseRecord(row?.event, isEvent);
    if (event?.type !== 'pause.exited' && event?.type !== 'pause.restarted') return { deaths };
    const { kind, signal, sender } = event.cause;
    return { deaths, lastDeath: { time: event.time, kind, ...(signal && { signal }), ...(sender && { by: sender.comm }) } };
  }

  return {
    write: (batch) => {
      inTransaction(database, () => {
        for (const write of batch) apply(write);
        pruning.boundPods();
      });
    },
    known: () => {
      const alive = meta('alive_ms');
      if (alive === undefined) return undefined;
      return { bootId, lastSeen: wallTime(Number(alive)), wasStopped: meta('stopped') === '1', pods: knownPods() };
    },
    untold: () =>
      sql('SELECT event FROM events WHERE untold = 1 ORDER BY seq LIMIT 10000')
        .all()
        .flatMap((row) => parseRecord(row.event, isEvent) ?? []),
    pod: (uid) => {
      const row = sql('SELECT record, gone_ms FROM pods WHERE uid = ?').get(uid);
      const record = parseRecord(row?.record, isPod);
      if (!row || !record) return undefined;
      const goneAt = row.gone_ms === null ? undefined : wallTime(Number(row.gone_ms));
      const aliveMs = Number(meta('alive_ms') ?? 0);
      return { pod: { ...record, ...(goneAt && { goneAt }) }, sandboxes: sandboxesOf(uid, aliveMs), events: eventsOf(uid) };
    },
    pods: ({ name, namespace, limit }) => {
      const rows = sql(`SELECT uid, namespace, name, gone_ms,
          (SELECT max(time) FROM events WHERE pod_uid = uid AND kind IS NOT NULL AND kind <> 'planned-stop') AS died
        FROM pods WHERE (?1 IS NULL OR namespace = ?1)
          AND (?2 IS NULL OR name = ?2 OR namespace || '/' || name = ?2 OR (length(?2) >= 4 AND substr(uid, 1, length(?2)) = ?2))
        ORDER BY died DESC NULLS LAST, gone_ms DESC NULLS FIRST, namespace, name LIMIT ?3`).all(namespace ?? null, name ?? null, limit);
      return rows.map((row) => ({
        uid: String(row.uid),
        ...(row.namespace !== null && { namespace: String(row.namespace) }),
        ...(row.name !== null && { name: String(row.name) }),
        ...(row.gone_ms !== null && { goneAt: wallTime(Number(row.gone_ms)) }),
        ...deathsOf(String(row.uid)),
      }));
    },
    prune: (nowMs) => {
      let isMore = false;
      inTransaction(database, () => {
        isMore = pruning.prune(nowMs);
      });
      // Pages that became free go back to the file system a few at a time: a VACUUM would write the whole file at once.
      database.exec('PRAGMA incremental_vacuum(256)');
      return isMore;
    },
    rows: () => {
      const row = sql(`SELECT (SELECT count(*) FROM pods) AS pods, (SELECT count(*) FROM sandboxes) AS sandboxes,
        (SELECT count(*) FROM events) AS events`).get();
      return { pods: Number(row?.pods), sandboxes: Number(row?.sandboxes), events: Number(row?.events) };
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isPod(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & PodRecord {
  return typeof value.uid === 'string' && typeof value.labels === 'object' && value.labels !== null;
}

function isProcess(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & ProcessRecord {
  return typeof value.pid === 'number' && typeof value.startTime === 'string' && typeof value.comm === 'string';
}
