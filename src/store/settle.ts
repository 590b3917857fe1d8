import type pg from 'pg';
import type { Outcome } from '../domain/delivery.ts';
import type { Database } from './database.ts';
import { LANE_HEAD } from './lanes.ts';
import { endLocksSoon } from './natural-keys.ts';
import { inTransaction } from './transaction.ts';

/** A set under its epoch: whoever shows it may write; after the sweeper took the set back nobody can. */
export interface SetRef {
  readonly setId: string;
  readonly epoch: number;
}

export interface DeliveryOutcome {
  readonly deliveryId: string;
  readonly outcome: Outcome;
  /** Hash of the watched inputs the run worked from; the same inputs need no further run. Only with a success or a skip. */
  readonly inputs?: string;
}

export interface Settled {
  /** Deliveries that ended now; fewer than asked when the epoch is over or they had ended before. */
  readonly count: number;
  /** True when no delivery of the set is running any more. */
  readonly setEnded: boolean;
}

/** Writes outcomes of running deliveries, frees the lanes that have none left, and ends the set with its last delivery. */
export function settle(database: Database, ref: SetRef, outcomes: readonly DeliveryOutcome[]): Promise<Settled> {
  return inTransaction(database, async (client) => {
    if (!(await lockSet(client, ref))) return { count: 0, setEnded: true };
    const count = await writeOutcomes(client, ref, outcomes);
    await freeLanes(client, ref.setId);
    return { count, setEnded: await endSetWhenEmpty(client, ref.setId) };
  });
}

/**
 * Gives the running deliveries of a set back to their lanes: its run is gone, parked or cannot proceed. The set's epoch is
 * over with it. Deliveries given back too often end as `failed`.
 */
export function returnSet(database: Database, ref: SetRef, why: ReturnReason): Promise<number> {
  return inTransaction(database, async (client) => {
    if (!(await lockSet(client, ref))) return 0;
    const { rowCount } = await client.query(RETURN[why], [ref.setId, ref.epoch, MAX_RETURNS]);
    await freeLanes(client, ref.setId);
    await client.query(`update sets set state = 'returned', ended_at = clock_timestamp() where id = $1`, [ref.setId]);
    await endLocksSoon(client, ref.setId);
    return rowCount ?? 0;
  });
}

/**
 * `parked`: a connection is out of order, not the run's fault. `gone`: no such run. `stuck`: its workflow task keeps failing.
 * `spoilt`: one of its deliveries makes a step fail, nobody knows which.
 */
export type ReturnReason = 'parked' | 'gone' | 'stuck' | 'spoilt';

const MAX_RETURNS = 10;

const BACK = `set_id = null, epoch = null, started_at = null, state = 'pending'`;
const RETURN: Record<ReturnReason, string> = {
  parked: `update deliveries set ${BACK} where set_id = $1 and epoch = $2 and state = 'running' and $3 > 0`,
  gone: `update deliveries set returns = returns + 1,
           state = case when returns + 1 >= $3 then 'failed' else 'pending' end,
           code = case when returns + 1 >= $3 then 'run_lost' end,
           reason = case when returns + 1 >= $3 then 'The run was lost ' || $3 || ' times; retry when the worker is stable.' end,
           ended_at = case when returns + 1 >= $3 then clock_timestamp() end,
           set_id = null, epoch = null, started_at = null
         where set_id = $1 and epoch = $2 and state = 'running'`,
  // Returned whole once, then in halves; one that is stuck alone cannot proceed.
  stuck: `update deliveries d set returns = returns + 1, max_set = case when returns = 0 then s.size else greatest(1, s.size / 2) end,
            state = case when s.size = 1 and returns > 0 then 'failed' else 'pending' end,
            code = case when s.size = 1 and returns > 0 then 'run_cannot_proceed' end,
            reason = case when s.size = 1 and returns > 0 then 'The run cannot proceed: its workflow code keeps failing on this event. Mend the code, then retry.' end,
            ended_at = case when s.size = 1 and returns > 0 then clock_timestamp() end,
            set_id = null, epoch = null, started_at = null
          from sets s where s.id = $1 and d.set_id = $1 and d.epoch = $2 and d.state = 'running' and $3 > 0`,
  // In halves until the one that spoils the step stands alone; the run itself says then what is wrong with it.
  spoilt: `update deliveries d set ${BACK}, max_set = greatest(1, s.size / 2)
           from sets s where s.id = $1 and d.set_id = $1 and d.epoch = $2 and d.state = 'running' and $3 > 0`,
};

