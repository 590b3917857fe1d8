import { afterEach, beforeEach, expect, it } from 'vitest';
import { type SandboxTwenty, startSandboxTwenty } from '../../sandbox/twenty/index.ts';
import type { Counterpart, CounterpartObject } from '../counterpart.ts';
import { freely, toolContext } from '../tool.fixture.ts';
import type { Tool } from '../tool.ts';
import { openTwenty } from './counterpart.ts';
import { TwentySettings } from './settings.ts';
import { idOf } from './testing/workspace.ts';

const PEOPLE: CounterpartObject = { name: 'person', fields: ['emails.primaryEmail', 'name.firstName', 'name.lastName', 'jobTitle', 'companyId'] };
const COMPANIES: CounterpartObject = { name: 'company', fields: ['name', 'domainName.primaryLinkUrl', 'annualRevenue.amountMicros'] };

let now: number;
let there: SandboxTwenty;
let tool: Tool;
let other: Counterpart;
beforeEach(async () => {
  now = Date.now();
  there = await startSandboxTwenty({ bucket: 'off', standardWorkflow: 'off', now: () => (now += 1) });
  const settings = TwentySettings.parse({ url: there.url, apiKey: { kind: 'secret', name: 'OTHER' }, batchSize: 3 });
  tool = openTwenty(settings, toolContext({ OTHER: there.apiKey }));
  other = tool.counterpart!;
});
afterEach(async () => {
  await tool.close?.();
  await there.close();
});

const person = (n: number, more: Readonly<Record<string, unknown>> = {}) => there.asUser.create('people', { id: idOf(n), emails: { primaryEmail: `p${String(n)}@acme.example` }, ...more });
const versionOf = (n: number): string => String(there.records('people').find(({ id }) => id === idOf(n))?.['updatedAt']);
const readAt = async (n: number) => (await other.get(PEOPLE, [idOf(n)], freely))[0]!;

it('records are read by id, those in the trash marked, with the time of change as their version', async () => {
  person(1, { name: { firstName: 'Ann', lastName: 'Lee' }, jobTitle: 'CEO' });
  person(2);
  there.asUser.softDelete('people', idOf(2));
  const [ann, bo] = (await other.get(PEOPLE, [idOf(1), idOf(2), idOf(3)], freely)).toSorted((a, b) => (a.id < b.id ? -1 : 1));

  expect(ann).toEqual({
    id: idOf(1), version: versionOf(1), changedAtMs: Date.parse(versionOf(1)), archived: false,
    fields: { 'emails.primaryEmail': 'p1@acme.example', 'name.firstName': 'Ann', 'name.lastName': 'Lee', jobTitle: 'CEO', companyId: null },
  });
  expect(bo).toMatchObject({ id: idOf(2), archived: true });
});

it('a person is found by any address, with the further ones told; a domain in whatever spelling', async () => {
  person(1, { emails: { primaryEmail: 'Ann@acme.example', additionalEmails: ['old@acme.example'] } });
  there.asUser.create('companies', { id: idOf(8), name: 'Acme', domainName: { primaryLinkUrl: 'https://www.acme.example' } });
  const found = await other.find(PEOPLE, 'emails.primaryEmail', ['OLD@acme.example'], freely);

  expect(found).toMatchObject([{ id: idOf(1), fields: { 'emails.primaryEmail': 'ann@acme.example' }, otherKeys: ['old@acme.example'] }]);
  expect(await other.find(COMPANIES, 'domainName.primaryLinkUrl', ['acme.example'], freely)).toMatchObject([{ id: idOf(8) }]);
  expect(await other.find(PEOPLE, 'jobTitle', ['nobody'], freely)).toEqual([]);
});

it('changes come once they are made, the trash included, page by page; what is read again has the same version', async () => {
  person(1);
  now += 600_000;
  const start = await other.changes(PEOPLE, undefined, freely);
  for (const n of [2, 3, 4, 5]) person(n);
  there.asUser.softDelete('people', idOf(3));
  const first = await other.changes(PEOPLE, start.cursor, freely);
  const second = await other.changes(PEOPLE, first.cursor, freely);
  const again = await other.changes(PEOPLE, second.cursor, freely);

  expect([start.records, start.more, first.more, second.more]).toEqual([[], false, true, false]);
  expect([...first.records, ...second.records].map(({ id, archived }) => [id, archived])).toEqual([[idOf(2), false], [idOf(4), false], [idOf(5), false], [idOf(3), true]]);
  expect(again.records.map(({ id, version }) => [id, version])).toContainEqual([idOf(5), versionOf(5)]);
});

