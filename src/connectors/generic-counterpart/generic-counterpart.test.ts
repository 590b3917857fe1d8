import { afterEach, expect, test } from 'vitest';
import { problemsIn } from '../../config/problems.ts';
import { secret } from '../../config/secret.ts';
import { restRecordsStandIn } from '../../sandbox/tools/rest-records.ts';
import { freely, keepsTheContract } from '../tool.fixture.ts';
import { openGenericCounterpart } from './client.ts';
import { contacts, RECORDS, type RecordsRig, recordsRig } from './generic-counterpart.fixture.ts';
import { genericCounterpart } from './index.ts';
import { type GenericCounterpartInput, GenericCounterpartSettings } from './settings.ts';

const ann = { email: 'ann@acme.example', name: { first: 'Ann', last: 'Lee' }, job_title: 'Buyer', score: 4.5, address: { city: 'Oslo', country: 'NO' } };
const people = (count: number) => Array.from({ length: count }, (_, n) => ({ email: `p${String(n + 1)}@acme.example` }));

const contract = {
  standIn: () => restRecordsStandIn({ contacts: [ann] }),
  open: openGenericCounterpart,
  settings: (_url: string, env: Readonly<Record<string, string>>) => GenericCounterpartSettings.parse({ ...RECORDS, url: env['REST_RECORDS_URL']! }),
};
keepsTheContract('A configured API that is read', {
  ...contract, changes: false,
  act: async (tool) => expect(await tool.counterpart!.get(contacts, ['con_0001'], freely)).toHaveLength(1),
  refused: { act: (tool) => tool.counterpart!.all(contacts, JSON.stringify({ cursor: 'bogus' }), freely), says: /cursor is not known/ },
});
keepsTheContract('A configured API that is written', {
  ...contract, changes: true,
  act: async (tool) => expect(await tool.counterpart!.update(contacts, [{ id: 'con_0001', fields: { job_title: 'CEO' } }], freely)).toMatchObject([{ status: 'done' }]),
});

let rig: RecordsRig;
const closing: RecordsRig[] = [];
afterEach(async () => {
  for (const open of closing.splice(0)) await open.close();
});
const from = async (more: Partial<GenericCounterpartInput> = {}, ...known: readonly object[]): Promise<void> => {
  rig = await recordsRig(more, { contacts: known as never });
  closing.push(rig);
};

async function allIds(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await rig.tool.all(contacts, cursor, freely);
    ids.push(...page.records.map(({ id }) => id));
    cursor = page.next;
    more = cursor !== undefined;
  }
  return ids;
}

test.each([
  ['a cursor', {}],
  ['page numbers', { changes: { query: { updated_since: '{since}' }, items: 'data', pages: { by: 'page', size: { param: 'limit', rows: 2 } } } }],
  ['the header Link', { changes: { query: { updated_since: '{since}', limit: 2 }, items: 'data', pages: { by: 'link' } } }],
  ['a cursor that the template places', { changes: { path: (input: { cursor?: string | number | undefined }) => `/contacts?limit=2${input.cursor === undefined ? '' : `&cursor=${String(input.cursor)}`}`, query: { cursor: '{cursor}' }, items: 'data', pages: { by: 'cursor', next: 'next_cursor' } } }],
] as const)('all records by %s, each once', async (_name, more) => {
  await from(more as Partial<GenericCounterpartInput>, ...people(5));
  expect(await allIds()).toEqual(['con_0001', 'con_0002', 'con_0003', 'con_0004', 'con_0005']);
});

