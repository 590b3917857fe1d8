/** Takes one from the address's allowance; answers 0, or how many milliseconds to wait until there is one again. */
export type RateLimit = (address: string) => number;

/**
 * A bucket per address: `perMinute` at once, refilled evenly. Remembers a bounded number of addresses, the least recently
 * seen are forgotten first and start anew with a full bucket.
 */
export function createRateLimit(perMinute: number, now: () => number, maxAddresses = 10_000): RateLimit {
  const perMs = perMinute / 60_000;
  const buckets = new Map<string, { tokens: number; seenAt: number }>();
  return (address) => {
    const time = now();
    const bucket = buckets.get(address) ?? { tokens: perMinute, seenAt: time };
    const tokens = Math.min(perMinute, bucket.tokens + Math.max(0, time - bucket.seenAt) * perMs);
    const enough = tokens >= 1;
    buckets.delete(address);
    buckets.set(address, { tokens: enough ? tokens - 1 : tokens, seenAt: time });
    if (buckets.size > maxAddresses) buckets.delete(buckets.keys().next().value!);
    return enough ? 0 : Math.ceil((1 - tokens) / perMs);
  };
}
