import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const PEOPLE = 400;
const SUBMISSIONS = 1000;

const submissions = Array.from({ length: SUBMISSIONS }, (_, n) => {
  const person = n % PEOPLE;
  const firm = person % 60;
  return { name: `Person ${String(person)}`, email: `person${String(person)}@firm${String(firm)}.example`, company: `Firm ${String(firm)}`, message: `Question ${String(n)}` };
});

test('1,000 submissions by 400 people, each sent twice, half while the worker is down: nothing lost, nothing twice, at most 0.1 calls each', { timeout: 240_000 }, async () => {
  stack = await startStack({ twenty: { bucket: { capacity: 100, refillMs: 600 } }, budget: { perMinute: 100 }, mailRatePerSecond: 5 }, ['dispatcher']);
  const { submit } = stack;
  const statuses: number[] = [];
  const send = async (from: number, to: number): Promise<void> => {
    const twice = submissions.slice(from, to).flatMap((form) => [form, form]);
    for (let start = 0; start < twice.length; start += 100) {
      statuses.push(...(await Promise.all(twice.slice(start, start + 100).map(async (form) => (await submit(form)).status))));
    }
  };
  await send(0, SUBMISSIONS / 2);
  await stack.start('worker');
  await send(SUBMISSIONS / 2, SUBMISSIONS);
  await stack.settled(200_000);

  expect(Map.groupBy(statuses, (status) => status).get(202)).toHaveLength(SUBMISSIONS);
  expect(Map.groupBy(statuses, (status) => status).get(200)).toHaveLength(SUBMISSIONS);
  expect(new Set(stack.twenty.records('people').map(({ emails }) => (emails as { primaryEmail: string }).primaryEmail)).size).toBe(PEOPLE);
  expect(stack.twenty.records('people')).toHaveLength(PEOPLE);
  expect(stack.twenty.records('companies')).toHaveLength(60);
  expect(stack.twenty.records('tasks')).toHaveLength(SUBMISSIONS);
  expect(stack.twenty.records('taskTargets')).toHaveLength(2 * SUBMISSIONS);
  const { rows } = await stack.database.pool.query('select state, count(*) as n from deliveries group by state');
  expect(rows).toEqual([{ state: 'succeeded', n: SUBMISSIONS }]);
  const calls = stack.twenty.ledger.recordCalls();
  expect(calls.filter(({ outcome }) => outcome !== 'served')).toEqual([]);
  expect(calls.length / SUBMISSIONS).toBeLessThanOrEqual(0.1);
});
