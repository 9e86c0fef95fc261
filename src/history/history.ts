// What the daemon keeps across its own restarts: takes what the tree tells, has it written in batches, and answers what was.

import type { RuntimeLevel } from '../cri/level.ts';
import { messageOf } from '../error.ts';
import type { TreeEvent, TreeUpdate } from '../tree/change.ts';
import type { Pod, Tree } from '../tree/model.ts';
import type { KeptChange } from './kept-database.ts';
import { mergeLive } from './merge.ts';
import { missedRestarts } from './missed-restarts.ts';
import { createWriteQueue, type QueueCounts } from './queue.ts';
import {
  HISTORY_LIMITS,
  type HistoryLimits,
  type HistorySize,
  type HistoryWrite,
  type Known,
  type PodHistory,
  type PodSearch,
  type PodSummary,
  wallTime,
} from './record.ts';
import { createSuccession } from './succession.ts';
import { startThread } from './thread.ts';
import { isDeath } from './worth.ts';
import { baseline, createWriteMaker } from './writes.ts';

export interface HistoryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface HistoryOptions {
  /** Made with mode 0700 when it is not there; the file in it is `history.db`. */
  readonly stateDir: string;
  readonly node: string;
  readonly bootId: string;
  readonly log: HistoryLog;
  /** Wall time in ms. */
  readonly now?: () => number;
  readonly limits?: Partial<HistoryLimits>;
  /** How long a write that is not urgent waits for more, ms. */
  readonly batchMs?: number;
  /** How often it is noted that the agent runs, ms: nothing that it has seen is older than this when it comes back. */
  readonly aliveMs?: number;
}

/** durable: on disk. memory: the state directory cannot be written, and what it does not hold is forgotten when the agent ends. broken: nothing is
 * kept any more. */
export type HistoryMode = 'durable' | 'memory' | 'broken';

export interface HistoryStats extends QueueCounts {
  readonly mode: HistoryMode;
  /** Why it is not durable. */
  readonly reason?: string;
  /** As it was half a minute ago at most; undefined until it was looked at. */
  readonly size?: HistorySize;
}

export interface BeginOptions {
  /** The tree now, also later: should the file break, it is written anew from it. */
  readonly tree: () => Pick<Tree, 'pods'>;
  readonly runtime?: RuntimeLevel | undefined;
}

export interface History {
  /** What the last run knew, as it was when this one started; undefined when there was none. */
  readonly known: Known | undefined;
  /** To be called once, in the moment when the first snapshot is complete: compares it with what was known. Resolves with what has to be published,
   * all of it written already, so that it is neither lost nor found again; what an earlier run wrote and could not publish comes first, under the ids
   * it had. Give their ids to `told` when they are out. Nothing is written before this. Never rejects. */
  begin(options: BeginOptions): Promise<readonly TreeEvent[]>;
  told(events: readonly TreeEvent[]): void;
  /** Takes what was published. Costs no more than putting it into a list. Returns restarts that these updates show without telling them, to be
   * published as well. */
  observe(updates: readonly TreeUpdate[]): readonly TreeEvent[];
  /** A pod's sandboxes and events, oldest first. What it has is on disk. */
  pod(uid: string, live: Pod | undefined): Promise<PodHistory | undefined>;
  /** Pods that are there or were, those with the latest deaths first. */
  pods(search: PodSearch): Promise<readonly PodSummary[]>;
  /** Resolves when all that was observed so far is on disk, or could not be written. */
  flush(): Promise<void>;
  stats(): HistoryStats;
  /** In effect with the next write; what is over them is let go of a little later. */
  setLimits(limits: Partial<HistoryLimits>): Promise<void>;
  /** Writes what is left and notes that the agent was stopped. */
  close(): Promise<void>;
}

/** Writes that may wait in memory for a disk that is slow. */
const MAX_WAITING = 20_000;
const PRUNE_EVERY_MS = 300_000;

