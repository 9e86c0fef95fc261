// Joins the lines that signals.bt prints for one signal: the signal, and its sender's ancestors by four. They come in any order, or some are lost.
import type { SignalEvent } from './event.ts';

type Bare = Omit<SignalEvent, 'parents'>;
type Parents = SignalEvent['parents'];

/** One line of ancestors. */
export interface AncestorLine {
  readonly tid: number;
  readonly targetPid: number;
  readonly signal: number;
  /** How many ancestors are nearer than the first of these. */
  readonly first: number;
  /** At most four, nearest first; fewer where the line of descent begins. */
  readonly parents: Parents;
}

export interface SignalLines {
  /** What is complete now: none or one; or what waited longest, when too many do. */
  addSignal(signal: Bare): readonly SignalEvent[];
  addAncestors(line: AncestorLine): readonly SignalEvent[];
  /** Of how many signals some line is missing. */
  readonly pending: number;
  /** Gives out the signals that wait, with the ancestors that are known, and forgets the ancestors that wait. */
  flush(): readonly SignalEvent[];
}

interface Pieces {
  signal?: Bare;
  readonly ancestors: Map<number, Parents>;
}

/** A line names four, and there are three of them. */
const LINE_LENGTH = 4;
const LAST_FIRST = 8;

export function createSignalLines(maxPending = 1024): SignalLines {
  const waiting = new Map<string, Pieces>();

  function piecesOf(key: string, made: SignalEvent[]): Pieces {
    const known = waiting.get(key);
    if (known) return known;
    if (waiting.size >= maxPending) giveOut(waiting.keys().next().value ?? '', made);
    const pieces: Pieces = { ancestors: new Map() };
    waiting.set(key, pieces);
    return pieces;
  }

  function giveOut(key: string, made: SignalEvent[]): void {
    const pieces = waiting.get(key);
    waiting.delete(key);
    if (pieces?.signal) made.push({ ...pieces.signal, parents: lineOfDescent(pieces.ancestors).parents });
  }

  return {
    addSignal(signal) {
      const made: SignalEvent[] = [];
      const key = keyOf(signal.task.tid, signal.targetPid, signal.signal);
      // The same sender repeats itself: the former has waited long enough.
      if (waiting.get(key)?.signal) giveOut(key, made);
      const pieces = piecesOf(key, made);
      pieces.signal = signal;
      if (lineOfDescent(pieces.ancestors).isWhole) giveOut(key, made);
      return made;
    },
    addAncestors({ tid, targetPid, signal, first, parents }) {
      const made: SignalEvent[] = [];
      const key = keyOf(tid, targetPid, signal);
      const pieces = piecesOf(key, made);
      pieces.ancestors.set(first, parents);
      if (pieces.signal && lineOfDescent(pieces.ancestors).isWhole) giveOut(key, made);
      return made;
    },
    get pending() {
      return waiting.size;
    },
    flush() {
      const made: SignalEvent[] = [];
      for (const key of [...waiting.keys()]) giveOut(key, made);
      return made;
    },
  };
}

/** From the sender's parent as far as the lines go without a hole. Whole when that is up to init (pid 1) or kthreadd (pid 2), or as far as the probe looks. */
function lineOfDescent(ancestors: ReadonlyMap<number, Parents>): { readonly parents: Parents; readonly isWhole: boolean } {
  const parents: Parents[number][] = [];
  for (let first = 0; first <= LAST_FIRST; first += LINE_LENGTH) {
    const line = ancestors.get(first);
    if (!line) return { parents, isWhole: false };
    parents.push(...line);
    if (line.length < LINE_LENGTH || (line.at(-1)?.pid ?? 0) <= 2) break;
  }
  return { parents, isWhole: true };
}

function keyOf(tid: number, targetPid: number, signal: number): string {
  return `${tid} ${targetPid} ${signal}`;
}
