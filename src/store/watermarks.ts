import type { Database } from './database.ts';
import type { ObjectRef } from './seen.ts';
import { inTransaction } from './transaction.ts';

/** How far an object is read. Times `ByTwenty` are of Twenty's clock, the others of ours. */
export interface Watermark extends ObjectRef {
  /** When its records were first read: what was created before is no news. */
  readonly baselineByTwenty: Date;
  /** Every change up to this `updatedAt` is in the inbox or was not worth an event. */
  readonly watermarkByTwenty: Date;
  /** The fields that the noted hashes are of, joined by commas. */
  readonly watched: string;
  readonly lastRunAt: Date | undefined;
  readonly sweptAt: Date;
  /** How many records seem to be destroyed and wait for a person's word. */
  readonly heldGone: number | undefined;
  /** Why the last run did not read it, in words. */
  readonly problem: string | undefined;
}

export async function findWatermark(database: Database, ref: ObjectRef): Promise<Watermark | undefined> {
  return (await read(database, 'where workspace = $1 and object = $2', [ref.workspace, ref.object]))[0];
}

/** All objects that are read, by workspace and name. */
export function listWatermarks(database: Database): Promise<readonly Watermark[]> {
  return read(database, '', []);
}

async function read(database: Database, where: string, values: readonly unknown[]): Promise<Watermark[]> {
  const { rows } = await database.pool.query<{
    workspace: string; object: string; baseline_by_twenty: Date; watermark_by_twenty: Date; watched: string; last_run_at: Date | null; swept_at: Date;
    held_gone: number | null; problem: string | null;
  }>(`select * from watermarks ${where} order by workspace, object`, [...values]);
  return rows.map((row) => ({
    workspace: row.workspace, object: row.object, baselineByTwenty: row.baseline_by_twenty, watermarkByTwenty: row.watermark_by_twenty, watched: row.watched,
    lastRunAt: row.last_run_at ?? undefined, sweptAt: row.swept_at, heldGone: row.held_gone ?? undefined, problem: row.problem ?? undefined,
  }));
}

export type WalkKind = 'baseline' | 'changes' | 'sweep';

/** A walk under way: what is known of it before its next page. */
export interface Walk {
  readonly beganByTwenty: Date;
  readonly beganAt: Date;
  readonly fromByTwenty: Date | undefined;
  readonly cursor: string;
  /** Id of the last record that was read. */
  readonly lastId: string;
}

export async function findWalk(database: Database, ref: ObjectRef, kind: WalkKind): Promise<Walk | undefined> {
  const { rows } = await database.pool.query<{ began_by_twenty: Date; began_at: Date; from_by_twenty: Date | null; cursor: string; last_id: string }>(
    'select * from walks where workspace = $1 and object = $2 and kind = $3', [ref.workspace, ref.object, kind]);
  const row = rows[0];
  return row && { beganByTwenty: row.began_by_twenty, beganAt: row.began_at, fromByTwenty: row.from_by_twenty ?? undefined, cursor: row.cursor, lastId: row.last_id };
}

/** Notes that a page is done and where the next one begins. */
export async function saveWalk(database: Database, ref: ObjectRef, kind: WalkKind, walk: Walk): Promise<void> {
  await database.pool.query(
    `insert into walks as w (workspace, object, kind, began_by_twenty, began_at, from_by_twenty, cursor, last_id) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (workspace, object, kind) do update set cursor = excluded.cursor, last_id = excluded.last_id, pages = w.pages + 1`,
    [ref.workspace, ref.object, kind, walk.beganByTwenty, walk.beganAt, walk.fromByTwenty, walk.cursor, walk.lastId],
  );
}

