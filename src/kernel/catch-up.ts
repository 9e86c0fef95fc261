// Finds out up to when everything that happened has been told, however far bpftrace is behind: canaries that follow each other through it.
import type { BootNs } from './identity.ts';
import type { Canary } from './parse.ts';
import { CANARY_LIMIT } from './seed.ts';

/**
 * bpftrace takes the buffers of the CPUs in turns. When the first canary has come out, what is older lies in buffers that one of the next two
 * turns empties; the third canary was sent after the second had come, so a whole turn lies between them. bpftrace before 0.19 (bcc
 * src/cc/perf_reader.c) empties one buffer until nothing is left before it takes the next: the canary in it then takes as long.
 */
const CANARIES = 3;

export interface CatchUp {
  /** Begins to find out, unless that is under way. */
  ask(): void;
  /** Takes what came out of bpftrace. Gives a time when everything before it has come, ns. */
  hear(canaries: readonly Canary[]): BootNs | undefined;
  close(): void;
}

/** `sayAgainMs`: a canary that a full buffer had no room for never comes, so another is sent after it. The first to come counts. */
export function createCatchUp(sayCanary: (number: number) => void, sayAgainMs = 2000): CatchUp {
  /** Numbers of the canaries that are waited for: the first and the last. */
  let first = 0;
  let last = 0;
  let isAsking = false;
  let heard = 0;
  let untilNs: BootNs = 0;
  let timer: NodeJS.Timeout | undefined;

  function say(): void {
    last += 1;
    timer = setTimeout(say, sayAgainMs);
    timer.unref();
    sayCanary(last);
  }

  function next(): void {
    clearTimeout(timer);
    if (last >= CANARY_LIMIT / 2) last = 0;
    first = last + 1;
    say();
  }

  function hearOne({ timeNs }: Canary): BootNs | undefined {
    if (heard === 0) untilNs = timeNs;
    heard += 1;
    if (heard < CANARIES) {
      next();
      return undefined;
    }
    clearTimeout(timer);
    isAsking = false;
    return untilNs;
  }

  return {
    ask: () => {
      if (isAsking) return;
      isAsking = true;
      heard = 0;
      next();
    },
    hear: (canaries) => {
      for (const canary of canaries) {
        if (!isAsking || canary.end !== 'canary' || canary.number < first || canary.number > last) continue;
        const known = hearOne(canary);
        if (known !== undefined) return known;
      }
      return undefined;
    },
    close: () => {
      clearTimeout(timer);
      isAsking = false;
    },
  };
}
