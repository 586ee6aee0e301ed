/** How much of something may happen: `burst` at once, then `perSecond`. */
export interface BucketLimits {
  burst: number;
  perSecond: number;
}

/**
 * Token buckets by key. A key that has been quiet long enough to be full again is forgotten, so memory is bounded by
 * what happened lately; beyond `maxKeys` the oldest go.
 */
export interface TokenBuckets {
  /** Takes one token. False: there is none, and nothing is taken. */
  take(key: string): boolean;
  /** Whether a token is there; takes nothing. */
  has(key: string): boolean;
  /** Seconds until there is one again; 0 when there is. */
  waitS(key: string): number;
  readonly size: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

export function createTokenBuckets(limits: BucketLimits, nowMs: () => number, maxKeys = 10_000): TokenBuckets {
  const { burst, perSecond } = limits;
  /** In the order of last use. */
  const buckets = new Map<string, Bucket>();

  const filled = (key: string): number => {
    const bucket = buckets.get(key);
    if (bucket === undefined) return burst;
    // A clock that is set back must not lock anybody out.
    const passedS = Math.max(0, nowMs() - bucket.atMs) / 1000;
    return Math.min(burst, bucket.tokens + passedS * perSecond);
  };

  const forget = (): void => {
    for (const [key, bucket] of buckets) {
      const isFull = bucket.tokens + ((nowMs() - bucket.atMs) / 1000) * perSecond >= burst;
      if (!isFull && buckets.size <= maxKeys) return;
      buckets.delete(key);
    }
  };

  return {
    take(key) {
      const tokens = filled(key);
      if (tokens < 1) return false;
      buckets.delete(key);
      buckets.set(key, { tokens: tokens - 1, atMs: nowMs() });
      forget();
      return true;
    },
    has: (key) => filled(key) >= 1,
    waitS(key) {
      const missing = 1 - filled(key);
      return missing <= 0 ? 0 : Math.ceil(missing / perSecond);
    },
    get size() {
      return buckets.size;
    },
  };
}
