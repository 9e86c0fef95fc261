// How long a client waits before it tries again, and from where it goes on. For the command line and for the page.
import type { Frame } from './frame.ts';

export interface RetryPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly capMs: number;
  /** Part of each delay that is left to chance: 0 none, 1 all of it. */
  readonly jitter: number;
}

export const RETRY_POLICY: RetryPolicy = { firstMs: 250, factor: 2, capMs: 10_000, jitter: 0.5 };

/** The delay before attempt 1, 2, 3 … */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  const full = Math.min(policy.capMs, policy.firstMs * policy.factor ** (attempt - 1));
  return full * (1 - policy.jitter * random());
}

/** What to give as `since` once this frame was taken; undefined for a frame that says nothing of it. */
export function tokenOf(frame: Frame): string | undefined {
  if ('updates' in frame) return frame.updates.at(-1)?.token;
  if ('snapshot' in frame) return frame.snapshot.token;
  return 'heartbeat' in frame ? frame.heartbeat.token : undefined;
}
