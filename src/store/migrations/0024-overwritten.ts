import { type Kysely, sql } from 'kysely';

/** What a two-way sync needs to notice edits that its own writes covered, to come back to relations that could not be set yet, and to leave alone what was deleted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // The last writes without a condition: moment of the read and of the write, and what each field held before and since.
  `alter table links add column written jsonb not null default '[]'`,
  // The side whose edit was covered, where the sides themselves agree.
  `alter table sync_conflicts add column lost_side text check (lost_side in ('twenty', 'external'))`,
  `create index links_ended on links (integration, twenty_id) where state = 'ended'`,
  `create index links_ended_external on links (integration, external_id) where state = 'ended'`,
  // What events say that a newer one has covered; only these are ever looked for.
  `create index deliveries_superseded on deliveries (lane_id, seq) where state = 'superseded'`,
  // A record whose relation points to one that another sync has not linked yet.
  `create table sync_waiting (
     wanted_by text not null,
     twenty_id text not null,
     integration text not null,
     side text not null check (side in ('twenty', 'external')),
     id text not null,
     since timestamptz not null default clock_timestamp(),
     primary key (integration, side, id, wanted_by, twenty_id)
   )`,
];
