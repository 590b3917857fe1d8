/** Chances that come again with the same seed. */
export interface Chance {
  readonly seed: number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  shuffled<T>(things: readonly T[]): readonly T[];
}

/** `FAULT_SEED` repeats a run that failed; the seed of every run is printed. */
export function chance(name: string): Chance {
  const seed = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stderr.write(`${name}: FAULT_SEED=${String(seed)}\n`);
  const next = mulberry(seed ^ hash(name));
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    seed,
    between,
    pick: (from) => from[between(0, from.length - 1)]!,
    shuffled: (things) => things.map((thing) => ({ thing, at: next() })).sort((a, b) => a.at - b.at).map(({ thing }) => thing),
  };
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value >>> 0;
}
