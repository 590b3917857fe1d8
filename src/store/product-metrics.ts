import type { Database } from './database.ts';
import { within } from './product-sync.ts';
import type { SetRef } from './settle.ts';

/** How a metric of a company stands to what the integration watches. */
export interface MetricStanding {
  readonly value: number;
  readonly under: boolean;
  readonly below: number | undefined;
  readonly dropLine: number | undefined;
  readonly fall: number;
  readonly owed: boolean;
}

/** A standing with whose it is. */
export type OwnedStanding = MetricStanding & { readonly companyId: string; readonly metric: string };

export async function metricStandings(database: Database, integration: string, companyIds: readonly string[]): Promise<readonly OwnedStanding[]> {
  if (companyIds.length === 0) return [];
  const { rows } = await database.pool.query<{ company_id: string; metric: string; value: number; under: boolean; below: number | null; drop_line: number | null; fall: number; owed: boolean }>({
    name: 'metric-standings',
    text: 'select company_id, metric, value, under, below, drop_line, fall, owed from product_metrics where integration = $1 and company_id = any($2::uuid[])',
    values: [integration, companyIds],
  });
  return rows.map(({ company_id, drop_line, below, ...row }) => ({ ...row, companyId: company_id, below: below ?? undefined, dropLine: drop_line ?? undefined }));
}

/** Keeps how metrics stand now. Throws EpochOverError. */
export async function keepMetricStandings(database: Database, ref: SetRef, integration: string, standings: readonly OwnedStanding[]): Promise<void> {
  const all = standings.toSorted((a, b) => (a.companyId + a.metric < b.companyId + b.metric ? -1 : 1));
  if (all.length === 0) return;
  await within(database, ref, (client) => client.query(
    `insert into product_metrics as m (integration, company_id, metric, value, under, below, drop_line, fall, owed)
       select $1, t.* from unnest($2::uuid[], $3::text[], $4::float8[], $5::bool[], $6::float8[], $7::float8[], $8::int[], $9::bool[]) as t
     on conflict (integration, company_id, metric) do update set value = excluded.value, under = excluded.under, below = excluded.below,
       drop_line = excluded.drop_line, fall = excluded.fall, owed = excluded.owed, synced_at = clock_timestamp()`,
    [integration, all.map(({ companyId }) => companyId), all.map(({ metric }) => metric), all.map(({ value }) => value), all.map(({ under }) => under), all.map(({ below }) => below),
      all.map(({ dropLine }) => dropLine), all.map(({ fall }) => fall), all.map(({ owed }) => owed)]));
}

/** Notes that the tasks of these falls have been made, or never can be. */
export async function markTold(database: Database, integration: string, falls: readonly { readonly companyId: string; readonly metric: string; readonly fall: number }[]): Promise<void> {
  if (falls.length === 0) return;
  await database.pool.query({
    name: 'mark-told',
    text: `update product_metrics m set owed = false, told_at = clock_timestamp()
           from unnest($2::uuid[], $3::text[], $4::int[]) as t (company_id, metric, fall)
           where m.integration = $1 and m.company_id = t.company_id and m.metric = t.metric and m.fall = t.fall and m.owed`,
    values: [integration, falls.map(({ companyId }) => companyId), falls.map(({ metric }) => metric), falls.map(({ fall }) => fall)],
  });
}
