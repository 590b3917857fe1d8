import { afterEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type HubspotOptions, hubspotStandIn } from '../../sandbox/tools/hubspot/index.ts';
import { startSandboxTools } from '../../sandbox/tools/index.ts';
import type { CounterpartCreate, CounterpartObject } from '../counterpart.ts';
import { freely, keepsTheContract, toolContext } from '../tool.fixture.ts';
import { matchMade } from './batch-ends.ts';
import { openHubspot } from './client.ts';
import { type HubspotInput, HubspotSettings } from './index.ts';

const CONTACTS: CounterpartObject = { name: 'contacts', fields: ['email', 'firstname', 'jobtitle'] };
const COMPANIES: CounterpartObject = { name: 'companies', fields: ['name', 'domain'] };
const settings = (baseUrl: string, more: Partial<HubspotInput> = {}): HubspotSettings => HubspotSettings.parse({ accessToken: secret('HUBSPOT_ACCESS_TOKEN'), baseUrl, ...more });
let acts = 0;

keepsTheContract<HubspotSettings>('HubSpot as a counterpart', {
  standIn: () => hubspotStandIn(),
  open: openHubspot,
  settings: (url) => settings(url),
  act: (tool) => tool.counterpart!.create(CONTACTS, [{ key: 'k', fields: { email: `p${String((acts += 1))}@acme.example` } }], freely),
  changes: true,
  refused: { act: (tool) => tool.counterpart!.all({ name: 'gadgets', fields: [] }, undefined, freely), says: /^hubspot: Unable to infer object type from: gadgets \(400\)$/ },
});

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(options: HubspotOptions = {}, more: Partial<HubspotInput> = {}) {
  const standIn = hubspotStandIn({ searchesPerSecond: 1_000, ...options });
  const sandbox = await startSandboxTools([standIn]);
  const context = toolContext(sandbox.env);
  closing.push(() => context.close(), () => sandbox.close());
  const calls = (): readonly string[] => sandbox.ledger.filter(({ path }) => !path.includes('/v3/properties/')).map(({ method, path, status }) => `${method} ${path.replace('/crm/v3/objects/', '').replace(/\?.*/, '')} ${String(status)}`);
  return { crm: standIn.crm, sandbox, calls, counterpart: openHubspot(settings(sandbox.urlOf('hubspot'), more), context).counterpart! };
}

test('records are read by their ids; archived ones are marked, what is gone is left out, and an empty text is none', async () => {
  const { crm, counterpart, calls } = await opened();
  const [ann, bo, cy] = ['ann', 'bo', 'cy'].map((name) => crm.make('contacts', { email: `${name}@acme.example`, firstname: name })) as [string, string, string];
  crm.edit('contacts', ann, { jobtitle: 'Buyer' });
  crm.archive('contacts', bo);
  crm.erase('contacts', cy);
  const records = await counterpart.get(CONTACTS, [ann, bo, cy, '999'], freely);

  expect(records).toMatchObject([
    { id: ann, archived: false, fields: { email: 'ann@acme.example', firstname: 'ann', jobtitle: 'Buyer' } },
    { id: bo, archived: true, fields: { email: 'bo@acme.example', jobtitle: null } },
  ]);
  expect(records.every(({ version, changedAtMs }) => version === new Date(changedAtMs!).toISOString())).toBe(true);
  expect(calls()).toEqual(['POST contacts/batch/read 207', 'POST contacts/batch/read 207']);
});

test('the ids of merged records answer with the one that they became, merged once or again', async () => {
  const { crm, counterpart } = await opened();
  const [ann, bo, cy] = ['ann', 'bo', 'cy'].map((name) => crm.make('contacts', { email: `${name}@acme.example` })) as [string, string, string];
  const both = crm.merge('contacts', ann, bo);
  const records = await counterpart.get(CONTACTS, [bo, ann], freely);
  const all = crm.merge('contacts', cy, both);

  expect(records).toMatchObject([{ id: both, mergedFrom: bo, fields: { email: 'ann@acme.example' }, standsFor: [ann, bo] }, { id: both, mergedFrom: ann }]);
  expect((await counterpart.get(CONTACTS, [bo, both, all], freely)).map(({ id, mergedFrom }) => [id, mergedFrom])).toEqual([[all, bo], [all, both], [all, undefined]]);
});

test('contacts are found by their address at once, whatever its capitals, and not by another address of theirs', async () => {
  const { crm, counterpart, calls } = await opened({ searchLagMs: 60_000 });
  const ann = crm.make('contacts', { email: 'Ann@Acme.example' });
  crm.merge('contacts', crm.make('contacts', { email: 'bo@acme.example' }), crm.make('contacts', { email: 'old@acme.example' }));
  const found = await counterpart.find(CONTACTS, 'email', ['ANN@acme.example', 'old@acme.example', 'nobody@acme.example', ''], freely);

  expect(found.map(({ id }) => id)).toEqual([ann]);
  expect(calls()).toEqual(['POST contacts/batch/read 207']);
});

