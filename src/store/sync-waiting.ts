import type { Side } from '../domain/sync.ts';
import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** A record of a sync whose relation points to one that another sync has not linked yet. */
export interface WaitingRelation {
  /** The sync whose record waits, and its id in Twenty. */
  readonly wantedBy: string;
  readonly twentyId: string;
  /** The other sync, and the record that it is to link. */
  readonly integration: string;
  readonly side: Side;
  readonly id: string;
}

/** Notes what waits for links of other syncs; nothing when the set's epoch is over. */
export async function noteWaiting(database: Database, ref: SetRef, rows: readonly WaitingRelation[]): Promise<void> {
  if (rows.length === 0) return;
  await database.pool.query({
    name: 'note-waiting-relations',
    text: `insert into sync_waiting (wanted_by, twenty_id, integration, side, id)
             select * from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict do nothing`,
    values: [ref.setId, ref.epoch, rows.map((row) => row.wantedBy), rows.map((row) => row.twentyId), rows.map((row) => row.integration), rows.map((row) => row.side), rows.map((row) => row.id)],
  });
}

/** What waits for these records to be linked. */
export async function waitingFor(database: Database, integration: string, records: Readonly<Record<Side, readonly string[]>>): Promise<readonly WaitingRelation[]> {
  const { rows } = await database.pool.query<{ wanted_by: string; twenty_id: string; side: Side; id: string }>({
    name: 'waiting-relations',
    text: `select wanted_by, twenty_id, side, id from sync_waiting
           where integration = $1 and (side = 'twenty' and id = any($2::text[]) or side = 'external' and id = any($3::text[])) order by wanted_by, twenty_id`,
    values: [integration, records.twenty, records.external],
  });
  return rows.map((row) => ({ wantedBy: row.wanted_by, twentyId: row.twenty_id, integration, side: row.side, id: row.id }));
}

/** What has been woken waits no more. */
export async function endWaiting(database: Database, rows: readonly WaitingRelation[]): Promise<void> {
  if (rows.length === 0) return;
  await database.pool.query({
    name: 'end-waiting-relations',
    text: `delete from sync_waiting w using unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) as t (wanted_by, twenty_id, integration, side, id)
           where w.wanted_by = t.wanted_by and w.twenty_id = t.twenty_id and w.integration = t.integration and w.side = t.side and w.id = t.id`,
    values: [rows.map((row) => row.wantedBy), rows.map((row) => row.twentyId), rows.map((row) => row.integration), rows.map((row) => row.side), rows.map((row) => row.id)],
  });
}
