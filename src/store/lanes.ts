import type pg from 'pg';

/**
 * What a lane is to be, from its pending deliveries: the head's due time, unless all of them settle; then quiet for a while
 * after the last change, but no later than the first allows.
 */
export const LANE_HEAD = `
  select case when bool_and(settle_at is not null) then least(min(settle_by), max(settle_at)) else (array_agg(due_at order by seq))[1] end as due_at,
         case when bool_and(settle_at is not null) then min(settle_by) end as settle_by, bool_or(urgent) as urgent`;

/** Brings lanes that no set holds in line with their pending deliveries. They are locked already. */
export async function refreshLanes(client: pg.PoolClient, laneIds: readonly number[]): Promise<void> {
  if (laneIds.length === 0) return;
  await client.query({
    name: 'refresh-lanes',
    text: `update lanes l set state = case when head.due_at is null then 'idle' else 'ready' end, due_at = head.due_at,
             settle_by = head.settle_by, urgent = coalesce(head.urgent, false)
           from lanes same left join lateral (
             ${LANE_HEAD} from (select due_at, settle_at, settle_by, urgent, seq from deliveries where lane_id = same.id and state = 'pending' order by seq limit 200) p
           ) head on true
           where l.id = same.id and l.id = any($1::bigint[]) and l.state <> 'running'`,
    values: [laneIds],
  });
}
