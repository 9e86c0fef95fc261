// Ends that are on their way: another process has the pid already, but the event that says how this one ended has not come.
import type { ExitEvent } from '../kernel/event.ts';
import type { BootNs } from '../kernel/identity.ts';
import { keyOf, startOf } from './graveyard.ts';
import { patienceUntil, takeOverdue } from './patience.ts';
import { findProcess } from './process-lookup.ts';
import type { Context, ProcessState } from './state.ts';

/** In a storm of forks thousands are on their way from the CPU that is read last. */
const MAX_UNTOLD_ENDS = 16_384;

/** `tell` is called once: with the event when that comes, without when all events until `untilNs` have come and it was not among them. */
export function awaitEnd(ctx: Context, pid: number, startNs: BootNs, untilNs: BootNs, tell: (event?: ExitEvent) => void): void {
  const key = keyOf(pid, startNs);
  // The same pid within one tick: whose event is whose cannot be said.
  if (ctx.untoldEnds.has(key)) return tell();
  ctx.untoldEnds.set(key, { ...patienceUntil(ctx, untilNs), tell });
  if (ctx.untoldEnds.size > MAX_UNTOLD_ENDS) giveUpOldest(ctx);
}

function giveUpOldest(ctx: Context): void {
  for (const [key, { tell }] of ctx.untoldEnds) {
    ctx.untoldEnds.delete(key);
    return tell();
  }
}

/** True when this was one that was waited for. */
export function tellEnd(ctx: Context, event: ExitEvent): boolean {
  if (ctx.untoldEnds.size === 0) return false;
  const { pid, startNs } = event.task;
  const key = keyOf(pid, startNs);
  const untold = ctx.untoldEnds.get(key);
  // Who lives under that pid may have started in the same tick.
  if (!untold || findProcess(ctx, pid, startNs)) return false;
  ctx.untoldEnds.delete(key);
  untold.tell(event);
  return true;
}

export function isEndUntold(ctx: Context, process: ProcessState): boolean {
  return ctx.untoldEnds.has(keyOf(process.pid, startOf(process)));
}

export function settleUntoldEnds(ctx: Context): void {
  for (const [, { tell }] of takeOverdue(ctx, ctx.untoldEnds)) tell();
}
