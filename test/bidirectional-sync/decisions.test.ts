import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PostgresSettings } from '../../src/connectors/postgres/settings.ts';
import { type CliResult, runCli } from '../harness/cli.ts';
import { COMPANY_COLUMNS, companies } from './companies.ts';
import { startSync, type SyncStack } from './rig.ts';

interface Listed {
  readonly id: string;
  readonly twentyId: string;
  readonly field: string;
  readonly [name: string]: unknown;
}

let stack: SyncStack;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-sync-'));
  stack = await startSync(companies);
  await stack.sql(COMPANY_COLUMNS);
  await stack.sql(`insert into contacts (domain, name, street, street2, city, postcode, state, country, linkedin)
    select 'https://' || n || '.example', upper(n), 'Street 1', 'Floor 1', 'Bern', '1000', 'BE', 'Switzerland', 'https://linkedin.com/' || n from unnest('{a,b,c,d,e,f,g}'::text[]) as n`);
  await stack.job('first-load');
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

const companyOf = (name: string) => stack.twenty.records('companies').find((one) => (one['domainName'] as { primaryLinkUrl: string }).primaryLinkUrl === `https://${name}.example`)!;
const idOf = (name: string) => String(companyOf(name)['id']);
const rowOf = async (name: string) => (await stack.sql<Record<string, unknown>>(`select * from contacts where domain = $1`, [`https://${name}.example`]))[0]!;
const editRow = (name: string, set: string) => stack.sql(`update contacts set ${set}, updated_at = now() where domain = $1`, [`https://${name}.example`]);
const tasksOf = (name: string) => {
  const targets = stack.twenty.records('taskTargets').filter((one) => one['targetCompanyId'] === idOf(name)).map((one) => one['taskId']);
  return stack.twenty.records('tasks').filter((one) => targets.includes(one['id']));
};
const textOf = (name: string) => (tasksOf(name)[0]!['bodyV2'] as { markdown: string }).markdown;
const addressOf = (name: string) => companyOf(name)['address'] as Record<string, string>;

