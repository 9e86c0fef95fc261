// What waits to be written: bounded, sent in batches, one at a time, at once when it matters.
import { messageOf } from '../error.ts';
import { type HistoryWrite, WEIGHT } from './record.ts';

export interface WriteQueue {
  /** From now on batches are sent. `first` goes before all that waits; `current` gives what the tree has, for when that has to be written anew. */
  open(first: readonly HistoryWrite[], current: () => HistoryWrite[]): Promise<void>;
  add(writes: readonly HistoryWrite[], isUrgent?: boolean): void;
  /** Resolves when all that was added before is written, or has failed. Resolves at once before `open`. */
  flush(): Promise<void>;
  /** The next batch has all of the tree in it: the file was begun anew. */
  startAnew(): void;
  /** Nothing is taken any more, and what waits is dropped. */
  close(): void;
  counts(): QueueCounts;
}

export interface QueueCounts {
  readonly batches: number;
  readonly events: number;
  readonly droppedEvents: number;
  readonly failedBatches: number;
}

export interface QueueOptions {
  write(batch: readonly HistoryWrite[]): Promise<unknown>;
  /** Ends every batch: says that the agent runs. */
  alive(): HistoryWrite;
  /** How long a write that is not urgent waits for more, ms. */
  readonly batchMs: number;
  readonly maxWaiting: number;
  readonly log: { error(fields: object, message: string): void };
}

export function createWriteQueue({ write, alive, batchMs, maxWaiting, log }: QueueOptions): WriteQueue {
  let waiting: HistoryWrite[] = [];
  let current: (() => HistoryWrite[]) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isUrgentTimer = false;
  let writing: Promise<void> | undefined;
  /** The file may be behind the tree: something was dropped. */
  let isBehind = false;
  let isClosed = false;
  const counts = { batches: 0, events: 0, droppedEvents: 0, failedBatches: 0 };

  function schedule(isUrgent: boolean): void {
    if (!current || writing || isClosed || (timer && (isUrgentTimer || !isUrgent))) return;
    clearTimeout(timer);
    isUrgentTimer = isUrgent;
    // Urgent is: as soon as this turn's updates are with the clients.
    timer = setTimeout(() => void send(), isUrgent ? 0 : batchMs);
    timer.unref();
  }

  function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (writing) return writing.then(send);
    if (!current || waiting.length === 0) return Promise.resolve();
    const batch = waiting;
    waiting = [];
    if (isBehind) batch.push(...current());
    isBehind = false;
    batch.push(alive());
    const events = eventsIn(batch);
    writing = write(batch)
      .then(() => {
        counts.batches++;
        counts.events += events;
      })
      .catch((error: unknown) => {
        counts.failedBatches++;
        counts.droppedEvents += events;
        isBehind = true;
        if (!isClosed) log.error({ error: messageOf(error), events }, 'history was not written');
      })
      .finally(() => {
        writing = undefined;
        if (waiting.length > 0) schedule(waiting.some((each) => each.op === 'event' && each.weight === WEIGHT.death));
      });
    return writing;
  }

  async function flush(): Promise<void> {
    do await send();
    while (current && waiting.length > 0 && !isClosed);
  }

  return {
    open: (first, tree) => {
      waiting = [...first, ...waiting];
      current = tree;
      return flush();
    },
    add: (writes, isUrgent = false) => {
      if (isClosed || writes.length === 0) return;
      for (const each of writes) {
        if (waiting.length < maxWaiting) waiting.push(each);
        else if (each.op === 'event') counts.droppedEvents++;
        else isBehind = true;
      }
      schedule(isUrgent);
    },
    flush,
    startAnew: () => {
      isBehind = true;
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      waiting = [];
    },
    counts: () => counts,
  };
}

function eventsIn(batch: readonly HistoryWrite[]): number {
  return batch.reduce((sum, { op }) => sum + (op === 'event' ? 1 : 0), 0);
}
