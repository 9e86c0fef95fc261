// Which process of the tree an event or a scan means: pids are used again, and /proc knows starts to the tick only.
import type { BootNs } from '../kernel/identity.ts';
import { startOf, tickOf } from './graveyard.ts';
import type { Context, ProcessState } from './state.ts';

/** How much a fork's time may be after the start of its child, when the probe could not read that. */
const MAX_START_ERROR_NS = 50_000_000;

/** The process with this identity, if it is known and alive. Learns the exact start time of one whose start was told otherwise. */
export function findProcess(ctx: Context, pid: number, startNs: BootNs): ProcessState | undefined {
  const known = ctx.processes.get(pid);
  if (!known) return undefined;
  if (known.exactStartNs === startNs) return known;
  if (known.exactStartNs !== 0) return undefined;
  const isSame = tickOf(known.startNs) === tickOf(startNs);
  const isNear = known.birthNs !== 0 && startNs <= known.birthNs && known.birthNs - startNs < MAX_START_ERROR_NS;
  if (!isSame && !isNear) return undefined;
  known.exactStartNs = startNs;
  return known;
}

/** The process that has the pid, when it is the one whose start is known to the tick at least: nothing is learned of it. */
export function findByTick(ctx: Context, pid: number, startNs: BootNs): ProcessState | undefined {
  const known = ctx.processes.get(pid);
  return known && tickOf(startOf(known)) === tickOf(startNs) ? known : undefined;
}

/** A pid is given out again only when its process has ended: it is known to be dead, or one that started later has its pid. */
export function hasEnded(ctx: Context, pid: number, startNs: BootNs): boolean {
  const holder = ctx.processes.get(pid);
  return ctx.graveyard.isDead(pid, startNs) || (holder !== undefined && tickOf(startOf(holder)) > tickOf(startNs));
}

/** As findProcess, dead or alive. */
export function recallProcess(ctx: Context, pid: number, startNs: BootNs): ProcessState | undefined {
  return findProcess(ctx, pid, startNs) ?? ctx.graveyard.find(pid, startNs);
}
