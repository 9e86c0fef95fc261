// Ends that are on their way: another process has the pid already, but the event that says how this one ended has not come.
import type { ExitEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { keyOf } from './graveyard.ts';
import { patienceUntil, takeOverdue } from './patience.ts';
import type { Context } from './state.ts';

/** In a storm of forks thousands are on their way from the CPU that is read last. */
const MAX_UNTOLD_ENDS = 16_384;

/** `tell` is called once: with the event when that comes, without when all events until `untilNs` have come and it was not among them. */
export function awaitEnd(ctx: Context, pid: number, startNs: BootNs, untilNs: BootNs, tell: (event?: ExitEvent) => void): void {
  const key = keyOf(pid, startNs);
  // The same pid within one tick: whose event is whose cannot be said.
  if (ctx.untoldEnds.has(key)) return tell();
  ctx.untoldEnds.set(key, { ...patienceUntil(ctx, untilNs), tell });
  const [oldest] = ctx.untoldEnds.size > MAX_UNTOLD_ENDS ? ctx.untoldEnds : [];
  if (!oldest) return;
  ctx.untoldEnds.delete(oldest[0]);
  oldest[1].tell();
}

/** True when this was one that was waited for. */
export function tellEnd(ctx: Context, event: ExitEvent): boolean {
  const key = keyOf(event.task.pid, event.task.startNs);
  const untold = ctx.untoldEnds.get(key);
  ctx.untoldEnds.delete(key);
  untold?.tell(event);
  return untold !== undefined;
}

export function settleUntoldEnds(ctx: Context): void {
  for (const [, { tell }] of takeOverdue(ctx, ctx.untoldEnds)) tell();
}