async function ask(method: 'GET' | 'POST', route: string, body?: unknown): Promise<{ readonly status: number; readonly json: Record<string, unknown> }> {
  const answer = await fetch(`${stack.gatewayUrl}${route}`, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
const listed = async () => (await ask('GET', '/api/syncs/contacts-sync/conflicts')).json['conflicts'] as readonly Listed[];
const conflictOf = async (name: string) => (await listed()).find(({ twentyId }) => twentyId === idOf(name))!;
const decide = (id: string, body: unknown) => ask('POST', `/api/syncs/contacts-sync/conflicts/${id}`, body);
const codeOf = ({ json }: { readonly json: Record<string, unknown> }) => (json['error'] as { code: string }).code;

/** The command line beside this process, on the same database, workspace and table. */
function sluice(...args: readonly string[]): Promise<CliResult> {
  const { host, port, database, user } = stack.config.connections['billing']!.settings as PostgresSettings;
  const { DATABASE_URL, TWENTY_API_KEY, BILLING_PASSWORD } = stack.env as Record<string, string>;
  return runCli({
    cwd: folder,
    env: {
      DATABASE_URL: DATABASE_URL!, TWENTY_API_KEY: TWENTY_API_KEY!, BILLING_PASSWORD: BILLING_PASSWORD!, TWENTY_API_URL: stack.twenty.url,
      BILLING_HOST: host, BILLING_PORT: String(port), BILLING_DATABASE: database, BILLING_USER: user, SLUICE_CONFIG: path.join(import.meta.dirname, 'sluice.config.ts'),
    },
  }, ...args);
}

async function conflictOn(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    stack.edit('companies', idOf(name), { name: `${name} of Twenty` });
    await editRow(name, `name = '${name} of the table'`);
  }
  await stack.round();
}

test('an edit of one field on both sides asks whom the settings name, with both values, who and when', { timeout: 120_000 }, async () => {
  await conflictOn('a', 'b', 'c');
  const [task] = tasksOf('a');
  const conflict = await conflictOf('a');
  const { json } = await ask('GET', '/api/syncs');

  expect(companyOf('a')).toMatchObject({ syncStatus: 'CONFLICT', name: 'a of Twenty' });
  expect(task).toMatchObject({ title: 'Decide: a of Twenty differs in contacts', status: 'TODO', assigneeId: '5a9db0c5-0000-4000-8000-000000000102', dueAt: expect.stringMatching(/^20/) as string });
  expect(textOf('a')).toMatch(/^\*\*name\*\* was changed on both sides\.\n- In Twenty: a of Twenty \(Ada Sales, .+\)\n- In contacts: a of the table \(.+\)\n- Both held before: A\n/);
  expect(conflict).toMatchObject({ field: 'name', twenty: 'a of Twenty', external: 'a of the table', base: { twenty: 'A', external: 'A' }, twentyBy: 'Ada Sales', twentyAt: expect.any(String) as string, externalAt: expect.any(String) as string, taskId: task!['id'] });
  expect(json['syncs']).toMatchObject([{
    integration: 'contacts-sync', pairs: { 'in-step': 4, conflict: 3 }, conflicts: 3, changesReadAt: expect.any(String) as string,
    firstLoad: { state: 'done', counts: { linked: 0, toTwenty: 7, toExternal: 0, conflicts: 0, ambiguous: 0 } },
  }]);
});

test('a task that waits tells what both sides hold now, when one of them is edited again', { timeout: 120_000 }, async () => {
  await editRow('b', `name = 'b of the table, again'`);
  await stack.round();

  expect(tasksOf('b')).toHaveLength(1);
  expect(textOf('b')).toContain('- In contacts: b of the table, again (');
  expect(await conflictOf('b')).toMatchObject({ twenty: 'b of Twenty', twentyBy: 'Ada Sales', external: 'b of the table, again' });
});

test('decided by command line, by API or with a value of its own, both sides get it, the task is done, and nothing else is written', { timeout: 120_000 }, async () => {
  const [a, b, c] = [await conflictOf('a'), await conflictOf('b'), await conflictOf('c')];
  const before = stack.twenty.ledger.written('updated').length;
  const byCommand = await sluice('sync', 'resolve', a.id, '--keep', 'twenty', '--json');
  const [keep, typed] = [await decide(b.id, { keep: 'external', by: 'ann' }), await decide(c.id, { value: 'C, as we say' })];
  await stack.quiet();
  const written = stack.twenty.ledger.written('updated').slice(before);
  await stack.round();
  const event = await ask('GET', `/events/${String(keep.json['eventId'])}`);
  const { rows } = await stack.database.pool.query('select closed_because, resolved_by from sync_conflicts order by id = $1 desc, id = $2 desc', [a.id, b.id]);

  expect(byCommand).toMatchObject({ exitCode: 0, stderr: '' });
  expect([keep.status, typed.status, event.status]).toEqual([202, 202, 200]);
  for (const [name, value] of [['a', 'a of Twenty'], ['b', 'b of the table, again'], ['c', 'C, as we say']] as const) {
    expect([(await rowOf(name))['name'], companyOf(name)['name'], companyOf(name)['syncStatus'], tasksOf(name).map(({ status }) => status)]).toEqual([value, value, 'IN_STEP', ['DONE']]);
  }
  expect(rows).toEqual([{ closed_because: 'decided', resolved_by: expect.any(String) as string }, { closed_because: 'decided', resolved_by: 'ann' }, { closed_because: 'decided', resolved_by: 'api' }]);
  expect(written.toSorted()).toEqual([...['a', 'b', 'c'].map(idOf), ...['a', 'b', 'c'].map((name) => tasksOf(name)[0]!['id'])].toSorted());
  expect(stack.twenty.ledger.written('updated').length).toBe(before + 6);
  expect(await listed()).toEqual([]);
  expect(codeOf(await decide(a.id, { keep: 'twenty' }))).toBe('conflict_closed');
});

test('a decision that says nothing sensible is refused with what to do', { timeout: 60_000 }, async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  const answers = [await decide(nobody, { keep: 'twenty' }), await decide('x', { value: 1 }), await decide(nobody, {}), await decide(nobody, { keep: 'twenty', value: 1 }), await decide(nobody, { keep: 'both' }), await ask('GET', '/api/syncs/nobody/conflicts')];

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 400, 400, 400, 404]);
  expect(answers.map(codeOf)).toEqual(['unknown_conflict', 'unknown_conflict', 'invalid_value', 'invalid_value', 'invalid_value', 'unknown_sync']);
});

test('a typed value that a side cannot hold is refused in its words, and the conflict stays open until it is decided anew', { timeout: 120_000 }, async () => {
  await conflictOn('d');
  const { id } = await conflictOf('d');
  await decide(id, { value: 'x'.repeat(41) });
  await stack.quiet();
  const tooLong = await conflictOf('d');
  stack.twenty.faults.refuse({ object: 'company', path: 'name', equals: 'Forbidden', message: 'Not this name' });
  await decide(id, { value: 'Forbidden' });
  await stack.round();
  const forbidden = await conflictOf('d');
  const open = companyOf('d');
  stack.twenty.faults.clear();
  await decide(id, { value: 'D' });
  await stack.quiet();

  expect(tooLong).toMatchObject({ id, twenty: 'd of Twenty', external: 'd of the table', refused: expect.stringContaining('value too long') as string });
  expect(tooLong['decided']).toBeUndefined();
  expect(forbidden).toMatchObject({ id, twenty: 'd of Twenty', external: 'Forbidden', refused: expect.stringContaining('Not this name') as string });
  expect(open).toMatchObject({ name: 'd of Twenty', syncStatus: 'CONFLICT' });
  expect((await stack.endings('contacts-sync')).filter(({ state }) => state === 'failed').map(({ reason }) => reason)).toEqual([expect.stringContaining('contacts did not take it: postgres: value too long'), expect.stringContaining('Twenty did not take it: Not this name')]);
  expect([companyOf('d')['name'], (await rowOf('d'))['name'], companyOf('d')['syncStatus'], tasksOf('d').map(({ status }) => status)]).toEqual(['D', 'D', 'IN_STEP', ['DONE']]);
});

