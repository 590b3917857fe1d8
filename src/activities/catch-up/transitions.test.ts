import { afterEach, expect, test } from 'vitest';
import { claimSet } from '../../store/claim.ts';
import { ensureIntegrations } from '../../store/sets.ts';
import { claimDefaults } from '../../store/store.fixture.ts';
import { addPerson, type Bench, openBench, personId } from './catch-up.fixture.ts';

const MINUTE_MS = 60_000;
const won = { actions: ['created', 'updated', 'restored'] as const, watch: [], transition: { field: 'jobTitle', to: ['won'] } };

let bench: Bench;
afterEach(() => bench.close());

/** Claims what is worth a run, and says how everything stands. */
async function claimed(): Promise<readonly string[]> {
  await ensureIntegrations(bench.database, ['deals']);
  const rules = { maxRunsPerRecordPerHour: 30, flood: { above: 1_000, then: 'sets' as const }, timeZone: 'UTC' };
  while ((await claimSet(bench.database, { ...claimDefaults, integration: 'deals', rules })).kind === 'sifted');
  const { rows } = await bench.database.pool.query<{ record_id: string; state: string; code: string | null }>(
    `select record_id, state, code from deliveries where integration = 'deals' order by seq`);
  return rows.map(({ record_id, state, code }) => `${String(Number(record_id.slice(-12)))} ${code ?? state}`);
}

test('a transition is not taken for one when the record was like that at the baseline, and is when it has come to be', async () => {
  bench = await openBench({ interests: { deals: won, others: {} } });
  for (const n of [1, 2]) addPerson(bench, n, { jobTitle: 'won' });
  for (const n of [3, 4, 5]) addPerson(bench, n, { jobTitle: 'open' });
  bench.clockMs += MINUTE_MS;
  await bench.baseline();
  bench.clockMs += MINUTE_MS;
  const { asUser } = bench.sandbox;
  asUser.update('people', personId(1), { emails: { primaryEmail: 'touched1@acme.example' } });
  asUser.update('people', personId(2), { emails: { primaryEmail: 'touched2@acme.example' } });
  asUser.update('people', personId(3), { jobTitle: 'won' });
  asUser.update('people', personId(4), { jobTitle: 'lost' });
  addPerson(bench, 6, { jobTitle: 'won' });
  await bench.changes();
  expect((await claimed()).toSorted()).toEqual(['1 no_transition', '2 no_transition', '3 running', '4 no_transition', '6 running']);
});

test('an integration that comes later gets its own baseline, and what was noted of the records stays', async () => {
  bench = await openBench({ interests: { deals: won, others: {} } });
  addPerson(bench, 1, { jobTitle: 'won' });
  addPerson(bench, 2, { jobTitle: 'open' });
  bench.clockMs += MINUTE_MS;
  await bench.baseline();
  await bench.database.pool.query('delete from baselines');
  await bench.database.pool.query('delete from lanes');
  bench.clockMs += MINUTE_MS;
  bench.sandbox.asUser.update('people', personId(2), { jobTitle: 'won' });
  bench.clockMs += MINUTE_MS;
  await bench.baseline();
  bench.sandbox.asUser.update('people', personId(1), { emails: { primaryEmail: 'touched@acme.example' } });
  await bench.changes();
  // Number 2 came to be won before the later baseline was read: for this integration it was like that.
  expect((await claimed()).toSorted()).toEqual(['1 no_transition', '2 no_transition']);
  expect((await bench.inbox('others')).toSorted()).toEqual(['updated 1 won', 'updated 2 won']);
});

test('a record that came to match while the baseline was read waits for a person, since nobody knows what it was', async () => {
  bench = await openBench({ interests: { deals: won }, maxBatch: 2 });
  for (const n of [1, 2, 3, 4]) addPerson(bench, n, { jobTitle: 'open' });
  bench.clockMs += MINUTE_MS;
  let pages = 0;
  bench.sandbox.beforeOperation = () => {
    pages += 1;
    if (pages !== 2) return;
    bench.clockMs += 1_000;
    bench.sandbox.asUser.update('people', personId(1), { jobTitle: 'won' });
    bench.sandbox.asUser.update('people', personId(4), { jobTitle: 'won' });
  };
  await bench.baseline();
  await bench.changes();
  expect((await claimed()).toSorted()).toEqual(['1 running', '4 no_snapshot']);
});
