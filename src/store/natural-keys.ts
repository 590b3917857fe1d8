import type pg from 'pg';
import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

/** What is known of a natural key: the record made for it, and how long ago. */
export interface NaturalKey {
  readonly key: string;
  readonly outsideId: string | undefined;
  /** Milliseconds since the record was made through Sluice; undefined when it never was. */
  readonly settledMsAgo: number | undefined;
}

/**
 * Takes short locks on natural keys, all or none, for a record that has no unique value outside; undefined when another run
 * holds one of them. A lock that is not released ends after `holdMs`.
 */
export function lockNaturalKeys(database: Database, holder: string, keys: readonly string[], holdMs: number): Promise<readonly NaturalKey[] | undefined> {
  const sorted = [...new Set(keys)].sort();
  return inTransaction(database, async (client) => {
    const { rows } = await client.query<{ key: string; outside_id: string | null; ms: number | null; mine: boolean }>(
      `insert into natural_keys as n (key, locked_by, locked_until)
         select key, $2, clock_timestamp() + $3 * interval '1 millisecond' from unnest($1::text[]) as t (key) order by key
       on conflict (key) do update set
         locked_by = case when n.locked_by is null or n.locked_by = $2 or n.locked_until < clock_timestamp() then $2 else n.locked_by end,
         locked_until = case when n.locked_by is null or n.locked_by = $2 or n.locked_until < clock_timestamp() then excluded.locked_until else n.locked_until end
       returning key, outside_id, extract(epoch from clock_timestamp() - settled_at)::float8 * 1000 as ms, locked_by = $2 as mine`,
      [sorted, holder, holdMs],
    );
    if (rows.some((row) => !row.mine)) {
      await client.query('update natural_keys set locked_by = null where key = any($1::text[]) and locked_by = $2', [sorted, holder]);
      return undefined;
    }
    return rows.map((row) => ({ key: row.key, outsideId: row.outside_id ?? undefined, settledMsAgo: row.ms ?? undefined }));
  });
}

/** Notes which record a natural key stands for now, and releases every lock of the holder. */
export async function settleNaturalKeys(database: Database, holder: string, made: readonly { key: string; outsideId: string }[]): Promise<void> {
  await database.pool.query(
    `with made as (
       update natural_keys n set outside_id = t.outside_id, settled_at = clock_timestamp(), locked_by = null
       from unnest($2::text[], $3::text[]) as t (key, outside_id) where n.key = t.key and n.locked_by = $1
     )
     update natural_keys set locked_by = null where locked_by = $1 and key <> all($2::text[])`,
    [holder, made.map(({ key }) => key), made.map(({ outsideId }) => outsideId)],
  );
}

const LAST_CALL_MS = 10_000;

/** The holder's run is gone: its locks end when a call that it had under way has ended too. */
export async function endLocksSoon(client: pg.PoolClient, holder: string): Promise<void> {
  await client.query(
    `update natural_keys set locked_until = least(locked_until, clock_timestamp() + $2 * interval '1 millisecond') where locked_by = $1`,
    [holder, LAST_CALL_MS],
  );
}
