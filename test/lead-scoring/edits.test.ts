import { afterEach, expect, test } from 'vitest';
import { mailOf, runsOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const titles = ['Gardener', 'Sales Manager', 'Chief Revenue Officer'];

test('an edit session of 40 autosaves on one record makes one run', { timeout: 120_000 }, async () => {
  stack = await startScoring({ settle: { quietSeconds: 5, maxSeconds: 60 } });
  const id = stack.person({ ...mailOf('ann'), jobTitle: 'Gardener' });
  await stack.quiet(90_000);
  const before = await runsOf(stack);
  for (let n = 0; n < 40; n += 1) stack.update(id, { jobTitle: `${titles[n % 3]!} ${String(n)}` });
  stack.update(id, { jobTitle: 'Chief Revenue Officer' });
  await stack.quiet(90_000);

  expect(await runsOf(stack) - before).toBe(1);
  expect(stack.record(id)).toMatchObject({ leadScore: 27 });
  expect((await stack.endings(id)).filter(({ state }) => state === 'superseded')).toHaveLength(40);
});
