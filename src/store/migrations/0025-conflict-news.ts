import { type Kysely, sql } from 'kysely';

/** What a task says of a conflict may be out of date, and a decision may be refused. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`alter table sync_conflicts
    -- The task says what both sides hold now.
    add column told boolean not null default false,
    -- Why the last decision was not taken; it has to be decided anew.
    add column refused text`).execute(db);
  await sql.raw('update sync_conflicts set told = task_id is not null').execute(db);
}
