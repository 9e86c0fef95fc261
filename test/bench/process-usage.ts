// What a process has used so far, as the kernel counts it: processor time of all its threads, and resident memory.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseStat } from '../../src/host/process.ts';

/** USER_HZ is 100 on every architecture. */
const MS_PER_TICK = 10;

/** utime + stime, proc_pid_stat(5) fields 14 and 15. Threads that ended are in it, children are not. */
export function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  if (parseStat(text) === undefined) throw new Error(`/proc/${pid}/stat is no stat line`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

export function residentMib(pid: number): number {
  const match = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) / 1024;
}

export function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

export function commOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
}

/** Resolves when the processes have done next to nothing for half a second: what they were given is worked off. */
export async function settled(pids: readonly number[], timeoutMs = 60_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let before = pids.map(cpuMs);
  for (let quiet = 0; quiet < 2; ) {
    if (performance.now() > deadline) throw new Error(`still busy after ${timeoutMs / 1000} s: ${pids.map(commOf).join(', ')}`);
    await delay(250);
    const now = pids.map(cpuMs);
    quiet = now.every((ms, index) => ms - (before[index] ?? 0) <= MS_PER_TICK) ? quiet + 1 : 0;
    before = now;
  }
}
