/** What happens to webhooks between Twenty and their target: some are lost, the others come late and out of order. */
export interface Weather {
  /** From 0 to 1. */
  readonly lost: number;
  /** Each waits for up to this long, independently of the others. */
  readonly delayMs: number;
  /** From 0 to 1: of those that are not lost, so many come a second time. */
  readonly twice?: number;
  /** The same seed loses and delays the same webhooks. */
  readonly seed: number;
}

/** A random number from 0 to 1 for each call, the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
