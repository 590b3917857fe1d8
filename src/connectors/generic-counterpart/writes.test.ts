import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { CounterpartEnd, CounterpartRecord } from '../counterpart.ts';
import { freely } from '../tool.fixture.ts';
import { contacts, type RecordsRig, RECORDS, recordsRig } from './generic-counterpart.fixture.ts';
import type { GenericCounterpartInput } from './settings.ts';

const ann = { email: 'ann@acme.example', name: { first: 'Ann', last: 'Lee' }, job_title: 'Buyer', score: 4.5, address: { city: 'Oslo', country: 'NO' } };
let rig: RecordsRig | undefined;
afterEach(async () => {
  await rig?.close();
  rig = undefined;
});

async function held(more: Partial<GenericCounterpartInput> = {}): Promise<RecordsRig> {
  rig = await recordsRig(more, { contacts: [ann] });
  return rig;
}
const read = async ({ tool }: RecordsRig) => (await tool.get(contacts, ['con_0001'], freely))[0]!;
const writeTitle = async ({ tool }: RecordsRig, version: string | undefined, job_title: string | null = 'CEO'): Promise<CounterpartEnd> =>
  (await tool.update(contacts, [{ id: 'con_0001', fields: { job_title }, version }], freely))[0]!;
const WRITE_ONLY = { method: 'PUT', answer: 'data', whole: true, omit: ['id', 'version', 'etag', 'created_at', 'updated_at', 'merged_into'] } as const;

const FORMS: readonly (readonly [string, Partial<GenericCounterpartInput>, number])[] = [
  ['an ETag in the record', {}, 1],
  ['an ETag in a header', { version: { header: 'ETag' } }, 1],
  ['no version at all', { version: undefined }, 2],
  ['no version and no conditions', { version: undefined, update: { answer: 'data', ifMatch: false } }, 2],
  ['a whole record that is put', { update: WRITE_ONLY }, 2],
];

test.each(FORMS)('with %s a record that has not changed is written, and one that has is not', async (_name, more, calls) => {
  const open = await held(more);
  const { version } = await read(open);
  const before = open.calls().length;
  const end = await writeTitle(open, version);
  expect([end.status, open.calls().length - before]).toEqual(['done', calls]);
  expect(await writeTitle(open, version, 'Founder')).toEqual({ status: 'changed' });
  expect(await writeTitle(open, (end as { record: { version?: string } }).record.version, 'Founder')).toMatchObject({ status: 'done', record: { fields: { 'job_title': 'Founder', 'name.last': 'Lee', 'score': 4.5 } } });
});

test.each(FORMS.filter(([name]) => name !== 'no version and no conditions'))('with %s an edit right before the write is refused by the API itself', async (_name, more) => {
  const open = await held(more);
  const { version } = await read(open);
  open.standIn.meanwhile('method' in (more.update ?? {}) ? 'PUT' : 'PATCH', () => open.standIn.edit('con_0001', { job_title: 'Director' }));
  expect(await writeTitle(open, version)).toEqual({ status: 'changed' });
  expect(open.calls().some((call) => call.endsWith(' 412'))).toBe(true);
  expect(open.standIn.contacts()[0]).toMatchObject({ job_title: 'Director' });
});

test('what is put is the record as it is read with what differs in it, without what the API does not take back', async () => {
  const open = await held({ update: WRITE_ONLY });
  await open.tool.update(contacts, [{ id: 'con_0001', fields: { 'address.city': null, 'name.first': 'Anna' } }], freely);
  expect(open.standIn.contacts()[0]).toMatchObject({ ...ann, name: { first: 'Anna', last: 'Lee' }, address: { city: null, country: 'NO' } });
});

test('where an object is replaced by its parts it is sent as a whole, beside what differs', async () => {
  const bodies: unknown[] = [];
  const open = await held({ update: { ...RECORDS.update, whole: 'objects', body: ({ record }) => (bodies.push(record), record) } });
  await open.tool.update(contacts, [{ id: 'con_0001', fields: { 'address.city': 'Bergen', 'score': 5 } }], freely);
  expect(bodies).toEqual([{ address: { city: 'Bergen', country: 'NO' }, score: 5 }]);
});

test('a version may go into the body, and a value is emptied by null', async () => {
  const bodies: unknown[] = [];
  const open = await held({ version: 'version', update: { ...RECORDS.update, ifMatch: false, query: undefined, body: ({ record, version }) => (bodies.push([record, version]), record) } });
  expect(await writeTitle(open, undefined, null)).toMatchObject({ status: 'done', record: { fields: { job_title: null } } });
  expect(bodies).toEqual([[{ job_title: null }, undefined]]);
});

