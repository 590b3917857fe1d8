import { type Kysely, sql } from 'kysely';

/** The note of each recorded meeting: one, however many events tell of the meeting. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // note_hash: of the text that was written last, by which an edit of a person is seen. What was said in the meeting stands nowhere here.
  `create table meetings (
     integration text not null,
     meeting_id text not null,
     note_id text not null,
     note_hash text not null,
     written_at timestamptz not null default clock_timestamp(),
     primary key (integration, meeting_id)
   ) with (fillfactor = 80)`,

  // What earlier events told, by lane: succeeded ones have such an index already.
  `create index deliveries_of_sender_skipped on deliveries (lane_id) where state = 'skipped' and record_id is null`,
];
