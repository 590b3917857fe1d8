import { type Kysely, sql } from 'kysely';

/** What scoring tools answered and was paid for, until the score is in Twenty. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // question: a hash of what was asked; an answer to another question is none.
  `create table score_answers (
     integration text not null,
     record_id text not null,
     question text not null,
     answer jsonb not null,
     asked_at timestamptz not null default clock_timestamp(),
     primary key (integration, record_id)
   )`,
  'create index score_answers_by_age on score_answers (asked_at)',
];