test('each policy keeps the side it names, and the latest is the latest, on either side', { timeout: 120_000 }, async () => {
  for (const [name, moment] of [['e', `now() + interval '1 minute'`], ['f', `now() - interval '1 minute'`]] as const) {
    stack.edit('companies', idOf(name), { address: { ...addressOf(name), addressStreet1: 'Twenty', addressStreet2: 'Twenty', addressCity: 'Twenty' } });
    await stack.sql(`update contacts set street = 'Table', street2 = 'Table', city = 'Table', updated_at = ${moment} where domain = $1`, [`https://${name}.example`]);
  }
  await stack.round();

  for (const [name, city] of [['e', 'Table'], ['f', 'Twenty']] as const) {
    expect(await rowOf(name)).toMatchObject({ street: 'Twenty', street2: 'Table', city });
    expect(addressOf(name)).toMatchObject({ addressStreet1: 'Twenty', addressStreet2: 'Table', addressCity: city });
  }
});

test('a blank stays, clears or comes back as the field says, whichever side it is on', { timeout: 120_000 }, async () => {
  stack.edit('companies', idOf('e'), { address: { ...addressOf('e'), addressPostcode: '', addressState: '', addressCountry: '' } });
  await editRow('f', `postcode = null, state = null, country = null`);
  await stack.round();

  expect([await rowOf('e'), addressOf('e')]).toMatchObject([{ postcode: null, state: 'BE', country: 'Switzerland' }, { addressPostcode: '', addressState: 'BE', addressCountry: '' }]);
  expect([await rowOf('f'), addressOf('f')]).toMatchObject([{ postcode: null, state: 'BE', country: null }, { addressPostcode: '', addressState: 'BE', addressCountry: 'Switzerland' }]);
});

test('a field of one direction travels that way, converted, and an edit of where it arrives is put back', { timeout: 120_000 }, async () => {
  stack.edit('companies', idOf('g'), { annualRevenue: { amountMicros: 12_500_000, currencyCode: 'EUR' }, linkedinLink: { primaryLinkUrl: 'https://linkedin.com/of-twenty' } });
  await stack.round();
  const [here, there] = [companyOf('g'), await rowOf('g')];
  await editRow('g', `revenue = 99, linkedin = 'https://linkedin.com/of-the-table'`);
  await stack.round();

  expect([here['linkedinLink'], there]).toMatchObject([{ primaryLinkUrl: 'https://linkedin.com/g' }, { revenue: '12.50', linkedin: 'https://linkedin.com/g' }]);
  expect(await rowOf('g')).toMatchObject({ revenue: '12.50', linkedin: 'https://linkedin.com/of-the-table' });
  expect(companyOf('g')).toMatchObject({ annualRevenue: { amountMicros: 12_500_000 }, linkedinLink: { primaryLinkUrl: 'https://linkedin.com/of-the-table' } });
});

test('the command line shows how it stands, and that every value comes back from the other side as it was', { timeout: 120_000 }, async () => {
  await stack.job('drift');
  await stack.job('complete-read');
  const [status, check] = [await sluice('sync'), await sluice('sync', 'check')];

  expect(status.stdout.replace(/ {2,}/g, ' ').split('\n')).toEqual([
    'integration pairs conflicts changes read',
    expect.stringMatching(/^contacts-sync 7 in-step 0 20/),
    'integration over all pairs state begun found',
    expect.stringMatching(/^contacts-sync first load done 20\S+ 0 linked, 7 toTwenty, 0 toExternal, 0 conflicts, 0 ambiguous$/),
    expect.stringMatching(/^contacts-sync complete read done 20\S+ 0 missing, 7 total$/),
    expect.stringMatching(/^contacts-sync drift done 20\S+ 7 compared, 0 differ$/),
    '',
  ]);
  expect(check).toMatchObject({ exitCode: 0, stdout: 'contacts-sync: 7 records of Twenty and 7 of the other side: every value comes back as it was.\n' });
});
