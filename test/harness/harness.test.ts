import pg from 'pg';
import { Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { createTestDatabase, testTemporal } from './servers.ts';

test('every test gets a migrated database of its own that stores durably', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new pg.Client({ connectionString: one.url });
  await client.connect();
  const tables = await client.query("select count(*)::int as n from pg_tables where schemaname = 'public'");
  const durable = await client.query("select current_setting('fsync') || current_setting('synchronous_commit') as both");
  await client.end();
  await Promise.all([one.drop(), two.drop()]);

  expect(one.url).not.toBe(two.url);
  expect(tables.rows[0].n).toBeGreaterThan(3);
  expect(durable.rows[0].both).toBe('onon');
});

test('the Temporal server of the run knows the search attributes', async () => {
  const { address, namespace } = await testTemporal();
  const connection = await Connection.connect({ address });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  await connection.close();

  expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(['SluiceIntegration', 'SluiceUseCase']));
});
