import { type Kysely, sql } from 'kysely';

/** Finds the firings of a schedule, newest first, at no cost to the events of others. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`create index events_of_schedules on events (source, id desc) where source like 'schedule:%'`).execute(db);
}
