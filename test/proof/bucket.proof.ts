import { afterEach, expect, test } from 'vitest';
import { acceptEvents } from '../../src/store/accept.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

/** Twenty's own speed: everything here shares one process, so a faster bucket would measure the machine. */
const PER_MINUTE = 100;
const REFILL_MS = 60_000 / PER_MINUTE;
const TEN_BUCKET_MINUTES_MS = 1000 * REFILL_MS;
const BACKLOG = 40_000;

test('from an empty bucket, with work left at the end, at least 90 % of ten bucket-minutes are used and nothing is refused', { timeout: 900_000 }, async () => {
  stack = await startStack({ twenty: { bucket: { capacity: 100, refillMs: REFILL_MS, startFull: false } }, budget: { perMinute: PER_MINUTE } }, ['worker']);
  const { database, twenty } = stack;
  const events = Array.from({ length: BACKLOG }, (_, n) => ({
    source: 'proof', dedupe: { key: String(n) }, contentType: 'application/json', headers: {}, verdict: 'proof',
    body: Buffer.from(JSON.stringify({ name: `P ${String(n)}`, email: `p${String(n)}@firm${String(n % 900)}.example`, message: `Q ${String(n)}` })),
    deliveries: [{ integration: 'contact-form', laneKey: `p${String(n)}`, urgency: 'bulk' as const }],
  }));
  for (let start = 0; start < BACKLOG; start += 500) await acceptEvents(database, events.slice(start, start + 500));
  await database.pool.query('update budgets set last_at = clock_timestamp(), tokens = 0');
  twenty.setTokens(0);
  const startMs = Date.now();
  await stack.start('dispatcher');
  await new Promise((resolve) => setTimeout(resolve, TEN_BUCKET_MINUTES_MS));
  const used = twenty.ledger.recordCalls().length;
  const granted = Math.floor((Date.now() - startMs) / REFILL_MS);
  const { rows } = await database.pool.query<{ open: number; done: number }>(
    `select count(*) filter (where state = 'pending') as open, count(*) filter (where state = 'succeeded') as done from deliveries`);
  console.log(`${String(used)} of ${String(granted)} tokens used (${((100 * used) / granted).toFixed(1)} %), ${String(rows[0]!.done)} records, ${(rows[0]!.done / used).toFixed(1)} records a token`);
  expect(twenty.ledger.refusals()).toEqual([]);
  expect(rows[0]!.open).toBeGreaterThan(0);
  expect(used / granted).toBeGreaterThanOrEqual(0.9);
});
