// Joins the two lines that signals.bt prints for one signal: the signal, and its sender's parents. They come in either order, or one is lost.
import type { SignalEvent } from './event.ts';

type Half = Omit<SignalEvent, 'parents'>;
type Parents = SignalEvent['parents'];

export interface SignalHalves {
  /** What is complete now: none or one; or the oldest that waits, when too many do. */
  addSignal(signal: Half): readonly SignalEvent[];
  addParents(of: { readonly tid: number; readonly targetPid: number; readonly signal: number }, parents: Parents): readonly SignalEvent[];
  /** How many halves wait. */
  readonly pending: number;
  /** Gives out the signals that wait, without parents, and forgets the parents that wait. */
  flush(): readonly SignalEvent[];
}

export function createSignalHalves(maxPending = 1024): SignalHalves {
  const signals = new Map<string, Half>();
  const parentsOf = new Map<string, Parents>();
  return {
    addSignal(signal) {
      const key = keyOf(signal.task.tid, signal.targetPid, signal.signal);
      const parents = take(parentsOf, key);
      if (parents !== undefined) return [{ ...signal, parents }];
      // The same sender repeats itself, or there is no room: the older one has waited long enough.
      const early = take(signals, key) ?? (signals.size >= maxPending ? take(signals, firstKey(signals)) : undefined);
      signals.set(key, signal);
      return early === undefined ? [] : [{ ...early, parents: [] }];
    },
    addParents(of, parents) {
      const key = keyOf(of.tid, of.targetPid, of.signal);
      const signal = take(signals, key);
      if (signal !== undefined) return [{ ...signal, parents }];
      if (parentsOf.size >= maxPending) take(parentsOf, firstKey(parentsOf));
      parentsOf.set(key, parents);
      return [];
    },
    get pending() {
      return signals.size + parentsOf.size;
    },
    flush() {
      const rest = [...signals.values()].map((signal) => ({ ...signal, parents: [] }));
      signals.clear();
      parentsOf.clear();
      return rest;
    },
  };
}

function keyOf(tid: number, targetPid: number, signal: number): string {
  return `${tid} ${targetPid} ${signal}`;
}

function firstKey(map: ReadonlyMap<string, unknown>): string {
  return map.keys().next().value ?? '';
}

function take<V>(map: Map<string, V>, key: string): V | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
