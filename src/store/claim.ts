import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Mode } from '../domain/mode.ts';
import type { Database } from './database.ts';
import { type Pace, payForRun } from './pace.ts';
import { lockReadyLanes } from './ready-lanes.ts';
import { holdFlood, sift, type SiftRules } from './sift.ts';
import { inTransaction } from './transaction.ts';

/** What may be claimed for one integration, and for whom. Times in milliseconds. */
export interface ClaimRequest {
  readonly integration: string;
  readonly workflowType: string;
  readonly claimedBy: string;
  readonly maxSize: number;
  /** A set of more than this many deliveries is bulk, even of urgent ones: a storm has no right of way. */
  readonly urgentSize: number;
  readonly maxOpen: { readonly urgent: number; readonly bulk: number; readonly workspace: number };
  /** Integrations configured; one slot of the workspace is kept for each that has no open run. */
  readonly integrations: number;
  /** How record events are weighed first; undefined for an integration that listens to none. */
  readonly rules?: SiftRules;
  /** Thrift with a scarce budget; undefined where calls are free. */
  readonly pace?: Pace;
}

export interface ClaimedSet {
  readonly id: string;
  readonly epoch: number;
  readonly integration: string;
  readonly workflowType: string;
  readonly urgent: boolean;
  readonly size: number;
  readonly dryRun: boolean;
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly set: ClaimedSet }
  /** Nothing may be claimed yet; worth asking again after `waitMs`. */
  | { readonly kind: 'later'; readonly waitMs: number }
  /** Nothing to run was left of what was due, but more may be: worth asking again at once. */
  | { readonly kind: 'sifted' }
  | { readonly kind: 'nothing' };

/**
 * Claims up to `maxSize` due deliveries of whole lanes, in order, as one set with an epoch of its own. Lanes are locked, never
 * deliveries; at most one set holds a lane.
 */
export function claimSet(database: Database, request: ClaimRequest): Promise<ClaimResult> {
  return inTransaction(database, async (client) => {
    // One claim at a time in the whole workspace keeps the limits exact; a claim takes a few milliseconds.
    await client.query(`select pg_advisory_xact_lock(hashtext('sluice claim'))`);
    const open = await openRuns(client, request.integration);
    if (open.total >= request.maxOpen.workspace) return { kind: 'nothing' };
    const kept = Math.max(0, request.integrations - 1 - open.others);
    if (open.urgent + open.bulk > 0 && open.total + kept >= request.maxOpen.workspace) return { kind: 'nothing' };

    const mode = await modeOf(client, request.integration);
    if (mode === 'paused') return { kind: 'nothing' };
    const planOnly = mode === 'dry-run';

    let sifted = request.rules === undefined ? 0 : await holdFlood(client, request.integration, request.rules);
    const lanes = await lockReadyLanes(client, request.integration, request.maxSize, request.urgentSize);
    if (request.rules !== undefined) sifted += await sift(client, lanes, request.rules, planOnly);
    const candidates = await readyDeliveries(client, lanes, request.maxSize);
    const chosen = takeSet(candidates, request.maxSize);
    if (chosen.length === 0) return { kind: sifted > 0 ? 'sifted' : 'nothing' };
    const urgent = chosen.length <= request.urgentSize && chosen.some((delivery) => delivery.urgent);
    if (urgent ? open.urgent >= request.maxOpen.urgent : open.bulk >= request.maxOpen.bulk) return { kind: 'nothing' };

    if (request.pace !== undefined) {
      const waitMs = await payForRun(client, request.integration, request.pace, chosen.length);
      if (waitMs > 0) return { kind: 'later', waitMs };
    }
    const dryRun = planOnly || chosen.some((delivery) => delivery.dry_run);
    const workflowType = chosen[0]!.workflow_type ?? request.workflowType;
    return { kind: 'claimed', set: await writeSet(client, { ...request, dryRun, workflowType }, chosen, urgent) };
  });
}

interface Candidate {
  readonly id: string;
  readonly lane_id: number;
  readonly urgent: boolean;
  readonly max_set: number | null;
  readonly dry_run: boolean;
  readonly workflow_type: string | null;
}

interface OpenRuns {
  readonly total: number;
  readonly urgent: number;
  readonly bulk: number;
  /** Other integrations with an open run. */
  readonly others: number;
}

