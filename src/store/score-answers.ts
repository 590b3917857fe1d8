import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';

/** An answer of a scoring tool about a record. `question` is a hash of what was asked. */
export interface ScoreAnswer<A> {
  readonly recordId: string;
  readonly question: string;
  readonly answer: A;
}

/** Older answers are asked for anew: a model learns, and what it looks at changes. */
const LASTS = `interval '1 day'`;

/** Keeps answers, so that a run which comes after a lost or a parked one does not pay for them again; nothing when the set's epoch is over. */
export async function keepAnswers(database: Database, ref: SetRef, integration: string, answers: readonly ScoreAnswer<object>[]): Promise<void> {
  if (answers.length === 0) return;
  const all = [...answers].sort((a, b) => (a.recordId < b.recordId ? -1 : 1));
  await database.pool.query({
    name: 'keep-answers',
    text: `with old as (
             delete from score_answers where asked_at < statement_timestamp() - ${LASTS} and not (integration = $3 and record_id = any($4::text[]))
           )
           insert into score_answers as s (integration, record_id, question, answer)
             select $3, t.* from unnest($4::text[], $5::text[], $6::jsonb[]) as t
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict (integration, record_id) do update set question = excluded.question, answer = excluded.answer, asked_at = clock_timestamp()`,
    values: [ref.setId, ref.epoch, integration, all.map(({ recordId }) => recordId), all.map(({ question }) => question), all.map(({ answer }) => storableJson(answer))],
  });
}

/** The answers to exactly these questions that are not too old. */
export async function answersTo<A>(database: Database, integration: string, questions: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, A>> {
  if (questions.size === 0) return new Map();
  const { rows } = await database.pool.query<{ record_id: string; answer: A }>({
    name: 'answers-to',
    text: `select s.record_id, s.answer from score_answers s join unnest($2::text[], $3::text[]) as t (record_id, question) using (record_id, question)
           where s.integration = $1 and s.asked_at >= statement_timestamp() - ${LASTS}`,
    values: [integration, [...questions.keys()], [...questions.values()]],
  });
  return new Map(rows.map(({ record_id: recordId, answer }) => [recordId, answer]));
}

/** Forgets the answers about records whose score is where it belongs: the next run asks anew. */
export async function dropAnswers(database: Database, integration: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await database.pool.query({ name: 'drop-answers', text: 'delete from score_answers where integration = $1 and record_id = any($2::text[])', values: [integration, recordIds] });
}
