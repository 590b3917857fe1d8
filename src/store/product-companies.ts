import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import { within } from './product-sync.ts';
import type { SetRef } from './settle.ts';

/** A company of a sync: how far it has come, or how it ended. `T` is what is still needed to deal with it. */
export interface SyncCompany<T> {
  readonly key: string;
  /** Its place in the sync, from 1. */
  readonly position: number;
  readonly name: string;
  readonly state: string;
  readonly reason: string | undefined;
  readonly companyId: string | undefined;
  readonly data: T;
}

/** Keeps the companies of a page as they were found, and that the page ends with `lastKey`; those kept by an earlier attempt stay. */
export async function keepCompanies(database: Database, ref: SetRef, deliveryId: string, page: number, companies: readonly SyncCompany<object>[]): Promise<void> {
  await within(database, ref, (client) => client.query(
    `insert into product_sync_companies (delivery_id, key, position, page, name, state, reason, company_id, data)
       select $1, t.key, t.position, $2, t.name, t.state, t.reason, t.company_id, t.data::jsonb
       from unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[]) as t (key, position, name, state, reason, company_id, data)
     on conflict (delivery_id, key) do nothing`,
    [deliveryId, page, companies.map(({ key }) => key), companies.map(({ position }) => position), companies.map(({ name }) => name), companies.map(({ state }) => state),
      companies.map(({ reason }) => reason), companies.map(({ companyId }) => companyId), companies.map(({ data }) => storableJson(data))]));
}

/** The companies of a page, in order. */
export async function loadCompanies<T>(database: Database, deliveryId: string, page: number): Promise<readonly SyncCompany<T>[]> {
  const { rows } = await database.pool.query<{ key: string; position: number; name: string; state: string; reason: string | null; company_id: string | null; data: T }>({
    name: 'product-sync-companies',
    text: 'select key, position, name, state, reason, company_id, data from product_sync_companies where delivery_id = $1 and page = $2 order by position',
    values: [deliveryId, page],
  });
  return rows.map(({ company_id, reason, ...row }) => ({ ...row, reason: reason ?? undefined, companyId: company_id ?? undefined }));
}

/** What becomes of a company; what is left out stays as it is. */
export interface CompanyChange {
  readonly key: string;
  readonly state?: string | undefined;
  readonly reason?: string | undefined;
  readonly companyId?: string | undefined;
  /** Top-level keys merged into its data. */
  readonly data?: object | undefined;
}

export async function patchCompanies(database: Database, ref: SetRef, deliveryId: string, changes: readonly CompanyChange[]): Promise<void> {
  if (changes.length === 0) return;
  await within(database, ref, (client) => client.query(
    `update product_sync_companies c set state = coalesce(t.state, c.state), reason = coalesce(t.reason, c.reason), company_id = coalesce(t.company_id, c.company_id), data = c.data || coalesce(t.data::jsonb, '{}')
     from unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[]) as t (key, state, reason, company_id, data) where c.delivery_id = $1 and c.key = t.key`,
    [deliveryId, changes.map(({ key }) => key), changes.map(({ state }) => state), changes.map(({ reason }) => reason), changes.map(({ companyId }) => companyId), changes.map(({ data }) => (data === undefined ? undefined : storableJson(data)))]));
}

/** Which of these companies of Twenty other pages of the sync have dealt with already, each with the key it was found by there. */
export async function companiesTaken(database: Database, deliveryId: string, page: number, companyIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.pool.query<{ company_id: string; key: string }>({
    name: 'product-sync-taken',
    text: 'select company_id, key from product_sync_companies where delivery_id = $1 and company_id = any($3::uuid[]) and page <> $2',
    values: [deliveryId, page, companyIds],
  });
  return new Map(rows.map(({ company_id, key }) => [company_id, key]));
}

/** The page has been dealt with: the sync goes on behind its last key, and what was needed for it is forgotten. */
export async function closeCompanies(database: Database, ref: SetRef, deliveryId: string, page: number): Promise<void> {
  await within(database, ref, async (client) => {
    await client.query(
      `update product_syncs s set company_page = $2 + 1, company_key = last.key, companies = s.companies + last.count
       from (select max(key) as key, count(*) as count from product_sync_companies where delivery_id = $1 and page = $2) last
       where delivery_id = $1 and company_page = $2`, [deliveryId, page]);
    await client.query(`update product_sync_companies set data = null, tasks = coalesce(jsonb_array_length(jsonb_path_query_array(data, '$.falls[*].taskId')), 0) where delivery_id = $1 and page = $2 and data is not null`, [deliveryId, page]);
  });
}

/** How many companies and rows of a sync ended in which state, how many of those that ended well have a remark, and how many tasks were made. */
export async function companyCounts(database: Database, deliveryId: string): Promise<{ readonly states: ReadonlyMap<string, number>; readonly remarks: number; readonly tasks: number }> {
  const { rows } = await database.pool.query<{ state: string; count: number; remarks: number; tasks: number }>(
    `select state, count(*) as count, count(reason) filter (where state in ('written', 'unchanged', 'created')) as remarks, sum(tasks) as tasks
     from product_sync_companies where delivery_id = $1 group by state`, [deliveryId]);
  const sum = (count: (row: (typeof rows)[number]) => number): number => rows.reduce((total, row) => total + Number(count(row)), 0);
  return { states: new Map(rows.map(({ state, count }) => [state, count])), remarks: sum(({ remarks }) => remarks), tasks: sum(({ tasks }) => tasks) };
}

/** The first names in a state, in the order of the sync. */
export async function firstNames(database: Database, deliveryId: string, state: string, limit: number): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>('select name from product_sync_companies where delivery_id = $1 and state = $2 order by abs(page), position limit $3', [deliveryId, state, limit]);
  return rows.map(({ name }) => name);
}
