import { type Kysely, sql } from 'kysely';

/** What enrichment has paid for, and what it knows of the records it has enriched. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // An answer is kept before anything is done with it. profile is null where the provider knows nobody.
  `create table enrichment_answers (
     provider text not null,
     question text not null,
     profile jsonb,
     asked_at timestamptz not null default clock_timestamp(),
     primary key (provider, question)
   )`,
  'create index enrichment_answers_age on enrichment_answers (asked_at)',

  // What a run is asking at this moment: another one waits for the answer instead of paying for it too.
  `create table enrichment_asking (
     provider text not null,
     question text not null,
     holder text not null,
     until timestamptz not null,
     primary key (provider, question)
   )`,

  // task_words: why the record is worth a call, until the task about it has been made. tasked_at: when it was, which is once for ever.
  `create table enrichment_records (
     integration text not null,
     record_id text not null,
     enriched_at timestamptz,
     task_words text,
     tasked_at timestamptz,
     primary key (integration, record_id)
   ) with (fillfactor = 80)`,

  // A signal is told of once; told_at is null until the mail about it has gone out.
  `create table enrichment_signals (
     integration text not null,
     record_id text not null,
     signal text not null,
     words text not null,
     seen_at timestamptz not null default clock_timestamp(),
     told_at timestamptz,
     primary key (integration, record_id, signal)
   ) with (fillfactor = 80)`,
];
