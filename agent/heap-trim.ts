// Gives the memory that a storm of events took back to the system when it is over. V8 alone keeps it: an idle heap is not collected.
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface HeapTrimOptions {
  /** Kernel events so far. */
  readonly events: () => number;
  readonly intervalMs?: number;
}

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

const INTERVAL_MS = 5_000;
/** Events in an interval above which the node is not quiet. */
const QUIET_EVENTS = 500;
/** How much the heap must have grown: the collection takes some 50 ms, in which events wait in bpftrace's buffer. */
const GROWTH_BYTES = 32 * 1024 * 1024;

/** Watches until `stop` is called; keeps no program alive. */
export function startHeapTrim({ events, intervalMs = INTERVAL_MS }: HeapTrimOptions): { stop(): void } {
  let eventsBefore = events();
  let trimmedBytes = getHeapStatistics().total_heap_size;
  const timer = setInterval(() => {
    const now = events();
    const isQuiet = now - eventsBefore < QUIET_EVENTS;
    eventsBefore = now;
    if (!isQuiet || getHeapStatistics().total_heap_size - trimmedBytes < GROWTH_BYTES) return;
    collector()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    trimmedBytes = getHeapStatistics().total_heap_size;
  }, intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

let collect: Collect | undefined;

// Only a context made after the flag was set has the function: no other way leads to it without an argument to node.
function collector(): Collect {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
    setFlagsFromString('--no-expose-gc');
  }
  return collect;
}
