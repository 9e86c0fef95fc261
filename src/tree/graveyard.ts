// Remembers the processes that died last, so that a late event of theirs neither brings them back nor goes to waste.
import type { BootNs } from '../kernel/identity.ts';

/** /proc counts in ticks of 10 ms (USER_HZ 100 on every architecture), rounded down. */
export const TICK_NS = 10_000_000;

export function tickOf(ns: BootNs): number {
  return Math.floor(ns / TICK_NS);
}

/** What it needs to know of a process. */
export interface Mortal {
  readonly pid: number;
  /** Whole ticks when /proc told first. */
  readonly startNs: BootNs;
  /** 0 when it is not known. */
  exactStartNs: BootNs;
  forker: Mortal | undefined;
}

/** The best that is known of its start: exact once the kernel has told. */
export function startOf(process: Mortal): BootNs {
  return process.exactStartNs || process.startNs;
}

export interface Graveyard<Process extends Mortal> {
  /** `isKept`: what it was may still matter, so that it can be found again. `nowNs` never goes back. */
  add(process: Process, isKept: boolean, nowNs: BootNs): void;
  /** One that was told to be over without having been in the tree. */
  addUnseen(pid: number, startNs: BootNs, nowNs: BootNs): void;
  /** The dead process with this identity, when it was kept. */
  find(pid: number, startNs: BootNs): Process | undefined;
  /** A pid is given out again only after its process has died, so whatever started before the last dead one with that pid is dead, too. */
  isDead(pid: number, startNs: BootNs): boolean;
  /** Whether the end of this process was told; undefined when that would be too long ago to be known. */
  isTold(pid: number, startNs: BootNs): boolean | undefined;
  readonly size: number;
}

export interface GraveyardOptions {
  /** So many deaths are known, and so many of the dead themselves. */
  readonly maxDeaths: number;
  readonly maxKept: number;
}

/** Pid and tick of the start in one number: pid_max is 2^22 at most (include/linux/threads.h), and numbers are exact to 2^53: ticks go round after
 * 248 days. */
export function keyOf(pid: number, startNs: BootNs): number {
  return (tickOf(startNs) % 2 ** 31) * 2 ** 22 + pid;
}

/** Two rings: the oldest makes room, at the same cost however many there are. In a storm thousands die a second, and what is kept of each is work
 * for the collector: of most the number and the start are enough. */
export function createGraveyard<Process extends Mortal>({ maxDeaths, maxKept }: GraveyardOptions): Graveyard<Process> {
  const pids = new Float64Array(maxDeaths);
  const starts = new Float64Array(maxDeaths);
  const times = new Float64Array(maxDeaths);
  const startsByPid = new Map<number, BootNs>();
  const told = new Set<number>();
  /** Deaths until then may be forgotten. */
  let forgottenNs = 0;
  let deaths = 0;
  let deathAt = 0;
  const ring: (Process | undefined)[] = [];
  const kept = new Map<number, Process>();
  let keptAt = 0;

  function keep(process: Process): void {
    const oldest = ring[keptAt];
    if (oldest) {
      if (kept.get(oldest.pid) === oldest) kept.delete(oldest.pid);
      // Else every process would keep the whole line of those before it.
      oldest.forker = undefined;
    }
    ring[keptAt] = process;
    keptAt = (keptAt + 1) % maxKept;
    kept.set(process.pid, process);
  }

  function forgetOldest(): void {
    const pid = pids[deathAt] ?? 0;
    const startNs = starts[deathAt] ?? 0;
    if (startsByPid.get(pid) === startNs) startsByPid.delete(pid);
    told.delete(keyOf(pid, startNs));
    forgottenNs = times[deathAt] ?? 0;
  }

  function bury(pid: number, startNs: BootNs, nowNs: BootNs): void {
    if (deaths >= maxDeaths) forgetOldest();
    deaths++;
    pids[deathAt] = pid;
    starts[deathAt] = startNs;
    times[deathAt] = nowNs;
    deathAt = (deathAt + 1) % maxDeaths;
    told.add(keyOf(pid, startNs));
    if ((startsByPid.get(pid) ?? 0) <= startNs) startsByPid.set(pid, startNs);
  }

  return {
    add: (process, isKept, nowNs) => {
      bury(process.pid, startOf(process), nowNs);
      if (isKept) keep(process);
    },
    addUnseen: bury,
    find: (pid, startNs) => {
      const process = kept.get(pid);
      return process && tickOf(startOf(process)) === tickOf(startNs) ? process : undefined;
    },
    isDead: (pid, startNs) => {
      const deadNs = startsByPid.get(pid);
      return deadNs !== undefined && tickOf(startNs) <= tickOf(deadNs);
    },
    isTold: (pid, startNs) => told.has(keyOf(pid, startNs)) || (startNs > forgottenNs ? false : undefined),
    get size() {
      return startsByPid.size;
    },
  };
}
