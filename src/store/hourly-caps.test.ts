import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/harness/servers.ts';
import { type Database, openDatabase } from './database.ts';
import { takeHourly } from './hourly-caps.ts';

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase(own.url);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

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
