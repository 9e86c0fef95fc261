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
  add(process: Process): void;
  /** The dead process with this identity. */
  find(pid: number, startNs: BootNs): Process | undefined;
  /** A pid is given out again only after its process has died, so whatever started before the last dead one with that pid is dead, too. */
  isDead(pid: number, startNs: BootNs): boolean;
  readonly size: number;
}

/** A ring: the oldest makes room, at the same cost however many there are. */
export function createGraveyard<Process extends Mortal>(maxDead: number): Graveyard<Process> {
  const ring: (Process | undefined)[] = [];
  const latest = new Map<number, Process>();
  let at = 0;
  return {
    add: (process) => {
      const oldest = ring[at];
      if (oldest) {
        if (latest.get(oldest.pid) === oldest) latest.delete(oldest.pid);
        // Else every process would keep the whole line of those before it.
        oldest.forker = undefined;
      }
      ring[at] = process;
      at = (at + 1) % maxDead;
      latest.set(process.pid, process);
    },
    find: (pid, startNs) => {
      const process = latest.get(pid);
      return process && tickOf(startOf(process)) === tickOf(startNs) ? process : undefined;
    },
    isDead: (pid, startNs) => {
      const process = latest.get(pid);
      return process !== undefined && tickOf(startNs) <= tickOf(startOf(process));
    },
    get size() {
      return latest.size;
    },
  };
}
