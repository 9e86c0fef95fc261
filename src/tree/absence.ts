// What a level no longer shows is gone, but not before the events of its life have come: when bpftrace is behind, levels overtake them.
import type { BootNs } from '../kernel/identity.ts';
import { touchPod } from './emit.ts';
import { cgroupGone } from './items.ts';
import { takeOverdue } from './patience.ts';
import { loseProcess } from './process.ts';
import type { Context, Patience } from './state.ts';

/** Believes in the end of what has been absent for long enough. */
export function settleAbsent(ctx: Context): void {
  for (const [process] of takeOverdue(ctx, ctx.missing)) {
    if (ctx.processes.get(process.pid) === process) loseProcess(ctx, process);
  }
  for (const [id] of takeOverdue(ctx, ctx.goneCgroups)) {
    const entry = ctx.registry.forget(id);
    if (entry) cgroupGone(ctx, entry);
  }
  for (const [item] of takeOverdue(ctx, ctx.unlisted)) {
    if (ctx.items.get(item.id) !== item) continue;
    item.isListed = false;
    touchPod(ctx, item.pod);
  }
}

/** Something waits for all events to have come. */
export function isAwaitingEvents(ctx: Context): boolean {
  return ctx.unmet.length > 0 || waitingIn(ctx).some(({ size }) => size > 0);
}

export function nextAbsenceDeadlineNs(ctx: Context): BootNs {
  let nextNs = ctx.unmet[0]?.patience.deadlineNs ?? Number.POSITIVE_INFINITY;
  for (const absent of waitingIn(ctx)) {
    const [first] = absent.values();
    if (first) nextNs = Math.min(nextNs, first.deadlineNs);
  }
  return nextNs;
}

function waitingIn({ missing, goneCgroups, unlisted, untoldEnds }: Context): readonly ReadonlyMap<unknown, Patience>[] {
  return [missing, goneCgroups, unlisted, untoldEnds];
}
