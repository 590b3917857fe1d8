import { afterAll, beforeAll, expect, test } from 'vitest';
import { bidirectionalSync } from '../../src/workflows/bidirectional-sync/index.ts';
import { startSync, type SyncStack } from './rig.ts';

let stack: SyncStack;
beforeAll(async () => {
  stack = await startSync(
    {
      firstLoad: 'write',
      fields: {
        email: { twenty: 'emails.primaryEmail', external: 'email' },
        lastName: { twenty: 'name.lastName', external: 'last_name', onConflict: 'twenty' },
        title: { twenty: 'jobTitle', external: 'title' },
        account: { twenty: 'companyId', external: 'account_id', link: 'accounts-sync' },
      },
    },
    {
      tables: { accounts: 'name text' },
      integrations: {
        'accounts-sync': bidirectionalSync({
          object: 'company', external: { connection: 'billing', object: 'accounts' }, fields: { name: { twenty: 'name', external: 'name' } }, match: ['name'],
          firstLoad: 'write', settle: { quietSeconds: 0, maxSeconds: 0 }, schedules: { changesEverySeconds: 86_400 },
        }),
      },
    },
  );
  await stack.sql('alter table contacts add column account_id int');
  await stack.job('first-load');
  await stack.job('first-load', 60_000, 'accounts-sync');
});
afterAll(() => stack.close());

/** Somebody edits the record in Twenty just before the next write of ours arrives there. */
function editBeforeOurWrite(id: string, fields: Readonly<Record<string, unknown>>): void {
  stack.twenty.beforeOperation = (operation, variables) => {
    if (!/update|upsert|create/i.test(operation) || !JSON.stringify(variables).includes(id)) return;
    stack.twenty.beforeOperation = undefined;
    stack.edit('people', id, fields);
    for (const now = Date.now(); Date.now() === now; ); // our write comes a moment later, as it does over a network
  };
}

const titleOf = async (id: string) => [stack.record('people', id)['jobTitle'], (await stack.sql<{ title: string }>(`select title from contacts where email = $1`, [emailOf(id)]))[0]!.title];
const emailOf = (id: string): string => (stack.record('people', id)['emails'] as { readonly primaryEmail: string }).primaryEmail;

async function linked(name: string): Promise<string> {
  const id = stack.person({ name: { firstName: name, lastName: 'Lee' }, emails: { primaryEmail: `${name}@acme.example` }, jobTitle: 'Buyer' });
  await stack.quiet();
  return id;
}

test('an edit that our own write covers is put before a person, who can bring it back', { timeout: 120_000 }, async () => {
  const id = await linked('ann');
  editBeforeOurWrite(id, { jobTitle: 'Founder' });
  await stack.sql(`update contacts set title = 'Director', updated_at = now() where email = 'ann@acme.example'`);
  await stack.round();
  const covered = await titleOf(id);
  const [conflict] = (await stack.database.pool.query<{ id: string }>(`select id, twenty, external, lost_side, twenty_by from sync_conflicts where closed_at is null`)).rows;
  const task = stack.twenty.records('tasks').find(({ status }) => status !== 'DONE');
  await stack.round();
  const answer = await fetch(`${stack.gatewayUrl}/api/syncs/contacts-sync/conflicts/${conflict!.id}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ keep: 'twenty' }) });
  await stack.quiet();

  expect(covered).toEqual(['Director', 'Director']);
  expect(conflict).toMatchObject({ twenty: 'Founder', external: 'Director', lost_side: 'twenty', twenty_by: 'Ada Sales' });
  expect(JSON.stringify(task)).toContain('Founder');
  expect(answer.status).toBe(202);
  expect(await titleOf(id)).toEqual(['Founder', 'Founder']);
  expect(stack.record('people', id)['syncStatus']).toBe('IN_STEP');
});

test('where Twenty wins a conflict, an edit that our write covered comes back by itself, on both sides', { timeout: 120_000 }, async () => {
  const id = await linked('bo');
  editBeforeOurWrite(id, { name: { firstName: 'bo', lastName: 'Grey' } });
  await stack.sql(`update contacts set last_name = 'Kim', updated_at = now() where email = 'bo@acme.example'`);
  await stack.round();
  await stack.round();

  expect(stack.record('people', id)['name']).toMatchObject({ lastName: 'Grey' });
  expect(await stack.sql(`select last_name from contacts where email = 'bo@acme.example'`)).toEqual([{ last_name: 'Grey' }]);
});

test('a relation is set as soon as what it points to has been linked by the other sync', { timeout: 120_000 }, async () => {
  await stack.database.pool.query(`update integrations set mode = 'paused' where name = 'accounts-sync'`);
  const company = stack.make('companies', { name: 'Acme' });
  const id = stack.person({ name: { firstName: 'Cy', lastName: 'Ray' }, emails: { primaryEmail: 'cy@acme.example' }, companyId: company });
  await stack.until(async () => (await stack.database.pool.query('select 1 from sync_waiting')).rows.length > 0);
  const before = await stack.sql(`select account_id from contacts where email = 'cy@acme.example'`);
  await stack.database.pool.query(`update integrations set mode = 'live' where name = 'accounts-sync'`);
  await stack.quiet();
  const [account] = await stack.sql<{ id: number }>(`select id from accounts where name = 'Acme'`);
  await stack.sql(`insert into accounts (name) values ('Other')`);
  await stack.sql(`update contacts set account_id = (select id from accounts where name = 'Other'), updated_at = now() where email = 'cy@acme.example'`);
  await stack.round();
  await stack.round('accounts-sync');

  expect(before).toEqual([{ account_id: null }]);
  const other = stack.twenty.records('companies').find(({ name }) => name === 'Other');
  expect(account).toBeDefined();
  expect(stack.record('people', id)['companyId']).toBe(other?.['id']);
  expect((await stack.database.pool.query('select 1 from sync_waiting')).rows).toEqual([]);
});
