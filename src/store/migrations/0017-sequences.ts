import { type Kysely, sql } from 'kysely';

/** Who is in which sequence of a tool, and how it went. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // state 'begun': about to be sent to the tool. rank orders the states, so that none is overwritten by an earlier one.
  // owed: the state is not yet in Twenty. noted_rank: up to which state the follow-up task knows. settled: the run that enrolled the
  // person has done all that belongs to it; one that was lost goes on with what is not.
  `create table sequence_enrolments (
     integration text not null,
     person_id text not null,
     sequence text not null,
     name text not null,
     email text not null,
     lead_id text,
     state text not null,
     rank smallint not null,
     state_at timestamptz not null default clock_timestamp(),
     begun_at timestamptz not null default clock_timestamp(),
     owed boolean not null default false,
     task_id text,
     noted_rank smallint not null default 0,
     settled boolean not null default false,
     primary key (integration, person_id, sequence)
   ) with (fillfactor = 80)`,
  `create index sequence_enrolments_lead on sequence_enrolments (integration, lead_id) where lead_id is not null`,
  `create index sequence_enrolments_email on sequence_enrolments (integration, email)`,
];
