import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { dataProcessing } from '../../src/workflows/data-processing/index.ts';
import { contacts, csv, type DataStack, startData } from './rig.ts';

let stack: DataStack;
beforeAll(async () => {
  stack = await startData({
    ...contacts,
    rules: [
      { when: { field: 'email', contains: '@test.' }, then: { skip: 'A test account.' } },
      { when: { field: 'title', is: 'intern' }, then: { reject: { code: 'too_junior', message: 'Interns are not imported.', path: 'title' } } },
      (row: Readonly<Record<string, unknown>>) => (row['last'] === 'Unwanted' ? [{ reject: 'On the list of those who want no contact.' }, { reject: { code: 'second_reason', message: 'And for another reason.' } }] : undefined),
    ],
    transform: (row: { title?: string }) => ({ ...row, title: row.title?.trim() }),
    badRows: { to: 'ops@acme.example', from: 'Sluice <sluice@acme.example>', abovePercent: 20, samples: 1, showValues: ['title'] },
  } as never, {
    integrations: {
      companies: dataProcessing({
        receive: { unauthenticated: true },
        schema: z.object({ name: z.string(), revenue: z.string().optional(), website: z.string().optional() }),
        decimal: ',',
        duplicates: { names: { score: 90 } },
        write: { object: 'company', fields: { name: 'name', domain: 'website', annualRevenue: 'revenue' }, match: { names: { same: 95, ask: 80 } }, found: { default: 'fill' }, currency: 'EUR' },
      }),
      deals: dataProcessing({
        receive: { unauthenticated: true },
        schema: z.object({ kind: z.enum(['deal', 'person']), name: z.string(), value: z.string().optional(), email: z.email(), website: z.string().optional() }),
        rules: [{ when: { field: 'kind', is: 'person' }, then: { route: 'people' } }],
        write: { object: 'opportunity', fields: { name: 'name', amount: 'value', stage: () => 'NEW' }, match: { keys: ['name'] }, company: { domain: 'website' }, contact: { email: 'email' }, currency: 'EUR' },
        routes: { people: { object: 'person', fields: { fullName: 'name', email: 'email' }, found: 'skip' } },
      }),
    },
  });
}, 120_000);
afterAll(() => stack.close());

test('rules skip and reject with every reason, and one mail tells of many bad rows without the values of people', { timeout: 120_000 }, async () => {
  const { eventId } = await stack.post(csv('First name,Last name,E-Mail,Title', 'A,One,one@test.acme.example,x', 'B,Two,two@acme.example, Intern ', 'C,Unwanted,three@acme.example,x', 'D,Four,not an address,x', 'E,Five,five@acme.example,Buyer'));
  await stack.quiet();

  expect((await stack.endings()).at(-1)?.reason).toBe('2 of 5 rows: 1 created, 1 skipped, 3 rejected (1 email_invalid, 1 rule_rejected, 1 second_reason, 1 too_junior); sluice rows gives them to you for correction.');
  const mails = stack.mail.mails().filter(({ subject }) => subject.startsWith('contacts:'));
  expect(mails.map(({ subject }) => subject)).toEqual(['contacts: 3 of 5 rows rejected']);
  expect(mails[0]!.text).toContain('too_junior: 1 row\n  row 2 (line 3), title: Intern');
  expect(mails[0]!.text).toContain('email_invalid: 1 row\n  row 4 (line 5), email\n');
  expect(mails[0]!.text).toContain(eventId);
  expect(mails[0]!.text).not.toContain('not an address');
});

