// Whose memory limit an OOM kill was about, from how full the memory cgroups were when the victim was chosen.
import type { OomEvent } from '../kernel/event.ts';
import type { OomKill } from './cause.ts';

const MEBIBYTE = 2 ** 20;
/** What is charged in advance for each CPU, and what is freed while the victim is sought, is less (mm/memcontrol.c MEMCG_CHARGE_BATCH). */
const MAX_HEADROOM_BYTES = 8 * MEBIBYTE;

/** `path` is that of the cgroup of the task that wanted memory, undefined when it is not known. */
export function explainOom(oom: OomEvent, path: string | undefined): OomKill {
  const { victimPid, task, memory } = oom;
  const kill = { victimPid, allocatorPid: task.pid, allocatorComm: task.comm };
  if (memory.length === 0) return kill;
  const up = fullest(memory);
  const full = memory[up];
  if (full?.limitBytes === undefined) return { ...kill, scope: 'node' };
  const cgroup = pathOf(oom, path, up);
  return { ...kill, scope: 'cgroup', ...(cgroup && { cgroup }), limitBytes: full.limitBytes, usageBytes: full.usageBytes };
}

/** The kernel charges a cgroup and all above it, and kills when one of these is full (mm/memcontrol.c try_charge_memcg): with equal limits it is the upper
 * one, which holds more. -1 when none is. */
function fullest(memory: OomEvent['memory']): number {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [up, { usageBytes, limitBytes }] of memory.entries()) {
    if (limitBytes === undefined) continue;
    const headroom = limitBytes - usageBytes;
    if (headroom > least || headroom > Math.min(MAX_HEADROOM_BYTES, limitBytes / 8)) continue;
    found = up;
    least = headroom;
  }
  return found;
}

/** A runtime gives a container the same path in every hierarchy: where the depths agree, the memory cgroup is that part of the path. */
function pathOf({ level, memoryLevel }: OomEvent, path: string | undefined, up: number): string | undefined {
  const depth = memoryLevel - up;
  const segments = path?.split('/').filter((segment) => segment !== '');
  if (!segments || level !== memoryLevel || segments.length !== level || depth < 1) return undefined;
  return `/${segments.slice(0, depth).join('/')}`;
}

export function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
