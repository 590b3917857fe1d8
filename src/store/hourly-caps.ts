import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

/** What a person could not take back: capped by the hour, so that a mistake upstream stays small. */
export type CappedKind = 'mails' | 'invoices';

export interface Allowance {
  /** How many of the wanted ones may go out now. */
  readonly granted: number;
  /** When the next one may; undefined when all were granted. */
  readonly nextAt: Date | undefined;
}

/** Takes up to `wanted` from what an integration may send within a sliding hour (counted by the minute), whichever worker asks. */
export function takeHourly(database: Database, integration: string, kind: CappedKind, wanted: number, perHour: number): Promise<Allowance> {
  return inTransaction(database, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('sluice hourly ' || $1 || ' ' || $2))`, [integration, kind]);
    await client.query(`delete from hourly_counts where integration = $1 and kind = $2 and minute <= clock_timestamp() - interval '61 minutes'`, [integration, kind]);
    const { rows } = await client.query<{ used: number; oldest: Date | null }>(
      `select coalesce(sum(count), 0) as used, min(minute) as oldest from hourly_counts where integration = $1 and kind = $2`, [integration, kind]);
    const granted = Math.max(0, Math.min(wanted, perHour - Number(rows[0]!.used)));
    if (granted > 0) {
      await client.query(
        `insert into hourly_counts as h values ($1, $2, date_trunc('minute', clock_timestamp()), $3)
         on conflict (integration, kind, minute) do update set count = h.count + excluded.count`, [integration, kind, granted]);
    }
    const oldest = rows[0]!.oldest ?? new Date();
    return { granted, nextAt: granted === wanted ? undefined : new Date(oldest.getTime() + 61 * 60_000) };
  });
}
