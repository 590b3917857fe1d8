import type pg from 'pg';
import type { DeliveryState } from '../domain/delivery.ts';
import type { Accepted, NewEvent } from '../domain/event.ts';
import { acceptEvents } from './accept.ts';
import type { Database } from './database.ts';
import { inTransaction } from './transaction.ts';

/** Firings looked back at for one that is still at work; those that were skipped do not count. */
const LOOK_BACK = 20;

/**
 * Stores a schedule's firing; `make(true)` is stored when `maxAtWork` others are still pending or running, undefined never
 * skips. What waits for a person is not at work. Two firings at once are decided one after the other.
 */
export function acceptFiring(database: Database, source: string, maxAtWork: number | undefined, make: (skipped: boolean) => NewEvent): Promise<Accepted> {
  return inTransaction(database, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [source]);
    const skipped = maxAtWork !== undefined && (await atWork(client, source)) >= maxAtWork;
    // Accepting is one statement, which runs as well inside a transaction.
    const [accepted] = await acceptEvents({ ...database, pool: client as unknown as pg.Pool }, [make(skipped)]);
    return accepted!;
  });
}

async function atWork(client: pg.PoolClient, source: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*) as count from (
       select e.id from events e
       where e.source = $1 and e.source like 'schedule:%'
         and not exists (select 1 from deliveries d where d.event_id = e.id and d.code = 'overlap')
       order by e.id desc limit $2) latest
     where exists (select 1 from deliveries d where d.event_id = latest.id and d.state in ('pending', 'running'))`,
    [source, LOOK_BACK],
  );
  return rows[0]!.count;
}

/** The latest firing of a schedule, and how its deliveries stand. */
export interface LastFiring {
  readonly source: string;
  readonly eventId: string;
  readonly receivedAt: Date;
  readonly states: Readonly<Partial<Record<DeliveryState, number>>>;
  /** Of its first delivery: the one that says what was selected, or the only one. */
  readonly code: string | undefined;
  readonly reason: string | undefined;
}

/** The latest firing of each source that has one. */
export async function lastFirings(database: Database, sources: readonly string[]): Promise<readonly LastFiring[]> {
  const { rows } = await database.pool.query<{ source: string; id: string; received_at: Date; states: LastFiring['states'] | null; code: string | null; reason: string | null }>(
    `select s.source, e.id, e.received_at, first.code, first.reason,
       (select jsonb_object_agg(state, n) from (select state, count(*) as n from deliveries where event_id = e.id group by state) c) as states
     from unnest($1::text[]) as s (source)
     cross join lateral (select id, received_at from events where source = s.source and source like 'schedule:%' order by id desc limit 1) e
     left join lateral (select code, reason from deliveries where event_id = e.id order by seq limit 1) first on true`,
    [sources],
  );
  return rows.map((row) => ({ source: row.source, eventId: row.id, receivedAt: row.received_at, states: row.states ?? {}, code: row.code ?? undefined, reason: row.reason ?? undefined }));
}
