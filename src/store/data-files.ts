import type { Database } from './database.ts';
import { EpochOverError } from './effects.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';
import { inTransaction } from './transaction.ts';

/** A delivery that brings rows: a body, or a feed that is to be read. */
export interface DataFile {
  readonly deliveryId: string;
  readonly eventId: string;
  /** Who sent it: `hook:contacts`, `schedule:contacts`, `manual:contacts`. */
  readonly source: string;
  readonly contentType: string;
  readonly pulled: boolean;
  readonly state: 'reading' | 'read' | 'ended';
  /** Rows that have been read. */
  readonly rows: number;
  readonly cursor: unknown;
  readonly etag: string | undefined;
  readonly beganAt: Date;
  readonly problem: unknown;
}

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;
const PART_BYTES = 1024 * 1024;

/**
 * Takes up the deliveries of a set, in order. One that was worked off before is read again for what did not come to a good end: rows that are done stay
 * done. What a dry run has left is thrown away. Bodies are cut into slices by the database itself. Throws EpochOverError.
 */
export async function openFiles(database: Database, ref: SetRef, integration: string, dryRun: boolean): Promise<readonly DataFile[]> {
  await inTransaction(database, async (client) => {
    const { rows: open } = await client.query<{ id: string }>(`select id from deliveries where set_id = $1 and epoch = $2 and state = 'running' and ${OPEN_SET} for update`, [ref.setId, ref.epoch]);
    if (open.length === 0) throw new EpochOverError(ref);
    const ids = open.map(({ id }) => id);
    await client.query(`delete from data_files where delivery_id = any($1::uuid[]) and (dry_run <> $2 or state = 'ended' and pulled)`, [ids, dryRun]);
    await client.query(`delete from data_rows r using data_files f where f.delivery_id = any($1::uuid[]) and f.state = 'ended' and r.delivery_id = f.delivery_id and r.state in ('skipped', 'held', 'rejected')`, [ids]);
    await client.query(`delete from data_keys k using data_files f where f.delivery_id = any($1::uuid[]) and f.state = 'ended' and k.delivery_id = f.delivery_id`, [ids]);
    await client.query(`update data_files set state = 'reading', rows = 0, problem = null where delivery_id = any($1::uuid[]) and state = 'ended'`, [ids]);
    await client.query(
      `insert into data_files (delivery_id, event_id, integration, pulled, dry_run)
       select d.id, d.event_id, $2, e.source like 'manual:%' or e.source like 'schedule:%', $3 from deliveries d join events e on e.id = d.event_id where d.id = any($1::uuid[])
       on conflict do nothing`, [ids, integration, dryRun]);
    // The body is unpacked once for all of its slices.
    await client.query(
      `insert into data_parts (delivery_id, part, bytes)
       select b.delivery_id, n, substring(b.body from n * $2::int + 1 for $2::int)
       from (select f.delivery_id, e.body || ''::bytea as body from data_files f join events e on e.id = f.event_id
             where f.delivery_id = any($1::uuid[]) and f.state = 'reading' and not f.pulled and e.body is not null offset 0) b
       cross join lateral generate_series(0, (octet_length(b.body) - 1) / $2::int) as n
       on conflict do nothing`, [ids, PART_BYTES]);
  });
  return filesOf(database, ref);
}

/** The files of a set that have not ended, in order. */
export async function filesOf(database: Database, ref: SetRef): Promise<readonly DataFile[]> {
  const { rows } = await database.pool.query<{
    delivery_id: string; event_id: string; source: string; content_type: string; pulled: boolean; state: DataFile['state']; rows: number; cursor: unknown; etag: string | null; began_at: Date; problem: unknown;
  }>(
    `select f.delivery_id, f.event_id, e.source, e.content_type, f.pulled, f.state, f.rows, f.cursor, f.etag, f.began_at, f.problem
     from deliveries d join data_files f on f.delivery_id = d.id join events e on e.id = d.event_id
     where d.set_id = $1 and d.epoch = $2 and d.state = 'running' and ${OPEN_SET} order by d.seq`, [ref.setId, ref.epoch]);
  return rows.map((row) => ({
    deliveryId: row.delivery_id, eventId: row.event_id, source: row.source, contentType: row.content_type, pulled: row.pulled, state: row.state, rows: row.rows,
    cursor: row.cursor ?? undefined, etag: row.etag ?? undefined, beganAt: row.began_at, problem: row.problem ?? undefined,
  }));
}

/** The slices of a body, one after another; none when the body is no longer kept. */
export async function* partsOf(database: Database, deliveryId: string): AsyncGenerator<Uint8Array> {
  for (let part = 0; ; part += 1) {
    const { rows } = await database.pool.query<{ bytes: Buffer }>('select bytes from data_parts where delivery_id = $1 and part = $2', [deliveryId, part]);
    if (rows[0] === undefined) return;
    yield rows[0].bytes;
  }
}

/** Notes how far a feed has been read. */
export async function noteProgress(database: Database, ref: SetRef, deliveryId: string, at: { readonly cursor?: unknown; readonly etag?: string | undefined }): Promise<void> {
  await database.pool.query(
    `update data_files set cursor = $4::jsonb, etag = coalesce($5, etag) where delivery_id = $3 and ${OPEN_SET}`,
    [ref.setId, ref.epoch, deliveryId, at.cursor === undefined ? null : storableJson(at.cursor), at.etag ?? null]);
}

/** Everything has been read that can be: the slices go. */
export async function endReading(database: Database, ref: SetRef, deliveryId: string, problem?: object): Promise<void> {
  await database.pool.query(
    `with read as (
       update data_files set state = 'read', cursor = null, problem = $4::jsonb where delivery_id = $3 and state = 'reading' and ${OPEN_SET} returning delivery_id
     ) delete from data_parts using read where data_parts.delivery_id = read.delivery_id`,
    [ref.setId, ref.epoch, deliveryId, problem === undefined ? null : storableJson(problem)]);
}

/** The files are worked off; what rows were compared by goes. */
export async function endFiles(database: Database, ref: SetRef, deliveryIds: readonly string[]): Promise<void> {
  await database.pool.query(
    `with ended as (
       update data_files set state = 'ended' where delivery_id = any($3::uuid[]) and ${OPEN_SET} returning delivery_id
     ) delete from data_keys using ended where data_keys.delivery_id = ended.delivery_id`,
    [ref.setId, ref.epoch, deliveryIds]);
}

/** What a feed said when it was last read to its end. */
export async function feedMemory(database: Database, integration: string): Promise<{ readonly etag: string | undefined; readonly since: string } | undefined> {
  const { rows } = await database.pool.query<{ etag: string | null; since: Date }>('select etag, since from data_feeds where integration = $1', [integration]);
  const [row] = rows;
  return row === undefined ? undefined : { etag: row.etag ?? undefined, since: row.since.toISOString() };
}

/** Only after a reading whose rows are all worked off: what it brought must not be taken for known before. */
export async function rememberFeed(database: Database, ref: SetRef, integration: string, etag: string | undefined, since: Date): Promise<void> {
  await database.pool.query(
    `insert into data_feeds (integration, etag, since) select $3, $4, $5 where ${OPEN_SET}
     on conflict (integration) do update set etag = excluded.etag, since = excluded.since`, [ref.setId, ref.epoch, integration, etag ?? null, since]);
}
