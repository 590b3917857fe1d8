import { type Kysely, sql } from 'kysely';

/** How each integration is run, by whose word, and until when a storm of record events counts as one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `alter table integrations
         add column mode text not null default 'live' check (mode in ('live', 'paused', 'dry-run')),
         add column mode_by text,
         add column mode_at timestamptz,
         add column flood_until timestamptz`,
    )
    .execute(db);
}
