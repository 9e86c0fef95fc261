// Keeps history within its bounds: per pod with every write, by age and in all from time to time.
import type { StatementSync } from 'node:sqlite';
import type { HistoryLimits } from './record.ts';

/** Rows that one transaction deletes at most: the next write waits no longer than for these. */
const CHUNK = 500;

export interface Pruning {
  /** The pod got another event or sandbox. */
  touch(podUid: string): void;
  /** Brings the pods that were touched back within their bounds. */
  boundPods(): void;
  /** Deletes some of what is over age or over the total; true when there may be more. */
  prune(nowMs: number): boolean;
}

export function createPruning(sql: (text: string) => StatementSync, limits: HistoryLimits): Pruning {
  const touched = new Set<string>();

  function boundPod(uid: string): void {
    // What has yet to be published stays whatever comes.
    sql(`DELETE FROM events WHERE pod_uid = ?1 AND untold IS NULL AND seq IN (
      SELECT seq FROM events WHERE pod_uid = ?1 ORDER BY weight DESC, seq DESC LIMIT -1 OFFSET ?2)`).run(uid, limits.podEvents);
    sql(`DELETE FROM sandboxes WHERE pod_uid = ?1 AND is_current = 0 AND id IN (
      SELECT id FROM sandboxes WHERE pod_uid = ?1 ORDER BY is_current DESC, first_ms DESC LIMIT -1 OFFSET ?2)`).run(
      uid,
      limits.podSandboxes,
    );
  }

  function forgetPods(uids: readonly string[]): void {
    for (const uid of uids) {
      sql('DELETE FROM events WHERE pod_uid = ?').run(uid);
      sql('DELETE FROM sandboxes WHERE pod_uid = ?').run(uid);
      sql('DELETE FROM pods WHERE uid = ?').run(uid);
    }
  }

  function count(table: 'events' | 'pods'): number {
    return Number(sql(`SELECT count(*) AS total FROM ${table}`).get()?.total);
  }

  function uidsOf(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
    return rows.map(({ uid }) => String(uid));
  }

  return {
    touch: (podUid) => void touched.add(podUid),
    boundPods: () => {
      for (const uid of touched) boundPod(uid);
      touched.clear();
    },
    prune: (nowMs) => {
      const gone = uidsOf(sql('SELECT uid FROM pods WHERE gone_ms < ? ORDER BY gone_ms LIMIT 50').all(nowMs - limits.goneMs));
      forgetPods(gone);
      const podsOver = Math.min(50, count('pods') - limits.pods);
      const over =
        podsOver <= 0 ? [] : uidsOf(sql('SELECT uid FROM pods WHERE gone_ms IS NOT NULL ORDER BY gone_ms LIMIT ?').all(podsOver));
      forgetPods(over);
      const old = sql(`DELETE FROM events WHERE untold IS NULL AND seq IN (SELECT seq FROM events WHERE at_ms < ? LIMIT ${CHUNK})`).run(
        nowMs - limits.maxAgeMs,
      );
      const oldSandboxes = sql(
        `DELETE FROM sandboxes WHERE id IN (SELECT id FROM sandboxes WHERE is_current = 0 AND last_ms < ? LIMIT ${CHUNK})`,
      ).run(nowMs - limits.maxAgeMs);
      const eventsOver = Math.min(CHUNK, count('events') - limits.events);
      if (eventsOver > 0) {
        sql('DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE untold IS NULL ORDER BY weight, seq LIMIT ?)').run(eventsOver);
      }
      return gone.length === 50 || over.length === 50 || old.changes === CHUNK || oldSandboxes.changes === CHUNK || eventsOver === CHUNK;
    },
  };
}
