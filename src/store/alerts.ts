import type { Database } from './database.ts';

/** A change in how an integration stands, for a person to know. */
export interface AlertChange {
  readonly integration: string;
  readonly state: 'ok' | 'attention' | 'connection';
  readonly reason: string;
  readonly since: Date;
}

/**
 * Compares how each integration stands with what was last announced and returns the changes, each once whoever asks.
 * `attention`: deliveries stand failed, held or waiting for a person. `connection`: a connection's breaker has been open for a
 * minute, or its credential is refused; what waits for a connection and goes on by itself is told of with it.
 */
export async function takeAlertChanges(
  database: Database,
  integrations: readonly { readonly name: string; readonly connections: readonly string[] }[],
): Promise<readonly AlertChange[]> {
  const needs = integrations.flatMap((integration) => integration.connections.map((connection) => ({ name: integration.name, connection })));
  const { rows } = await database.pool.query<{ name: string; alert_state: AlertChange['state']; alert_reason: string; alert_since: Date }>(
    `with broken as (
       select n.name, string_agg(b.connection || ': ' || coalesce(b.reason, 'out of order'), '; ') as reason
       from unnest($2::text[], $3::text[]) as n (name, connection) join breakers b on b.connection = n.connection
       where b.state <> 'closed' and (b.final or b.opened_at < clock_timestamp() - interval '1 minute') group by n.name
     ), stuck as (
       select d.integration as name, (array_agg(d.reason order by d.seq desc))[1] as reason
       from deliveries d where d.state in ('waiting', 'held', 'failed') and d.integration = any($1::text[])
         and (d.state <> 'waiting' or d.waiting_until is null or coalesce(d.waiting_for, '') not in ('credits', 'credential', 'service')) group by d.integration
     ), now_state as (
       select n.name, case when broken.name is not null then 'connection' when stuck.name is not null then 'attention' else 'ok' end as state,
         coalesce(broken.reason, stuck.reason, 'everything runs again') as reason
       from unnest($1::text[]) as n (name) left join broken using (name) left join stuck using (name)
     )
     update integrations i set alert_state = s.state, alert_reason = s.reason, alert_since = clock_timestamp()
     from now_state s where i.name = s.name and i.alert_state <> s.state
     returning i.name, i.alert_state, i.alert_reason, i.alert_since`,
    [integrations.map(({ name }) => name), needs.map(({ name }) => name), needs.map(({ connection }) => connection)],
  );
  return rows.map((row) => ({ integration: row.name, state: row.alert_state, reason: row.alert_reason, since: row.alert_since }));
}

/** Forgets what was announced, so that the next look announces it again: the announcement itself failed. */
export async function forgetAlert(database: Database, integration: string): Promise<void> {
  await database.pool.query(`update integrations set alert_state = 'unannounced' where name = $1`, [integration]);
}
