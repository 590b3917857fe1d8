import type { Profile } from '../domain/profile.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

/** What a provider has answered to a question, by the question's hash; no profile where it knows nobody. */
export interface KeptAnswer {
  readonly question: string;
  readonly profile: Profile | undefined;
  readonly askedAt: Date;
}

/** How long answers count, in days. */
export interface AnswerAges {
  readonly found: number;
  readonly none: number;
}

/** What has been answered already and still counts. */
export async function keptAnswers(database: Database, provider: string, questions: readonly string[], days: AnswerAges): Promise<ReadonlyMap<string, KeptAnswer>> {
  if (questions.length === 0) return new Map();
  const { rows } = await database.pool.query<{ question: string; profile: Profile | null; asked_at: Date }>({
    name: 'kept-answers',
    text: `select question, profile, asked_at from enrichment_answers where provider = $1 and question = any($2::text[])
             and asked_at > clock_timestamp() - case when profile is null then $4::float8 else $3::float8 end * interval '1 day'`,
    values: [provider, questions, days.found, days.none],
  });
  return new Map(rows.map(({ question, profile, asked_at }) => [question, { question, profile: profile ?? undefined, askedAt: asked_at }]));
}

/** Keeps answers, whichever run asked: they are paid for. Those past their time by far are let go. */
export async function keepAnswers(database: Database, provider: string, answers: readonly Pick<KeptAnswer, 'question' | 'profile'>[], days: AnswerAges): Promise<void> {
  if (answers.length === 0) return;
  const byQuestion = [...new Map(answers.map((one) => [one.question, one])).values()].sort((a, b) => (a.question < b.question ? -1 : 1));
  await database.pool.query({
    name: 'keep-answers',
    text: `insert into enrichment_answers (provider, question, profile) select $1, t.question, t.profile::jsonb from unnest($2::text[], $3::text[]) as t (question, profile)
           on conflict (provider, question) do update set profile = excluded.profile, asked_at = clock_timestamp()`,
    values: [provider, byQuestion.map(({ question }) => question), byQuestion.map(({ profile }) => (profile === undefined ? null : storableJson(profile)))],
  });
  await database.pool.query({
    name: 'drop-answers',
    text: `delete from enrichment_answers where ctid in (select ctid from enrichment_answers
             where asked_at < clock_timestamp() - greatest($1::float8, $2::float8) * interval '1 day' order by asked_at limit 1000 for update skip locked)`,
    values: [days.found, days.none],
  });
}

/** Takes questions, all or none, so that nobody else asks them meanwhile; false when another holder is at one of them. Ends by itself after `holdMs`. */
export async function takeQuestions(database: Database, provider: string, holder: string, questions: readonly string[], holdMs: number): Promise<boolean> {
  const sorted = [...new Set(questions)].sort();
  const { rowCount } = await database.pool.query({
    name: 'take-questions',
    text: `insert into enrichment_asking as a (provider, question, holder, until)
             select $1, question, $2, clock_timestamp() + $4 * interval '1 millisecond' from unnest($3::text[]) as t (question) order by question
           on conflict (provider, question) do update set holder = excluded.holder, until = excluded.until
             where a.holder = excluded.holder or a.until < clock_timestamp()`,
    values: [provider, holder, sorted, holdMs],
  });
  if (rowCount === sorted.length) return true;
  await releaseQuestions(database, provider, holder, sorted);
  return false;
}

export async function releaseQuestions(database: Database, provider: string, holder: string, questions: readonly string[]): Promise<void> {
  await database.pool.query({
    name: 'release-questions',
    text: 'delete from enrichment_asking where provider = $1 and holder = $2 and question = any($3::text[])',
    values: [provider, holder, questions],
  });
}

export interface EnrichedRecord {
  readonly enrichedAt: Date | undefined;
  /** Why it is worth a call, while the task about it has not been made. */
  readonly taskWords: string | undefined;
  /** The task has been made, which is once for ever. */
  readonly isTasked: boolean;
}

export async function enrichedRecords(database: Database, integration: string, recordIds: readonly string[]): Promise<ReadonlyMap<string, EnrichedRecord>> {
  const { rows } = await database.pool.query<{ record_id: string; enriched_at: Date | null; task_words: string | null; is_tasked: boolean }>({
    name: 'enriched-records',
    text: 'select record_id, enriched_at, task_words, tasked_at is not null as is_tasked from enrichment_records where integration = $1 and record_id = any($2::text[])',
    values: [integration, recordIds],
  });
  return new Map(rows.map((row) => [row.record_id, { enrichedAt: row.enriched_at ?? undefined, taskWords: row.task_words ?? undefined, isTasked: row.is_tasked }]));
}

/** Notes why records are worth a call; one that has had its task gets no other. Nothing when the set's epoch is over. */
export async function oweTasks(database: Database, ref: SetRef, integration: string, words: ReadonlyMap<string, string>): Promise<void> {
  if (words.size === 0) return;
  const all = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
  await database.pool.query({
    name: 'owe-tasks',
    text: `insert into enrichment_records as r (integration, record_id, task_words) select $3, t.* from unnest($4::text[], $5::text[]) as t
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict (integration, record_id) do update set task_words = case when r.tasked_at is null then excluded.task_words end`,
    values: [ref.setId, ref.epoch, integration, all.map(([id]) => id), all.map(([, text]) => text)],
  });
}

/** Notes that the tasks about these records are there, or never can be. */
export async function markTasked(database: Database, integration: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await database.pool.query({
    name: 'mark-tasked',
    text: 'update enrichment_records set task_words = null, tasked_at = clock_timestamp() where integration = $1 and record_id = any($2::text[]) and task_words is not null',
    values: [integration, recordIds],
  });
}

/** Notes that these records hold what the providers know. */
export async function markEnriched(database: Database, integration: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await database.pool.query({
    name: 'mark-enriched',
    text: `insert into enrichment_records (integration, record_id, enriched_at) select $1, id, clock_timestamp() from unnest($2::text[]) as t (id) order by id
           on conflict (integration, record_id) do update set enriched_at = excluded.enriched_at`,
    values: [integration, [...recordIds].sort()],
  });
}

/** Forgets records that are no more. */
export async function forgetEnriched(database: Database, integration: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await database.pool.query('with signals as (delete from enrichment_signals where integration = $1 and record_id = any($2::text[])) delete from enrichment_records where integration = $1 and record_id = any($2::text[])', [integration, recordIds]);
}
