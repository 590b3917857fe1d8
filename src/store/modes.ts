import type { Mode } from '../domain/mode.ts';
import type { Database } from './database.ts';

/** How an integration is run and since when, by whose word; never switched means live. */
export interface ModeView {
  readonly integration: string;
  readonly mode: Mode;
  readonly by: string | undefined;
  readonly at: Date | undefined;
  /** Deliveries that wait to be claimed. */
  readonly pending: number;
}

/** Switches integrations from the next claim on; runs that are open end as they began. Noted only where it changes something. */
export async function setMode(database: Database, integrations: readonly string[], mode: Mode, by: string): Promise<void> {
  await database.pool.query(
    `insert into integrations as i (name, mode, mode_by, mode_at) select name, $2, $3, clock_timestamp() from unnest($1::text[]) as t (name)
     on conflict (name) do update set mode = $2, mode_by = $3, mode_at = clock_timestamp() where i.mode <> $2`,
    [integrations, mode, by],
  );
}

/** How each of these integrations is run, in their order. */
export async function modesOf(database: Database, integrations: readonly string[]): Promise<readonly ModeView[]> {
  const { rows } = await database.pool.query<{ name: string; mode: Mode; mode_by: string | null; mode_at: Date | null; pending: number }>(
    `select n.name, coalesce(i.mode, 'live') as mode, i.mode_by, i.mode_at,
       (select count(*) from lanes l join deliveries d on d.lane_id = l.id and d.state = 'pending' where l.integration = n.name and l.state <> 'idle') as pending
     from unnest($1::text[]) with ordinality as n (name, place) left join integrations i on i.name = n.name order by n.place`,
    [integrations],
  );
  return rows.map((row) => ({ integration: row.name, mode: row.mode, by: row.mode_by ?? undefined, at: row.mode_at ?? undefined, pending: row.pending }));
}
