// How often one source may ask: a bucket of tokens each, and room for so many sources.

export interface Rate {
  /** Whether the source may ask now. */
  allows(source: string): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Buckets that hold `burst` and get `perSecond` back; the longest silent source is forgotten for a new one. */
export function createRate(perSecond: number, burst: number, clock: () => number, most = 4_096): Rate {
  const buckets = new Map<string, Bucket>();
  return {
    allows(source) {
      const now = clock();
      const bucket = buckets.get(source) ?? { tokens: burst, at: now };
      // A clock that goes back gives nothing.
      const earned = (Math.max(0, now - bucket.at) / 1000) * perSecond;
      bucket.tokens = Math.min(burst, bucket.tokens + earned);
      bucket.at = now;
      buckets.delete(source);
      if (buckets.size >= most) buckets.delete(buckets.keys().next().value as string);
      buckets.set(source, bucket);
      if (bucket.tokens < 1) return false;
      bucket.tokens -= 1;
      return true;
    },
  };
}
