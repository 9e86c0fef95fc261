// Remembers the processes that died lately: a late event of theirs, from another CPU, must not bring them back.
import type { BootNs } from '../kernel/identity.ts';

export interface DeadProcesses {
  add(pid: number, startNs: BootNs): void;
  /** A process with this pid died whose start passes. */
  has(pid: number, isStart: (startNs: BootNs) => boolean): boolean;
}

type Generation = Map<number, BootNs | BootNs[]>;

/** Keeps the pids of the last `atLeast` deaths, and of up to twice as many. Two generations, because a Map whose oldest entry is deleted again and
 * again steps over all that was deleted before, and a storm has thousands of deaths a second. */
export function createDeadProcesses(atLeast: number): DeadProcesses {
  let young: Generation = new Map();
  let old: Generation = new Map();
  let added = 0;
  return {
    add: (pid, startNs) => {
      const starts = young.get(pid);
      if (starts === undefined) young.set(pid, startNs);
      else if (typeof starts === 'number') young.set(pid, [starts, startNs]);
      else starts.push(startNs);
      if (++added < atLeast) return;
      added = 0;
      old = young;
      young = new Map();
    },
    has: (pid, isStart) => passes(young.get(pid), isStart) || passes(old.get(pid), isStart),
  };
}

function passes(starts: BootNs | BootNs[] | undefined, isStart: (startNs: BootNs) => boolean): boolean {
  if (starts === undefined) return false;
  return typeof starts === 'number' ? isStart(starts) : starts.some(isStart);
}
