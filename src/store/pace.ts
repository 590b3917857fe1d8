import type pg from 'pg';

/** Calls are scarce: small sets are paid for from a credit that refills quickly in light traffic and slowly in a storm. */
export interface Pace {
  /** Calls a run is expected to make at least; what the latest runs made counts when it is more. */
  readonly callsPerRun: number;
  /** A set this large is thrifty enough to start at once. */
  readonly thriftySize: number;
  /** Nobody waits for it: it saves longer, and leaves more to those for whom somebody does. */
  readonly unhurried?: boolean;
}

interface Credit {
  readonly capCalls: number;
  readonly lightCallsPerMinute: number;
  readonly stormCallsPerMinute: number;
}

const HURRIED: Credit = { capCalls: 20, lightCallsPerMinute: 60, stormCallsPerMinute: 12 };
const UNHURRIED: Credit = { capCalls: 10, lightCallsPerMinute: 20, stormCallsPerMinute: 4 };
const WINDOW_S = 15;
/** Arrivals in the window: up to the first, traffic is light; from the second on, it is a storm. */
const LIGHT_ARRIVALS = 3;
const STORM_ARRIVALS = 15;
/** The end of a storm: nothing more has come for this long, and enough is waiting to be worth a run. */
const LULL_MS = 3_000;
const LULL_SIZE = 20;

/** Takes a run's calls from the integration's credit; answers how long to wait when there is not enough. */
export async function payForRun(client: pg.PoolClient, integration: string, pace: Pace, size: number): Promise<number> {
  const { rows } = await client.query<{ credit: number; idle_ms: number; arrivals: number; quiet_ms: number | null; cost: number | null }>({
    name: 'pace',
    text: `select pace_credit as credit, extract(epoch from clock_timestamp() - pace_at)::float8 * 1000 as idle_ms, a.arrivals,
             (select avg(calls)::float8 from (select calls from sets where integration = $1 and state = 'ended' and calls > 0 order by claimed_at desc limit 5) s) as cost,
             extract(epoch from clock_timestamp() - a.last)::float8 * 1000 as quiet_ms
           from integrations, lateral (
             select count(*) as arrivals, max(created_at) as last from (
               select created_at from deliveries where integration = $1 and created_at > statement_timestamp() - $2 * interval '1 second'
               order by created_at desc limit $3) recent) a
           where name = $1 for update of integrations`,
    values: [integration, WINDOW_S, STORM_ARRIVALS],
  });
  const row = rows[0];
  if (row === undefined) return 0;
  const rates = pace.unhurried === true ? UNHURRIED : HURRIED;
  const calls = Math.min(rates.capCalls, Math.max(pace.callsPerRun, row.cost ?? 0));
  const callsPerMs = refillPerMinute(rates, row.arrivals) / 60_000;
  const credit = Math.min(rates.capCalls, row.credit + row.idle_ms * callsPerMs);
  const quietMs = row.quiet_ms ?? Infinity;
  const thrifty = size >= pace.thriftySize || (size >= LULL_SIZE && quietMs >= LULL_MS);
  if (!thrifty && credit < calls) {
    const earnedInMs = Math.ceil((calls - credit) / callsPerMs);
    // Look again when the arrivals may have ended, too.
    return Math.min(earnedInMs, size >= LULL_SIZE && quietMs < LULL_MS ? LULL_MS - quietMs : WINDOW_S * 1000);
  }
  await client.query({
    name: 'pace-pay',
    text: 'update integrations set pace_credit = $2, pace_at = clock_timestamp() where name = $1',
    values: [integration, Math.max(0, credit - calls)],
  });
  return 0;
}

function refillPerMinute({ lightCallsPerMinute, stormCallsPerMinute }: Credit, arrivals: number): number {
  const share = (arrivals - LIGHT_ARRIVALS) / (STORM_ARRIVALS - LIGHT_ARRIVALS);
  const clamped = Math.min(1, Math.max(0, share));
  return lightCallsPerMinute + clamped * (stormCallsPerMinute - lightCallsPerMinute);
}
