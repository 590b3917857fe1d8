import { afterEach, expect, test } from 'vitest';
import { secret } from '../../src/config/secret.ts';
import { jsonForm } from '../../src/connectors/json-form/index.ts';
import { twenty } from '../../src/connectors/twenty/settings.ts';
import { startSandboxTwenty, type SandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { webForms } from '../../src/workflows/web-forms/index.ts';
import { type ScoringStack, startScoring } from '../lead-scoring/rig.ts';

let stack: ScoringStack | undefined;
let vendor: SandboxTwenty | undefined;
afterEach(async () => {
  await stack?.close();
  await vendor?.close();
});

const LANES = 12;
const PER_LANE = 5;

test('while a vendor is dead for an hour, others end as ever; when it is back its backlog drains in order', { timeout: 180_000 }, async () => {
  vendor = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off' });
  stack = await startScoring({}, {
    env: { VENDOR_KEY: vendor.apiKey },
    connections: { vendor: twenty({ url: vendor.url, apiKey: secret('VENDOR_KEY'), budget: 'off' }) },
    integrations: { partners: webForms({ source: jsonForm({ unauthenticated: true }), twenty: 'vendor' }) },
  });
  const { database, submit } = stack;
  const openOf = async (integration: string): Promise<number> =>
    (await database.pool.query<{ open: number }>(`select count(*) as open from deliveries where integration = $1 and state in ('pending', 'running')`, [integration])).rows[0]!.open;
  const state = async () => (await database.pool.query<{ state: string; runs: number }>(
    `select (select state from breakers where connection = 'vendor') as state, (select count(*) from sets where integration = 'partners' and state in ('claimed', 'started')) as runs`)).rows[0]!;
  const holds = async (fact: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 90_000; !(await fact()); ) {
      if (Date.now() > deadline) throw new Error('It did not come true in time.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  vendor.faults.add({ effect: { kind: 'status', status: 503 }, times: 1_000_000 });
  for (let n = 0; n < PER_LANE; n += 1) {
    for (let lane = 0; lane < LANES; lane += 1) await submit({ name: `Lane ${String(lane)}`, email: `lane${String(lane)}@acme.example`, message: `message ${String(n)}` }, 'partners');
  }
  await holds(async () => (await state()).state === 'open');

  // The breaker has been open for an hour, as it sees it: runs that wait for the vendor give their slots back.
  await database.pool.query(`update breakers set opened_at = opened_at - interval '1 hour' where connection = 'vendor'`);
  await holds(async () => (await state()).runs === 0);
  for (let n = 0; n < 20; n += 1) {
    await submit({ name: `Form ${String(n)}`, email: `form${String(n)}@acme.example`, message: 'Hello' });
    // The person that the form makes is scored by the event that tells of it.
    await holds(async () => (await openOf('contact-form')) + (await openOf('lead-score')) === 0);
  }
  await stack.twenty.settled();
  await holds(async () => (await openOf('lead-score')) === 0);
  const people = stack.twenty.records('people');
  expect(people).toHaveLength(20);
  expect(people.every(({ leadScore }) => Number(leadScore) > 0)).toBe(true);
  expect(await openOf('partners')).toBe(LANES * PER_LANE);

  vendor.faults.clear();
  await database.pool.query(`update breakers set retry_at = clock_timestamp() where connection = 'vendor'`);
  await holds(async () => (await openOf('partners')) === 0);

  const { rows: ends } = await database.pool.query(`select state, count(*) as count from deliveries where integration = 'partners' group by state`);
  expect(ends).toEqual([{ state: 'succeeded', count: LANES * PER_LANE }]);
  expect(vendor.records('people')).toHaveLength(LANES);
  const titles = vendor.records('tasks').map(({ title }) => title);
  expect(titles.sort()).toEqual(Array.from({ length: LANES * PER_LANE }, (_, n) => `Follow up: Lane ${String(n % LANES)}`).sort());
  const { rows: inversions } = await database.pool.query(
    `select 1 from deliveries a join deliveries b on a.lane_id = b.lane_id and a.seq < b.seq and a.ended_at > b.ended_at where a.integration = 'partners'`);
  expect(inversions).toEqual([]);
});
