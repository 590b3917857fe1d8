import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EnrichingStack, mailOf, startEnriching } from './rig.ts';

let stack: EnrichingStack;
beforeAll(async () => void (stack = await startEnriching({}, { knows: () => ({ jobTitle: 'Buyer', city: 'Oakland', headcount: 12 }), budget: { perMinute: 600 } }, ['worker'])));
afterAll(() => stack.close());

const PEOPLE = 1_000;

test('a thousand new people cost at most 0.02 calls to Twenty and 0.01 to the provider each, are paid once, and their own writes start nothing', { timeout: 240_000 }, async () => {
  const ids = Array.from({ length: PEOPLE }, (_, n) => stack.make('people', mailOf(`p${String(n)}`)));
  await stack.twenty.settled();
  const before = stack.twenty.ledger.recordCalls().length;
  await stack.start('dispatcher');
  await stack.quiet(180_000);
  const calls = stack.twenty.ledger.recordCalls().slice(before).length;

  process.stdout.write(`enrichment: ${String(calls / PEOPLE)} calls to Twenty a record, ${String(stack.tools.ledger.length / PEOPLE)} to the provider\n`);
  expect(calls / PEOPLE).toBeLessThanOrEqual(0.02);
  expect(stack.tools.ledger.length / PEOPLE).toBeLessThanOrEqual(0.01);
  expect(stack.pdl.spent()).toBe(PEOPLE);
  expect(stack.twenty.ledger.written('updated').toSorted()).toEqual(ids.toSorted());
  const ends = Map.groupBy(await stack.endings('enrich'), ({ action, code }) => `${String(action)} ${String(code)}`);
  expect([...ends].map(([end, all]) => [end, all.length])).toEqual([['created enriched', PEOPLE]]);
});
