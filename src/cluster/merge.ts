// Puts what several nodes say into one order of time. Knows no clock, no network and no frames; holds each item for a moment so that a slower node can
// still come before a faster one.
//
// What one node says keeps its own order, whatever its times are: changes of a tree make no sense in another. An item that arrives too late for its
// place is passed on and marked. A clock that is ahead of ours is taken to say now: otherwise everybody else would be late.

export interface Merged<T> {
  readonly node: string;
  readonly item: T;
  /** How far behind what another node said and was passed on before, in ms; 0 when it is in order. */
  readonly lateMs: number;
}

export interface Merge<T> {
  /** `timeMs` by the node's clock, absent for what has no time of its own; `nowMs` by ours. */
  put(node: string, item: T, timeMs: number | undefined, nowMs: number): void;
  /** What has waited long enough, and what belongs before it. */
  take(nowMs: number): Merged<T>[];
  /** When `take` will have something; undefined when nothing is held. */
  dueAt(): number | undefined;
  readonly held: number;
}

interface Held<T> {
  readonly node: string;
  readonly item: T;
  readonly timeMs: number | undefined;
  readonly key: number;
  readonly sequence: number;
  readonly dueMs: number;
}

interface Latest {
  readonly node: string;
  readonly timeMs: number;
}

/** `windowMs`: how long an item waits. */
export function createMerge<T>(windowMs: number): Merge<T> {
  /** Each node's items, in its order: keys and due times only grow. */
  const queues = new Map<string, Held<T>[]>();
  const lastKeys = new Map<string, number>();
  let held = 0;
  let sequence = 0;
  /** The latest time that was passed on, and the latest of any other node. */
  let first: Latest | undefined;
  let second: Latest | undefined;

  function note(node: string, timeMs: number): void {
    if (first === undefined || node === first.node) {
      first = { node, timeMs: Math.max(timeMs, first?.timeMs ?? timeMs) };
    } else if (timeMs > first.timeMs) {
      second = first;
      first = { node, timeMs };
    } else if (second === undefined || timeMs > second.timeMs) {
      second = { node, timeMs };
    }
  }

  function latenessOf({ node, timeMs }: Held<T>): number {
    if (timeMs === undefined) return 0;
    const other = first?.node === node ? second : first;
    return other === undefined ? 0 : Math.max(0, other.timeMs - timeMs);
  }

  /** Of the heads of all queues the one that comes first. */
  function next(): Held<T> | undefined {
    let best: Held<T> | undefined;
    for (const [head] of queues.values()) {
      if (head === undefined) continue;
      if (best === undefined || head.key < best.key || (head.key === best.key && head.sequence < best.sequence)) best = head;
    }
    return best;
  }

  return {
    put(node, item, timeMs, nowMs) {
      const time = timeMs === undefined ? undefined : Math.min(timeMs, nowMs);
      // Without a time of its own it comes right behind what its node said before: our time of its arrival would hold up what the node says next.
      const key = Math.max(time ?? Number.NEGATIVE_INFINITY, lastKeys.get(node) ?? Number.NEGATIVE_INFINITY);
      lastKeys.set(node, key);
      sequence += 1;
      const queue = queues.get(node) ?? [];
      queue.push({ node, item, timeMs: time, key, sequence, dueMs: nowMs + windowMs });
      queues.set(node, queue);
      held += 1;
    },
    take(nowMs) {
      let upTo = Number.NEGATIVE_INFINITY;
      for (const queue of queues.values()) {
        for (const each of queue) {
          if (each.dueMs > nowMs) break;
          upTo = Math.max(upTo, each.key);
        }
      }
      const taken: Merged<T>[] = [];
      for (let each = next(); each !== undefined && each.key <= upTo; each = next()) {
        const queue = queues.get(each.node);
        queue?.shift();
        if (queue?.length === 0) queues.delete(each.node);
        held -= 1;
        taken.push({ node: each.node, item: each.item, lateMs: latenessOf(each) });
        if (each.timeMs !== undefined) note(each.node, each.timeMs);
      }
      return taken;
    },
    dueAt() {
      let due: number | undefined;
      for (const [head] of queues.values()) if (head !== undefined && (due === undefined || head.dueMs < due)) due = head.dueMs;
      return due;
    },
    get held() {
      return held;
    },
  };
}
