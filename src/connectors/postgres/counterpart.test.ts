import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { secret } from '../../config/secret.ts';
import { type Database, openDatabase } from '../../store/database.ts';
import { createTestDatabase } from '../../../test/harness/servers.ts';
import type { Counterpart, CounterpartObject } from '../counterpart.ts';
import { freely, toolContext } from '../tool.fixture.ts';
import { openPostgres } from './client.ts';
import { PostgresSettings } from './settings.ts';

const CONTACTS: CounterpartObject = { name: 'contacts', fields: ['email', 'name', 'age', 'tags'] };

let database: Database;
let counterpart: Counterpart;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const own = await createTestDatabase();
  database = openDatabase(own.url);
  const url = new URL(own.url);
  const settings = PostgresSettings.parse({
    host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user: decodeURIComponent(url.username), password: secret('DB_PASSWORD'), tls: 'off',
    tables: { contacts: { archivedAt: 'deleted_at' }, codes: { key: 'code' } },
  });
  const tool = openPostgres(settings, toolContext({ DB_PASSWORD: decodeURIComponent(url.password) }));
  counterpart = tool.counterpart!;
  closing.push(() => tool.close!(), () => database.close(), () => own.drop());
  await database.pool.query(`create table contacts (id bigserial primary key, email text unique, name varchar(20) default 'nobody', age int check (age > 0), tags jsonb, updated_at timestamptz not null default now(), deleted_at timestamptz);
    create table codes (code varchar(8) primary key, email text, updated_at timestamptz not null default now())`);
});
afterAll(async () => {
  for (const close of closing) await close();
});
beforeEach(async () => void (await database.pool.query('truncate contacts, codes restart identity')));

const fill = (count: number): Promise<unknown> => database.pool.query(`insert into contacts (email, name, age) select 'p' || n || '@acme.example', 'P' || n, n from generate_series(1, $1::int) as n`, [count]);
const rows = async (): Promise<readonly unknown[]> => (await database.pool.query('select id::int, email, name, age from contacts order by id')).rows;
const ann = { email: 'ann@acme.example', name: 'Ann', age: 40, tags: { vip: true } };

test('rows are read by their keys, as what the keys are, and found by a value in upper or lower case', async () => {
  await fill(12);
  const found = await counterpart.get(CONTACTS, ['2', '10', '99'], freely);
  expect(found.map(({ id, fields }) => [id, fields]).sort()).toEqual([['10', { email: 'p10@acme.example', name: 'P10', age: 10, tags: null }], ['2', { email: 'p2@acme.example', name: 'P2', age: 2, tags: null }]]);
  expect((await counterpart.find(CONTACTS, 'email', ['P3@Acme.example', 'none@acme.example'], freely)).map(({ id }) => id)).toEqual(['3']);
  const { rows: [plan] } = await database.pool.query<{ 'QUERY PLAN': readonly { Plan: unknown }[] }>(`explain (format json) select 1 from contacts where id = any('{1,2}'::text[]::bigint[])`);
  expect(JSON.stringify(plan)).toContain('contacts_pkey');
});

test('a walk over all brings each row once, in the order of the key itself', async () => {
  await fill(1_203);
  const ids: string[] = [];
  let pages = 0;
  for (let cursor: string | undefined; ; pages += 1) {
    const page = await counterpart.all(CONTACTS, cursor, freely);
    ids.push(...page.records.map(({ id }) => id));
    if (page.next === undefined) break;
    cursor = page.next;
  }
  expect([pages + 1, ids]).toEqual([3, Array.from({ length: 1_203 }, (_, n) => String(n + 1))]);
});

test('many rows are made by one statement, each with the fields it has', async () => {
  const before = await counterpart.create(CONTACTS, [{ key: 'a', fields: ann }, { key: 'b', fields: { email: 'bo@acme.example', name: '' } }, { key: 'c', fields: { email: 'cy@acme.example' } }], freely);
  expect(before.map((end) => end.status === 'done' && [end.record.id, end.record.fields])).toEqual([
    ['1', ann], ['2', { email: 'bo@acme.example', name: null, age: null, tags: null }], ['3', { email: 'cy@acme.example', name: 'nobody', age: null, tags: null }],
  ]);
  expect((await database.pool.query('select 1 from contacts group by updated_at')).rowCount).toBe(1);
});

test('what is refused of many rows leaves the others as they should be', async () => {
  await fill(1);
  const long = 'x'.repeat(21);
  const ends = await counterpart.create(CONTACTS, [{ key: 'a', fields: ann }, { key: 'b', fields: { email: 'p1@acme.example' } }, { key: 'c', fields: { email: 'cy@acme.example', name: long } }, { key: 'd', fields: { email: 'di@acme.example' } }], freely);
  expect(ends.map(({ status }) => status)).toEqual(['done', 'exists', 'rejected', 'done']);
  const [first, second] = await counterpart.get(CONTACTS, ['1'], freely).then(async ([one]) => [one!, ends[0]!.status === 'done' ? ends[0]!.record : undefined] as const);
  const changed = await counterpart.update(CONTACTS, [
    { id: first.id, version: first.version, fields: { name: 'Pat' } }, { id: second!.id, version: second!.version, fields: { name: long } }, { id: second!.id, version: second!.version, fields: { age: 41 } },
  ], freely);
  expect(changed.map((end) => [end.status, end.status === 'done' ? end.record.fields['name'] : 'message' in end && end.message.includes('too long')])).toEqual([['done', 'Pat'], ['rejected', true], ['done', 'Ann']]);
  expect(await rows()).toContainEqual({ id: Number(second!.id), email: 'ann@acme.example', name: 'Ann', age: 41 });
});

