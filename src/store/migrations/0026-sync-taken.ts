import { type Kysely, sql } from 'kysely';

/** In which state a two-way sync has last taken up a record of the other side, since the last minutes of its changes are read again and again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(`create table sync_taken (
     integration text not null,
     id text not null,
     state text not null,
     taken_at timestamptz not null default clock_timestamp(),
     primary key (integration, id)
   )`).execute(db);
}
