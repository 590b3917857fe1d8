import { other, type Side, type Values } from '../domain/sync.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

/** A reading of both sides as a whole, known by the delivery that asked for it. */
export interface SyncLoad {
  readonly id: string;
  readonly state: 'reading' | 'planned' | 'writing' | 'done';
  /** Where reading the other side's changes begins: from before the reading. */
  readonly startCursor: string | undefined;
  readonly cursor: Readonly<Record<Side, string | undefined>>;
  readonly done: Readonly<Record<Side, boolean>>;
}

/** A record as it was read. */
export interface SyncRow {
  readonly id: string;
  readonly values: Values;
}

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;

/** The load of a delivery; begun when there is none. */
export async function syncLoad(database: Database, integration: string, id: string, kind: 'first-load' | 'complete-read' | 'drift'): Promise<SyncLoad> {
  const { rows } = await database.pool.query<{
    id: string; state: SyncLoad['state']; start_cursor: string | null; twenty_cursor: string | null; twenty_done: boolean; external_cursor: string | null; external_done: boolean;
  }>({
    name: 'sync-load',
    text: `with made as (insert into sync_loads (id, integration, kind) values ($1, $2, $3) on conflict do nothing)
           select id, state, start_cursor, twenty_cursor, twenty_done, external_cursor, external_done from sync_loads where id = $1
           union all select $1, 'reading', null, null, false, null, false where not exists (select 1 from sync_loads where id = $1)`,
    values: [id, integration, kind],
  });
  const row = rows[0]!;
  return {
    id: row.id, state: row.state, startCursor: row.start_cursor ?? undefined,
    cursor: { twenty: row.twenty_cursor ?? undefined, external: row.external_cursor ?? undefined }, done: { twenty: row.twenty_done, external: row.external_done },
  };
}

/** Keeps a page of one side, and where to go on, in one commit. */
export async function keepLoadPage(database: Database, ref: SetRef, id: string, side: Side, rows: readonly SyncRow[], next: string | undefined, startCursor?: string): Promise<void> {
  await database.pool.query({
    name: `keep-load-page-${side}`,
    text: `with kept as (
             insert into sync_rows (load_id, side, id, values) select $3, $4, t.id, t.values::jsonb from unnest($5::text[], $6::text[]) as t (id, values) where ${OPEN_SET}
             on conflict (load_id, side, id) do update set values = excluded.values
           )
           update sync_loads set ${side}_cursor = $7, ${side}_done = $7::text is null, start_cursor = coalesce($8, start_cursor) where id = $3 and ${OPEN_SET}`,
    values: [ref.setId, ref.epoch, id, side, rows.map((row) => row.id), rows.map((row) => storableJson(row.values)), next ?? null, startCursor ?? null],
  });
}

/** Pairs rows of both sides by these fields, the first that finds exactly one on each side decides; and those that are linked already. */
export async function pairRows(database: Database, integration: string, id: string, match: readonly string[]): Promise<void> {
  // Filled a moment ago: without figures of its own the table passes for empty, and what is planned for that takes minutes at ten thousand rows.
  await database.pool.query('analyze sync_rows (load_id, side, id, pair, ambiguous, added)');
  for (const side of ['twenty', 'external'] as const) {
    await database.pool.query(
      `update sync_rows r set pair = l.${other(side)}_id from links l
       where r.load_id = $1 and r.side = $2 and l.integration = $3 and l.state <> 'ended' and l.${side}_id = r.id`, [id, side, integration]);
  }
  for (const field of match) {
    await database.pool.query(
      `with keyed as (
         select side, id, regexp_replace(lower(trim(values ->> $2)), '^https?://(www\\.)?|^www\\.|/$', '', 'g') as key from sync_rows where load_id = $1 and pair is null and coalesce(trim(values ->> $2), '') <> ''
       ), judged as (
         select side, id, count(*) filter (where side = 'twenty') over alike as t, count(*) filter (where side = 'external') over alike as e,
           min(id) filter (where side = 'twenty') over alike as twenty_id, min(id) filter (where side = 'external') over alike as external_id
         from keyed window alike as (partition by key)
       )
       update sync_rows r set pair = case when j.t = 1 and j.e = 1 then case when j.side = 'twenty' then j.external_id else j.twenty_id end end, ambiguous = not (j.t = 1 and j.e = 1)
       from judged j where j.t > 0 and j.e > 0 and r.load_id = $1 and r.side = j.side and r.id = j.id`, [id, field]);
  }
}

