import type { Database } from './database.ts';

/** A form that a person sent. */
export interface SubmittedForm {
  readonly email: string;
  readonly integration: string;
  readonly at: Date;
}

/** More submissions of one person than this say nothing new. */
const PER_LANE = 50;

/**
 * Forms that were worked off for these e-mail addresses since an instant, the newest of each integration first; the lane of a
 * submission is its address. What retention has removed is not found.
 */
export async function formsOf(database: Database, integrations: readonly string[], emails: readonly string[], since: Date): Promise<readonly SubmittedForm[]> {
  if (integrations.length === 0 || emails.length === 0) return [];
  const { rows } = await database.pool.query<SubmittedForm>({
    name: 'forms-of',
    text: `select l.key as email, l.integration, d.created_at as at
           from unnest($1::text[]) as i (name) cross join unnest($2::text[]) as e (key)
           join lanes l on l.integration = i.name and l.key = e.key
           cross join lateral (
             select created_at from deliveries where lane_id = l.id and state = 'succeeded' and record_id is null and created_at >= $3
             order by created_at desc limit ${String(PER_LANE)}
           ) d`,
    values: [integrations, emails, since],
  });
  return rows;
}