test('other fields are found by the search in parts of a hundred values and pages, unique ones at once', async () => {
  const { crm, counterpart, calls } = await opened({ properties: { companies: ['erp_number'] } }, { uniqueProperties: { companies: ['erp_number'] } });
  for (let n = 0; n < 250; n += 1) crm.make('companies', { name: `Acme ${String(n % 120)}`, erp_number: `E-${String(n)}` });
  const names = Array.from({ length: 60 }, (_, n) => `ACME ${String(n)}`);
  const found = await counterpart.find(COMPANIES, 'name', names, freely);
  const before = calls().length;
  const unique = await counterpart.find(COMPANIES, 'erp_number', ['e-7'], freely);

  expect(found).toHaveLength(130);
  expect(unique.map(({ fields }) => fields)).toEqual([{ name: 'Acme 7', domain: null }]);
  expect(calls().slice(0, before).every((call) => call === 'POST companies/search 200')).toBe(true);
  expect(calls().slice(before)).toEqual(['POST companies/batch/read 200']);
});

test('a walk over all brings each record that is there once, a hundred at a time', async () => {
  const { crm, counterpart, calls } = await opened();
  for (let n = 0; n < 230; n += 1) crm.make('contacts', { email: `p${String(n)}@acme.example` });
  crm.archive('contacts', crm.records('contacts')[3]!.id);
  const ids: string[] = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await counterpart.all(CONTACTS, cursor, freely);
    ids.push(...page.records.map(({ id }) => id));
    cursor = page.next;
  }
  expect([ids.length, new Set(ids).size, calls().length]).toEqual([229, 229, 3]);
});

test('each record of a batch ends by itself: made, there already, refused in words', async () => {
  const { crm, counterpart, calls } = await opened();
  const ann = crm.make('contacts', { email: 'ann@acme.example' });
  const fields: readonly CounterpartCreate['fields'][] = [{ email: 'BO@acme.example', firstname: 'Bo' }, { email: 'ann@acme.example' }, { email: 'cy@acme.example', shoesize: 43 }, { email: 'bo@nowhere' }, { email: 'di@acme.example', jobtitle: 'CEO' }];
  const ends = await counterpart.create({ ...CONTACTS, fields: ['email', 'firstname', 'jobtitle'] }, fields.map((one, n) => ({ key: String(n), fields: one })), freely);

  expect(ends).toMatchObject([
    { status: 'done', record: { fields: { email: 'bo@acme.example', firstname: 'Bo', jobtitle: null } } },
    { status: 'exists', id: ann, message: `Contact already exists. Existing ID: ${ann}` },
    { status: 'rejected', message: 'Property "shoesize" does not exist' },
    { status: 'rejected', message: expect.stringContaining('is invalid') as string },
    { status: 'done', record: { fields: { email: 'di@acme.example', jobtitle: 'CEO' } } },
  ]);
  expect(JSON.stringify(ends)).not.toContain('bo@nowhere');
  expect(calls()).toEqual(['POST contacts/batch/create 207', 'POST contacts/batch/read 200']);
});

test('an address that a contact holds beside its own is refused in words, for nobody would find it', async () => {
  const { crm, counterpart } = await opened();
  const both = crm.merge('contacts', crm.make('contacts', { email: 'ann@acme.example' }), crm.make('contacts', { email: 'bo@acme.example' }));
  expect(await counterpart.create(CONTACTS, [{ key: 'k', fields: { email: 'Bo@acme.example' } }], freely)).toMatchObject([{ status: 'rejected', message: expect.stringMatching(new RegExp(`^Contact ${both} holds this address as another one`)) as string }]);
});

test('which of the new records is which is told by their values, and alike ones are no matter', async () => {
  const { counterpart, sandbox } = await opened();
  const deal = (dealname: string, amount: number) => ({ key: dealname, fields: { dealname, amount } });
  const ends = await counterpart.create({ name: 'deals', fields: ['dealname', 'amount'] }, [deal('Chairs', 5), deal('Tables', 5), deal('Chairs', 5)], freely);

  expect(ends.map((end) => (end.status === 'done' ? end.record.fields : end))).toEqual([{ dealname: 'Chairs', amount: '5' }, { dealname: 'Tables', amount: '5' }, { dealname: 'Chairs', amount: '5' }]);
  expect(new Set(ends.map((end) => (end.status === 'done' ? end.record.id : ''))).size).toBe(3);
  expect(sandbox.changesOf('hubspot')).toHaveLength(1);
});

