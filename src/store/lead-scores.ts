import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** How a record stands to the threshold of the integration that scores it. */
export interface LeadStanding {
  readonly score: number;
  readonly above: boolean;
  readonly threshold: number;
  readonly crossing: number;
  readonly owed: boolean;
}

export async function leadStandings(database: Database, integration: string, recordIds: readonly string[]): Promise<ReadonlyMap<string, LeadStanding>> {
  const { rows } = await database.pool.query<LeadStanding & { record_id: string }>({
    name: 'lead-standings',
    text: 'select record_id, score, above, threshold, crossing, owed from lead_scores where integration = $1 and record_id = any($2::text[])',
    values: [integration, recordIds],
  });
  return new Map(rows.map(({ record_id, ...standing }) => [record_id, standing]));
}

/** Keeps how records stand now; nothing when the set's epoch is over. */
export async function keepStandings(database: Database, ref: SetRef, integration: string, standings: ReadonlyMap<string, LeadStanding>): Promise<void> {
  const all = [...standings].sort(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return;
  await database.pool.query({
    name: 'keep-standings',
    text: `insert into lead_scores as l (integration, record_id, score, above, threshold, crossing, owed)
             select $3, t.* from unnest($4::text[], $5::int[], $6::boolean[], $7::int[], $8::int[], $9::boolean[]) as t
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict (integration, record_id) do update set score = excluded.score, above = excluded.above, threshold = excluded.threshold,
             crossing = excluded.crossing, owed = excluded.owed, scored_at = clock_timestamp()`,
    values: [
      ref.setId, ref.epoch, integration, all.map(([id]) => id), all.map(([, one]) => one.score), all.map(([, one]) => one.above),
      all.map(([, one]) => one.threshold), all.map(([, one]) => one.crossing), all.map(([, one]) => one.owed),
    ],
  });
}

/** Notes that the alerts of these records' crossings have been made, or never can be. */
export async function markAlerted(database: Database, integration: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await database.pool.query({
    name: 'mark-alerted',
    text: 'update lead_scores set owed = false, alerted_at = clock_timestamp() where integration = $1 and record_id = any($2::text[]) and owed',
    values: [integration, recordIds],
  });
}

/** Forgets records that are no more. */
export async function forgetStandings(database: Database, integration: string, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await database.pool.query('delete from lead_scores where integration = $1 and record_id = any($2::text[])', [integration, recordIds]);
}
