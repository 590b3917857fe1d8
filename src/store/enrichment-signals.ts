import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** A buying signal of a record. The same signal always has the same name, `funding 2026-03`. */
export interface NewSignal {
  readonly recordId: string;
  readonly signal: string;
  readonly words: string;
}

/** Notes signals of which somebody is to be told, those that are not known yet. Nothing when the set's epoch is over. */
export async function oweSignals(database: Database, ref: SetRef, integration: string, signals: readonly NewSignal[]): Promise<void> {
  const sorted = [...new Map(signals.map((one) => [`${one.recordId} ${one.signal}`, one])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  if (sorted.length === 0) return;
  await database.pool.query({
    name: 'owe-signals',
    text: `insert into enrichment_signals (integration, record_id, signal, words) select $3, t.* from unnest($4::text[], $5::text[], $6::text[]) as t
             where exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))
           on conflict (integration, record_id, signal) do nothing`,
    values: [ref.setId, ref.epoch, integration, sorted.map(({ recordId }) => recordId), sorted.map(({ signal }) => signal), sorted.map(({ words }) => words)],
  });
}

/** The signals of these records that nobody has been told of, in the order in which they were seen. */
export async function untoldSignals(database: Database, integration: string, recordIds: readonly string[]): Promise<readonly NewSignal[]> {
  const { rows } = await database.pool.query<{ record_id: string; signal: string; words: string }>({
    name: 'untold-signals',
    text: 'select record_id, signal, words from enrichment_signals where integration = $1 and record_id = any($2::text[]) and told_at is null order by seen_at, signal',
    values: [integration, recordIds],
  });
  return rows.map(({ record_id, signal, words }) => ({ recordId: record_id, signal, words }));
}

/** Notes that these signals have been told of, or never can be. */
export async function markTold(database: Database, integration: string, signals: readonly Pick<NewSignal, 'recordId' | 'signal'>[]): Promise<void> {
  if (signals.length === 0) return;
  await database.pool.query({
    name: 'mark-told',
    text: `update enrichment_signals s set told_at = clock_timestamp() from unnest($2::text[], $3::text[]) as t (record_id, signal)
           where s.integration = $1 and s.record_id = t.record_id and s.signal = t.signal and s.told_at is null`,
    values: [integration, signals.map(({ recordId }) => recordId), signals.map(({ signal }) => signal)],
  });
}