/** A walk over all records has come to its end: the object is watched from its beginning on, and its snapshots stand. */
export function endBaseline(database: Database, ref: ObjectRef, begin: { readonly byTwenty: Date; readonly at: Date }, watched: string): Promise<void> {
  return inTransaction(database, async (client) => {
    const key = [ref.workspace, ref.object];
    await client.query(
      `insert into watermarks (workspace, object, baseline_by_twenty, watermark_by_twenty, watched) values ($1, $2, $3, $3, $4) on conflict do nothing`,
      [...key, begin.byTwenty, watched],
    );
    await client.query('update baselines set done_at = clock_timestamp() where workspace = $1 and object = $2 and walk_began_at = $3', [...key, begin.at]);
    await client.query(`delete from walks where workspace = $1 and object = $2 and kind = 'baseline'`, key);
  });
}

/** A walk over the changes has come to its end: everything up to `watermarkByTwenty` was read. */
export function endChanges(database: Database, ref: ObjectRef, watermarkByTwenty: Date): Promise<void> {
  return inTransaction(database, async (client) => {
    const key = [ref.workspace, ref.object];
    await client.query(
      `update watermarks set watermark_by_twenty = greatest(watermark_by_twenty, $3), last_run_at = clock_timestamp(), problem = null
       where workspace = $1 and object = $2`,
      [...key, watermarkByTwenty],
    );
    await client.query(`delete from walks where workspace = $1 and object = $2 and kind = 'changes'`, key);
  });
}

/** Notes records that a page of the sweep should have met and did not: noted before it began, with ids behind the last page and up to its own last one. */
export async function noteVanished(
  database: Database, ref: ObjectRef, page: { readonly after: string; readonly upTo: string | undefined; readonly met: readonly string[]; readonly noticedBefore: Date },
): Promise<void> {
  await database.pool.query(
    `insert into vanished select workspace, object, record_id from seen
     where workspace = $1 and object = $2 and not destroyed and record_id > $3 and ($4::text is null or record_id <= $4)
       and updated_at < $6 and record_id <> all($5::text[]) on conflict do nothing`,
    [ref.workspace, ref.object, page.after, page.upTo, page.met, page.noticedBefore],
  );
}

/** The records that the sweep has not met, and how many are known at all. */
export async function findVanished(database: Database, { workspace, object }: ObjectRef): Promise<{ readonly ids: readonly string[]; readonly known: number }> {
  const gone = await database.pool.query<{ record_id: string }>(
    `select v.record_id from vanished v join seen s using (workspace, object, record_id)
     where v.workspace = $1 and v.object = $2 and not s.destroyed order by v.record_id`, [workspace, object]);
  const { rows } = await database.pool.query<{ known: number }>('select count(*) as known from seen where workspace = $1 and object = $2 and not destroyed', [workspace, object]);
  return { ids: gone.rows.map((row) => row.record_id), known: rows[0]!.known };
}

/** A sweep has come to its end. `heldGone` records seem destroyed and are left to a person. */
export function endSweep(database: Database, ref: ObjectRef, watched: string, heldGone: number | undefined): Promise<void> {
  return inTransaction(database, async (client) => {
    const key = [ref.workspace, ref.object];
    await client.query('update watermarks set swept_at = clock_timestamp(), watched = $3, held_gone = $4 where workspace = $1 and object = $2', [...key, watched, heldGone]);
    await client.query(`delete from walks where workspace = $1 and object = $2 and kind = 'sweep'`, key);
    await client.query('delete from vanished where workspace = $1 and object = $2', key);
  });
}

/** Notes why an object could not be read; forgotten with the next complete run. */
export async function noteProblem(database: Database, ref: ObjectRef, problem: string): Promise<void> {
  await database.pool.query('update watermarks set problem = $3 where workspace = $1 and object = $2', [ref.workspace, ref.object, problem]);
}

/** Forgets the objects of a workspace that nobody watches any more: watched again, they begin anew. What was noted of records stays. */
export async function forgetUnwatched(database: Database, workspace: string, watched: readonly string[]): Promise<void> {
  await inTransaction(database, async (client) => {
    for (const table of ['watermarks', 'walks', 'baselines', 'vanished']) {
      await client.query(`delete from ${table} where workspace = $1 and object <> all($2::text[])`, [workspace, watched]);
    }
  });
}
