import { expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import { claimSet } from './claim.ts';
import type { Database } from './database.ts';
import { ensureIntegrations } from './sets.ts';
import { acceptOne, claimDefaults, eventFor } from './store.fixture.ts';

let database: Database;
ownDatabase((own) => (database = own));

/** How many runs of one event each start at once, and how long the next one waits, in milliseconds. */
async function smallRuns(integration: string, unhurried: boolean): Promise<{ readonly runs: number; readonly waitMs: number }> {
  await ensureIntegrations(database, [integration]);
  for (let runs = 0; ; runs += 1) {
    await acceptOne(database, eventFor(`${integration}-${String(runs)}`, { integration, urgent: false }));
    const pace = { callsPerRun: 7, thriftySize: 140, unhurried };
    const result = await claimSet(database, { ...claimDefaults, integration, maxSize: 1, maxOpen: { urgent: 10, bulk: 100, workspace: 1_000 }, pace });
    if (result.kind === 'later') return { runs, waitMs: result.waitMs };
    if (result.kind !== 'claimed') throw new Error(result.kind);
  }
}

test('what nobody waits for makes fewer small runs than what somebody does, and saves longer for the next', async () => {
  const hurried = await smallRuns('hurried', false);
  const unhurried = await smallRuns('unhurried', true);
  expect([hurried.runs, unhurried.runs]).toEqual([2, 1]);
  expect(unhurried.waitMs).toBeGreaterThan(hurried.waitMs);
});

test('a set that is large enough starts whatever the credit', async () => {
  await smallRuns('storm', true);
  for (let n = 0; n < 150; n += 1) await acceptOne(database, eventFor(`storm-more-${String(n)}`, { integration: 'storm', urgent: false }));
  const result = await claimSet(database, { ...claimDefaults, integration: 'storm', pace: { callsPerRun: 7, thriftySize: 140, unhurried: true } });
  expect(result).toMatchObject({ kind: 'claimed', set: { size: 151 } });
});