test('a record is read with nested fields, its time and its version; what is not there is null, or left out of the answer', async () => {
  await from({ omitsEmpty: true }, ann, { email: 'bo@acme.example' });
  const [first, second, ...rest] = await rig.tool.get({ ...contacts, fields: [...contacts.fields, 'name', 'nothing.here'] }, ['con_0001', 'con_0002', 'con_0009'], freely);
  expect(first).toEqual({
    id: 'con_0001', version: '"con_0001-1"', archived: false, changedAtMs: Date.parse(rig.standIn.contacts()[0]!.updated_at),
    fields: { 'email': 'ann@acme.example', 'name.first': 'Ann', 'name.last': 'Lee', 'job_title': 'Buyer', 'score': 4.5, 'address.city': 'Oslo', 'name': { first: 'Ann', last: 'Lee' }, 'nothing.here': null },
  });
  expect([second!.fields['name.first'], rest]).toEqual([null, []]);
});

test('a field that is not even empty stops the sync, since it may have been renamed', async () => {
  await from({}, ann);
  const renamed = { ...contacts, fields: ['email', 'title'] };
  const says = { kind: 'rejected', message: expect.stringMatching(/a record of contacts has no field title\. Correct its name in the sync; or write omitsEmpty: true/) as string };
  await expect(rig.tool.get(renamed, ['con_0001'], freely)).rejects.toMatchObject(says);
  await expect(rig.tool.all(renamed, undefined, freely)).rejects.toMatchObject(says);
});

test('several ids go into one request where the API can, and values to be found as well', async () => {
  await from({ get: { path: '/{object}', query: { ids: '{ids}', limit: 100 }, items: 'data', atOnce: 50 } }, ...people(3));
  expect(rig.tool.atOnce).toBe(50);
  expect((await rig.tool.get(contacts, ['con_0003', 'con_0001', 'nobody'], freely)).map(({ id }) => id)).toEqual(['con_0001', 'con_0003']);
  expect(rig.calls()).toHaveLength(1);
});

test('a record is found by exactly its value, whatever the case; a field that cannot be searched is told with a remedy, and a walk finds it all the same', async () => {
  await from({}, ann);
  expect((await rig.tool.find(contacts, 'email', ['ANN@acme.example', 'nobody@acme.example'], freely)).map(({ id }) => id)).toEqual(['con_0001']);
  await expect(rig.tool.find(contacts, 'job_title', ['Buyer'], freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining("Write find: { 'job_title'") as string });
  await from({ find: 'walk' }, ...people(5), ann);
  expect(rig.tool.atOnce).toBe(200);
  expect((await rig.tool.find(contacts, 'job_title', ['Buyer', 'CEO'], freely)).map(({ id }) => id)).toEqual(['con_0006']);
});

test('a new record takes what is sent and comes back as the API keeps it; the same key makes no second one', async () => {
  await from();
  expect(rig.tool.knowsKeys).toBe(true);
  const make = () => rig.tool.create(contacts, [{ key: 'sync/1', fields: { 'email': 'Ann@Acme.example ', 'name.first': 'Ann', 'score': 3 } }], freely);
  const [made] = await make();
  expect(made).toMatchObject({ status: 'done', record: { id: 'con_0001', version: '"con_0001-1"', fields: { 'email': 'ann@acme.example', 'name.first': 'Ann', 'name.last': null, 'score': 3 } } });
  expect(await make()).toEqual([made]);
  expect(rig.standIn.contacts()).toHaveLength(1);
});

test('a refusal is about its record alone, in the words of the API; a duplicate names the one that is there', async () => {
  await from({}, ann);
  const ends = await rig.tool.create(contacts, [{ key: '1', fields: { email: 'nonsense' } }, { key: '2', fields: { email: 'ANN@acme.example' } }, { key: '3', fields: { email: 'bo@acme.example' } }], freely);
  expect(ends).toMatchObject([
    { status: 'rejected', message: 'generic-counterpart: email is not valid (422)' }, { status: 'exists', id: 'con_0001' }, { status: 'done', record: { id: 'con_0002' } },
  ]);
  expect(await rig.tool.update(contacts, [{ id: 'con_0002', fields: { score: 'many' } }, { id: 'con_0009', fields: { score: 1 } }, { id: 'con_0002', fields: { email: 'ann@acme.example' }, version: '"con_0002-1"' }], freely)).toMatchObject([
    { status: 'rejected', message: expect.stringContaining('score is not valid') as string }, { status: 'gone' }, { status: 'rejected', message: expect.stringContaining('Another contact has this email') as string },
  ]);
});

