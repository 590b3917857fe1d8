import { afterEach, expect, test } from 'vitest';
import { mailOf, type ScoringStack, startScoring } from './rig.ts';

let stack: ScoringStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const PEOPLE = 400;

test('400 people at once cost at most 0.02 calls each, are each scored once, and a second look at all writes nothing', { timeout: 240_000 }, async () => {
  stack = await startScoring({}, {}, ['worker']);
  const firm = stack.company({ name: 'Acme' });
  const ids = Array.from({ length: PEOPLE }, (_, n) => stack!.person({ ...mailOf(`p${String(n)}`), jobTitle: n % 2 === 0 ? 'CEO' : 'Gardener', companyId: firm }));
  await stack.twenty.settled();
  const before = stack.twenty.ledger.recordCalls().length;
  await stack.start('dispatcher');
  await stack.quiet(120_000);
  const calls = stack.twenty.ledger.recordCalls().slice(before).map(({ operation }) => operation);
  await stack.run({ all: true });
  await stack.quiet(120_000);
  const again = stack.twenty.ledger.recordCalls().slice(before + calls.length).map(({ operation }) => operation);

  expect(calls.length / PEOPLE).toBeLessThanOrEqual(0.02);
  expect(new Set(ids.map((id) => stack!.score(id)))).toEqual(new Set([31, 6]));
  expect(stack.twenty.ledger.written('updated').toSorted()).toEqual(ids.toSorted());
  expect(again.every((operation) => operation === 'people')).toBe(true);
  expect(again.length / PEOPLE).toBeLessThanOrEqual(0.02);
  const ends = Map.groupBy(await stack.endings(), ({ action, code }) => `${String(action)} ${String(code)}`);
  expect([...ends].map(([end, all]) => [end, all.length])).toEqual([['created scored', PEOPLE], ['null unchanged', PEOPLE]]);
  const { rows } = await stack.database.pool.query<{ size: number }>(`select size from sets where integration = 'lead-score' and workflow_type = 'leadScoring' order by claimed_at`);
  expect(rows.map(({ size }) => size)).toEqual([200, 200, 200, 200]);
});
