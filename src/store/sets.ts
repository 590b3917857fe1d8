import type { ClaimedSet } from './claim.ts';
import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';

/** A set that has not ended, as the sweeper sees it. */
export interface OpenSet extends ClaimedSet {
  readonly state: 'claimed' | 'started';
  /** Since its claim, its start, or its last look, whichever is latest; milliseconds. */
  readonly quietMs: number;
}

/** Notes that the workflow of a claimed set exists. */
export async function markStarted(database: Database, setId: string, epoch: number): Promise<void> {
  await database.pool.query({
    name: 'mark-started',
    text: `update sets set state = 'started', started_at = clock_timestamp() where id = $1 and epoch = $2 and state = 'claimed'`,
    values: [setId, epoch],
  });
}

/**
 * Takes up to `limit` open sets that nobody looked at for a while (`claimedMs` for those not yet started, `startedMs` for the
 * others), marking them as looked at, so that several sweepers share the work.
 */
export async function takeQuietSets(database: Database, age: { claimedMs: number; startedMs: number }, limit: number): Promise<readonly OpenSet[]> {
  const { rows } = await database.pool.query<{
    id: string; epoch: number; integration: string; workflow_type: string; urgent: boolean; size: number; dry_run: boolean;
    state: 'claimed' | 'started'; quiet_ms: number;
  }>({
    name: 'quiet-sets',
    text: `with quiet as (
             select id, extract(epoch from clock_timestamp() - greatest(claimed_at, started_at, checked_at))::float8 * 1000 as quiet_ms
             from sets
             where state in ('claimed', 'started') and greatest(claimed_at, started_at, checked_at)
               < clock_timestamp() - case state when 'claimed' then $1::float8 else $2::float8 end * interval '1 millisecond'
             order by claimed_at limit $3 for update skip locked
           )
           update sets s set checked_at = clock_timestamp() from quiet where s.id = quiet.id
           returning s.id, s.epoch, s.integration, s.workflow_type, s.urgent, s.size, s.dry_run, s.state, quiet.quiet_ms`,
    values: [age.claimedMs, age.startedMs, limit],
  });
  return rows.map((row) => ({
    id: row.id, epoch: row.epoch, integration: row.integration, workflowType: row.workflow_type, urgent: row.urgent,
    size: row.size, dryRun: row.dry_run, state: row.state, quietMs: row.quiet_ms,
  }));
}

/** Adds calls made for a set, for the figure calls per delivery; a figure is not worth waiting for the disk. */
export async function countCalls(database: Database, setId: string, calls: number): Promise<void> {
  await database.pool.query({
    name: 'count-calls',
    text: `with unhurried as (select set_config('synchronous_commit', 'off', true))
           update sets set calls = calls + $2 from unhurried where id = $1`,
    values: [setId, calls],
  });
}

/** An integration with something due, or when its next delivery falls due. */
export interface Ready {
  readonly integration: string;
  readonly urgent: boolean;
  /** 0 when due now; milliseconds. */
  readonly dueInMs: number;
}

/** What is ready. More than `urgentSize` urgent lanes of one integration at once are a storm, which is bulk. */
export async function readyIntegrations(database: Database, names: readonly string[], urgentSize: number): Promise<readonly Ready[]> {
  const { rows } = await database.pool.query<{ name: string; urgent: boolean; due_ms: number }>({
    name: 'ready-integrations',
    text: `select n.name, greatest(0, extract(epoch from head.due_at - clock_timestamp())::float8 * 1000) as due_ms,
             head.urgent and (
               select count(*) from lane_ranges(n.name) r cross join lateral (
                 select 1 from lanes where integration = n.name and source = r.source and urgent and r.urgent and state = 'ready'
                   and due_at >= r.due_from and due_at <= statement_timestamp() limit $2 + 1) l) <= $2 as urgent
           from unnest($1::text[]) as n (name)
           cross join lateral (
             select r.urgent, l.due_at from lane_ranges(n.name) r cross join lateral (
               select due_at from lanes where integration = n.name and source = r.source and urgent = r.urgent and state = 'ready'
                 and due_at >= r.due_from order by due_at limit 1) l
             order by l.due_at <= statement_timestamp() desc, r.urgent desc, l.due_at limit 1) head
           left join integrations i on i.name = n.name
           where i.mode is distinct from 'paused'`,
    values: [names, urgentSize],
  });
  return rows.map((row) => ({ integration: row.name, urgent: row.urgent, dueInMs: row.due_ms }));
}

/** Makes sure that each integration has its row for turns, pace and alerts. */
export async function ensureIntegrations(database: Database, names: readonly string[]): Promise<void> {
  await database.pool.query(
    `with sources as (insert into lane_sources (integration, source) select unnest($1::text[]), '' on conflict do nothing)
     insert into integrations (name) select unnest($1::text[]) on conflict do nothing`,
    [names],
  );
}

/** How the deliveries of a set stand: how many in which state. */
export async function resultOf(database: Database, ref: SetRef): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ state: string; count: number }>({
    name: 'result-of',
    text: 'select state, count(*) as count from deliveries where set_id = $1 and epoch = $2 group by state',
    values: [ref.setId, ref.epoch],
  });
  return Object.fromEntries(rows.map((row) => [row.state, row.count]));
}