test('records are removed for good or archived, and what is gone already is gone', async () => {
  await from({ archive: { method: 'PATCH', path: '/{object}/{id}', body: { job_title: 'archived' } }, archived: "job_title == 'archived'" }, ...people(2));
  expect(await rig.tool.remove(contacts, ['con_0001', 'con_0009'], true, freely)).toEqual(['con_0001', 'con_0009']);
  expect(await rig.tool.remove(contacts, ['con_0002'], false, freely)).toEqual(['con_0002']);
  expect(await rig.tool.get(contacts, ['con_0001', 'con_0002'], freely)).toMatchObject([{ id: 'con_0002', archived: true }]);
});

test('a record that was merged away answers as the one that it was merged into, and stands in no list of all', async () => {
  await from({}, ...people(3));
  rig.standIn.merge('con_0001', 'con_0002');
  rig.standIn.merge('con_0002', 'con_0003');
  expect(await rig.tool.get(contacts, ['con_0001'], freely)).toMatchObject([{ id: 'con_0003', mergedFrom: 'con_0001' }]);
  expect(await allIds()).toEqual(['con_0003']);
});

test('an object may have settings of its own', async () => {
  await from({ objects: { leads: { changes: { path: '/contacts', query: { updated_since: '{since}' }, items: 'data' }, get: { path: '/contacts/{id}', answer: 'data' } } } }, ann);
  const leads = { ...contacts, name: 'leads' };
  expect([(await rig.tool.all(leads, undefined, freely)).records, await rig.tool.get(leads, ['con_0001'], freely)]).toMatchObject([[{ id: 'con_0001' }], [{ id: 'con_0001' }]]);
});

test('a wrong address is an error and no empty list, so that it never looks like deletes', async () => {
  await from({ changes: { path: '/nowhere', items: 'data' } }, ann);
  await expect(rig.tool.all(contacts, undefined, freely)).rejects.toMatchObject({ kind: 'rejected' });
  await expect(rig.tool.changes(contacts, undefined, freely)).rejects.toMatchObject({ kind: 'rejected' });
});

test('ten lines of configuration are a counterpart, and what is wrong with them is told with a path and a remedy', async () => {
  await from();
  const { schema } = genericCounterpart({ url: 'https://api.tool.example', ...RECORDS });
  const problems = (settings: unknown) => problemsIn(schema, settings).map(({ path, message }) => `${path}: ${message}`);
  const good = { url: 'https://api.tool.example', auth: { bearer: secret('KEY') }, changes: { query: { updated_since: '{since}' } }, find: 'walk' };
  expect(problems(good)).toEqual([]);
  expect(problems({ url: good.url })).toEqual([expect.stringMatching(/^changes: Is missing\. Write \{ query: /), expect.stringMatching(/^find: Is missing\. Write \{ email: .* or 'walk'/)]);
  expect(problems({ ...good, changes: { items: 'data[' } })).toEqual(["changes.items: Is no JMESPath. Write for example 'data'."]);
  expect(problems({ ...good, changes: { query: { filter: 'updated_at > {since}' } } })).toEqual([expect.stringMatching(/^all: Is missing\. In changes \{since\} is part of a longer text/)]);
  expect(problems({ ...good, version: { header: 'ETag' }, get: { atOnce: 10 } })).toEqual([expect.stringMatching(/^get\.atOnce: A header/)]);
  expect(problems({ ...good, update: { hole: true } })).toEqual([expect.stringMatching(/^update\.hole: There is no such setting\. Did you mean “whole”\?/)]);
  expect(problems({ ...good, find: { email: { query: { email: '{value}' }, item: 'data' } } })).toEqual([expect.stringMatching(/^find\.email\.item: There is no such setting/)]);
});
