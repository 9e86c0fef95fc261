// What sinks are still to be told, and what the rules know, on disk: nothing that was put in is lost by a crash, a power cut or a dead sink.
import { join } from 'node:path';
import { type KeptChange, type KeptDatabase, openKeptDatabase } from '../history/kept-database.ts';
import type { Notification } from './incident.ts';
import { OUTBOX_FORM, type OutboxDatabase, prepareOutbox } from './outbox-form.ts';
import { isObject, parseObject, readSaved, type SavedItem } from './saved.ts';

export interface AlertLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Delivery {
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
    deliveries: readonly (readonly [sink: string, notification: Notification])[],
    saved: ReadonlyMap<string, SavedItem | undefined>,
    nowMs: number,
  ): void;
  /** What the former run kept; what cannot be read of it is forgotten. */
  restored(): readonly SavedItem[];
  /** What this sink is to be told next: of each alert in order, and what was tried less often first. */
  next(sink: string): Delivery | undefined;
  failed(delivery: Pick<Delivery, 'sink' | 'key'>): void;
  done(delivery: Pick<Delivery, 'sink' | 'key'>): void;
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

interface Row {
  readonly key: string;
  readonly body: string;
  readonly created_ms: number;
  readonly attempts: number;
}

/** Never throws because of what is on the disk: a damaged store is set aside and begun anew, one that cannot be written goes on in memory. */
export function openOutbox(options: OutboxOptions): Outbox {
  const { stateDir, log, now, maxPerSink = 1000 } = options;
  let overflow = 0;
  let size = 0;
  let isClosed = false;
  const kept: KeptDatabase<OutboxDatabase> = openKeptDatabase({
    path: stateDir === undefined ? undefined : join(stateDir, 'outbox.db'),
    form: OUTBOX_FORM,
    build: prepareOutbox,
    now,
    onChange: say,
    // History refuses to start beside another agent, and says so better.
    toleratesLock: true,
  });

  function say(change: KeptChange): void {
    const { type, ...fields } = change;
    switch (type) {
      case 'set-aside':
        return log.error(fields, 'the outbox of alerts could not be read: it was set aside and is begun anew');
      case 'memory':
        return log.warn(
          { stateDir, ...fields },
          'the outbox of alerts cannot be written: what is not delivered when the agent stops is lost. It is tried again every minute',
        );
      case 'file':
        return log.info(fields, 'the outbox of alerts can be written again');
      default:
        return type satisfies never;
    }
  }

  function put({ sql }: OutboxDatabase, sink: string, notification: Notification, nowMs: number): void {
    const { event, reason } = notification;
    // What is newer says all that an update that still waits would have said.
    sql.dropUpdates.run(sink, event.id);
    sql.insert.run(sink, `${event.id}.${event.revision}`, event.id, reason, JSON.stringify(notification), nowMs);
  }

  /** Gives how many had to go. */
  function bound({ sql }: OutboxDatabase, sink: string): number {
    const { waiting } = sql.countOf.get(sink) as { waiting: number };
    const excess = Math.max(0, waiting - maxPerSink);
    for (let evicted = 0; evicted < excess; evicted += 1) sql.evict.run(sink);
    return excess;
  }

  return {
    commit(deliveries, saved, nowMs) {
      if (deliveries.length === 0 && saved.size === 0) return;
      overflow += kept.run((database) => {
        let evicted = 0;
        database.transaction(() => {
          for (const [sink, notification] of deliveries) put(database, sink, notification, nowMs);
          for (const sink of new Set(deliveries.map(([name]) => name))) evicted += bound(database, sink);
          for (const [id, item] of saved) {
            if (item === undefined) database.sql.forget.run(id);
            else database.sql.save.run(id, JSON.stringify(item));
          }
        });
        return evicted;
      });
    },
    restored: () =>
      kept.run(({ sql }) =>
        (sql.saved.all() as unknown as { id: string; body: string }[]).flatMap(({ id, body }) => {
          const item = readSaved(body);
          if (item === undefined) sql.forget.run(id);
          return item ?? [];
        }),
      ),
    next: (sink) =>
      kept.run(({ sql }) => {
        for (;;) {
          const row = sql.next.get(sink) as Row | undefined;
          if (row === undefined) return undefined;
          const notification = readNotification(row.body);
          if (notification !== undefined) return { sink, key: row.key, notification, createdMs: row.created_ms, attempts: row.attempts };
          sql.remove.run(sink, row.key);
        }
      }),
    failed: ({ sink, key }) => void kept.run(({ sql }) => sql.fail.run(sink, key)),
    done: ({ sink, key }) => void kept.run(({ sql }) => sql.remove.run(sink, key)),
    prune: (olderThanMs, sinks) =>
      kept.run(({ sql }) => {
        const expired = (sql.expire.all(olderThanMs) as unknown as { sink: string }[]).map(({ sink }) => sink);
        const orphaned = Number(sql.orphan.run(JSON.stringify(sinks)).changes);
        return { expired, orphaned };
      }),
    stats() {
      // A scrape may come after the end.
      if (!isClosed) size = kept.run(({ sql }) => (sql.countAll.get() as { waiting: number }).waiting);
      return { size, overflow, degraded: kept.degraded };
    },
    close() {
      isClosed = true;
      kept.close();
    },
  };
}

/** Undefined for what is none: the file may have been damaged in a way that sqlite does not see. */
function readNotification(body: string): Notification | undefined {
  const notification = parseObject(body);
  const event = notification?.event;
  if (!isObject(event) || !isObject(event.alert)) return undefined;
  const texts = [notification?.scope, notification?.reason, event.id, event.time, event.node, event.type];
  const { name, severity, since, last, summary, incident, count, members, memberCount } = event.alert;
  const isWhole =
    [...texts, name, severity, since, last, summary, incident].every((each) => typeof each === 'string') &&
    [event.revision, count, memberCount].every((each) => typeof each === 'number') &&
    Array.isArray(members);
  return isWhole ? (notification as unknown as Notification) : undefined;
}
