// How long is waited for events that are on their way: until all events of that time have come, or have had time enough.
import type { BootNs } from '../kernel/identity.ts';
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

/** Takes out what has waited for long enough. A map keeps the order in which things came, and so that of their patience: with the first that has to wait
 * all the others have to. */
export function takeOverdue<Key, Value extends Patience>(ctx: Context, waiting: Map<Key, Value>): [Key, Value][] {
  const found: [Key, Value][] = [];
  for (const [key, value] of waiting) {
    if (!isPatienceOver(ctx, value)) break;
    waiting.delete(key);
    found.push([key, value]);
  }
  return found;
}
