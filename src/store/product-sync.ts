import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Database } from './database.ts';
import { EpochOverError } from './effects.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';
import { inTransaction } from './transaction.ts';

/** How far a sync has come. `S` is the source that is read. */
export interface ProductSync<S> {
  readonly deliveryId: string;
  readonly phase: 'reading' | 'matching';
  readonly source: S;
  /** ISO 8601 instant. */
  readonly startedAt: string;
  readonly generation: number;
  readonly cursor: string | undefined;
  /** The next page of the warehouse, from 1. */
  readonly page: number;
  readonly rowsRead: number;
  /** The next page of companies, from 1, and the last key before it. */
  readonly companyPage: number;
  readonly companyKey: string;
  /** Companies dealt with. */
  readonly companies: number;
}

export interface SyncRow {
  readonly key: string;
  readonly data: object;
}

/** A sync that was left unfinished for longer than this is not gone on with: what it has read is old. */
const LASTS_HOURS = 24;

/** Takes up the sync of a delivery where it was left, or begins it with this source. */
export async function beginSync<S extends object>(database: Database, ref: SetRef, begin: { readonly deliveryId: string; readonly integration: string; readonly dryRun: boolean; readonly source: () => S; readonly startedAt: string }): Promise<ProductSync<S>> {
  const { deliveryId, integration, dryRun } = begin;
  return within(database, ref, async (client) => {
    await client.query(`delete from product_syncs where delivery_id = $1 and (dry_run <> $2 or begun_at < clock_timestamp() - interval '${String(LASTS_HOURS)} hours')`, [deliveryId, dryRun]);
    const known = await client.query<SyncRecord<S>>(SELECT_SYNC, [deliveryId]);
    if (known.rows[0] !== undefined) return syncOf(known.rows[0]);
    await client.query('delete from product_sync_companies where delivery_id = $1', [deliveryId]);
    // Of earlier syncs what people may want to look at is enough.
    await client.query(
      `delete from product_sync_companies where reason is null and delivery_id in (select id from deliveries where integration = $2 and id <> $1 and state not in ('pending', 'running'))`, [deliveryId, integration]);
    await client.query('insert into product_syncs (delivery_id, integration, dry_run, source, started_at) values ($1, $2, $3, $4::jsonb, $5)', [deliveryId, integration, dryRun, storableJson(begin.source()), begin.startedAt]);
    return syncOf((await client.query<SyncRecord<S>>(SELECT_SYNC, [deliveryId])).rows[0]!);
  });
}

export async function findSync<S>(database: Database, deliveryId: string): Promise<ProductSync<S> | undefined> {
  const { rows } = await database.pool.query<SyncRecord<S>>(SELECT_SYNC, [deliveryId]);
  return rows[0] === undefined ? undefined : syncOf(rows[0]);
}

/** A page of the warehouse as it has been read. */
export interface ReadPage {
  readonly deliveryId: string;
  readonly generation: number;
  readonly page: number;
  readonly rows: readonly SyncRow[];
  /** Rows that say no company, listed under these keys. */
  readonly useless: readonly { readonly state: string; readonly name: string; readonly reason: string }[];
  /** Where to go on; undefined after the last page. */
  readonly next: string | undefined;
  readonly isLast: boolean;
  readonly rowsRead: number;
}

/**
 * Keeps a page and where to go on, in one commit: a page counts once, however often it is read. One that was read before the read had to
 * start anew is known again by its rows and kept as it is. Answers false when somebody else has kept it already.
 */
export async function keepPage(database: Database, ref: SetRef, read: ReadPage): Promise<boolean> {
  const { deliveryId, generation, page, rows, useless, next, isLast } = read;
  const texts = rows.map(({ data }) => storableJson(data));
  const hash = createHash('sha256').update(JSON.stringify([rows.map(({ key }) => key), texts, useless])).digest('hex');
  return within(database, ref, async (client) => {
    const { rowCount } = await client.query(
      `update product_syncs set cursor = $4, page = page + 1, rows_read = rows_read + $5, phase = case when $6 then 'matching' else phase end
       where delivery_id = $1 and generation = $2 and page = $3 and phase = 'reading'`, [deliveryId, generation, page, next, read.rowsRead, isLast]);
    if (rowCount !== 1) return false;
    if (isLast) await forgetPages(client, deliveryId, page + 1);
    const known = await client.query('update product_sync_pages set generation = $3 where delivery_id = $1 and page = $2 and hash = $4', [deliveryId, page, generation, hash]);
    if (known.rowCount === 1) return true;
    await forgetPages(client, deliveryId, page, page);
    await client.query('insert into product_sync_pages (delivery_id, page, hash, rows, generation) values ($1, $2, $3, $4, $5)', [deliveryId, page, hash, read.rowsRead, generation]);
    await client.query(
      `insert into product_sync_rows (delivery_id, page, row, key, data) select $1, $2, t.row, t.key, t.data::jsonb
       from unnest($3::text[], $4::text[]) with ordinality as t (key, data, row)`, [deliveryId, page, rows.map(({ key }) => key), texts]);
    await client.query(
      `insert into product_sync_companies (delivery_id, key, position, page, name, state, reason)
       select $1, 'row:' || lpad($2::text, 6, '0') || ':' || t.row, t.row, -$2::int, t.name, t.state, t.reason from unnest($3::text[], $4::text[], $5::text[]) with ordinality as t (name, state, reason, row)`,
      [deliveryId, page, useless.map(({ name }) => name), useless.map(({ state }) => state), useless.map(({ reason }) => reason)]);
    return true;
  });
}

