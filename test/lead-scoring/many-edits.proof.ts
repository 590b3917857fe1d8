import { afterEach, expect, test } from 'vitest';
import { mailOf, runsOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

test('1,000 records edited at once make at most 1,000 / 200 runs plus a handful', { timeout: 240_000 }, async () => {
  // With Twenty's own limit, which is what lets sets grow: without one a set starts as soon as anything is due.
  stack = await startScoring({ settle: { quietSeconds: 2, maxSeconds: 30 } }, { budget: { perMinute: 300 }, twenty: { bucket: { capacity: 300, refillMs: 200 } } });
  const ids = Array.from({ length: 1_000 }, (_, n) => stack!.person({ ...mailOf(`p${String(n)}`), jobTitle: 'Gardener' }));
  await stack.quiet(120_000);
  const before = await runsOf(stack);
  for (const id of ids) stack.update(id, { jobTitle: 'CEO' });
  await stack.quiet(120_000);

  expect(new Set(ids.map((id) => stack!.score(id)))).toEqual(new Set([27]));
  expect(await runsOf(stack) - before).toBeLessThanOrEqual(1_000 / 200 + 4);
});
