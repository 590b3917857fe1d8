import type pg from 'pg';

/**
 * Locks up to `limit` lanes with something due and answers them in order, urgent before bulk; those that another transaction
 * holds just now are left out. Sources of the integration take turns, oldest first within
 * each, so that a storm from one of them does not keep the others waiting. Up to `urgentSize` urgent lanes stand alone: bulk
 * ones would make their set a bulk one.
 */
export async function lockReadyLanes(client: pg.PoolClient, integration: string, limit: number, urgentSize: number): Promise<readonly number[]> {
  const { rows } = await client.query<{ id: number }>({ name: 'lock-ready-lanes', text: LOCK, values: [integration, limit, urgentSize] });
  return rows.map(({ id }) => id);
}

// One range of the index per source and class. Who begins among sources is left to chance: small sets must not always begin
// with the one whose lanes have waited longest.
const LOCK = `
  with due as (
    select l.id, r.urgent, row_number() over (partition by r.source, r.urgent order by l.due_at, l.id) as place
    from lane_ranges($1) r cross join lateral (
      select id, due_at from lanes
      where integration = $1 and source = r.source and urgent = r.urgent and state = 'ready'
        and due_at >= r.due_from and due_at <= statement_timestamp()
      order by due_at, id limit $2) l
  ), turns as materialized (
    select id, urgent, row_number() over (order by urgent desc, place, random()) as place, count(*) filter (where urgent) over () as urgent_lanes
    from due order by place limit $2
  )
  select l.id from turns cross join lateral (select id from lanes where id = turns.id and state = 'ready' for update skip locked) l
  where turns.urgent or turns.urgent_lanes = 0 or turns.urgent_lanes > $3 order by turns.place`;
