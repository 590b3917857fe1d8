import { afterAll, beforeAll, expect, test } from 'vitest';
import { domainOf, startSync, type SyncStack } from './rig.ts';

let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({
    keys: { externalId: { column: 'account_id' }, domain: 'domain', name: 'company_name' },
    metrics: {
      activeUsers: { column: 'active_users', combine: 'max', decimals: 0, alert: { below: 10, dropsByPercent: 50 } },
      mrr: { column: 'mrr', type: 'money', currency: 'EUR', combine: 'sum' },
    },
    onFall: { otherwise: 'tim@apple.dev' },
    pages: { companies: 2, perRun: 4 },
  }, { warehouse: { pageRows: 3 } });
}, 120_000);
afterAll(() => stack.close());

test('usage of many rows and pages is written beside the companies, what changed only, and what is missing or unclear is named', { timeout: 120_000 }, async () => {
  const owner = String(stack.twenty.records('workspaceMembers')[0]!['id']);
  const acme = stack.company({ ...domainOf('Acme'), accountOwnerId: owner });
  const bolt = stack.company({ name: 'Bolt', domainName: { primaryLinkUrl: 'www.bolt.example/' }, mrr: { amountMicros: 10_500_000, currencyCode: 'EUR' } });
  const twins = ['Cog', 'Cog'].map((name) => stack.company({ name }));
  const gone = stack.company(domainOf('Dune'));
  stack.twenty.asUser.softDelete('companies', gone);
  stack.usage([
    ['acc-1', 'https://www.Acme.example/start', 'Acme', 40, '10.25'],
    ['acc-2', 'bolt.example', 'Bolt', 12, '10.50'],
    ['acc-3', null, 'Cog', 3, 1],
    ['acc-1', 'acme.example', 'Acme', 55, '0.75'],
    ['acc-4', 'dune.example', 'Dune', 1, 1],
    ['acc-5', 'eel.example', 'Eel', 9, 9],
    [null, 'gmail.com', null, 1, 1],
    ['acc-1', null, null, 50, null],
    ['acc-2', 'bolt.example', 'Bolt', 'many', null],
  ]);
  const first = await stack.sync();
  const findings = await stack.findings();
  const second = await stack.sync();

  expect(first).toEqual({ action: null, state: 'succeeded', code: 'synced', reason: '9 rows: 2 written, 1 not in Twenty (Eel), 1 not clear, 1 in the trash, 1 without a key, 1 with a remark' });
  expect(stack.record(acme)).toMatchObject({ activeUsers: 55, mrr: { amountMicros: 11_000_000, currencyCode: 'EUR' }, externalId: 'acc-1' });
  expect(Date.parse(String(stack.record(acme)['productSyncedAt']))).toBeGreaterThan(Date.now() - 120_000);
  expect(stack.record(bolt)).toMatchObject({ activeUsers: 12, mrr: { amountMicros: 10_500_000 }, externalId: 'acc-2' });
  expect(twins.map((id) => stack.record(id)['activeUsers'])).toEqual([null, null]);
  expect(findings.map(({ name, state, reason }) => [name, state, reason])).toEqual([
    ['Row 1 of page 3', 'no_key', 'Says no company: account_id “”, domain “gmail.com”, company_name “”.'],
    ['Bolt', 'written', 'Not all could be read. active_users: “many” is no number.'],
    ['Cog', 'ambiguous', '2 companies have the name Cog. Merge them, or give the right one its own key.'],
    ['Dune', 'trashed', 'The company is in the trash of Twenty. Restore it to have it synced.'],
    ['Eel', 'unmatched', 'No company in Twenty has these keys.'],
  ].toSorted((a, b) => findings.findIndex(({ name }) => name === a[0]) - findings.findIndex(({ name }) => name === b[0])));
  expect(second.reason).toMatch(/^9 rows: 2 unchanged, /);
  expect(stack.warehouse.queries()).toBe(2);
  expect(stack.twenty.ledger.written('updated').toSorted()).toEqual([acme, bolt].toSorted());
  expect(stack.tasks()).toEqual([]);
});

test('a metric that falls makes one task for the owner, and none again until it has recovered and fallen anew', { timeout: 120_000 }, async () => {
  const owner = String(stack.twenty.records('workspaceMembers')[0]!['id']);
  const fig = stack.company({ ...domainOf('Fig'), accountOwnerId: owner });
  const told: number[] = [];
  for (const users of [30, 9, 8, 30, 14, 20, 5]) {
    stack.usage([['acc-9', 'fig.example', 'Fig', users, 1]]);
    await stack.sync();
    told.push(stack.tasks().length);
  }

  // 9: under ten; 8: still; 30: recovered; 14: half and less of 30; 20: recovered; 5: under ten again.
  expect(told).toEqual([0, 1, 1, 1, 2, 2, 3]);
  expect(stack.tasks().map(({ title, assigneeId, company }) => [title, assigneeId, company]).toSorted()).toEqual([
    ['Active users of Fig fell to 14', owner, fig], ['Active users of Fig fell to 5', owner, fig], ['Active users of Fig fell to 9', owner, fig],
  ]);
  expect((await stack.endings('usage-sync')).at(-1)!.reason).toBe('1 row: 1 written, 1 task');
});

test('a dry run reads, plans and says what it would do, and changes and notes nothing', { timeout: 120_000 }, async () => {
  const hill = stack.company(domainOf('Hill'));
  stack.usage([['acc-20', 'hill.example', 'Hill', 70, 2], ['acc-9', 'fig.example', 'Fig', 1, 1]]);
  const standings = async () => (await stack.database.pool.query('select * from product_metrics order by company_id')).rows;
  const [before, written] = [await standings(), stack.twenty.ledger.written('updated').length];
  const end = await stack.sync({ dryRun: true });

  expect(end).toMatchObject({ state: 'skipped', code: 'dry_run', reason: 'Dry run: 2 rows: 2 to be written.' });
  const { rows } = await stack.database.pool.query<{ summary: string; state: string }>(`select summary, state from effects where state = 'planned' order by summary`);
  expect(rows).toEqual([
    { summary: 'write activeUsers 1 on Fig', state: 'planned' },
    { summary: 'write activeUsers 70, mrr 2, externalId acc-20 on Hill', state: 'planned' },
  ]);
  expect([await standings(), stack.twenty.ledger.written('updated').length, stack.record(hill)['activeUsers']]).toEqual([before, written, null]);
});
