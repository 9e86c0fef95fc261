// How often something may happen, for each of many peers: token buckets in a table that does not grow with the number of peers.

export interface Rate {
  /** How many may come at once. */
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

export interface Buckets {
  /** False when there is nothing left to take. */
  take(key: string): boolean;
  /** Seconds until there is something to take, whole and at least 1; 0 when there is. */
  waitSeconds(key: string): number;
  readonly size: number;
}

/** `now` in ms, never going back. When the table is full of peers that are not yet forgiven, newcomers share one bucket. */
export function createBuckets({ burst, perSecond }: Rate, maxKeys: number, now: () => number): Buckets {
  const buckets = new Map<string, Bucket>();
  const shared: Bucket = { left: burst, atMs: now() };
  const msToFill = (burst / perSecond) * 1000;

  function refill(bucket: Bucket): Bucket {
    const at = now();
    bucket.left = Math.min(burst, bucket.left + ((at - bucket.atMs) / 1000) * perSecond);
    bucket.atMs = at;
    return bucket;
  }

  function make(): Bucket {
    if (buckets.size >= maxKeys) {
      // Those that were not touched for so long are as good as new. The table is in the order of the last touch.
      for (const [name, { atMs }] of buckets) {
        if (now() - atMs < msToFill) break;
        buckets.delete(name);
      }
    }
    if (buckets.size >= maxKeys) return refill(shared);
    return { left: burst, atMs: now() };
  }

  return {
    take(key) {
      const known = buckets.get(key);
      const bucket = known === undefined ? make() : refill(known);
      if (bucket !== shared) {
        buckets.delete(key);
        buckets.set(key, bucket);
      }
      if (bucket.left < 1) return false;
      bucket.left -= 1;
      return true;
    },
    waitSeconds(key) {
      const known = buckets.get(key) ?? (buckets.size >= maxKeys ? shared : undefined);
      if (known === undefined || refill(known).left >= 1) return 0;
      return Math.max(1, Math.ceil((1 - known.left) / perSecond));
    },
    get size() {
      return buckets.size;
    },
  };
}

/** By what a client is told from others: its address; of IPv6 the network, for every host has as many addresses there as it likes. */
export function peerKey(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
