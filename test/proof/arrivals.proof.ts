import { afterEach, expect, test } from 'vitest';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const PEOPLE = 400;
const SUBMISSIONS = 1000;
const FIVE_MINUTES_MS = 300_000;

function formOf(n: number): Record<string, string> {
  const person = n % PEOPLE;
  const firm = person % 60;
  return { name: `Person ${String(person)}`, email: `person${String(person)}@firm${String(firm)}.example`, company: `Firm ${String(firm)}`, message: `Question ${String(n)}` };
}

test('1,000 submissions by 400 people, each sent twice, spread over five minutes: at most 0.1 calls each, nothing refused, nothing twice', { timeout: 600_000 }, async () => {
  stack = await startStack({ twenty: { bucket: { capacity: 100, refillMs: 600 } }, budget: { perMinute: 100 }, mailRatePerSecond: 5 });
  const { submit, twenty, mail, database } = stack;
  const statuses: number[] = [];
  const startMs = Date.now();
  await Promise.all(Array.from({ length: SUBMISSIONS }, async (_, n) => {
    const atMs = startMs + (n / SUBMISSIONS) * FIVE_MINUTES_MS;
    await new Promise((resolve) => setTimeout(resolve, atMs - Date.now()));
    statuses.push((await submit(formOf(n))).status, (await submit(formOf(n))).status);
  }));
  await stack.settled(120_000);

  const count = (status: number): number => statuses.filter((one) => one === status).length;
  expect([count(202), count(200)]).toEqual([SUBMISSIONS, SUBMISSIONS]);
  expect(twenty.records('people')).toHaveLength(PEOPLE);
  expect(twenty.records('companies')).toHaveLength(60);
  expect(twenty.records('tasks')).toHaveLength(SUBMISSIONS);
  expect(twenty.records('taskTargets')).toHaveLength(2 * SUBMISSIONS);
  const { rows } = await database.pool.query('select state, count(*) as n from deliveries group by state');
  expect(rows).toEqual([{ state: 'succeeded', n: SUBMISSIONS }]);
  expect(twenty.ledger.refusals()).toEqual([]);
  const waits = await database.pool.query<{ p50: number; max: number }>(
    `select percentile_cont(0.5) within group (order by extract(epoch from ended_at - created_at)) as p50, max(extract(epoch from ended_at - created_at))::float8 as max from deliveries`);
  console.log(`${String(twenty.ledger.recordCalls().length)} calls, ${String(mail.mails().length)} mails; from arrival to outcome: median ${waits.rows[0]!.p50.toFixed(1)} s, longest ${waits.rows[0]!.max.toFixed(1)} s`);
  expect(twenty.ledger.recordCalls().length / SUBMISSIONS).toBeLessThanOrEqual(0.1);
});
