import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;

/** The states in which these records of the other side were last taken up. */
export async function takenStates(database: Database, integration: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.pool.query<{ id: string; state: string }>({
    name: 'taken-states',
    text: 'select id, state from sync_taken where integration = $1 and id = any($2::text[])',
    values: [integration, ids],
  });
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** Notes in which states records have been taken up, and forgets those that are not read again any more: changes are read a day back at most. */
export async function noteTaken(database: Database, ref: SetRef, integration: string, taken: ReadonlyMap<string, string>): Promise<void> {
  if (taken.size === 0) return;
  const sorted = [...taken].toSorted(([a], [b]) => (a < b ? -1 : 1));
  await database.pool.query({
    name: 'note-taken',
    text: `with forgotten as (delete from sync_taken where integration = $3 and taken_at < clock_timestamp() - interval '2 days' and id <> all($4::text[]))
           insert into sync_taken (integration, id, state) select $3, t.id, t.state from unnest($4::text[], $5::text[]) as t (id, state) where ${OPEN_SET}
           on conflict (integration, id) do update set state = excluded.state, taken_at = clock_timestamp()`,
    values: [ref.setId, ref.epoch, integration, sorted.map(([id]) => id), sorted.map(([, state]) => state)],
  });
}
