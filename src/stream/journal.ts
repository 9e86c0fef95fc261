// The last updates and gaps in a bounded ring, numbered: what a client that fell behind or comes back is served from. No I/O.
import type { TreeUpdate } from '../tree/change.ts';
import type { Gap } from './frame.ts';

export type JournalEntry = TreeUpdate | { readonly gap: Gap };

export interface JournalLimits {
  readonly journalUpdates: number;
  readonly journalBytes: number;
}

/** Where a `since` token points: an entry that follows it, or why nothing can be replayed. */
export type Position = { readonly next: number } | { readonly lost: number | undefined };

export interface Journal {
  readonly epoch: string;
  /** Number of the oldest entry that is kept. */
  readonly first: number;
  /** Number that the next entry will get. */
  readonly next: number;
  readonly bytes: number;
  append(update: TreeUpdate): void;
  appendGap(gap: Gap): void;
  entry(sequence: number): JournalEntry | undefined;
  /** The token of everything before `next`. */
  token(next: number): string;
  locate(token: string): Position | undefined;
}

const ENTRY_BYTES = 160;
const CHANGE_BYTES: Readonly<Record<string, number>> = { pod: 400, sandbox: 1600, container: 1000, process: 320, guest: 320, leaked: 240 };

function textBytes(texts: readonly string[]): number {
  let bytes = 0;
  for (const text of texts) bytes += text.length;
  return bytes;
}

/** Roughly the heap that an update holds, without walking it: what is small by nature is a constant, what a process can make long is measured. */
export function estimateBytes(update: TreeUpdate): number {
  let bytes = ENTRY_BYTES;
  const { event } = update;
  if (event !== undefined) {
    bytes += 500;
    if (event.process !== undefined) bytes += textBytes(event.process.args);
    if (event.type === 'pause.exited' || event.type === 'pause.restarted') bytes += 600 + textBytes(event.cause.evidence);
  }
  for (const change of update.changes) {
    if (change.op === 'remove') {
      bytes += 120;
      continue;
    }
    bytes += CHANGE_BYTES[change.kind] ?? 0;
    if (change.kind === 'process' || change.kind === 'guest') bytes += textBytes(change.record.args);
    if (change.kind === 'pod') for (const key in change.record.labels) bytes += 40 + key.length + (change.record.labels[key]?.length ?? 0);
  }
  return bytes;
}

/** Sequence numbers start at 1; token `EPOCH-0` is the state before the first entry. `epoch` is lower-case letters and digits and differs each
 * time the agent starts, so that a token of an earlier run is known as such. */
export function createJournal(epoch: string, limits: JournalLimits): Journal {
  if (!/^[0-9a-z]{1,32}$/.test(epoch)) throw new TypeError(`epoch must be lower-case letters and digits, got ${JSON.stringify(epoch)}`);
  const capacity = limits.journalUpdates;
  const ring: (JournalEntry | undefined)[] = [];
  // Beside the entries and not in them: one object less for each update, of which there are tens of thousands.
  const sizes: number[] = [];
  let first = 1;
  let next = 1;
  let bytes = 0;

  function dropOldest(): void {
    const slot = first % capacity;
    bytes -= sizes[slot] ?? 0;
    ring[slot] = undefined;
    first += 1;
  }

  function add(entry: JournalEntry, entryBytes: number): void {
    if (next - first >= capacity) dropOldest();
    const slot = next % capacity;
    // Grown as needed, in order: a journal that is never full takes no more room than it has entries.
    while (ring.length <= slot) ring.push(undefined);
    ring[slot] = entry;
    sizes[slot] = entryBytes;
    next += 1;
    bytes += entryBytes;
    while (bytes > limits.journalBytes && next - first > 1) dropOldest();
  }

  return {
    epoch,
    get first() {
      return first;
    },
    get next() {
      return next;
    },
    get bytes() {
      return bytes;
    },
    append(update) {
      add(update, estimateBytes(update));
    },
    appendGap(gap) {
      add({ gap }, ENTRY_BYTES);
    },
    entry: (sequence) => (sequence >= first && sequence < next ? ring[sequence % capacity] : undefined),
    token: (upTo) => `${epoch}-${upTo - 1}`,
    locate(token) {
      const match = /^([0-9a-z]{1,32})-(0|[1-9][0-9]{0,15})$/.exec(token);
      if (match === null) return undefined;
      if (match[1] !== epoch) return { lost: undefined };
      const after = Number(match[2]) + 1;
      // A number we never gave out: not ours, whatever the epoch says.
      if (after > next) return { lost: undefined };
      return after < first ? { lost: first - after } : { next: after };
    },
  };
}
