import type { DeliveryState } from '../domain/delivery.ts';
import type { Database } from './database.ts';
import { refreshLanes } from './lanes.ts';
import { inTransaction } from './transaction.ts';

/** What a person may do with deliveries that stand in front of them. */
export type HandAction = 'retry' | 'discard' | 'release' | 'replay';

/** Which deliveries: one by id, or all with an outcome code, of one integration or of all. */
export interface HandSelector {
  readonly deliveryId?: string;
  readonly code?: string;
  readonly integration?: string;
}

/** What an action would do, before it is done. */
export interface HandPlan {
  readonly action: HandAction;
  readonly count: number;
  readonly byIntegration: Readonly<Record<string, number>>;
  /** Up to 20 of them, oldest first. */
  readonly deliveries: readonly { id: string; integration: string; state: DeliveryState; code: string | undefined; reason: string | undefined }[];
  /** What has been done outside for them already and will not be done again, and what was tried: counted by step and state. */
  readonly effects: readonly { step: string; target: string; state: string; count: number }[];
}

const FROM: Record<HandAction, readonly DeliveryState[]> = {
  retry: ['failed', 'waiting', 'held'],
  release: ['held'],
  discard: ['pending', 'failed', 'waiting', 'held'],
  replay: ['skipped'],
};

/** Says how many deliveries an action would touch and which effects they already have; changes nothing. */
export async function planAction(database: Database, action: HandAction, selector: HandSelector): Promise<HandPlan> {
  const { where, values } = condition(action, selector);
  const counts = await database.pool.query<{ integration: string; count: number }>(
    `select d.integration, count(*) as count from deliveries d where ${where} group by d.integration order by 1`, values);
  const sample = await database.pool.query<{ id: string; integration: string; state: DeliveryState; code: string | null; reason: string | null }>(
    `select id, integration, state, code, reason from deliveries d where ${where} order by seq limit 20`, values);
  const effects = await database.pool.query<{ step: string; target: string; state: string; count: number }>(
    `select e.step, e.target, e.state, count(distinct e.key) as count from deliveries d
     join effect_members m on m.delivery_id = d.id join effects e on e.key = m.effect_key
     where ${where} group by e.step, e.target, e.state order by 1, 3`, values);
  return {
    action,
    count: counts.rows.reduce((sum, row) => sum + row.count, 0),
    byIntegration: Object.fromEntries(counts.rows.map((row) => [row.integration, row.count])),
    deliveries: sample.rows.map((row) => ({ ...row, code: row.code ?? undefined, reason: row.reason ?? undefined })),
    effects: effects.rows,
  };
}

/** Does what `planAction` said; returns how many deliveries it touched. `by` is kept with a discarded delivery. */
export function applyAction(database: Database, action: HandAction, selector: HandSelector, by: string): Promise<number> {
  const { where, values } = condition(action, selector);
  const by$ = `$${String(values.length + 1)}`;
  const change =
    action === 'discard'
      ? `state = 'discarded', code = 'discarded', reason = 'Discarded by ' || ${by$}::text || coalesce(': ' || d.reason, ''), ended_at = clock_timestamp()`
      : `state = 'pending', set_id = null, epoch = null, returns = 0, max_set = null, due_at = clock_timestamp(), waiting_for = null,
         waiting_until = null, ended_at = null, released = true, reason = 'Sent again by ' || ${by$}::text`;
  return inTransaction(database, async (client) => {
    await client.query(
      `select l.id from lanes l where l.id in (select d.lane_id from deliveries d where ${where}) order by l.integration, l.key for update`,
      values,
    );
    const { rows } = await client.query<{ lane_id: number }>(`update deliveries d set ${change} where ${where} returning lane_id`, [...values, by]);
    await refreshLanes(client, [...new Set(rows.map((row) => row.lane_id))]);
    return rows.length;
  });
}

/** A selector that names nothing selects nothing: an action is never on everything by slip. */
function condition(action: HandAction, selector: HandSelector): { where: string; values: unknown[] } {
  const values: unknown[] = [FROM[action]];
  const parts = ['d.state = any($1::text[])'];
  const add = (column: string, value: string): void => {
    values.push(value);
    parts.push(`${column} = $${String(values.length)}`);
  };
  if (selector.deliveryId !== undefined) add('d.id::text', selector.deliveryId);
  if (selector.code !== undefined) add('d.code', selector.code);
  if (selector.integration !== undefined) add('d.integration', selector.integration);
  // What was planned only because the integration was in dry run; a trial of a sample stays one.
  if (action === 'replay') parts.push(`d.code = 'dry_run' and not d.dry_run`);
  if (selector.deliveryId === undefined && selector.code === undefined) parts.push('false');
  return { where: parts.join(' and '), values };
}

/** Sends deliveries on whose waiting time is over, or which waited for a record that has changed; returns how many. */
export function wakeWaiting(database: Database): Promise<number> {
  return inTransaction(database, async (client) => {
    const { rows } = await client.query<{ lane_id: number }>(
      `update deliveries set state = 'pending', set_id = null, epoch = null, waiting_for = null, waiting_until = null, ended_at = null
       where id in (select id from deliveries where state in ('waiting', 'held', 'failed') and state = 'waiting' and waiting_until <= clock_timestamp()
                    limit 1000 for update skip locked) returning lane_id`,
    );
    const supplied = await client.query<{ lane_id: number }>(WAKE_SUPPLIED);
    const woken = [...rows, ...supplied.rows];
    if (woken.length > 0) await refreshLanes(client, [...new Set(woken.map((row) => row.lane_id))]);
    return woken.length;
  });
}

const WAKE_SUPPLIED = `
  with supplied as (
    select d.id from deliveries d where d.state = 'waiting' and d.waiting_for = 'data'
      and d.id in (select delivery_id from awaited where changed) limit 1000 for update skip locked
  ), forgotten as (
    delete from awaited where delivery_id in (select id from supplied)
  )
  update deliveries set state = 'pending', set_id = null, epoch = null, waiting_for = null, waiting_until = null, ended_at = null
  where id in (select id from supplied) returning lane_id`;