test('companies alike by name are updated, or held with their score until a person decides', { timeout: 120_000 }, async () => {
  const harbor = stack.make('companies', { name: 'Bright Harbor GmbH' });
  const north = stack.make('companies', { name: 'Northwind Traders' });
  const kestrel = stack.make('companies', { name: 'Kestrel', domainName: { primaryLinkUrl: 'https://www.kestrel.example', primaryLinkLabel: 'our site' } });
  const { eventId } = await stack.post(csv('name;revenue;website', 'BRIGHT HARBOR;1.250.000,50;', 'Northwind Trading Inc;5;', 'Solveig Marine;1,5;solveig.example', 'Solvieg Marine;2;', 'Kestrel Works Ltd;7;http://KESTREL.example/home'), 'text/csv', {}, 'companies');
  await stack.quiet();
  const held = (await stack.rows(eventId, '?state=held&format=ndjson')).trim().split('\n').map((line) => JSON.parse(line) as Record<string, string>);
  const first = (await stack.endings('companies')).at(-1);
  const decided = held.map((row) => ({ ...row, _sluice_decision: row['_sluice_code'] === 'perhaps_same' ? north : 'create' }));
  await stack.post(JSON.stringify(decided), 'application/json', {}, 'companies');
  await stack.quiet();

  expect(first).toMatchObject({ state: 'succeeded', code: 'rows_held', reason: '3 of 5 rows: 1 created, 2 updated, 2 held for a person; sluice rows gives them to you for correction.' });
  expect(stack.record('companies', harbor)['annualRevenue']).toMatchObject({ amountMicros: 1_250_000_500_000, currencyCode: 'EUR' });
  expect(stack.record('companies', kestrel)).toMatchObject({ name: 'Kestrel', annualRevenue: { amountMicros: 7_000_000 }, domainName: { primaryLinkLabel: 'our site' } });
  expect(held.map((row) => [row['name'], row['_sluice_code']])).toEqual([['Northwind Trading Inc', 'perhaps_same'], ['Solveig Marine', 'perhaps_same_row']]);
  expect(held[0]!['_sluice_problem']).toMatch(/alike by \d\d of 100 to “Northwind Traders” in Twenty/);
  expect((await stack.endings('companies')).at(-1)).toMatchObject({ code: 'rows_done', reason: '2 of 2 rows: 1 created, 1 updated' });
  expect(stack.record('companies', north)['annualRevenue']).toMatchObject({ amountMicros: 5_000_000 });
  expect(stack.twenty.records('companies').filter(({ name }) => String(name).includes('Marine'))).toHaveLength(2);
});

test('rows are routed to people and to opportunities with company and point of contact; what is found is left alone where it should be', { timeout: 120_000 }, async () => {
  const ann = stack.make('people', { name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'ann@fjord.example' } });
  const fjord = stack.make('companies', { name: 'Fjord', domainName: { primaryLinkUrl: 'https://www.fjord.example' } });
  const rows = [{ kind: 'deal', name: 'Fjord 2027', value: '12,500.00', email: 'ann@fjord.example', website: 'fjord.example' }, { kind: 'person', name: 'Annabel Lee', email: 'ann@fjord.example' }, { kind: 'person', name: 'van der Berg, Bo', email: 'bo@fjord.example' }];
  await stack.post(rows.map((row) => JSON.stringify(row)).join('\n'), 'application/x-ndjson', {}, 'deals');
  await stack.quiet();

  expect((await stack.endings('deals')).at(-1)?.reason).toBe('3 of 3 rows: 2 created, 1 skipped');
  expect(stack.twenty.records('opportunities')).toMatchObject([{ name: 'Fjord 2027', amount: { amountMicros: 12_500_000_000, currencyCode: 'EUR' }, companyId: fjord, pointOfContactId: ann, stage: 'NEW' }]);
  expect(stack.record('people', ann)['name']).toMatchObject({ firstName: 'Ann' });
  expect(stack.people().map((person) => person['name'])).toContainEqual({ firstName: 'Bo', lastName: 'van der Berg' });
});

test('what is in the trash is left there, what an earlier file made and somebody destroyed stays destroyed', { timeout: 120_000 }, async () => {
  await stack.post(csv('Last name,E-Mail', 'Trashed,trashed@acme.example', 'Destroyed,destroyed@acme.example'));
  await stack.quiet();
  const idOf = (email: string): string => String(stack.people().find((person) => (person['emails'] as { primaryEmail: string }).primaryEmail === email)!['id']);
  stack.twenty.asUser.softDelete('people', idOf('trashed@acme.example'));
  stack.twenty.asUser.destroy('people', idOf('destroyed@acme.example'));
  await stack.post(csv('Last name,E-Mail,Title', 'Trashed,trashed@acme.example,CEO', 'Destroyed,destroyed@acme.example,CEO'));
  await stack.quiet();

  expect((await stack.endings()).at(-1)).toMatchObject({ state: 'succeeded', reason: '2 of 2 rows: 2 skipped' });
  expect(stack.people().filter((person) => /trashed|destroyed/.test(JSON.stringify(person['emails'])))).toMatchObject([{ jobTitle: '' }]);
});