/** Keeps where to ask again for a result that is not there yet. */
export async function keepCursor(database: Database, ref: SetRef, { deliveryId, generation, page }: Pick<ReadPage, 'deliveryId' | 'generation' | 'page'>, cursor: string): Promise<void> {
  await within(database, ref, (client) => client.query('update product_syncs set cursor = $4 where delivery_id = $1 and generation = $2 and page = $3', [deliveryId, generation, page, cursor]));
}

/** The read starts anew from its first page; what was read stays, to be known again. */
export async function restartRead(database: Database, ref: SetRef, deliveryId: string, generation: number): Promise<void> {
  await within(database, ref, (client) => client.query(
    `update product_syncs set cursor = null, page = 1, rows_read = 0, generation = generation + 1 where delivery_id = $1 and generation = $2 and phase = 'reading'`, [deliveryId, generation]));
}

/** Where a walk over the rows of a sync stands: key, page, row. */
export type RowPlace = readonly [key: string, page: number, row: number];

/** The next rows of a sync in the order of companies, and of each as they came. */
export async function nextRows<T>(database: Database, deliveryId: string, [key, page, row]: RowPlace, limit: number): Promise<readonly { readonly place: RowPlace; readonly data: T }[]> {
  const { rows } = await database.pool.query<{ key: string; page: number; row: number; data: T }>({
    name: 'product-sync-rows',
    text: 'select key, page, row, data from product_sync_rows where delivery_id = $1 and (key, page, row) > ($2, $3, $4) order by key, page, row limit $5',
    values: [deliveryId, key, page, row, limit],
  });
  return rows.map((one) => ({ place: [one.key, one.page, one.row], data: one.data }));
}

/** Forgets what a sync has read, once it has ended, and notes when it began. */
export async function endSync(database: Database, ref: SetRef, deliveryId: string, well: { readonly integration: string; readonly startedAt: string } | undefined): Promise<void> {
  await within(database, ref, async (client) => {
    await client.query('delete from product_syncs where delivery_id = $1', [deliveryId]);
    if (well === undefined) return;
    await client.query('insert into product_sync_times (integration, started_at) values ($1, $2) on conflict (integration) do update set started_at = greatest(product_sync_times.started_at, excluded.started_at)', [well.integration, well.startedAt]);
  });
}

/** When the last sync that ended well began; ISO 8601 instant. */
export async function lastSyncAt(database: Database, integration: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ started_at: Date }>('select started_at from product_sync_times where integration = $1', [integration]);
  return rows[0]?.started_at.toISOString();
}

/** Work on a sync, in one transaction, for as long as the set's epoch lasts. Throws EpochOverError. */
export function within<T>(database: Database, ref: SetRef, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(database, async (client) => {
    const { rowCount } = await client.query(`select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started') for share`, [ref.setId, ref.epoch]);
    if (rowCount !== 1) throw new EpochOverError(ref);
    return work(client);
  });
}

async function forgetPages(client: pg.PoolClient, deliveryId: string, from: number, to = 2 ** 31 - 1): Promise<void> {
  await client.query('delete from product_sync_rows where delivery_id = $1 and page between $2 and $3', [deliveryId, from, to]);
  await client.query('delete from product_sync_companies where delivery_id = $1 and page between -$3::int and -$2::int', [deliveryId, from, to]);
  await client.query('delete from product_sync_pages where delivery_id = $1 and page between $2 and $3', [deliveryId, from, to]);
}

const SELECT_SYNC = 'select delivery_id, phase, source, started_at, generation, cursor, page, rows_read, company_page, company_key, companies from product_syncs where delivery_id = $1';

interface SyncRecord<S> {
  readonly delivery_id: string;
  readonly phase: 'reading' | 'matching';
  readonly source: S;
  readonly started_at: Date;
  readonly generation: number;
  readonly cursor: string | null;
  readonly page: number;
  readonly rows_read: number;
  readonly company_page: number;
  readonly company_key: string;
  readonly companies: number;
}

function syncOf<S>(row: SyncRecord<S>): ProductSync<S> {
  return {
    deliveryId: row.delivery_id, phase: row.phase, source: row.source, startedAt: row.started_at.toISOString(), generation: row.generation,
    cursor: row.cursor ?? undefined, page: row.page, rowsRead: Number(row.rows_read), companyPage: row.company_page, companyKey: row.company_key, companies: Number(row.companies),
  };
}