test('an update writes only what it names, empties with an empty text, and leaves a record that changed since it was read', async () => {
  const { crm, counterpart } = await opened();
  const ids = ['ann', 'bo', 'cy', 'di'].map((name) => crm.make('contacts', { email: `${name}@acme.example`, firstname: name, jobtitle: 'Buyer' }));
  const [ann, bo, cy, di] = ids as [string, string, string, string];
  const version = new Map((await counterpart.get(CONTACTS, ids, freely)).map((record) => [record.id, record.version]));
  crm.edit('contacts', bo, { jobtitle: 'Founder' });
  crm.merge('contacts', cy, di);
  const ends = await counterpart.update(CONTACTS, [
    { id: ann, fields: { jobtitle: null, firstname: 'Anna' }, version: version.get(ann) }, { id: bo, fields: { jobtitle: 'CEO' }, version: version.get(bo) },
    { id: cy, fields: { jobtitle: 'CEO' }, version: version.get(cy) }, { id: '999', fields: { jobtitle: 'CEO' } }, { id: ann, fields: { jobtitle: 'never' }, version: 'old' },
  ], freely);

  expect(ends).toMatchObject([{ status: 'done', record: { id: ann, fields: { firstname: 'Anna', jobtitle: null } } }, { status: 'changed' }, { status: 'gone' }, { status: 'gone' }, { status: 'changed' }]);
  expect(crm.records('contacts').map(({ properties }) => [properties['email'], properties['jobtitle']])).toEqual([['ann@acme.example', null], ['bo@acme.example', 'Founder'], ['cy@acme.example', 'Buyer']]);
});

test('where the values do not tell which new record is which, the outcome is unknown; a trace id tells', () => {
  const input = (n: number, dealname: string) => ({ objectWriteTraceId: String(n), properties: { dealname, amount: '5' } });
  const record = (id: string, objectWriteTraceId?: string) => ({ id, properties: { amount: '5' }, archived: false, objectWriteTraceId });
  const inputs = [input(1, 'Chairs'), input(2, 'Tables')];

  expect(() => matchMade(inputs, [record('11'), record('12')])).toThrow(expect.objectContaining({ kind: 'unavailable', outcomeUnknown: true }) as Error);
  expect([...matchMade(inputs, [record('11', '2'), record('12')])].map(([one, { id }]) => [one.properties.dealname, id])).toEqual([['Tables', '11'], ['Chairs', '12']]);
});

test('a batch that is refused as a whole is halved until it is known which record is to blame', async () => {
  const { crm, counterpart, calls } = await opened();
  const ann = crm.make('contacts', { email: 'ann@acme.example' });
  const ends = await counterpart.update(CONTACTS, [{ id: ann, fields: { firstname: 'Ann' } }, { id: ann, fields: { jobtitle: 'CEO' } }], freely);
  expect(ends.map(({ status }) => status)).toEqual(['done', 'done']);
  expect(calls()).toEqual(['POST contacts/batch/update 400', 'POST contacts/batch/update 200', 'POST contacts/batch/update 200']);
});

test('an address that another contact holds is refused for that record alone', async () => {
  const { crm, counterpart } = await opened();
  const [ann, bo] = ['ann', 'bo'].map((name) => crm.make('contacts', { email: `${name}@acme.example` })) as [string, string];
  const ends = await counterpart.update(CONTACTS, [{ id: ann, fields: { email: 'bo@acme.example' } }, { id: bo, fields: { firstname: 'Bo' } }], freely);
  expect(ends).toMatchObject([{ status: 'rejected', message: expect.stringContaining('already exists') as string }, { status: 'done' }]);
});

test('what is removed is archived, even for good', async () => {
  const { crm, counterpart } = await opened();
  const ann = crm.make('contacts', { email: 'ann@acme.example' });
  expect(await counterpart.remove(CONTACTS, [ann, '999'], true, freely)).toEqual([ann, '999']);
  expect(await counterpart.remove(CONTACTS, [ann], true, freely)).toEqual([ann]);
  expect((await counterpart.get(CONTACTS, [ann], freely))[0]).toMatchObject({ archived: true });
});

test('a property that is not there stops the reading, for it would read as emptied everywhere; names are asked for once', async () => {
  const { crm, counterpart, sandbox } = await opened();
  const ann = crm.make('contacts', { email: 'ann@acme.example' });
  await counterpart.get(CONTACTS, [ann], freely);
  await counterpart.all(CONTACTS, undefined, freely);
  expect(sandbox.ledger.filter(({ path }) => path === '/crm/v3/properties/contacts')).toHaveLength(1);

  const wrong = { name: 'contacts', fields: ['email', 'jobtitel'] };
  for (const read of [counterpart.get(wrong, [ann], freely), counterpart.find(wrong, 'email', ['a@b.example'], freely), counterpart.all(wrong, undefined, freely), counterpart.changes(wrong, undefined, freely)]) {
    await expect(read).rejects.toMatchObject({ kind: 'rejected', message: 'hubspot: contacts have no property “jobtitel”. Make it in HubSpot\'s settings, or name another one under fields.' });
  }
});

test('a search takes the place of several requests, so that four a second are not exceeded', async () => {
  const { counterpart } = await opened();
  const paced: number[] = [];
  await counterpart.changes(CONTACTS, undefined, { pace: (tokens) => (paced.push(tokens), Promise.resolve()) });
  expect(paced).toEqual([1, 2, 1]);
});