export interface PairedRow {
  readonly id: string;
  readonly pair: string | undefined;
  readonly ambiguous: boolean;
  readonly values: Values;
  readonly paired: Values | undefined;
}

/** A page of one side's rows with those that they are paired with, in the order of their ids. */
export async function loadRows(database: Database, id: string, side: Side, after: string | undefined, limit: number): Promise<readonly PairedRow[]> {
  const { rows } = await database.pool.query<{ id: string; pair: string | null; ambiguous: boolean; values: Values; paired: Values | null }>({
    name: 'load-rows',
    text: `select r.id, r.pair, r.ambiguous, r.values, p.values as paired from sync_rows r left join sync_rows p on p.load_id = r.load_id and p.side = $5 and p.id = r.pair
           where r.load_id = $1 and r.side = $2 and r.id > $3 order by r.id limit $4`,
    values: [id, side, after ?? '', limit, other(side)],
  });
  return rows.map((row) => ({ ...row, pair: row.pair ?? undefined, paired: row.paired ?? undefined }));
}

/** Rows that have no delivery yet. */
export async function rowsToAdd(database: Database, id: string, limit: number): Promise<readonly { readonly side: Side; readonly id: string; readonly pair: string | undefined }[]> {
  const { rows } = await database.pool.query<{ side: Side; id: string; pair: string | null }>(
    `select side, id, pair from sync_rows where load_id = $1 and not added and not ambiguous and (side = 'twenty' or pair is null) order by side desc, id limit $2`, [id, limit]);
  return rows.map((row) => ({ ...row, pair: row.pair ?? undefined }));
}

export async function markAdded(database: Database, id: string, rows: readonly { readonly side: Side; readonly id: string }[]): Promise<void> {
  await database.pool.query(`update sync_rows r set added = true from unnest($2::text[], $3::text[]) as t (side, id) where r.load_id = $1 and r.side = t.side and r.id = t.id`, [id, rows.map(({ side }) => side), rows.map((row) => row.id)]);
}

/** Moves a load on; its rows go when it is done. */
export async function moveLoad(database: Database, ref: SetRef, id: string, state: SyncLoad['state'], plan?: object): Promise<void> {
  await database.pool.query(`update sync_loads set state = $4, plan = coalesce($5::jsonb, plan) where id = $3 and ${OPEN_SET}`, [ref.setId, ref.epoch, id, state, plan === undefined ? null : storableJson(plan)]);
  if (state === 'done') await database.pool.query(`delete from sync_rows where load_id = $1`, [id]);
}

/** Forgets what a dry run has read. */
export async function dropLoad(database: Database, ref: SetRef, id: string): Promise<void> {
  await database.pool.query(`delete from sync_loads where id = $3 and ${OPEN_SET}`, [ref.setId, ref.epoch, id]);
}

/** Notes where reading the other side's changes goes on; nothing when the set's epoch is over. */
export async function keepSyncCursor(database: Database, ref: SetRef, integration: string, cursor: string): Promise<void> {
  await database.pool.query({
    name: 'keep-sync-cursor',
    text: `insert into sync_cursors (integration, cursor) select $3, $4 where ${OPEN_SET}
           on conflict (integration) do update set cursor = excluded.cursor, read_at = clock_timestamp()`,
    values: [ref.setId, ref.epoch, integration, cursor],
  });
}