it('a walk over all brings each record once', async () => {
  for (let n = 1; n <= 20; n += 1) person(n);
  const first = await other.all(PEOPLE, undefined, freely);
  const second = await other.all(PEOPLE, first.next, freely);

  expect([first.records.length, second.records.length, second.next]).toEqual([15, 5, undefined]);
  expect(new Set([...first.records, ...second.records].map(({ id }) => id)).size).toBe(20);
});

it('a create that is repeated makes no second record; a taken value is told, and one that the trash holds is refused', async () => {
  person(1);
  person(2);
  there.asUser.softDelete('people', idOf(2));
  const rows = ['new', 'p1', 'p2'].map((name) => ({ key: `key/${name}`, fields: { 'emails.primaryEmail': `${name}@acme.example`, 'name.firstName': name } }));
  const ends = await other.create(PEOPLE, rows, freely);
  const [first] = ends;
  const repeated = await other.create(PEOPLE, rows.slice(0, 1), freely);

  expect(ends).toMatchObject([
    { status: 'done', record: { fields: { 'emails.primaryEmail': 'new@acme.example', 'name.firstName': 'new' } } }, { status: 'exists', id: idOf(1) },
    { status: 'rejected', message: expect.stringContaining('in the trash') as string },
  ]);
  expect(repeated).toMatchObject([{ status: 'done', record: { id: first?.status === 'done' ? first.record.id : '' } }]);
  expect(there.records('people')).toHaveLength(3);
});

it.each([1, 3])('of %i updates one of a record that changed since it was read writes nothing, and what is gone or in the trash stays so', async (more) => {
  for (let n = 1; n <= 3 + more; n += 1) person(n, { name: { firstName: `F${String(n)}`, lastName: `L${String(n)}` } });
  const versions = new Map(Array.from({ length: 3 + more }, (_none, n) => [n + 1, versionOf(n + 1)]));
  there.asUser.update('people', idOf(1), { jobTitle: 'by hand' });
  there.asUser.softDelete('people', idOf(2));
  there.asUser.destroy('people', idOf(3));
  const update = (n: number) => ({ id: idOf(n), version: versions.get(n), fields: { 'name.lastName': 'New', jobTitle: 'by us' } });
  const stale = await other.update(PEOPLE, [update(1), update(2), update(3)], freely);
  const done = await other.update(PEOPLE, Array.from({ length: more }, (_none, n) => update(4 + n)), freely);

  expect(stale).toEqual([{ status: 'changed' }, { status: 'gone' }, { status: 'gone' }]);
  expect(done).toMatchObject(Array.from({ length: more }, (_none, n) => ({
    status: 'done', record: { version: versionOf(4 + n), fields: { 'name.firstName': `F${String(4 + n)}`, 'name.lastName': 'New', jobTitle: 'by us' } },
  })));
  expect(await readAt(1)).toMatchObject({ fields: { 'name.lastName': 'L1', jobTitle: 'by hand' } });
  expect(there.records('people')).toHaveLength(2 + more);
});

it('the tokens for a read and the write upon it are taken together, before both', async () => {
  person(1);
  const asked: number[] = [];
  await other.update(PEOPLE, [{ id: idOf(1), fields: { jobTitle: 'CEO' } }], { pace: (tokens) => Promise.resolve(void asked.push(tokens)) });

  expect([asked, there.ledger.recordCalls().map(({ operation }) => operation)]).toEqual([[2], ['people', 'updatePerson']]);
});

it('nothing is destroyed: what is removed, for good or not, lies in the trash, and removing it again changes nothing', async () => {
  person(1);
  person(2);
  expect(await other.remove(PEOPLE, [idOf(1), idOf(2), idOf(3)], true, freely)).toEqual([idOf(1), idOf(2), idOf(3)]);
  expect(await other.remove(PEOPLE, [idOf(1)], false, freely)).toEqual([idOf(1)]);
  expect(there.records('people').map(({ deletedAt }) => typeof deletedAt)).toEqual(['string', 'string']);
});

it('an amount is emptied, and an object that is not there is refused with a remedy', async () => {
  there.asUser.create('companies', { id: idOf(8), name: 'Acme', annualRevenue: { amountMicros: 5_000_000, currencyCode: 'EUR' } });
  const [end] = await other.update(COMPANIES, [{ id: idOf(8), fields: { 'annualRevenue.amountMicros': null } }], freely);

  expect(end).toMatchObject({ status: 'done', record: { fields: { 'annualRevenue.amountMicros': null } } });
  await expect(other.all({ name: 'rocket', fields: ['name'] }, undefined, freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('there is no object rocket') as string });
  await expect(other.all({ name: 'person', fields: ['budget.amountMicros'] }, undefined, freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('person has no field budget') as string });
});
