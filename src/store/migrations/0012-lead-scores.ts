import { type Kysely, sql } from 'kysely';

/** How each scored record stands to its integration's threshold. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // crossing: names the alert, rises with each. owed: its alert has not been made yet.
  `create table lead_scores (
     integration text not null,
     record_id text not null,
     score int not null,
     above boolean not null,
     threshold int not null,
     crossing int not null default 0,
     owed boolean not null default false,
     scored_at timestamptz not null default clock_timestamp(),
     alerted_at timestamptz,
     primary key (integration, record_id)
   ) with (fillfactor = 80)`,

  // What a sender has sent, by lane: only of events that are about no record, which are the few.
  `create index deliveries_of_sender on deliveries (lane_id, created_at) where state = 'succeeded' and record_id is null`,
];
