import type { Database } from './database.ts';

/**
 * A connection's budget of calls. `twenty` is Twenty's own bucket (floor of the milliseconds since the last served call by
 * `refillMs`, the clock reset by every served call); `steady` earns all the time.
 */
export interface BudgetSettings {
  readonly algorithm: 'twenty' | 'steady';
  readonly capacity: number;
  readonly refillMs: number;
  /** Time a call may take from our sending to its being counted there. */
  readonly slackMs: number;
  /** Tokens that only urgent calls may use. */
  readonly reserve: number;
  /** Bulk calls wait until up to this many tokens have come together for those who wait. */
  readonly gather: number;
}

/** Writes a budget's settings. A new one starts empty: what others spent of it before is unknown. */
export async function ensureBudget(database: Database, connection: string, settings: BudgetSettings): Promise<void> {
  await database.pool.query(
    `insert into budgets (connection, algorithm, capacity, refill_ms, slack_ms, reserve, gather) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (connection) do update set algorithm = $2, capacity = $3, refill_ms = $4, slack_ms = $5, reserve = $6, gather = $7,
       tokens = least(budgets.tokens, $3)`,
    [connection, settings.algorithm, settings.capacity, settings.refillMs, settings.slackMs, settings.reserve, settings.gather],
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
}

export interface BudgetAnswer {
  /** 0 when the tokens are granted now, else the time to stay away before asking again. */
  readonly waitMs: number;
  /** How long the waiter has been standing in the queue already. */
  readonly queuedMs: number;
}

/** Asks for tokens, now or, where time is played through, at another moment. */
export async function takeTokens(database: Database, request: BudgetRequest, moment?: Date): Promise<BudgetAnswer> {
  const { rows } = await database.pool.query<{ wait: number; queued_ms: number }>({
    name: 'budget-take',
    text: 'select wait, queued_ms from budget_take($1, $2, $3, $4, $5)',
    values: [request.connection, request.waiter, request.urgent, request.tokens, moment],
  });
  return { waitMs: rows[0]!.wait, queuedMs: rows[0]!.queued_ms };
}

/** Milliseconds until a call asked for now could be made on the slowest of these connections. */
export async function forecast(database: Database, connections: readonly string[], urgent: boolean): Promise<number> {
  const { rows } = await database.pool.query<{ wait: number }>({
    name: 'budget-forecast',
    text: 'select coalesce(max(budget_forecast(name, $2)), 0) as wait from unnest($1::text[]) as c (name)',
    values: [connections, urgent],
  });
  return rows[0]!.wait;
}

/**
 * A refusal although the budget allowed the call: others use it too, or its rules changed. Empties the bucket, stays away for
 * `retryAfterMs` and asks more slowly for the next minutes.
 */
export async function penalise(database: Database, connection: string, retryAfterMs: number): Promise<void> {
  await database.pool.query(
    `update budgets b set tokens = 0, last_at = clock_timestamp(), burst = 0,
       blocked_until = clock_timestamp() + $2 * interval '1 millisecond',
       slow_factor = least(8, 1.5 * greatest(1, b.slow_factor - extract(epoch from clock_timestamp() - b.slowed_at) / 120)),
       slowed_at = clock_timestamp()
     where connection = $1`,
    [connection, retryAfterMs],
  );
}