test('rows are changed on the version they were read in, and no others', async () => {
  await fill(4);
  const [one, two] = await counterpart.get(CONTACTS, ['1', '2'], freely);
  await database.pool.query(`update contacts set name = 'Pat' where id = 2`);
  const ends = await counterpart.update(CONTACTS, [{ id: '1', version: one!.version, fields: { age: 50, tags: ['a'] } }, { id: '2', version: two!.version, fields: { age: 51, tags: null } }, { id: '99', fields: { age: 52, tags: null } }, { id: '3', fields: { age: null, tags: null } }], freely);
  expect(ends.map((end) => [end.status, end.status === 'done' && end.record.fields['tags']])).toEqual([['done', ['a']], ['changed', false], ['changed', false], ['done', null]]);
  const [now] = await counterpart.get(CONTACTS, ['1'], freely);
  const [end] = ends;
  expect([now!.version, now!.fields['age']]).toEqual([end?.status === 'done' && end.record.version, 50]);
  expect(now!.version).not.toBe(one!.version);
});

test('changes are read from the cursor on, late ones too, and nothing that is long past again', async () => {
  const start = await counterpart.changes(CONTACTS, undefined, freely);
  await fill(3);
  const first = await counterpart.changes(CONTACTS, start.cursor, freely);
  await database.pool.query(`insert into contacts (email, updated_at) values ('late@acme.example', now() - interval '90 seconds')`);
  const second = await counterpart.changes(CONTACTS, first.cursor, freely);
  await database.pool.query(`update contacts set updated_at = updated_at - interval '2 hours'`);
  const old = await counterpart.changes(CONTACTS, JSON.stringify({ at: '2001-01-01 00:00:00+00', id: '' }), freely);
  const nothing = await counterpart.changes(CONTACTS, old.cursor, freely);
  const idsOf = ({ records }: { readonly records: readonly { readonly id: string }[] }): readonly string[] => records.map(({ id }) => id).sort();
  expect([idsOf(start), idsOf(first), idsOf(second), idsOf(old), idsOf(nothing)]).toEqual([[], ['1', '2', '3'], ['1', '2', '3', '4'], ['1', '2', '3', '4'], []]);
});

test('many changes at one moment are read page by page', async () => {
  await fill(1_100);
  const start = JSON.stringify({ at: '2001-01-01 00:00:00+00', id: '' });
  const ids = new Set<string>();
  let pages = 0;
  for (let cursor = start, more = true; more; pages += 1) {
    const page = await counterpart.changes(CONTACTS, cursor, freely);
    page.records.forEach(({ id }) => ids.add(id));
    ({ cursor, more } = page);
  }
  expect([pages, ids.size]).toEqual([3, 1_100]);
});

test('a time in the future hides nothing that comes after', async () => {
  await database.pool.query(`insert into contacts (email, updated_at) values ('ahead@acme.example', now() + interval '1 day')`);
  const { cursor } = await counterpart.changes(CONTACTS, JSON.stringify({ at: '2001-01-01 00:00:00+00', id: '' }), freely);
  await fill(1);
  expect((await counterpart.changes(CONTACTS, cursor, freely)).records.map(({ fields }) => fields['email'])).toContain('p1@acme.example');
});

test('what can be archived is, unless it is to go for good; keys that are texts work as well', async () => {
  await fill(3);
  expect(await counterpart.remove(CONTACTS, ['1', '99'], false, freely)).toEqual(['1', '99']);
  await counterpart.remove(CONTACTS, ['2'], true, freely);
  expect((await counterpart.get(CONTACTS, ['1', '2', '3'], freely)).map(({ id, archived }) => [id, archived]).sort()).toEqual([['1', true], ['3', false]]);
  const codes: CounterpartObject = { name: 'codes', fields: ['code', 'email'] };
  await counterpart.create(codes, [{ key: 'a', fields: { code: 'b-2', email: 'b@acme.example' } }, { key: 'b', fields: { code: 'a-1' } }], freely);
  const [end] = await counterpart.update(codes, [{ id: 'b-2', fields: { email: '' } }], freely);
  expect([end!.status, (await counterpart.all(codes, undefined, freely)).records.map(({ id }) => id)]).toEqual(['done', ['a-1', 'b-2']]);
});

test('a table that is not described, or not there, is refused in words', async () => {
  await expect(counterpart.get({ name: 'others', fields: [] }, ['1'], freely)).rejects.toMatchObject({ kind: 'rejected', message: expect.stringContaining('not described') as string });
});
