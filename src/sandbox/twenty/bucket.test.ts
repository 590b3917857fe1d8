import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bucket } from './bucket.ts';

it('calls at least one refill time apart are all served, from an empty bucket on', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 600, max: 5_000 }), { maxLength: 200 }), (gaps) => {
    const bucket = new Bucket({ capacity: 100, refillMs: 600, startFull: false }, 0);
    let nowMs = 0;

    expect(gaps.every((gap) => bucket.take((nowMs += gap)))).toBe(true);
  }));
});

it('calls closer together than a refill time earn nothing: a full bucket serves exactly its capacity', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 599 }), { minLength: 150, maxLength: 150 }), (gaps) => {
    const bucket = new Bucket({ capacity: 100, refillMs: 600 }, 0);
    let nowMs = 0;
    const served = gaps.slice(0, 101).map((gap) => bucket.take((nowMs += gap)));

    expect(served).toEqual([...Array.from({ length: 100 }, () => true), false]);
  }));
});

it('a refused call neither adds tokens nor resets the clock, so polling an empty bucket earns a token every refill time', () => {
  const bucket = new Bucket({ capacity: 100, refillMs: 600, startFull: false }, 0);
  const servedAtMs = Array.from({ length: 241 }, (_, poll) => poll * 50).filter((nowMs) => bucket.take(nowMs));

  expect(servedAtMs).toEqual(Array.from({ length: 20 }, (_, token) => (token + 1) * 600));
});

it('bursts of ten every 6.3 seconds are never refused', () => {
  const bucket = new Bucket({ capacity: 100, refillMs: 600, startFull: false }, 0);
  const served = Array.from({ length: 95 }, (_, burst) => Array.from({ length: 10 }, () => bucket.take((burst + 1) * 6_300))).flat();

  expect(served.every(Boolean)).toBe(true);
});

it('never holds more than its capacity, however long it rests', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 200 }), (restMs, capacity) => {
    const bucket = new Bucket({ capacity, refillMs: 600 }, 0);
    bucket.take(0);

    expect(bucket.available(restMs)).toBeLessThanOrEqual(capacity);
  }));
});
