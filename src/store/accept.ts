import { createHash } from 'node:crypto';
import type { Accepted, NewEvent } from '../domain/event.ts';
import type { Database } from './database.ts';
import { newIds } from './ids.ts';

/**
 * Stores events with their deliveries in one commit and answers in the same order. An event whose (source, dedupe key) is
 * known, within its window if it has one, is not stored again and answers with the first one's id. No two of `events` may
 * have the same source and key. Any bad row fails the whole commit.
 */
export async function acceptEvents(database: Database, events: readonly NewEvent[]): Promise<readonly Accepted[]> {
  const ids = newIds(events.length);
  const wanted = events.flatMap((event, index) => event.deliveries.map((delivery) => ({ ...delivery, eventId: ids[index] })));
  const deliveryIds = newIds(wanted.length);
  const { rows } = await database.pool.query<{ event_id: string }>({
    name: 'accept-events',
    text: ACCEPT,
    // Two texts of JSON are quicker to write than seventeen arrays.
    values: [
      JSON.stringify(events.map(({ source, dedupe, contentType, headers, body, verdict }, index) => ({
        id: ids[index], source, key: boundedKey(dedupe.key), window_ms: dedupe.windowMs, content_type: contentType, headers, body: base64(body), verdict,
      }))),
      JSON.stringify(wanted.map(({ eventId, integration, laneKey, urgency, outcome, dryRun }, index) => ({
        id: deliveryIds[index], event_id: eventId, integration, lane_key: boundedKey(laneKey), urgent: urgency === 'urgent',
        state: outcome?.state ?? 'pending', code: outcome?.code, reason: outcome?.reason, dry_run: dryRun ?? false,
      }))),
    ],
  });
  return rows.map((row, index) => ({ eventId: row.event_id, repeat: row.event_id !== ids[index] }));
}

/** Keys are index entries, which Postgres limits to about 2,700 bytes: long ones are replaced by their hash. */
export function boundedKey(key: string): string {
  return key.length <= 200 ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

// Lanes are locked in the order (integration, key) here and in `settle`, so that the two never wait for each other in a ring.
// The lane is locked before its delivery is numbered: within a lane, seq is the order of commits.
const ACCEPT = `
  with input as (
    select * from rows from (json_to_recordset($1::json) as (
      id uuid, source text, key text, window_ms bigint, content_type text, headers jsonb, body text, verdict text
    )) with ordinality as t (id, source, key, window_ms, content_type, headers, body, verdict, position)
  ), keys as (
    insert into dedupe_keys as k (source, key, event_id, window_ms)
      select source, key, id, window_ms from input order by source, key
    on conflict (source, key) do update set
      event_id = case when k.window_ms is not null and k.seen_at < clock_timestamp() - k.window_ms * interval '1 millisecond'
                      then excluded.event_id else k.event_id end,
      seen_at = clock_timestamp()
    returning source, key, event_id
  ), fresh as (
    insert into events (id, source, dedupe_key, content_type, headers, body, verdict)
      select i.id, i.source, i.key, i.content_type, i.headers, decode(i.body, 'base64'), i.verdict
      from input i join keys k on k.event_id = i.id
    returning id
  ), wanted as (
    select d.* from rows from (json_to_recordset($2::json) as (
      id uuid, event_id uuid, integration text, lane_key text, urgent boolean, state text, code text, reason text, dry_run boolean
    )) with ordinality as d (id, event_id, integration, lane_key, urgent, state, code, reason, dry_run, position)
    where d.event_id in (select id from fresh)
  ), lane as (
    insert into lanes as l (integration, key, state, urgent, due_at)
      select integration, lane_key, case when bool_or(state = 'pending') then 'ready' else 'idle' end,
             bool_or(urgent and state = 'pending'), clock_timestamp()
      from wanted group by integration, lane_key order by integration, lane_key
    on conflict (integration, key) do update set
      state = case when l.state = 'idle' then excluded.state else l.state end,
      due_at = case when l.state = 'idle' then excluded.due_at else l.due_at end,
      urgent = l.urgent or excluded.urgent
    returning id, integration, key
  ), delivered as (
    insert into deliveries (id, event_id, integration, lane_id, urgent, state, code, reason, dry_run, ended_at)
      select w.id, w.event_id, w.integration, l.id, w.urgent, w.state, w.code, w.reason, w.dry_run,
             case when w.state = 'pending' then null else clock_timestamp() end
      from wanted w join lane l on l.integration = w.integration and l.key = w.lane_key
      order by w.position
  )
  select k.event_id from input i join keys k on k.source = i.source and k.key = i.key order by i.position`;
