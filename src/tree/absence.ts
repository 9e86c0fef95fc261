// What a level no longer shows is gone, but not before the events of its life have come: when bpftrace is behind, levels overtake them.
import type { BootNs } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import { cgroupGone } from './items.ts';
import { loseProcess } from './process.ts';
import type { Context, Patience } from './state.ts';

/** Events that are on their way come within it, unless bpftrace cannot keep up at all; and what it lost never comes. */
export const MAX_PATIENCE_NS = 30e9;

/** For what was so at `untilNs` or before. */
export function patienceUntil(ctx: Context, untilNs: BootNs): Patience {
  return { untilNs, deadlineNs: ctx.nowNs + MAX_PATIENCE_NS };
}

export function isPatienceOver(ctx: Context, { untilNs, deadlineNs }: Patience): boolean {
  return ctx.caughtUpNs >= untilNs || ctx.nowNs >= deadlineNs;
}

/** Believes in the end of what has been absent for long enough. */
export function settleAbsent(ctx: Context): void {
  for (const process of overdue(ctx, ctx.missing)) {
    if (ctx.processes.get(process.pid) === process) loseProcess(ctx, process);
  }
  for (const id of overdue(ctx, ctx.goneCgroups)) {
    const entry = ctx.registry.forget(id);
    if (entry) cgroupGone(ctx, entry);
  }
  for (const item of overdue(ctx, ctx.unlisted)) {
    if (ctx.items.get(item.id) !== item) continue;
    item.isListed = false;
    touchPod(ctx, item.pod);
  }
}

/** A map keeps the order in which the levels came, and so that of their patience: with the first that has to wait all the others have to. */
function overdue<Absent>(ctx: Context, absent: Map<Absent, Patience>): Absent[] {
  const found: Absent[] = [];
  for (const [each, patience] of absent) {
    if (!isPatienceOver(ctx, patience)) break;
    absent.delete(each);
    found.push(each);
  }
  return found;
}

/** Something waits for all events to have come. */
export function isAwaitingEvents(ctx: Context): boolean {
  return ctx.unmet.length > 0 || ctx.missing.size > 0 || ctx.goneCgroups.size > 0 || ctx.unlisted.size > 0;
}

export function nextAbsenceDeadlineNs(ctx: Context): BootNs {
  let nextNs = ctx.unmet[0]?.patience.deadlineNs ?? Number.POSITIVE_INFINITY;
  for (const absent of [ctx.missing, ctx.goneCgroups, ctx.unlisted]) {
    const [first] = absent.values();
    if (first) nextNs = Math.min(nextNs, first.deadlineNs);
  }
  return nextNs;
}