test('an answer that brings less than what was written is followed by a look', async () => {
  const open = await held({ create: { answer: 'data.{id: id}' }, update: { answer: 'nothing' } });
  expect(await open.tool.create(contacts, [{ key: '1', fields: { email: 'BO@acme.example' } }], freely)).toMatchObject([{ status: 'done', record: { id: 'con_0002', fields: { email: 'bo@acme.example' } } }]);
  expect(await writeTitle(open, '"con_0001-1"')).toMatchObject({ status: 'done', record: { fields: { job_title: 'CEO' } } });
  expect(open.calls()).toEqual(['POST /v1/contacts 201', 'GET /v1/contacts/con_0002 200', 'PATCH /v1/contacts/con_0001 200', 'GET /v1/contacts/con_0001 200']);
});

test('a new record whose answer is empty is known by its Location', async () => {
  const open = await held({ create: { answer: () => undefined } });
  expect(await open.tool.create(contacts, [{ key: '1', fields: { email: 'bo@acme.example' } }], freely)).toMatchObject([{ status: 'done', record: { id: 'con_0002' } }]);
});

test('who refuses the version that it gave itself is told of, instead of being asked again for ever', async () => {
  const open = await held({ update: { ...RECORDS.update, ifMatch: '"{version}"' } });
  expect(await writeTitle(open, (await read(open)).version)).toMatchObject({ status: 'rejected', message: expect.stringContaining('ifMatch: false') as string });
});

test('duplicates are known by their code where one is configured', async () => {
  const open = await held({ create: { answer: 'data', exists: { statuses: [409, 422], code: { at: 'error.code', is: ['email_taken'] }, id: 'error.existing_id' } } });
  const ends = await open.tool.create(contacts, [{ key: '1', fields: { email: 'ann@acme.example' } }, { key: '2', fields: { email: 'x' } }], freely);
  expect([open.tool.knowsKeys, ends]).toMatchObject([false, [{ status: 'exists', id: 'con_0001' }, { status: 'rejected', message: expect.stringContaining('email is not valid') as string }]]);
});

test('a 403 is about the key, unless the configuration says that it is about the record', async () => {
  const locked = async (more: Partial<GenericCounterpartInput>) => {
    const open = await held(more);
    open.standIn.lock('con_0001');
    return writeTitle(open, undefined);
  };
  await expect(locked({})).rejects.toMatchObject({ kind: 'unauthorized' });
  await rig!.close();
  expect(await locked({ forbids: 'record' })).toMatchObject({ status: 'rejected', message: expect.stringContaining('This contact is locked') as string });
});

test('when the rate is used up in the middle, what is through is kept and the others are looked at again', async () => {
  const open = await held();
  const make = (n: number) => ({ key: String(n), fields: { email: `p${String(n)}@acme.example` } });
  open.standIn.meanwhile('POST', () => open.faults.next('rest-records', 'rate'));
  expect((await open.tool.create(contacts, [make(1), make(2), make(3)], freely)).map(({ status }) => status)).toEqual(['done', 'changed', 'changed']);
  open.faults.next('rest-records', 'rate');
  await expect(open.tool.create(contacts, [make(2), make(3)], freely)).rejects.toMatchObject({ kind: 'rate_limited' });
});

test('what is mapped out and read back is the same', async () => {
  const open = await held();
  const text = fc.option(fc.string({ maxLength: 40 }).map((one) => one.trim()).filter((one) => one !== ''));
  const number = fc.option(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((one) => (one === 0 ? 0 : one)));
  const fields = fc.record({ 'name.first': text, 'name.last': text, 'job_title': text, 'score': number, 'address.city': text });
  let made = 0;
  await fc.assert(fc.asyncProperty(fields, fc.record({ 'name.last': text, 'score': number, 'address.city': text }, { requiredKeys: [] }), async (first, then) => {
    const all = { ...first, email: `q${String((made += 1))}@acme.example` };
    const [end] = await open.tool.create(contacts, [{ key: `property/${String(made)}`, fields: all }], freely);
    const { id, version, fields: kept } = (end as { record: CounterpartRecord }).record;
    expect(kept).toEqual(all);
    expect((await open.tool.update(contacts, [{ id, version, fields: then }], freely))[0]).toMatchObject({ status: 'done', record: { fields: { ...all, ...then } } });
    expect((await open.tool.get(contacts, [id], freely))[0]!.fields).toEqual({ ...all, ...then });
  }), { numRuns: 30 });
});
