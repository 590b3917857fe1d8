import type { Database } from './database.ts';

/**
 * A connection's budget of calls. `twenty` is Twenty's own bucket (floor of the milliseconds since the last served call by
 * `refillMs`, the clock reset by every served call); `windows` has no bucket below its windows. Every window must allow a call.
 */
export interface BudgetSettings {
  readonly algorithm: 'twenty' | 'windows';
  /** Tokens that can be saved up; with `windows`, while calls are slowed after a refusal without news. */
  readonly capacity: number;
  readonly refillMs: number;
  /** Time a call may take from our granting it to its being counted there. */
  readonly slackMs: number;
  /** Tokens that only urgent calls may use. */
  readonly reserve: number;
  /** Bulk calls wait until up to this many tokens have come together for those who wait. */
  readonly gather: number;
  readonly windows?: readonly BudgetWindow[];
  /** Calls that may be under way at the same time, over all workers. */
  readonly concurrency?: number | undefined;
}

/** At most `calls` in any span of `lengthMs`, so that neither a sliding nor a fixed window of the service is overrun. */
export interface BudgetWindow {
  readonly lengthMs: number;
  readonly calls: number;
  /** Calls of it that only urgent ones may make. */
  readonly reserve: number;
  /** The service's windows are fixed and begin at whole multiples of their length since 1970 in UTC: a new one starts with all its calls. */
  readonly aligned: boolean;
}

/** Writes a budget's settings and keeps what has been used. A new bucket starts empty: what others spent of it is unknown. */
export async function ensureBudget(database: Database, connection: string, settings: BudgetSettings): Promise<void> {
  const windows = settings.windows ?? [];
  await database.pool.query(
    `with budget as (
       insert into budgets (connection, algorithm, capacity, refill_ms, slack_ms, reserve, gather, concurrency) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (connection) do update set algorithm = $2, capacity = $3, refill_ms = $4, slack_ms = $5, reserve = $6, gather = $7, concurrency = $8,
         tokens = least(budgets.tokens, $3)
     ), gone as (
       delete from budget_windows where connection = $1 and length_ms <> all ($9::float8[])
     )
     insert into budget_windows (connection, length_ms, calls, reserve, aligned)
       select $1, * from unnest($9::float8[], $10::int[], $11::int[], $12::boolean[])
     on conflict (connection, length_ms) do update set calls = excluded.calls, reserve = excluded.reserve, aligned = excluded.aligned`,
    [
      connection, settings.algorithm, settings.capacity, settings.refillMs, settings.slackMs, settings.reserve, settings.gather, settings.concurrency,
      windows.map(({ lengthMs }) => lengthMs), windows.map(({ calls }) => calls), windows.map(({ reserve }) => reserve), windows.map(({ aligned }) => aligned),
    ],
  );
}

/** Removes a budget: its connection's calls are free. */
export async function dropBudget(database: Database, connection: string): Promise<void> {
  await database.pool.query('delete from budgets where connection = $1', [connection]);
}

/** A place in a budget's queue: `waiter` names run and activity, so that a retry finds its place again. */
export interface BudgetRequest {
  readonly connection: string;
  readonly waiter: string;
  readonly urgent: boolean;
  readonly tokens: number;
  /** Who holds the lease where calls at the same time are limited; without one that limit is not asked. */
  readonly holder?: string;
}

export interface BudgetAnswer {
  /** 0 when the tokens are granted now, else the time to stay away before asking again. */
  readonly waitMs: number;
  /** How long the waiter has been standing in the queue already. */
  readonly queuedMs: number;
  /** The wait is the service's own word, and urgent calls wait as well. */
  readonly told: boolean;
  /** The grant holds a place among the calls under way, to be given back with `releaseLease`. */
  readonly leased: boolean;
}

/** Asks for tokens, now or, where time is played through, at another moment. */
export async function takeTokens(database: Database, request: BudgetRequest, moment?: Date): Promise<BudgetAnswer> {
  const { rows } = await database.pool.query<{ wait: number; queued_ms: number; told: boolean; leased: boolean }>({
    name: 'budget-take',
    text: 'select wait, queued_ms, told, leased from budget_take($1, $2, $3, $4, $5, $6, $7)',
    values: [request.connection, request.waiter, request.urgent, request.tokens, moment, request.holder, LEASE_MS],
  });
  const { wait, queued_ms: queuedMs, told, leased } = rows[0]!;
  return { waitMs: wait, queuedMs, told, leased };
}

/** Gives a place in the queue up. */
export async function leaveQueue(database: Database, connection: string, waiter: string): Promise<void> {
  await database.pool.query('delete from budget_waiters where connection = $1 and waiter = $2', [connection, waiter]);
}

/** A lease that its holder does not renew ends by itself: the worker is dead. */
export const LEASE_MS = 30_000;

export async function renewLease(database: Database, connection: string, holder: string): Promise<void> {
  await database.pool.query({
    name: 'lease-renew',
    text: `update budget_leases set expires_at = clock_timestamp() + $3 * interval '1 millisecond' where connection = $1 and holder = $2`,
    values: [connection, holder, LEASE_MS],
  });
}

/** Gives a place among the calls under way back, and learns how long a call takes. */
export async function releaseLease(database: Database, connection: string, holder: string): Promise<void> {
  await database.pool.query({
    name: 'lease-release',
    text: `with ended as (
             delete from budget_leases where connection = $1 and holder = $2 returning extract(epoch from clock_timestamp() - taken_at)::float8 * 1000 as held_ms
           )
           update budgets set hold_ms = 0.9 * hold_ms + 0.1 * greatest(0, ended.held_ms) from ended where connection = $1`,
    values: [connection, holder],
  });
}

/** Milliseconds until a call asked for now could be made on the slowest of these connections. */
export async function forecast(database: Database, connections: readonly string[], urgent: boolean, moment?: Date): Promise<number> {
  const { rows } = await database.pool.query<{ wait: number }>({
    name: 'budget-forecast',
    text: 'select coalesce(max(budget_forecast(name, $2, $3)), 0) as wait from unnest($1::text[]) as c (name)',
    values: [connections, urgent, moment],
  });
  return rows[0]!.wait;
}
