import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSyncFaults } from '../faults/rig/sync-checker.ts';
import { startSyncRig, type SyncRig } from '../faults/rig/sync.ts';

const EACH = Number(process.env['PROOF_EACH'] ?? 10_000);
const MATCHES = 0.7 * EACH;
const ALL = 2 * EACH - MATCHES;
/** Twenty's own bucket, sixty times as fast. */
const PER_MINUTE = 6_000;

let sync: SyncRig;
beforeAll(async () => void (sync = await startSyncRig({ callsPerMinute: PER_MINUTE })));
afterAll(() => sync.close());

test('10,000 people against 10,000 rows with 7,000 matches: no duplicate, at most 0.03 calls a record, and two deaths on the way', { timeout: 1_200_000 }, async () => {
  const { rig } = sync;
  const startedAt = Date.now();
  const seconds = (): string => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
  const count = async (what: string): Promise<number> => (await rig.rows<{ n: number }>(`select count(*)::int as n from ${what}`))[0]!.n;
  const reaches = async (what: string, at: number): Promise<void> => {
    for (let n = await count(what); n < at; n = await count(what)) {
      if (rig.worker.isLost) throw new Error(rig.worker.log);
      await pause(50);
    }
  };
  const dies = async (when: string): Promise<void> => {
    await rig.worker.kill();
    console.log(`${seconds()}: the worker dies, ${when}`);
    await rig.worker.start();
  };
  rig.twenty.disturbWebhooks({ lost: 1, delayMs: 0, seed: 1 });
  for (let n = 0; n < EACH; n += 1) rig.twenty.asUser.create('people', { name: { firstName: 'P', lastName: String(n) }, emails: { primaryEmail: `p${String(n)}@acme.example` } });
  await rig.twenty.settled();
  rig.twenty.disturbWebhooks(undefined);
  await sync.sql(`insert into contacts (email, first_name, last_name, title) select 'p' || n || '@acme.example', 'P', n::text, 'Buyer' from generate_series($1::int, $2::int) as n`, [EACH - MATCHES, ALL - 1]);

  console.log(`${seconds()}: ${String(EACH)} on each side`);
  const before = rig.twenty.ledger.recordCalls().length;
  await sync.start('first-load');
  await reaches(`sync_rows where side = 'twenty'`, EACH / 3);
  await dies(`${String(await count(`sync_rows where side = 'twenty'`))} people read`);
  await reaches(`links where state = 'in-step'`, ALL / 3);
  await dies(`${String(await count(`links where state = 'in-step'`))} of ${String(ALL)} in step`);
  await reaches(`links where state = 'in-step'`, ALL);
  console.log(`${seconds()}: all in step`);
  await sync.rest();
  const spent = rig.twenty.ledger.recordCalls().length - before;
  console.log(`${seconds()}: at rest; ${String(spent)} calls of Twenty: ${(spent / EACH).toFixed(4)} for each of ${String(EACH)} people, ${(spent / ALL).toFixed(4)} for each of ${String(ALL)} records`);

  expect(await findSyncFaults(sync)).toEqual([]);
  expect([sync.people().length, (await sync.rows()).length, await count('links')]).toEqual([ALL, ALL, ALL]);
  expect(rig.twenty.ledger.refusals()).toEqual([]);
  expect(spent / ALL).toBeLessThanOrEqual(0.03);
});
