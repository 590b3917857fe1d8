import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimit } from './rate-limit.ts';

test('an allowance is spent at once and comes back evenly', () => {
  let now = 0;
  const take = createRateLimit(2, () => now);

  const spent = [take('a'), take('a'), take('a'), take('b')];
  now = 29_999;
  const early = take('a');
  now = 30_000;

  expect([spent, early, take('a')]).toEqual([[0, 0, 30_000, 0], 1, 0]);
});

test('in any minute no address gets more than twice its allowance, and whoever waits as told gets through', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (perMinute, pauses) => {
      let now = 0;
      const take = createRateLimit(perMinute, () => now);
      const granted: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const waitMs = take('a');
        if (waitMs > 0) {
          now += waitMs;
          expect(take('a')).toBe(0);
        }
        granted.push(now);
      }
      for (const start of granted) {
        expect(granted.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(2 * perMinute);
      }
    }),
  );
});

test('only so many addresses are remembered; the least recently seen is forgotten', () => {
  const take = createRateLimit(1, () => 0, 2);

  const answers = ['a', 'b', 'a', 'c', 'a', 'b'].map((address) => (take(address) === 0 ? 'free' : 'wait'));

  expect(answers).toEqual(['free', 'free', 'wait', 'free', 'wait', 'free']);
});
