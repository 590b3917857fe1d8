import { afterAll, beforeAll, expect, test } from 'vitest';
import { productDataSync } from '../../src/workflows/product-data-sync/index.ts';
import { type Cell, domainOf, startSync, SYNC, type SyncStack } from './rig.ts';

let stack: SyncStack;
beforeAll(async () => {
  const also = { ...SYNC, keys: { domain: 'domain', externalId: { column: 'account_id' }, name: 'company_name' } } as const;
  stack = await startSync({}, {
    warehouse: { pageRows: 2 },
    integrations: {
      wrong: productDataSync({ ...SYNC, source: { query: 'select nothing from usage' } }),
      failing: productDataSync({ ...SYNC, source: { query: () => { throw new Error('no such day'); } } }),
      creating: productDataSync({ ...also, unmatched: 'create' }),
    },
  });
}, 120_000);
afterAll(() => stack.close());

const usage = (count: number): readonly (readonly Cell[])[] => Array.from({ length: count }, (_, n) => [`acc-${String(n)}`, `out${String(n)}.example`, `Out ${String(n)}`, n + 1, null]);
async function ended(integration: string) {
  await stack.run(integration);
  await stack.quiet();
  return (await stack.endings(integration)).at(-1)!;
}

test('a result that is not kept any more is asked for anew, and pages that were read are known again', { timeout: 120_000 }, async () => {
  const ids = [0, 1, 2, 3, 4].map((n) => stack.company(domainOf(`Out ${String(n)}`)));
  stack.usage(usage(5));
  const before = stack.warehouse.queries();
  // The first page has been kept when the result is forgotten, by an error in between.
  stack.tools.faults.next('snowflake', 'error', { path: /statements\/.+/ });
  const forgotten = stack.until(() => stack.tools.ledger.some(({ path, status }) => path.includes('partition=') && status === 503)).then(() => stack.warehouse.forget());
  const [end] = await Promise.all([stack.sync(), forgotten]);

  expect(end).toMatchObject({ state: 'succeeded', reason: '5 rows: 5 written' });
  expect(stack.warehouse.queries() - before).toBe(2);
  expect(ids.map((id) => stack.record(id)['activeUsers'])).toEqual([1, 2, 3, 4, 5]);
});

test('a query that the warehouse refuses, and one that cannot be made, fail with the reason', { timeout: 120_000 }, async () => {
  expect([await ended('wrong'), await ended('failing')]).toEqual([
    { action: null, state: 'failed', code: 'rejected', reason: "snowflake: 000904: SQL compilation error: error line 1 at position 7 invalid identifier 'NOTHING' (422)" },
    { action: null, state: 'failed', code: 'query_failed', reason: 'The query function in the configuration failed: no such day' },
  ]);
});

test('one company that Twenty refuses is listed, the others are written; the same start twice is one sync', { timeout: 120_000 }, async () => {
  stack.usage(usage(5).map((row) => [...row.slice(0, 3), Number(row[3]) + 10, null]));
  stack.twenty.faults.refuse({ object: 'company', path: 'activeUsers', equals: 13, message: 'Not today' });
  const body = JSON.stringify({ requestId: 'one-and-the-same' });
  for (let time = 0; time < 2; time += 1) await fetch(`${stack.gatewayUrl}/triggers/usage-sync`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await stack.quiet();

  const ends = (await stack.endings('usage-sync')).slice(1);
  expect(ends.map(({ reason }) => reason)).toEqual(['5 rows: 4 written, 1 refused by Twenty']);
  expect((await stack.findings()).map(({ name, state, reason }) => [name, state, reason])).toEqual([['Out 2', 'refused', 'Twenty did not take the metrics: Not today']]);
});

test('missing companies are created once where they have a domain or an id; one that somebody removed stays removed', { timeout: 120_000 }, async () => {
  stack.usage([['acc-90', 'new90.example', 'New Ninety', 3, null], ['acc-91', null, 'By Id', 4, null], [null, null, 'By Name', 5, null]]);
  const first = await ended('creating');
  const made = stack.twenty.records('companies').filter(({ name }) => ['New Ninety', 'By Id', 'By Name'].includes(String(name)));
  const second = await ended('creating');
  stack.twenty.asUser.destroy('companies', String(made.find(({ name }) => name === 'By Id')!['id']));
  const third = await ended('creating');

  expect(made.map(({ name, externalId, activeUsers, domainName }) => [name, externalId, activeUsers, (domainName as { primaryLinkUrl: string }).primaryLinkUrl])).toEqual([
    ['New Ninety', 'acc-90', 3, 'https://new90.example'], ['By Id', 'acc-91', 4, ''],
  ].toSorted((a, b) => made.findIndex(({ name }) => name === a[0]) - made.findIndex(({ name }) => name === b[0])));
  expect([first, second, third].map(({ reason }) => reason)).toEqual(['3 rows: 2 created, 1 not in Twenty (By Name)', '3 rows: 2 unchanged, 1 not in Twenty (By Name)', '3 rows: 1 unchanged, 2 not in Twenty (By Id, By Name)']);
});

test('what was found stands with its event, for the API and the command line', { timeout: 120_000 }, async () => {
  const { rows: [delivery] } = await stack.database.pool.query<{ event_id: string }>(`select event_id from deliveries where integration = 'creating' order by seq desc limit 1`);
  const answer = await fetch(`${stack.gatewayUrl}/events/${delivery!.event_id}`);
  const event = (await answer.json()) as { deliveries: readonly { findings?: unknown }[] };
  expect(event.deliveries[0]!.findings).toEqual([
    { name: 'By Id', code: 'unmatched', reason: 'It was created by an earlier sync and is not there any more, so it is not created again.' },
    { name: 'By Name', code: 'unmatched', reason: 'No company in Twenty has this name; by name alone none is created.' },
  ]);
});
