import type { Database } from './database.ts';

export interface Breaker {
  readonly connection: string;
  readonly state: 'closed' | 'open' | 'half-open';
  readonly reason: string | undefined;
  /** Since it opened, in milliseconds; undefined while closed. */
  readonly openForMs: number | undefined;
}

const FAULTS_TO_OPEN = 5;
const MAX_BACKOFF_MS = 60_000;

/** A fault of a connection. The fifth in a row opens its breaker, `final` (a revoked credential) at once. */
export async function recordFault(database: Database, connection: string, reason: string, final: boolean): Promise<void> {
  await database.pool.query(
    `insert into breakers as b (connection, faults, reason, final, state, opened_at, retry_at)
       values ($1, 1, $2, $3, case when $3 then 'open' else 'closed' end, case when $3 then clock_timestamp() end,
               case when $3 then clock_timestamp() + interval '5 seconds' end)
     on conflict (connection) do update set
       faults = b.faults + 1,
       reason = $2,
       final = $3,
       state = case when $3 or b.state <> 'closed' or b.faults + 1 >= $4 then 'open' else 'closed' end,
       opened_at = case when b.state = 'closed' and not ($3 or b.faults + 1 >= $4) then null else coalesce(b.opened_at, clock_timestamp()) end,
       backoff_ms = case when b.state = 'half-open' then least($5, b.backoff_ms * 2) else b.backoff_ms end,
       retry_at = case when b.state = 'closed' and not ($3 or b.faults + 1 >= $4) then null
                       when b.state = 'open' then b.retry_at
                       else clock_timestamp() + case when b.state = 'half-open' then least($5, b.backoff_ms * 2) else b.backoff_ms end * interval '1 millisecond' end`,
    [connection, reason, final, FAULTS_TO_OPEN, MAX_BACKOFF_MS],
  );
}

/**
 * A service takes no calls for `waitMs`: its quota is used up. The breaker is open until then, and a person hears of it once,
 * however often a trial finds it the same.
 */
export async function restUntil(database: Database, connection: string, reason: string, waitMs: number): Promise<void> {
  await database.pool.query(
    `insert into breakers as b (connection, faults, reason, state, opened_at, retry_at)
       values ($1, 1, $2, 'open', clock_timestamp(), clock_timestamp() + $3 * interval '1 millisecond')
     on conflict (connection) do update set faults = b.faults + 1, reason = $2, final = false, state = 'open',
       opened_at = coalesce(b.opened_at, clock_timestamp()), retry_at = greatest(b.retry_at, clock_timestamp() + $3 * interval '1 millisecond')`,
    [connection, `${reason}; it is asked again at ${new Date(Date.now() + waitMs).toISOString().slice(0, 16)}Z`, waitMs],
  );
}

/** A call went through: the breaker closes. Writes only when there is something to forget. */
export async function recordSuccess(database: Database, connection: string): Promise<void> {
  await database.pool.query({
    name: 'breaker-success',
    text: `update breakers set state = 'closed', faults = 0, opened_at = null, retry_at = null, reason = null, final = false, backoff_ms = 5000
           where connection = $1 and (faults > 0 or state <> 'closed')`,
    values: [connection],
  });
}

/** How the breakers of these connections stand; those never used are closed. */
export async function breakersOf(database: Database, connections: readonly string[]): Promise<readonly Breaker[]> {
  const { rows } = await database.pool.query<{ connection: string; state: Breaker['state']; reason: string | null; open_ms: number | null }>({
    name: 'breakers-of',
    text: `select connection, state, reason, extract(epoch from clock_timestamp() - opened_at)::float8 * 1000 as open_ms
           from breakers where connection = any($1::text[]) and state <> 'closed'`,
    values: [connections],
  });
  return rows.map((row) => ({ connection: row.connection, state: row.state, reason: row.reason ?? undefined, openForMs: row.open_ms ?? undefined }));
}

/** A connection that is out of order. */
export interface Rest {
  readonly state: 'open' | 'half-open';
  readonly reason: string;
  /** A credential is refused. */
  readonly final: boolean;
  /** When it is tried again. */
  readonly retryAt: Date;
}

/** Those of these connections that are out of order. */
export async function restsOf(database: Database, connections: readonly string[]): Promise<ReadonlyMap<string, Rest>> {
  const { rows } = await database.pool.query<{ connection: string; state: Rest['state']; reason: string | null; final: boolean; retry_at: Date }>({
    name: 'rests-of',
    text: `select connection, state, reason, final, coalesce(retry_at, clock_timestamp()) as retry_at from breakers where connection = any($1::text[]) and state <> 'closed'`,
    values: [connections],
  });
  return new Map(rows.map((row) => [row.connection, { state: row.state, reason: row.reason ?? 'out of order', final: row.final, retryAt: row.retry_at }]));
}

/**
 * May a set that needs these connections be claimed? An open breaker whose pause is over lets one set through as a trial: it
 * becomes half-open, and the next trial comes only after another pause.
 */
export async function mayClaim(database: Database, connections: readonly string[]): Promise<boolean> {
  const { rows } = await database.pool.query<{ ok: boolean }>({
    name: 'may-claim',
    text: `with trial as (
             update breakers set state = 'half-open', retry_at = clock_timestamp() + interval '30 seconds'
             where connection = any($1::text[]) and state <> 'closed' and retry_at <= clock_timestamp() returning connection
           )
           select not exists (select 1 from breakers where connection = any($1::text[]) and state <> 'closed'
             and connection not in (select connection from trial)) as ok`,
    values: [connections],
  });
  return rows[0]!.ok;
}
