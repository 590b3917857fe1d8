import type { Database } from './database.ts';
import type { ObjectRef } from './seen.ts';
import { inTransaction } from './transaction.ts';

/** What an integration's next look at a record is compared with. */
export interface Snapshot {
  readonly recordId: string;
  /** The field's value as text. */
  readonly inputs: string;
  readonly matches: boolean;
}

/**
 * Writes what an integration compares transitions with, as it was when the records were read. A lane that was looked at since
 * `readSince` knows better and stays as it is.
 */
export async function storeBaseline(database: Database, integration: string, snapshots: readonly Snapshot[], readSince: Date): Promise<void> {
  if (snapshots.length === 0) return;
  await database.pool.query({
    name: 'store-baseline',
    // In the order in which accepting locks them.
    text: `insert into lanes as l (integration, key, state, due_at, inputs, inputs_match, inputs_at)
           select $1, t.id, 'idle', null, t.inputs, t.matches, clock_timestamp()
           from unnest($2::text[], $3::text[], $4::boolean[]) as t (id, inputs, matches) order by t.id
           on conflict (integration, key) do update set inputs = excluded.inputs, inputs_match = excluded.inputs_match, inputs_at = excluded.inputs_at
           where l.inputs is null or l.inputs_at < $5`,
    values: [integration, snapshots.map(({ recordId }) => recordId), snapshots.map(({ inputs }) => inputs), snapshots.map(({ matches }) => matches), readSince],
  });
}

/** Notes the inputs that an integration has given records which it made itself: what Twenty tells of their creation brings it nothing new. */
export async function storeInputs(database: Database, integration: string, made: readonly Pick<Snapshot, 'recordId' | 'inputs'>[]): Promise<void> {
  if (made.length === 0) return;
  await database.pool.query({
    name: 'store-inputs',
    text: `insert into lanes as l (integration, key, state, due_at, inputs, inputs_at)
           select $1, t.id, 'idle', null, t.inputs, clock_timestamp() from unnest($2::text[], $3::text[]) as t (id, inputs) order by t.id
           on conflict (integration, key) do update set inputs = excluded.inputs, inputs_at = excluded.inputs_at where l.state <> 'running'`,
    values: [integration, made.map(({ recordId }) => recordId), made.map(({ inputs }) => inputs)],
  });
}

/** Integrations by name, each with the version of what it compares. */
export type Versions = ReadonlyMap<string, string>;

/**
 * Brings the list of an object's snapshots in line with the configuration: what is new or compares something else waits for a
 * snapshot, what is not configured any more is forgotten. Answers whether any waits.
 */
export async function wantBaselines(database: Database, { workspace, object }: ObjectRef, wanted: Versions): Promise<boolean> {
  return inTransaction(database, async (client) => {
    const names = [...wanted.keys()];
    await client.query('delete from baselines where workspace = $1 and object = $2 and integration <> all($3::text[])', [workspace, object, names]);
    await client.query(
      `insert into baselines as b (workspace, object, integration, version) select $1, $2, t.name, t.version
       from unnest($3::text[], $4::text[]) as t (name, version)
       on conflict (workspace, object, integration) do update set version = excluded.version, walk_began_at = null, done_at = null
       where b.version <> excluded.version`,
      [workspace, object, names, [...wanted.values()]],
    );
    const { rowCount } = await client.query('select 1 from baselines where workspace = $1 and object = $2 and done_at is null limit 1', [workspace, object]);
    return rowCount === 1;
  });
}

/** Names the integrations that a walk begun at this time takes snapshots for; those that come later wait for the next. */
export async function joinBaseline(database: Database, { workspace, object }: ObjectRef, walkBeganAt: Date, isFirstPage: boolean): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ integration: string }>(
    `update baselines set walk_began_at = $3
     where workspace = $1 and object = $2 and done_at is null and (walk_began_at = $3 or $4) returning integration`,
    [workspace, object, walkBeganAt, isFirstPage],
  );
  return rows.map(({ integration }) => integration);
}

/** The database's clock, in whole milliseconds: what snapshots are dated with. */
export async function clockOf(database: Database): Promise<Date> {
  const { rows } = await database.pool.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]!.now;
}