async function openRuns(client: pg.PoolClient, integration: string): Promise<OpenRuns> {
  const { rows } = await client.query<OpenRuns>({
    name: 'open-runs',
    text: `select count(*) as total, count(*) filter (where integration = $1 and urgent) as urgent,
             count(*) filter (where integration = $1 and not urgent) as bulk,
             count(distinct integration) filter (where integration <> $1) as others
           from sets where state in ('claimed', 'started') and epoch >= (select epoch_from from open_sets)`,
    values: [integration],
  });
  return rows[0]!;
}

async function modeOf(client: pg.PoolClient, integration: string): Promise<Mode> {
  const { rows } = await client.query<{ mode: Mode }>({ name: 'mode', text: 'select mode from integrations where name = $1', values: [integration] });
  return rows[0]?.mode ?? 'live';
}

async function readyDeliveries(client: pg.PoolClient, lanes: readonly number[], limit: number): Promise<readonly Candidate[]> {
  const { rows } = await client.query<Candidate>({
    name: 'ready-deliveries',
    text: `select d.id, d.lane_id, d.urgent, d.max_set, d.dry_run, d.workflow_type from unnest($1::bigint[]) with ordinality as ready (id, place)
           cross join lateral (
             select id, lane_id, urgent, max_set, dry_run, workflow_type, seq, due_at from deliveries
             where lane_id = ready.id and state = 'pending' order by seq limit $2) d
           where d.due_at <= clock_timestamp()
           order by ready.place, d.seq limit $2`,
    values: [lanes, limit],
  });
  return rows;
}

/**
 * Of each lane the first deliveries that go together with the first of all: dry runs apart from live ones, each workflow for
 * itself, and deliveries of a run that could not proceed by themselves, in ever smaller sets.
 */
function takeSet(candidates: readonly Candidate[], maxSize: number): readonly Candidate[] {
  const [first] = candidates;
  if (first === undefined) return [];
  const suspect = first.max_set !== null;
  const blocked = new Set<number>();
  return candidates
    .filter((candidate) => {
      const alike = (candidate.max_set !== null) === suspect && candidate.dry_run === first.dry_run && candidate.workflow_type === first.workflow_type;
      if (!alike) blocked.add(candidate.lane_id);
      return !blocked.has(candidate.lane_id);
    })
    .slice(0, first.max_set ?? maxSize);
}

async function writeSet(client: pg.PoolClient, request: ClaimRequest & { readonly dryRun: boolean }, chosen: readonly Candidate[], urgent: boolean): Promise<ClaimedSet> {
  const id = setId(request.integration);
  const { rows } = await client.query<{ epoch: number }>({
    name: 'insert-set',
    text: `with new_set as (
             insert into sets (id, integration, workflow_type, urgent, size, claimed_by, dry_run)
             values ($1, $2, $3, $4, $5, $6, $7) returning id, epoch
           ), claimed as (
             update deliveries d set state = 'running', set_id = s.id, epoch = s.epoch, claims = claims + 1,
               started_at = clock_timestamp(), code = null, reason = null, released = released or rule is not distinct from 'transition'
             from new_set s where d.id = any($8::uuid[])
           ), held as (
             -- A snapshot of a transition stays; what was up to date is so no longer, unless nothing is going to be changed.
             update lanes set state = 'running', set_id = $1, inputs = case when inputs_match is not null or $7 then inputs end,
               runs = case when runs_since > clock_timestamp() - interval '1 hour' then runs + 1 else 1 end,
               runs_since = case when runs_since > clock_timestamp() - interval '1 hour' then runs_since else clock_timestamp() end
             where id = any($9::bigint[])
           )
           select epoch from new_set`,
    values: [
      id,
      request.integration,
      request.workflowType,
      urgent,
      chosen.length,
      request.claimedBy,
      request.dryRun,
      chosen.map((delivery) => delivery.id),
      [...new Set(chosen.map((delivery) => delivery.lane_id))],
    ],
  });
  const { integration, workflowType, dryRun } = request;
  return { id, epoch: rows[0]!.epoch, integration, workflowType, urgent, size: chosen.length, dryRun };
}

/** The set's id is the workflow's id, read by people: integration, day and minute, and a random end. */
function setId(integration: string): string {
  const minute = new Date().toISOString().slice(0, 16).replace('T', '-').replace(':', '');
  return `${integration}-${minute}-${randomBytes(4).toString('hex')}`;
}
