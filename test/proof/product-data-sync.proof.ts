import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { partProcess } from '../faults/rig/part.ts';
import { type Cell, startSync } from '../product-data-sync/rig.ts';
import { usageSync } from './usage.config.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Fewer for a shorter look: PROOF_COMPANIES=2000 npm run proof -- product-data-sync. */
const COMPANIES = Number(process.env['PROOF_COMPANIES'] ?? 20_000);
const ROWS = COMPANIES * 5;
/** All rows at once would need more; V8 ends the worker when it does. */
const HEAP_MB = 192;

test('100,000 rows for 20,000 companies pass through a worker of small memory, in runs of short histories', { timeout: 900_000 }, async () => {
  const stack = await startSync({}, { warehouse: { pageRows: 5_000 }, budget: { perMinute: 100_000 }, integrations: { 'usage-sync': usageSync } }, []);
  closing.push(() => stack.close());
  for (let n = 0; n < COMPANIES; n += 1) stack.company({ name: `Firm ${String(n)}`, domainName: { primaryLinkUrl: `https://firm${String(n)}.example` } });
  stack.usage(Array.from({ length: ROWS }, (_, n): readonly Cell[] => [`acc-${String(n % COMPANIES)}`, `firm${String(n % COMPANIES)}.example`, `Firm ${String(n % COMPANIES)}`, n % 97, null]));
  await stack.twenty.settled();

  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-proof-'));
  closing.unshift(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  const worker = partProcess({ name: 'worker', label: 'worker', folder, plant: undefined, env: {
    ...stack.env, PATH: process.env['PATH'], NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MB)}`, SLUICE_CONFIG: path.join(import.meta.dirname, 'usage.config.ts'), TWENTY_API_URL: stack.twenty.url,
  } });
  closing.unshift(() => worker.kill());
  await worker.start();
  await stack.start('dispatcher');
  const before = stack.twenty.ledger.recordCalls().length;
  const startMs = Date.now();
  await stack.run('usage-sync');
  await stack.until(async () => worker.isLost || (await stack.endings('usage-sync')).some(({ state }) => !['pending', 'running'].includes(state)), 840_000);
  const seconds = (Date.now() - startMs) / 1000;
  const [end] = await stack.endings('usage-sync');
  const calls = stack.twenty.ledger.recordCalls().length - before;
  const histories = await historiesOf(stack.env, (await stack.database.pool.query<{ id: string }>('select id from sets')).rows[0]!.id);

  process.stdout.write(`${JSON.stringify({ rows: ROWS, companies: COMPANIES, seconds: Math.round(seconds), calls, callsPerCompany: calls / COMPANIES, runs: histories.length, longestHistory: Math.max(...histories), heapMb: HEAP_MB })}\n`);
  expect(worker.isLost, readFileSync(path.join(folder, 'worker.log'), { encoding: 'utf8', flag: 'a+' }).slice(-2_000)).toBe(false);
  expect(end).toMatchObject({ state: 'succeeded', reason: `${ROWS.toLocaleString('en')} rows: ${COMPANIES.toLocaleString('en')} written` });
  expect(calls / COMPANIES).toBeLessThanOrEqual(0.02);
  expect(histories.length).toBe(Math.ceil((Math.ceil(ROWS / 5_000) + Math.ceil(COMPANIES / 200) + 1) / 40));
  expect(Math.max(...histories)).toBeLessThan(1_500);
});

async function historiesOf(env: NodeJS.ProcessEnv, workflowId: string): Promise<readonly number[]> {
  const connection = await Connection.connect({ address: env['TEMPORAL_ADDRESS']! });
  const lengths: number[] = [];
  for await (const run of new Client({ connection, namespace: env['TEMPORAL_NAMESPACE']! }).workflow.list({ query: `WorkflowId = '${workflowId}'` })) lengths.push(run.historyLength ?? 0);
  await connection.close();
  return lengths;
}
