import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { acceptEvents } from '../../src/store/accept.ts';
import type { Database } from '../../src/store/database.ts';
import { partProcess } from '../faults/rig/part.ts';
import { startStack } from '../harness/stack.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Twenty's own speed: a faster bucket would measure the machine. */
const PER_MINUTE = 100;
const REFILL_MS = 60_000 / PER_MINUTE;
/** Ten unless a shorter look is wanted: PROOF_MINUTES=2 npm run proof -- bucket. */
const MINUTES = Number(process.env['PROOF_MINUTES'] ?? 10);
const BACKLOG = 20_000;
/** In a shorter look the tokens that stay in the reserve, and the start, weigh more. */
const SHARE = MINUTES < 10 ? 0.75 : 0.9;
/** More is put in when less than this is left: a budget cannot be used without work. */
const LOW_WATER = 2_000;
const WORKERS = 3;

test('from an empty bucket, three workers use at least 90 % of what it grants an ideal caller, and nothing is refused', { timeout: 900_000 }, async () => {
  const stack = await startStack({ twenty: { bucket: { capacity: 100, refillMs: REFILL_MS, startFull: false } }, budget: { perMinute: PER_MINUTE } }, []);
  closing.push(() => stack.close());
  const { database, twenty, env, mail } = stack;
  await Promise.all(Array.from({ length: WORKERS }, (_, n) => startWorkerProcess(`worker-${String(n)}`, {
    ...env, PATH: process.env['PATH'], SLUICE_CONFIG: path.join(import.meta.dirname, 'sluice.config.ts'), TWENTY_API_URL: twenty.url, RESEND_BASE_URL: mail.url,
  })));
  let items = await addItems(database, 0, BACKLOG);
  await database.pool.query(`update budgets set last_at = clock_timestamp(), tokens = 0 where connection = 'twenty'`);
  twenty.setTokens(0);
  const startMs = Date.now();
  await stack.start('dispatcher');
  for (const endMs = startMs + MINUTES * PER_MINUTE * REFILL_MS; Date.now() < endMs; ) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, Math.max(0, endMs - Date.now()))));
    if ((await inState(database, 'pending')) < LOW_WATER) items += await addItems(database, items, 5_000);
  }
  const used = twenty.ledger.recordCalls().length;
  const granted = Math.floor((Date.now() - startMs) / REFILL_MS);
  const refused = twenty.ledger.refusals();
  const done = await inState(database, 'succeeded');
  const records = ['people', 'companies', 'tasks', 'taskTargets'].reduce((sum, object) => sum + twenty.records(object).length, 0);
  console.log([
    `${String(used)} of ${String(granted)} tokens used (${((100 * used) / granted).toFixed(1)} %) in ${String(MINUTES)} bucket-minutes by ${String(WORKERS)} workers`,
    `${String(refused.length)} refused`,
    `${String(done)} of ${String(items)} items done${items > BACKLOG ? ` (${String(BACKLOG)} ran dry, more were put in)` : ''}`,
    `${(records / used).toFixed(1)} records written and ${(done / used).toFixed(1)} items done a token`,
  ].join('; '));
  expect(refused).toEqual([]);
  expect(await inState(database, 'pending')).toBeGreaterThan(0);
  expect(used / granted).toBeGreaterThanOrEqual(SHARE);
});

async function startWorkerProcess(label: string, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), `sluice-test-${String(process.pid)}-`));
  const worker = partProcess({ name: 'worker', env, folder, label });
  // Before the servers it works with.
  closing.unshift(async () => {
    await worker.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await worker.start();
}

/** Puts bulk forms into the inbox, each by a person of its own; answers how many. */
async function addItems(database: Database, first: number, count: number): Promise<number> {
  const events = Array.from({ length: count }, (_, i) => first + i).map((n) => ({
    source: 'proof', dedupe: { key: String(n) }, contentType: 'application/json', headers: {}, verdict: 'proof',
    body: Buffer.from(JSON.stringify({ name: `P ${String(n)}`, email: `p${String(n)}@firm${String(n % 900)}.example`, message: `Q ${String(n)}` })),
    deliveries: [{ integration: 'contact-form', laneKey: `p${String(n)}`, urgency: 'bulk' as const }],
  }));
  for (let start = 0; start < count; start += 500) await acceptEvents(database, events.slice(start, start + 500));
  return count;
}

async function inState(database: Database, state: string): Promise<number> {
  return (await database.pool.query<{ n: number }>('select count(*) as n from deliveries where state = $1', [state])).rows[0]!.n;
}
