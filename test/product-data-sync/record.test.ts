import { afterEach, test } from 'vitest';
import { productDataSync } from '../../src/workflows/product-data-sync/index.ts';
import { recordHistories, recording } from '../harness/histories.ts';
import { domainOf, startSync, SYNC, type SyncStack } from './rig.ts';

let stack: SyncStack | undefined;
afterEach(() => stack?.close());

/** With RECORD_HISTORIES=1 the runs that test/replay.test.ts replays are recorded anew; do so only after a change guarded by `patched()`. */
test.runIf(recording)('recording: product data sync', { timeout: 240_000 }, async () => {
  const metrics = { activeUsers: { column: 'active_users', alert: { below: 10 } } } as const;
  stack = await startSync({ metrics }, {
    warehouse: { pageRows: 2, slow: 1 },
    integrations: { creating: productDataSync({ ...SYNC, unmatched: 'create' }), paging: productDataSync({ ...SYNC, pages: { companies: 1, perRun: 3 } }), wrong: productDataSync({ ...SYNC, source: { query: 'select nothing from usage' } }) },
  }, ['worker']);
  for (const name of ['Acme', 'Bolt', 'Cog']) stack.company(domainOf(name));
  const usage = (users: number): void => stack!.usage(['acme', 'bolt', 'cog'].map((name) => [name, `${name}.example`, name, users, null]));
  let starts = 0;
  const start = (integration: string, dryRun = false): Promise<unknown> =>
    fetch(`${stack!.gatewayUrl}/triggers/${integration}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ requestId: `start-${String((starts += 1))}`, dryRun }) });
  await recordHistories('product-data-sync', stack, {
    written: () => (usage(50), start('usage-sync')),
    unchanged: () => start('usage-sync'),
    fallen: () => (usage(5), start('usage-sync')),
    plan: () => (usage(7), start('usage-sync', true)),
    created: () => (stack!.usage([['dune', 'dune.example', 'Dune', 1, null]]), start('creating')),
    'continued-as-new': () => (usage(8), start('paging')),
    refused: () => start('wrong'),
  });
});
