import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** A delivery that is about to wait for data, and the records in which that data may be filled in. */
export interface Awaiting {
  readonly deliveryId: string;
  /** With the instant of their last change as the run read them; undefined where nothing was read. */
  readonly records: readonly { readonly id: string; readonly updatedAt: string | undefined }[];
}

/**
 * Notes which records deliveries are going to wait for; to be called before they are settled as `waiting` for `data`. Each change of one
 * of them from now on lets its delivery go on, and so does a change that came in while the run was at work. Nothing is noted when the
 * set's epoch is over.
 */
export async function awaitRecords(database: Database, ref: SetRef, integration: string, all: readonly Awaiting[]): Promise<void> {
  const rows = all.flatMap(({ deliveryId, records }) => records.map(({ id, updatedAt }) => ({ deliveryId, id, updatedAt })));
  if (rows.length === 0) return;
  const values = [ref.setId, ref.epoch, integration, rows.map((row) => row.deliveryId), rows.map((row) => row.id)];
  await database.pool.query({
    name: 'await-records',
    text: `insert into awaited as a (delivery_id, record_id, integration)
             select t.delivery, t.record, $3 from unnest($4::uuid[], $5::text[]) as t (delivery, record)
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict (delivery_id, record_id) do update set changed = false`,
    values,
  });
  // In a statement after the commit: whoever stores a change from here on finds the rows above, whoever stored one before is found here.
  await database.pool.query({
    name: 'await-what-came',
    text: `update awaited a set changed = true from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as t (delivery, record, read_at), seen s
           where a.delivery_id = t.delivery and a.record_id = t.record and s.record_id = t.record and s.updated_at > t.read_at`,
    values: [values[3], values[4], rows.map((row) => row.updatedAt)],
  });
}
