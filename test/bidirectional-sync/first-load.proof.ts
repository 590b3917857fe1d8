import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSync, type SyncStack } from './rig.ts';

const EACH = 10_000;
const MATCHES = 7_000;
/** Twenty's own bucket, sixty times as fast. */
const PER_MINUTE = 6_000;

let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({ firstLoad: 'write', settle: { quietSeconds: 2, maxSeconds: 30 } }, { budget: { perMinute: PER_MINUTE }, twenty: { bucket: { capacity: PER_MINUTE, refillMs: 60_000 / PER_MINUTE } } });
});
afterAll(() => stack.close());

const calls = (): number => stack.twenty.ledger.recordCalls().length;

test('the first load of 10,000 people against 10,000 rows with 7,000 matches makes no duplicate and costs at most 0.03 calls a record', async () => {
  for (let n = 0; n < EACH; n += 1) stack.person({ name: { firstName: 'P', lastName: String(n) }, emails: { primaryEmail: `p${String(n)}@acme.example` } });
  await stack.sql(`insert into contacts (email, first_name, last_name, title) select 'p' || n || '@acme.example', 'P', n::text, 'Buyer' from generate_series($1::int, $2::int) as n`, [EACH - MATCHES, 2 * EACH - MATCHES - 1]);
  await stack.quiet(600_000);
  const before = calls();
  await stack.job('first-load', 900_000);
  const spent = calls() - before;
  const people = stack.people();
  const contacts = await stack.contacts();
  console.log(`${String(spent)} calls of Twenty for ${String(people.length)} people and ${String(contacts.length)} rows: ${(spent / EACH).toFixed(4)} a record`);

  expect([people.length, contacts.length]).toEqual([2 * EACH - MATCHES, 2 * EACH - MATCHES]);
  expect(new Set(people.map((one) => (one['emails'] as { primaryEmail: string }).primaryEmail)).size).toBe(people.length);
  expect((await stack.database.pool.query(`select state, count(*)::int as count from links group by state`)).rows).toEqual([{ state: 'in-step', count: 2 * EACH - MATCHES }]);
  expect(spent / EACH).toBeLessThanOrEqual(0.03);
});

test('with all of them linked and 100 changed over there, the reconcile costs at most 10 calls, and a further one none', async () => {
  await stack.sql(`update contacts set title = 'Founder', updated_at = now() where id <= 100`);
  const before = calls();
  await stack.round();
  const spent = calls() - before;
  const idle = calls();
  await stack.round();
  console.log(`${String(spent)} calls for 100 changed of ${String(2 * EACH - MATCHES)} pairs`);

  expect(stack.people().filter((one) => one['jobTitle'] === 'Founder')).toHaveLength(100);
  expect(spent).toBeLessThanOrEqual(10);
  expect(calls() - idle).toBe(0);
});