async function lockSet(client: pg.PoolClient, ref: SetRef): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'lock-set',
    text: `select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started') for update`,
    values: [ref.setId, ref.epoch],
  });
  return rowCount === 1;
}

async function writeOutcomes(client: pg.PoolClient, ref: SetRef, outcomes: readonly DeliveryOutcome[]): Promise<number> {
  if (outcomes.length === 0) return 0;
  const all = outcomes.map(({ outcome }) => outcome);
  const { rowCount } = await client.query({
    name: 'write-outcomes',
    text: `with o as (
             select * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[])
               as t (id, state, code, reason, waiting_for, until, inputs)
           ), done as (
             update items set ended = true from o where set_id = $1 and delivery_id = o.id
           )
           update deliveries d set state = o.state, code = o.code, reason = o.reason, waiting_for = o.waiting_for,
             waiting_until = o.until, ended_at = clock_timestamp(), max_set = null,
             inputs = case when d.rule = 'transition' then d.inputs when not d.dry_run and not (select dry_run from sets where id = $1) then o.inputs end
           from o where d.id = o.id and d.set_id = $1 and d.epoch = $2 and d.state = 'running'`,
    values: [
      ref.setId,
      ref.epoch,
      outcomes.map(({ deliveryId }) => deliveryId),
      all.map((outcome) => outcome.state),
      all.map((outcome) => outcome.code),
      all.map((outcome) => outcome.reason),
      all.map((outcome) => (outcome.state === 'waiting' ? outcome.waitingFor : undefined)),
      all.map((outcome) =>
        outcome.state === 'waiting' && outcome.untilMs !== undefined ? new Date(outcome.untilMs) : undefined,
      ),
      outcomes.map(({ outcome: { state }, inputs }) => (state === 'succeeded' || state === 'skipped' ? inputs : undefined)),
    ],
  });
  return rowCount ?? 0;
}

/** Frees the lanes of a set that hold no running delivery of it any more. Lock order as in `acceptEvents`. */
async function freeLanes(client: pg.PoolClient, setId: string): Promise<void> {
  await client.query({
    name: 'lock-lanes',
    text: 'select id from lanes where set_id = $1 order by integration, key for update',
    values: [setId],
  });
  await client.query({
    name: 'free-lanes',
    text: `update lanes l set set_id = null,
             state = case when head.due_at is null then 'idle' else 'ready' end,
             due_at = head.due_at,
             settle_by = head.settle_by,
             urgent = coalesce(head.urgent, false),
             last_success_seq = greatest(l.last_success_seq, ended.seq),
             inputs = coalesce(ended.inputs, l.inputs),
             inputs_at = case when ended.inputs is null then l.inputs_at else clock_timestamp() end
           from lanes same
           left join lateral (
             ${LANE_HEAD}
             from (select due_at, settle_at, settle_by, urgent, seq from deliveries where lane_id = same.id and state = 'pending' order by seq limit 200) p
           ) head on true
           left join lateral (
             select max(seq) filter (where state = 'succeeded') as seq,
               -- Behind a deletion nothing counts as known: a record that comes back is looked at again.
               (array_agg(inputs order by seq desc) filter (where (inputs is not null or action = 'deleted') and rule is distinct from 'transition'))[1] as inputs
             from deliveries where set_id = $1 and lane_id = same.id and state in ('succeeded', 'skipped')
           ) ended on true
           where l.id = same.id and same.set_id = $1
             and not exists (select 1 from deliveries d where d.set_id = $1 and d.state = 'running' and d.lane_id = same.id)`,
    values: [setId],
  });
}

async function endSetWhenEmpty(client: pg.PoolClient, setId: string): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'end-set',
    text: `update sets set state = 'ended', ended_at = clock_timestamp(),
             result = (select jsonb_object_agg(state, n) from (select state, count(*) as n from deliveries where set_id = $1 group by state) c)
           where id = $1 and not exists (select 1 from deliveries where set_id = $1 and state = 'running')`,
    values: [setId],
  });
  return rowCount === 1;
}
