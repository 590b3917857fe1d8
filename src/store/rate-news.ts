import type { Database } from './database.ts';

/** A refusal although the budget allowed the call: others use it too, or its rules changed. */
export interface Refused {
  readonly connection: string;
  /** How long everybody stays away. */
  readonly waitMs: number;
  /** The service did not say how long: calls are asked for more slowly for a while. */
  readonly silent: boolean;
}

/**
 * Empties the bucket and keeps everybody away for `waitMs`. After a silent refusal calls are asked for at two thirds of the rate,
 * after further ones at two thirds of that, at least at an eighth. The rate comes back by itself: after one refusal within a
 * minute, after many within fourteen. Refusals of calls that were under way together count once.
 */
export async function penalise(database: Database, { connection, waitMs, silent }: Refused, moment?: Date): Promise<void> {
  await database.pool.query(
    `with asked as (select coalesce($4, clock_timestamp()) as moment)
     update budgets b set tokens = 0, last_at = moment, burst = 0,
       blocked_until = greatest(blocked_until, moment + $2 * interval '1 millisecond'),
       slow_factor = case when not $3 or again then slow_factor else least(8, 1.5 * greatest(1, slow_factor - extract(epoch from moment - slowed_at) / 120)) end,
       slowed_at = case when not $3 or again then slowed_at else moment end
     from asked, lateral (select slow_factor > 1 and slowed_at > moment - interval '2 seconds' as again from budgets where connection = $1) one
     where b.connection = $1`,
    [connection, waitMs, silent, moment],
  );
}

/** What a served call said is left of a window. */
export interface Remaining {
  readonly connection: string;
  readonly remaining: number;
  readonly limit: number | undefined;
  /** Until the window ends. */
  readonly endsInMs: number;
}

/**
 * Lowers the budget to what the service says is left, until its window ends: others use the same key. News that leave more
 * than we would use anyway change nothing.
 */
export async function noteRemaining(database: Database, { connection, remaining, limit, endsInMs }: Remaining, moment?: Date): Promise<void> {
  if (limit !== undefined && remaining > limit / 2) return;
  await database.pool.query({
    name: 'note-remaining',
    text: `with asked as (select coalesce($5::timestamptz, clock_timestamp()) as moment)
           update budgets set told_left = $2, told_reserve = $3, told_until = moment + $4 * interval '1 millisecond'
           from asked where connection = $1 and (told_until <= moment or told_left > $2)`,
    values: [connection, remaining, limit === undefined ? 0 : Math.floor(limit * URGENT_SHARE), endsInMs, moment],
  });
}

const URGENT_SHARE = 0.1;
