// Whether the cluster lets the holder of a token in: answers kept for seconds, one request for one token at a time, and only so many at all.
import { messageOf } from '../error.ts';
import { mayReadNode, type ReviewOptions, reviewToken } from '../kubernetes/access-review.ts';
import type { Verdict } from './verdict.ts';

export interface ReviewerOptions extends Pick<ReviewOptions, 'client'> {
  readonly node: string;
  readonly audiences: readonly string[];
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly log: { warn(fields: object, message: string): void };
}

export interface ReviewStats {
  /** Tokens that the API server was asked about, by what came of it. */
  readonly asked: Readonly<Record<'granted' | 'wrong' | 'denied' | 'unavailable', number>>;
}

export interface Reviewer {
  /** `digest` is the token's, in hex. `isFresh`: an answer that is kept does not count, unless it is a no. */
  review(token: string, digest: string, isFresh: boolean): Promise<Verdict>;
  stats(): ReviewStats;
}

const KEPT = 1024;
const YES_MS = 10_000;
const NO_MS = 5000;
const MAX_IN_FLIGHT = 16;
const WARN_MS = 60_000;

interface Kept {
  readonly verdict: Verdict;
  readonly untilMs: number;
}

export function createReviewer({ client, node, audiences, now, log }: ReviewerOptions): Reviewer {
  // Two tables: a flood of wrong tokens must not push out those that are right.
  const yes = new Map<string, Kept>();
  const no = new Map<string, Kept>();
  const inFlight = new Map<string, Promise<Verdict>>();
  const asked = { granted: 0, wrong: 0, denied: 0, unavailable: 0 };
  let warnedAtMs = Number.NEGATIVE_INFINITY;

  function kept(table: Map<string, Kept>, digest: string): Verdict | undefined {
    const entry = table.get(digest);
    if (entry === undefined || entry.untilMs > now()) return entry?.verdict;
    table.delete(digest);
    return undefined;
  }

  function keep(digest: string, verdict: Verdict): Verdict {
    const isYes = 'identity' in verdict;
    const [table, other] = isYes ? [yes, no] : [no, yes];
    other.delete(digest);
    table.delete(digest);
    table.set(digest, { verdict, untilMs: now() + (isYes ? YES_MS : NO_MS) });
    const [oldest] = table.keys();
    if (table.size > KEPT && oldest !== undefined) table.delete(oldest);
    return verdict;
  }

  async function ask(token: string, digest: string): Promise<Verdict> {
    try {
      const user = await reviewToken(token, audiences, { client });
      const isAllowed = user !== undefined && (await mayReadNode(user, node, { client }));
      if (user === undefined) asked.wrong += 1;
      else asked[isAllowed ? 'granted' : 'denied'] += 1;
      if (user === undefined) return keep(digest, { refused: 'wrong' });
      return keep(digest, isAllowed ? { identity: { name: user.username.slice(0, 253), way: 'kubernetes' } } : { refused: 'denied' });
    } catch (error) {
      asked.unavailable += 1;
      // Whoever is in stays in for a while; nobody gets in. A person who looks for the reason finds it here, and not in the answer.
      if (now() - warnedAtMs >= WARN_MS) {
        warnedAtMs = now();
        const advice =
          'auth.kubernetes needs the API server, and the right to create tokenreviews and subjectaccessreviews: docs/security.md';
        log.warn({ error: messageOf(error), advice }, 'the API server cannot be asked whose a token is: clients that show one get 503');
      }
      return { refused: 'unavailable' };
    }
  }

  return {
    async review(token, digest, isFresh) {
      const known = kept(no, digest) ?? (isFresh ? undefined : kept(yes, digest));
      if (known !== undefined) return known;
      const running = inFlight.get(digest);
      if (running !== undefined) return running;
      if (inFlight.size >= MAX_IN_FLIGHT) return { refused: 'unavailable' };
      const started = ask(token, digest).finally(() => inFlight.delete(digest));
      inFlight.set(digest, started);
      return started;
    },
    stats: () => ({ asked: { ...asked } }),
  };
}
