import { afterEach, expect, test } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { type Cell, domainOf, startSync, type SyncStack } from './rig.ts';

let stack: SyncStack | undefined;
afterEach(async () => {
  await stack?.close();
  stack = undefined;
});

const COMPANIES = 1_000;
const ROWS = 5_000;

test('5,000 rows for 1,000 companies cost at most 0.02 calls a company, also where all are new to it, in runs with short histories', { timeout: 240_000 }, async () => {
  stack = await startSync({
    keys: { externalId: { column: 'account_id' }, domain: 'domain' }, metrics: { activeUsers: { column: 'active_users', combine: 'sum', alert: { below: 1 } } },
    pages: { companies: 200, perRun: 4 },
  }, { warehouse: { pageRows: 1_000 }, budget: { perMinute: 100_000 } });
  const ids = Array.from({ length: COMPANIES }, (_, n) => stack!.company(domainOf(`Firm ${String(n)}`)));
  stack.usage(Array.from({ length: ROWS }, (_, n): readonly Cell[] => [`acc-${String(n % COMPANIES)}`, `firm${String(n % COMPANIES)}.example`, null, n % COMPANIES, null]));
  const calls = () => stack!.twenty.ledger.recordCalls().map(({ operation }) => operation);
  const before = calls().length;
  const first = await stack.sync();
  const cost = calls().slice(before);
  const second = await stack.sync();
  const again = calls().slice(before + cost.length);

  expect(first.reason).toBe('5,000 rows: 1,000 written');
  expect(cost.length / COMPANIES).toBeLessThanOrEqual(0.02);
  expect(ids.filter((id, n) => stack!.record(id)['activeUsers'] !== 5 * n)).toEqual([]);
  expect(second.reason).toBe('5,000 rows: 1,000 unchanged');
  expect(again).toEqual(Array.from({ length: 5 }, () => 'companies'));
  expect(stack.warehouse.queries()).toBe(2);
  expect(stack.tools.ledger.filter(({ path, status }) => path.includes('partition=') && status === 200)).toHaveLength(8);

  const { rows: [set] } = await stack.database.pool.query<{ id: string }>(`select id from sets where integration = 'usage-sync' order by claimed_at limit 1`);
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS']! });
  const client = new Client({ connection, namespace: stack.env['TEMPORAL_NAMESPACE']! });
  const runs: number[] = [];
  for await (const run of client.workflow.list({ query: `WorkflowId = '${set!.id}'` })) runs.push(run.historyLength ?? 0);
  await connection.close();
  // Five pages of the warehouse, five of companies and the look behind the last: eleven steps, four to a run.
  expect(runs).toHaveLength(3);
  expect(Math.max(...runs)).toBeLessThan(100);
  expect((await stack.database.pool.query('select 1 from product_sync_rows')).rowCount).toBe(0);
});
