import { expect, test } from 'vitest';
import { ownDatabase } from '../../test/harness/own-database.ts';
import { defineConfig } from '../config/define-config.ts';
import { secret } from '../config/secret.ts';
import { postgres } from '../connectors/postgres/index.ts';
import { twenty } from '../connectors/twenty/settings.ts';
import { acceptEvents } from '../store/accept.ts';
import type { Database } from '../store/database.ts';
import { bidirectionalSync } from '../workflows/bidirectional-sync/index.ts';
import { syncDesk } from './sync-desk.ts';

let database: Database;
ownDatabase((own) => (database = own));

const external = { connection: 'billing', object: 'contacts' };
const config = defineConfig({
  workspace: { timeZone: 'Europe/Berlin' },
  connections: {
    twenty: twenty({ url: 'https://api.twenty.com', apiKey: secret('TWENTY_API_KEY') }),
    billing: postgres({ host: '127.0.0.1', database: 'app', user: 'sluice', password: secret('BILLING_PASSWORD'), tls: 'off', tables: { contacts: {} } }),
  },
  integrations: {
    companies: bidirectionalSync({ object: 'company', external, match: ['name'], fields: { name: { twenty: 'name', external: 'name' } } }),
    people: bidirectionalSync({
      object: 'person', external, match: ['email'],
      fields: {
        email: { twenty: 'emails.primaryEmail', external: 'email' },
        company: { twenty: 'companyId', external: 'company_id', link: 'companies' },
        title: { twenty: 'jobTitle', external: 'title', convert: { toExternal: (value) => (value as string).toUpperCase(), toTwenty: (value) => (value as string).toLowerCase() } },
      },
    }),
  },
});
const desk = () => syncDesk(database, config, (events) => acceptEvents(database, events));

async function link(integration: string, twentyId: string, externalId: string): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(`insert into links (integration, twenty_id, external_id, state) values ($1, $2, $3, 'conflict') returning id`, [integration, twentyId, externalId]);
  return rows[0]!.id;
}
async function open(linkId: string, field: string): Promise<string> {
  const { rows } = await database.pool.query<{ id: string }>(`insert into sync_conflicts (integration, link_id, field, twenty, external) values ('people', $1, $2, '"a"', '"b"') returning id`, [linkId, field]);
  return rows[0]!.id;
}
const decide = (id: string, value: string | number | null) => desk().decide({ id, choice: { value }, by: 'ann', door: 'sluice sync' });
const resolutionOf = async (id: string): Promise<unknown> => (await database.pool.query<{ resolution: unknown }>('select resolution from sync_conflicts where id = $1', [id])).rows[0]!.resolution;

test('a typed value is kept in the form of each side, by the conversion or by the links it follows, and one that has no such form is refused', async () => {
  const ann = await link('people', '11111111-1111-4111-8111-111111111111', '1');
  await link('companies', '22222222-2222-4222-8222-222222222222', 'c-7');
  const [title, company] = [await open(ann, 'title'), await open(ann, 'company')];
  const ends = [await decide(title, 'Buyer'), await decide(title, 5), await decide(company, 'c-7')];
  const [kept, unlinked] = [await resolutionOf(title), await resolutionOf(company)];
  const linked = await decide(company, '22222222-2222-4222-8222-222222222222');
  const { rows } = await database.pool.query(`select d.integration, e.verdict, convert_from(e.body, 'utf8')::jsonb -> 'by' as by from deliveries d join events e on e.id = d.event_id order by d.seq`);

  expect(ends).toMatchObject([
    { ok: true }, { ok: false, problem: 'value', message: expect.stringContaining('the conversion of title does not take it') as string },
    { ok: false, problem: 'value', message: 'companies keeps no record of this id in step' },
  ]);
  expect([kept, unlinked]).toEqual([{ value: { twenty: 'Buyer', external: 'BUYER' } }, null]);
  expect([linked.ok, await resolutionOf(company)]).toEqual([true, { value: { twenty: '22222222-2222-4222-8222-222222222222', external: 'c-7' } }]);
  expect(rows).toEqual(Array(2).fill({ integration: 'people', verdict: 'sluice sync', by: 'ann' }));
});

test('conflicts come page by page, oldest first, and those of nobody are not found', async () => {
  const first = (await desk().conflicts('people', { limit: 1 }))!;
  const second = (await desk().conflicts('people', { after: first[0]!.id, limit: 10 }))!;

  expect([first, second].map((page) => page.map(({ field }) => field))).toEqual([['title'], ['company']]);
  expect(await desk().conflicts('deals', { limit: 1 })).toBeUndefined();
  expect(await desk().decide({ integration: 'companies', id: first[0]!.id, choice: { keep: 'twenty' }, by: 'ann', door: 'api' })).toMatchObject({ ok: false, problem: 'unknown' });
});
