import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSync, type SyncStack } from './rig.ts';

const EACH = 1_000;
const MATCHES = 700;
const ALL = 2 * EACH - MATCHES;
/** Twenty's own bucket, sixty times as fast. */
const PER_MINUTE = 6_000;

let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({ firstLoad: 'write' }, { budget: { perMinute: PER_MINUTE }, twenty: { bucket: { capacity: PER_MINUTE, refillMs: 60_000 / PER_MINUTE } } });
});
afterAll(() => stack.close());

const emailOf = (one: Readonly<Record<string, unknown>>): string => (one['emails'] as { readonly primaryEmail: string }).primaryEmail;

test('a first load pairs what belongs together, makes the rest once on the other side, and costs at most 0.03 calls a record', { timeout: 120_000 }, async () => {
  stack.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  for (let n = 0; n < EACH; n += 1) stack.person({ name: { firstName: 'P', lastName: String(n) }, emails: { primaryEmail: `p${String(n)}@acme.example` } });
  await stack.quiet();
  stack.twenty.disturbWebhooks(undefined);
  await stack.sql(`insert into contacts (email, first_name, last_name, title) select 'p' || n || '@acme.example', 'P', n::text, 'Buyer' from generate_series($1::int, $2::int) as n`, [EACH - MATCHES, ALL - 1]);
  const before = stack.twenty.ledger.recordCalls().length;
  await stack.job('first-load');
  const spent = stack.twenty.ledger.recordCalls().length - before;

  const all = Array.from({ length: ALL }, (_, n) => `p${String(n)}@acme.example`).sort();
  expect(stack.people().map(emailOf).sort()).toEqual(all);
  expect((await stack.contacts()).map(({ email }) => email).sort()).toEqual(all);
  expect(stack.people().filter((one) => one['jobTitle'] === 'Buyer')).toHaveLength(EACH);
  expect((await stack.database.pool.query(`select state, count(*)::int as count from links group by state`)).rows).toEqual([{ state: 'in-step', count: ALL }]);
  expect(spent / ALL).toBeLessThanOrEqual(0.03);
});
