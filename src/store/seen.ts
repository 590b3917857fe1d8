import type { Database } from './database.ts';

/** An object of a Twenty workspace, by its singular name. */
export interface ObjectRef {
  readonly workspace: string;
  readonly object: string;
}

/** What is noted of a record. */
export interface Seen {
  /** Milliseconds since 1970; -Infinity when nothing is known but that it was there. */
  readonly updatedAtMs: number;
  readonly hash: string;
  readonly createdKnown: boolean;
  readonly deleted: boolean;
  readonly destroyed: boolean;
}

/** What is noted of these records, by id; those never heard of are absent. */
export async function findSeen(database: Database, { workspace, object }: ObjectRef, ids: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
  const { rows } = await database.pool.query<{ record_id: string; updated_ms: number; hash: string; created_known: boolean; deleted: boolean; destroyed: boolean }>({
    name: 'find-seen',
    text: `select record_id, (extract(epoch from updated_at) * 1000)::float8 as updated_ms, hash, created_known, deleted, destroyed
           from seen where workspace = $1 and object = $2 and record_id = any($3::text[])`,
    values: [workspace, object, ids],
  });
  return new Map(rows.map((row) => [row.record_id, {
    updatedAtMs: row.updated_ms, hash: row.hash, createdKnown: row.created_known, deleted: row.deleted, destroyed: row.destroyed,
  }]));
}

/** A record as it was read, to be noted without an event. */
export interface Sight {
  readonly id: string;
  /** ISO 8601 instant; undefined notes only that the record is there, and leaves its state to be news. */
  readonly updatedAt: string | undefined;
  readonly hash: string;
  readonly deleted: boolean;
  readonly createdKnown: boolean;
}

/** Notes records that exist. What is noted already and newer stays; that a creation is known stays, too. */
export async function noteSeen(database: Database, { workspace, object }: ObjectRef, sights: readonly Sight[]): Promise<void> {
  if (sights.length === 0) return;
  await database.pool.query({
    name: 'note-seen',
    // In the order in which accepting locks them.
    text: `insert into seen as s (workspace, object, record_id, updated_at, hash, deleted, created_known)
           select $1, $2, t.id, coalesce(t.updated_at, '-infinity'), t.hash, t.deleted, t.created_known
           from unnest($3::text[], $4::timestamptz[], $5::text[], $6::boolean[], $7::boolean[]) as t (id, updated_at, hash, deleted, created_known)
           order by t.id
           on conflict (workspace, object, record_id) do update set
             updated_at = greatest(s.updated_at, excluded.updated_at),
             hash = case when excluded.updated_at >= s.updated_at then excluded.hash else s.hash end,
             deleted = case when excluded.updated_at >= s.updated_at then excluded.deleted else s.deleted end,
             created_known = s.created_known or excluded.created_known,
             destroyed = s.destroyed and excluded.updated_at <= s.updated_at`,
    values: [
      workspace, object, sights.map(({ id }) => id), sights.map(({ updatedAt }) => updatedAt), sights.map(({ hash }) => hash),
      sights.map(({ deleted }) => deleted), sights.map(({ createdKnown }) => createdKnown),
    ],
  });
}

/** Forgets which state of these records is known, so that an older one counts as news: somebody set their dates back. */
export async function forgetStates(database: Database, { workspace, object }: ObjectRef, known: readonly { readonly id: string; readonly updatedAtMs: number }[]): Promise<void> {
  if (known.length === 0) return;
  await database.pool.query(
    `update seen s set updated_at = '-infinity' from unnest($3::text[], $4::float8[]) as t (id, updated_ms)
     where s.workspace = $1 and s.object = $2 and s.record_id = t.id and (extract(epoch from s.updated_at) * 1000)::float8 = t.updated_ms`,
    [workspace, object, known.map(({ id }) => id), known.map(({ updatedAtMs }) => updatedAtMs)],
  );
}

/** Notes that these records are gone for good. */
export async function noteDestroyed(database: Database, { workspace, object }: ObjectRef, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.pool.query('update seen set destroyed = true where workspace = $1 and object = $2 and record_id = any($3::text[])', [workspace, object, ids]);
}
