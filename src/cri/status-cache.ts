// Remembers what the status calls said of each id, and when to ask again: on a change of state, when something was missing, when it is old.

/** An item of a list: its id, and the state by which a change is seen. */
export interface Listed {
  readonly id: string;
  readonly state: number;
}

interface Entry<D> {
  readonly state: number;
  readonly details: D | undefined;
  /** Not before this time unless the state changes. */
  readonly askAgainMs: number;
  /** Answers in a row that failed or lacked something. */
  readonly misses: number;
}

export interface StatusCacheOptions<D> {
  /** False while something is missing that the runtime will know soon. */
  readonly isComplete: (details: D, state: number) => boolean;
  /** Complete details are asked for again after this. */
  readonly maxAgeMs: number;
  readonly now: () => number;
}

export interface StatusCache<D> {
  get(id: string): D | undefined;
  isStale(item: Listed): boolean;
  /** Keeps the answer. When there is none, the former details stay unless the state has changed, and the error is thrown on. */
  fill(item: Listed, question: () => Promise<D>): Promise<void>;
  /** Forgets what is listed no more. */
  keepOnly(items: readonly Listed[]): void;
}

const FIRST_RETRY_MS = 1_000;

export function createStatusCache<D>({ isComplete, maxAgeMs, now }: StatusCacheOptions<D>): StatusCache<D> {
  const entries = new Map<string, Entry<D>>();

  function keep({ id, state }: Listed, details: D | undefined, isMiss: boolean): void {
    const before = entries.get(id);
    const misses = isMiss ? (before?.state === state ? before.misses : 0) + 1 : 0;
    const waitMs = isMiss ? Math.min(FIRST_RETRY_MS * 2 ** Math.min(misses - 1, 20), maxAgeMs) : maxAgeMs;
    entries.set(id, { state, details, misses, askAgainMs: now() + waitMs });
  }

  return {
    get: (id) => entries.get(id)?.details,
    isStale: ({ id, state }) => {
      const entry = entries.get(id);
      return entry === undefined || entry.state !== state || now() >= entry.askAgainMs;
    },
    fill: async (item, question) => {
      try {
        const details = await question();
        keep(item, details, !isComplete(details, item.state));
      } catch (error) {
        const before = entries.get(item.id);
        keep(item, before?.state === item.state ? before.details : undefined, true);
        throw error;
      }
    },
    keepOnly: (items) => {
      const ids = new Set(items.map(({ id }) => id));
      for (const id of entries.keys()) if (!ids.has(id)) entries.delete(id);
    },
  };
}
