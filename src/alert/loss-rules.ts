// The rules about the agent itself: events that were lost on the way from the kernel into the tree.
import { wallText } from './alert-book.ts';
import type { LostEventsRule } from './rule.ts';
import type { RuleContext } from './rule-context.ts';
import { plain } from './summary.ts';

export interface LossRules {
  /** `lost` is undefined when nobody could count them. */
  onLoss(stage: string, lost: number | undefined, nowMs: number): void;
  setRules(rules: readonly LostEventsRule[]): void;
}

const NODE = 'node';
const MAX_LOSSES = 1024;

export function createLossRules(given: readonly LostEventsRule[], { book, node }: RuleContext): LossRules {
  let rules = given;
  const losses: number[] = [];
  return {
    onLoss(stage, lost, nowMs) {
      losses.push(nowMs);
      while (losses.length > MAX_LOSSES) losses.shift();
      for (const rule of rules) {
        const within = losses.filter((atMs) => atMs > nowMs - rule.windowMs);
        const alert = book.find(rule, NODE);
        if (alert === undefined && within.length < rule.count) continue;
        const what = lost === undefined ? 'An unknown number of events was' : `${lost} event${lost === 1 ? ' was' : 's were'}`;
        const summary = `${what} lost in the ${plain(stage)} of node ${plain(node, 253)}: the tree was read anew, but who did what meanwhile is not known.`;
        const count = alert === undefined ? within.length : 1;
        book.sign(rule, { subject: NODE, atMs: nowMs, time: wallText(nowMs), count, summary }, nowMs);
      }
    },
    setRules(next) {
      rules = next;
    },
  };
}