/** Resolves when the file is open; without a directory that can be written it goes on in memory and says so. Rejects with STATE_LOCKED. */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { stateDir, node, bootId, log, now = Date.now, batchMs = 200, aliveMs = 30_000 } = options;
  const limits = { ...HISTORY_LIMITS, ...options.limits };
  let mode: HistoryMode = 'durable';
  let reason: string | undefined;
  let hasBegun = false;
  let isClosed = false;
  let aliveTimer: NodeJS.Timeout | undefined;
  let prunedMs = now();
  let size: HistorySize | undefined;
  const writes = createWriteMaker(now);
  const reported = { ended: new Set<string>(), begun: new Set<string>() };
  const succession = createSuccession({ node, time: () => wallTime(now()) });

  const starting = startThread(
    { stateDir, limits },
    {
      onChange: (change) => {
        note(change);
        // What is in the tree now has to be written into it, and cannot be known again otherwise.
        if (change.type === 'set-aside') queue.startAnew();
      },
      onDeath: (why) => {
        mode = 'broken';
        reason = why;
        queue.close();
        log.error({ reason: why }, 'history is not kept any more: restart the agent');
      },
    },
  );
  const queue = createWriteQueue({
    write: async (batch) => (await starting).ask({ type: 'write', batch }),
    alive: () => alive(false),
    batchMs,
    maxWaiting: MAX_WAITING,
    log,
  });
  const thread = await starting;
  const { known, untold, changes } = thread.opened;
  for (const change of changes) note(change);

  function note(change: KeptChange): void {
    const { type, ...fields } = change;
    switch (type) {
      case 'set-aside':
        return log.error(fields, 'the history could not be read: it was set aside and is begun anew');
      case 'memory':
        mode = 'memory';
        reason = change.reason;
        return log.warn(
          { stateDir, ...fields },
          'no history is kept on disk: the state directory cannot be written. It is tried again every minute; or set --state-dir to one that can',
        );
      case 'file':
        mode = 'durable';
        reason = undefined;
        return log.info(fields, 'history is kept on disk again');
      default:
        return type satisfies never;
    }
  }

  function alive(isStopping: boolean): HistoryWrite {
    return { op: 'alive', bootId, atMs: now(), isStopping };
  }

  /** Whoever waits for a successor: pods whose pause is dead, and died before this run could see it. */
  function awaitSuccessors(pods: readonly Pod[], missed: readonly TreeEvent[]): void {
    for (const { uid, namespace, name, sandbox } of pods) {
      const before = known?.pods.get(uid);
      if (!sandbox || !before || sandbox.pause || reported.ended.has(before.sandbox.record.id)) continue;
      const exit = missed.find((event) => event.type === 'pause.exited' && event.pod?.uid === uid);
      const cause = before.sandbox.death?.cause ?? (exit?.type === 'pause.exited' ? exit.cause : undefined);
      if (!cause) continue;
      const { id, attempt, ips } = before.sandbox.record;
      const pod = { uid, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) };
      succession.await({ pod, sandbox: { id, attempt }, ip: ips[0], cause, diedAt: before.sandbox.death?.time });
    }
  }

  async function measure(): Promise<void> {
    size = (await thread.ask({ type: 'size' }).catch(() => size)) as HistorySize | undefined;
  }

  function noteLiveness(): void {
    queue.add([alive(false)]);
    void measure();
    if (now() - prunedMs < PRUNE_EVERY_MS) return;
    prunedMs = now();
    void prune();
  }

  async function prune(): Promise<void> {
    try {
      while (!isClosed && (await thread.ask({ type: 'prune', nowMs: now() })) === true);
    } catch (error) {
      if (!isClosed) log.warn({ error: messageOf(error) }, 'old history could not be deleted');
    }
  }

  return {
    known,
    begin: async (begin) => {
      const { pods } = begin.tree();
      const present = { node, bootId, time: wallTime(now()), tree: { pods }, runtime: begin.runtime, reported };
      const missed = known ? missedRestarts(known, present) : [];
      awaitSuccessors(pods, missed);
      const there = new Set(pods.map(({ uid }) => uid));
      const gone = [...(known?.pods.keys() ?? [])].filter((uid) => !there.has(uid));
      const goneMs = Date.parse(known?.lastSeen ?? '') || now();
      const first: HistoryWrite[] = [
        alive(false),
        ...gone.map((uid): HistoryWrite => ({ op: 'pod-gone', uid, atMs: goneMs })),
        ...baseline(pods, now()),
        ...missed.flatMap((event) => writes.ofEvent(event, true)),
      ];
      hasBegun = true;
      await queue.open(first, () => baseline(begin.tree().pods, now()));
      if (!isClosed) {
        aliveTimer = setInterval(noteLiveness, aliveMs);
        aliveTimer.unref();
        void prune().then(measure);
      }
      if (missed.length > 0) log.warn({ restarts: missed.length }, 'pauses died while the agent was not running');
      return [...untold, ...missed];
    },
    told: (events) => {
      if (events.length > 0) queue.add([{ op: 'told', ids: events.map(({ id }) => id) }], true);
    },
    observe: (updates) => {
      if (mode === 'broken') return [];
      for (const { event, changes } of updates) {
        // Before the beginning the tree is still being completed: its first snapshot will say it all.
        if (hasBegun) for (const change of changes) queue.add(writes.ofChange(change));
        if (!event) continue;
        if (!hasBegun && event.type === 'pause.restarted') reported.begun.add(event.newSandbox.id);
        if (!hasBegun && event.type === 'pause.exited' && event.sandbox) reported.ended.add(event.sandbox.id);
        queue.add(writes.ofEvent(event, false), isDeath(event));
      }
      return succession.observe(updates);
    },
    pod: async (uid, live) => {
      await queue.flush();
      const stored = await thread.ask({ type: 'pod', uid }).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'history could not be read');
        return undefined;
      });
      return mergeLive(stored as Omit<PodHistory, 'node'> | undefined, live, { node, bootId, time: wallTime(now()) });
    },
    pods: async (search) => {
      await queue.flush();
      return (await thread.ask({ type: 'pods', search })) as PodSummary[];
    },
    flush: queue.flush,
    stats: () => ({ mode, ...(reason !== undefined && { reason }), ...(size && { size }), ...queue.counts() }),
    setLimits: async (next) => {
      if (mode === 'broken' || isClosed) return;
      await thread.ask({ type: 'limits', limits: next });
      void prune();
    },
    close: async () => {
      if (isClosed) return;
      clearInterval(aliveTimer);
      await queue.flush();
      isClosed = true;
      queue.close();
      if (mode === 'broken') return;
      if (hasBegun) await thread.ask({ type: 'write', batch: [alive(true)] }).catch(() => {});
      await thread.ask({ type: 'close' }).catch(() => {});
      await thread.end();
    },
  };
}
