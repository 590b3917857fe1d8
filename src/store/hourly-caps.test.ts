import { expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import type { Database } from './database.ts';
import { takeHourly } from './hourly-caps.ts';

let database: Database;
ownDatabase((own) => (database = own));

const take = (wanted: number) => takeHourly(database, 'contact-form', 'mails', wanted, 10);

test('however many ask at once, no more go out within an hour than the cap allows', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => take(3)));
  expect(answers.reduce((sum, { granted }) => sum + granted, 0)).toBe(10);
  const next = (await take(1)).nextAt!.getTime() - Date.now();
  expect(next).toBeGreaterThan(59 * 60_000);
  expect(next).toBeLessThanOrEqual(61 * 60_000);

  await database.pool.query(`update hourly_counts set minute = minute - interval '62 minutes'`);
  expect(await take(2)).toEqual({ granted: 2, nextAt: undefined });
});

test('integrations and kinds are counted apart', async () => {
  expect(await takeHourly(database, 'billing', 'invoices', 10, 10)).toEqual({ granted: 10, nextAt: undefined });
  expect(await takeHourly(database, 'billing', 'mails', 10, 10)).toEqual({ granted: 10, nextAt: undefined });
});
