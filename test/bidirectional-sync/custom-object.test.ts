import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTwentyClient } from '../../src/connectors/twenty/index.ts';
import { makeRockets } from '../../src/connectors/twenty/testing/rockets.ts';
import type { SandboxTwenty } from '../../src/sandbox/twenty/index.ts';
import { bidirectionalSync, micros } from '../../src/workflows/bidirectional-sync/index.ts';
import { startSync, type SyncStack } from './rig.ts';

/** Rockets of a custom object, with the companies that they point at kept in step by another sync. */
let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync({
    object: 'rocket', external: { connection: 'billing', object: 'rockets' }, match: ['code'], firstLoad: 'write',
    deletes: { inTwenty: 'propagate', brake: { share: 1, count: 5 } },
    fields: {
      code: { twenty: 'code', external: 'code' },
      name: { twenty: 'name', external: 'title' },
      price: { twenty: 'price.amountMicros', external: 'price', convert: micros(), blank: 'clear' },
      phase: { twenty: 'phase', external: 'phase' },
      company: { twenty: 'companyId', external: 'company_id', link: 'companies-sync' },
    },
  }, {
    tables: { rockets: 'code text unique, title text, price float8, phase text, company_id int', companies: 'name text' },
    model,
    integrations: {
      'companies-sync': bidirectionalSync({
        object: 'company', external: { connection: 'billing', object: 'companies' }, match: ['name'], firstLoad: 'write', settle: { quietSeconds: 0, maxSeconds: 0 },
        schedules: { changesEverySeconds: 86_400 }, fields: { name: { twenty: 'name', external: 'name' } },
      }),
    },
  });
  await stack.sql(`insert into companies (name) values ('Acme'), ('Globex')`);
  await stack.job('first-load', undefined, 'companies-sync');
});
afterAll(() => stack.close());

async function model(twenty: SandboxTwenty): Promise<void> {
  const client = createTwentyClient({ url: twenty.url, apiKey: () => twenty.apiKey });
  await makeRockets(client);
  await client.close();
}

const rows = () => stack.sql<{ id: number; code: string; title: string | null; price: number | null; phase: string | null; company_id: number | null }>('select id, code, title, price, phase, company_id from rockets order by code');
const rocket = (code: string) => stack.twenty.records('rocketry').find((one) => one['code'] === code) ?? {};
const company = (name: string) => String(stack.twenty.records('companies').find((one) => one['name'] === name)!['id']);

test('setup makes its fields, and the first load links, makes and relates records of both sides', { timeout: 60_000 }, async () => {
  await stack.sql(`insert into rockets (code, title, price, company_id) values ('a-1', 'Ariel', 12.5, 1), ('b-2', 'Bora', null, 2)`);
  stack.make('rocketry', { code: 'a-1', name: 'Ariel', phase: 'BUILT' });
  stack.make('rocketry', { code: 'c-3', name: 'Ceres', price: { amountMicros: 3_000_000, currencyCode: 'EUR' }, companyId: company('Globex') });
  await stack.quiet();
  await stack.job('first-load');

  expect(await rows()).toMatchObject([
    { code: 'a-1', price: 12.5, phase: 'BUILT', company_id: 1 }, { code: 'b-2', title: 'Bora', company_id: 2 }, { code: 'c-3', title: 'Ceres', price: 3, company_id: 2 },
  ]);
  expect([rocket('a-1'), rocket('b-2'), rocket('c-3')]).toMatchObject([
    { price: { amountMicros: 12_500_000 }, companyId: company('Acme'), syncStatus: 'IN_STEP', externalId: '1' }, { name: 'Bora', companyId: company('Globex'), syncStatus: 'IN_STEP' },
    { price: { amountMicros: 3_000_000, currencyCode: 'EUR' }, syncStatus: 'IN_STEP' },
  ]);
});

test('edits go both ways, of parts and of relations, and their echoes write nothing', { timeout: 60_000 }, async () => {
  stack.edit('rocketry', String(rocket('c-3')['id']), { price: { amountMicros: 4_000_000 }, companyId: company('Acme') });
  await stack.sql(`update rockets set phase = 'FLOWN', company_id = 1, updated_at = now() where code = 'b-2'`);
  await stack.sql(`update rockets set price = null, updated_at = now() where code = 'a-1'`);
  await stack.round();
  const written = stack.twenty.ledger.written('updated').length;
  await stack.round();

  expect((await rows())[2]).toMatchObject({ price: 4, company_id: 1 });
  expect([rocket('b-2'), rocket('a-1')]).toMatchObject([{ phase: 'FLOWN', companyId: company('Acme') }, { price: { amountMicros: null } }]);
  expect(stack.twenty.ledger.written('updated').length).toBe(written);
});

test('many edits at once come back whole, so that nothing of them is written twice', { timeout: 60_000 }, async () => {
  await stack.sql(`update rockets set price = 100 + id, updated_at = now()`);
  await stack.round();
  const prices = stack.twenty.records('rocketry').map((one) => (one['price'] as { amountMicros: number }).amountMicros / 1_000_000 - 100).sort();
  const bases = await stack.database.pool.query<{ price: number }>(`select (base #>> '{twenty,price}')::float8 / 1000000 - 100 as price from links where integration = 'contacts-sync' order by 1`);

  expect(bases.rows.map(({ price }) => price)).toEqual(prices);
});

test('a conflict makes a task that is linked to the record', { timeout: 60_000 }, async () => {
  const id = String(rocket('b-2')['id']);
  stack.edit('rocketry', id, { name: 'Boreas' });
  await stack.sql(`update rockets set title = 'Borealis', updated_at = now() where code = 'b-2'`);
  await stack.round();

  expect(rocket('b-2')).toMatchObject({ name: 'Boreas', syncStatus: 'CONFLICT' });
  expect(stack.twenty.records('taskTargets')).toMatchObject([{ targetRocketId: id }]);
});

test('a record that was put into the trash goes over there as well, after a complete read', { timeout: 60_000 }, async () => {
  stack.twenty.asUser.softDelete('rocketry', String(rocket('a-1')['id']));
  await stack.quiet();
  const before = (await rows()).length;
  await stack.job('complete-read');

  expect([before, (await rows()).map(({ code }) => code)]).toEqual([3, ['b-2', 'c-3']]);
});
