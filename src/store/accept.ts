import { createHash } from 'node:crypto';
import type { Accepted, NewDelivery, NewEvent } from '../domain/event.ts';
import type { SeenRecord } from '../domain/record-event.ts';
import type { Database } from './database.ts';
import { newIds } from './ids.ts';

/**
 * Stores events with their deliveries in one commit and answers in the same order. An event whose (source, dedupe key) is
 * known, within its window if it has one, is not stored again and answers with the first one's id. No two of `events` may
 * have the same source and key. Any bad row fails the whole commit.
 */
export async function acceptEvents(database: Database, events: readonly NewEvent[]): Promise<readonly Accepted[]> {
  const ids = newIds(events.length);
  const keys = events.map(({ dedupe }) => boundedKey(dedupe.key));
  const wanted = events.flatMap((event, index) => event.deliveries.map((delivery) => ({ ...delivery, eventId: ids[index], source: event.source })));
  const deliveryIds = newIds(wanted.length);
  const large = events.findIndex(({ body }) => body.byteLength > LARGE_BYTES);
  const records = events.some(({ record, deliveries }) => record !== undefined || deliveries.some((delivery) => delivery.record !== undefined));
  const { rows } = await database.pool.query<{ source: string; key: string; event_id: string }>({
    name: records ? 'accept-record-events' : 'accept-events',
    text: records ? ACCEPT_RECORDS : ACCEPT,
    // Two texts of JSON are quicker to write than seventeen arrays; what comes back is only who was there before.
    values: [
      JSON.stringify(events.map(({ source, dedupe, contentType, headers, body, verdict, record }, index) => ({
        id: ids[index], source, key: keys[index], window_ms: dedupe.windowMs, content_type: contentType, headers, body: index === large ? undefined : base64(body), verdict,
        ...(record === undefined ? {} : seenColumns(record)),
      }))),
      JSON.stringify(wanted.map(({ eventId, source, integration, laneKey, urgency, outcome, dryRun, record, workflowType }, index) => ({
        id: deliveryIds[index], event_id: eventId, source, integration, lane_key: boundedKey(laneKey), urgent: urgency === 'urgent',
        state: outcome?.state ?? 'pending', code: outcome?.code, reason: outcome?.reason, dry_run: dryRun ?? false, workflow_type: workflowType,
        ...(record === undefined ? {} : recordColumns(record)),
      }))),
      large === -1 ? null : bytesOf(events[large]!.body),
    ],
  });
  const first = new Map(rows.map((row) => [`${row.source}\0${row.key}`, row.event_id]));
  return events.map(({ source }, index) => {
    const eventId = first.get(`${source}\0${keys[index]!}`);
    return { eventId: eventId ?? ids[index]!, repeat: eventId !== undefined };
  });
}

/** A large body goes as bytes of its own: as text in the JSON it would be held in memory five times. One of each commit does; there are hardly ever two. */
const LARGE_BYTES = 256 * 1024;

/** Keys are index entries, which Postgres limits to about 2,700 bytes: long ones are replaced by their hash. */
export function boundedKey(key: string): string {
  return key.length <= 200 ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`;
}

function seenColumns({ workspace, object, id, action, updatedAt, hash, deleted }: SeenRecord) {
  return { workspace, object, record_id: id, action, updated_at: updatedAt, hash, deleted };
}

function recordColumns({ id, action, rule, settle, everyEdit }: NonNullable<NewDelivery['record']>) {
  return {
    record_id: id, action, rule: rule?.kind, inputs: rule?.kind === 'awaited' ? undefined : rule?.inputs, matches: rule?.kind === 'transition' ? rule.matches : undefined,
    quiet_ms: settle?.quietMs, max_ms: settle?.maxMs, every_edit: everyEdit,
  };
}

function base64(bytes: Uint8Array): string {
  return bytesOf(bytes).toString('base64');
}

function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const LANES = `lane as (
    insert into lanes as l (integration, key, source, state, urgent, due_at)
      select integration, lane_key, min(source), case when bool_or(state = 'pending') then 'ready' else 'idle' end,
             bool_or(urgent and state = 'pending'), clock_timestamp()
      from wanted group by integration, lane_key order by integration, lane_key
    on conflict (integration, key) do update set
      state = case when l.state = 'idle' then excluded.state else l.state end,
      source = case when l.state = 'idle' then excluded.source else l.source end,
      due_at = case when l.state = 'idle' or l.settle_by is not null or excluded.urgent and not l.urgent then excluded.due_at else l.due_at end,
      settle_by = null,
      urgent = l.urgent or excluded.urgent
    returning id, integration, key
  )`;

// A record that is being edited is left alone until it has been quiet, but not for ever; what does not settle is due at once.
const LANES_SETTLING = `lane as (
    insert into lanes as l (integration, key, source, state, urgent, due_at, settle_by)
      select integration, lane_key, min(source), case when bool_or(news) then 'ready' else 'idle' end, bool_or(urgent and news),
             clock_timestamp() + case when bool_and(quiet_ms is not null) then least(max(quiet_ms), min(max_ms)) else 0 end * interval '1 millisecond',
             case when bool_and(quiet_ms is not null) then clock_timestamp() + min(max_ms) * interval '1 millisecond' end
      from (select *, state = 'pending' and not stale as news from wanted) w group by integration, lane_key order by integration, lane_key
    on conflict (integration, key) do update set
      state = case when l.state = 'idle' then excluded.state else l.state end,
      source = case when l.state = 'idle' then excluded.source else l.source end,
      due_at = case when l.state = 'idle' or excluded.urgent and not l.urgent then excluded.due_at
                    when excluded.state = 'idle' then l.due_at
                    when excluded.settle_by is null then least(l.due_at, excluded.due_at)
                    when l.settle_by is null then l.due_at
                    else least(l.settle_by, greatest(l.due_at, excluded.due_at)) end,
      settle_by = case when l.state = 'idle' or excluded.state <> 'idle' and excluded.settle_by is null then excluded.settle_by else l.settle_by end,
      urgent = l.urgent or excluded.urgent
    returning id, integration, key
  )`;

const SEEN_INPUT = ', workspace text, object text, record_id text, action text, updated_at timestamptz, hash text, deleted boolean';
const SEEN_NAMES = ', workspace, object, record_id, action, updated_at, hash, deleted';
const RECORD_INPUT = ', record_id text, action text, rule text, inputs text, matches boolean, quiet_ms float8, max_ms float8, every_edit boolean';
const RECORD_NAMES = ', record_id, action, rule, inputs, matches, quiet_ms, max_ms, every_edit';
const RECORD_VALUES = `, w.record_id, w.action, w.rule, w.inputs, w.matches,
             clock_timestamp() + w.quiet_ms * interval '1 millisecond', clock_timestamp() + w.max_ms * interval '1 millisecond'`;
const STALE_STATE = `case when w.stale and w.state = 'pending' then 'skipped' else w.state end,
             case when w.stale and w.state = 'pending' then 'stale' else w.code end,
             case when w.stale and w.state = 'pending' then 'A state of the record at least as new is known already.' else w.reason end`;

// What the events say of their records, the newest of each counting. A creation is news until it is known, a destruction too.
const NOTED = `noted as (
    insert into seen as s (workspace, object, record_id, updated_at, hash, deleted, created_known, destroyed)
      select workspace, object, record_id, max(updated_at), (array_agg(hash order by updated_at desc, position desc))[1],
             (array_agg(deleted order by updated_at desc, position desc))[1], bool_or(action = 'created'), bool_or(action = 'destroyed')
      from input where object is not null and id in (select id from fresh)
      group by workspace, object, record_id order by workspace, object, record_id
    on conflict (workspace, object, record_id) do update set
      was_updated_at = s.updated_at, was_hash = s.hash, was_deleted = s.deleted, was_created_known = s.created_known, was_destroyed = s.destroyed,
      updated_at = greatest(s.updated_at, excluded.updated_at),
      hash = case when excluded.updated_at >= s.updated_at then excluded.hash else s.hash end,
      deleted = case when excluded.updated_at >= s.updated_at then excluded.deleted else s.deleted end,
      created_known = s.created_known or excluded.created_known,
      destroyed = s.destroyed or excluded.destroyed
    returning workspace, object, record_id, was_updated_at, was_hash, was_deleted, was_created_known, was_destroyed
  ), stale as (
    select i.id as event_id from input i join noted n using (workspace, object, record_id)
    where (i.action <> 'created' or n.was_created_known) and (i.action <> 'destroyed' or n.was_destroyed)
      and (i.updated_at < n.was_updated_at or i.updated_at = n.was_updated_at and i.hash = n.was_hash and i.deleted = n.was_deleted
           or exists (select 1 from input e where (e.workspace, e.object, e.record_id) = (i.workspace, i.object, i.record_id)
                      and e.position < i.position and e.updated_at > i.updated_at))
  ), `;

const ACCEPT = acceptStatement(false);
const ACCEPT_RECORDS = acceptStatement(true);

/**
 * Lanes are locked in the order (integration, key) here and in `settle`, so that the two never wait for each other in a ring.
 * The lane is locked before its delivery is numbered: within a lane, seq is the order of commits.
 */
function acceptStatement(records: boolean): string {
  return `
  with input as (
    select * from rows from (json_to_recordset($1::json) as (
      id uuid, source text, key text, window_ms bigint, content_type text, headers jsonb, body text, verdict text${records ? SEEN_INPUT : ''}
    )) with ordinality as t (id, source, key, window_ms, content_type, headers, body, verdict${records ? SEEN_NAMES : ''}, position)
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
      select i.id, i.source, i.key, i.content_type, i.headers, coalesce(decode(i.body, 'base64'), $3::bytea), i.verdict
      from input i join keys k on k.event_id = i.id
    returning id
  ), ${records ? NOTED : ''}wanted as (
    select d.*${records ? ', n.event_id is not null and d.every_edit is not true as stale' : ''} from rows from (json_to_recordset($2::json) as (
      id uuid, event_id uuid, source text, integration text, lane_key text, urgent boolean, state text, code text, reason text, dry_run boolean, workflow_type text${records ? RECORD_INPUT : ''}
    )) with ordinality as d (id, event_id, source, integration, lane_key, urgent, state, code, reason, dry_run, workflow_type${records ? RECORD_NAMES : ''}, position)
    ${records ? 'left join stale n on n.event_id = d.event_id' : ''}
    where d.event_id in (select id from fresh)
  ), sources as (
    insert into lane_sources (integration, source) select distinct integration, source from wanted on conflict do nothing
  ), ${records ? LANES_SETTLING : LANES}, delivered as (
    insert into deliveries (id, event_id, integration, lane_id, urgent, state, code, reason, dry_run, ended_at, workflow_type${records ? ', record_id, action, rule, inputs, matches, settle_at, settle_by' : ''})
      select w.id, w.event_id, w.integration, l.id, w.urgent, ${records ? STALE_STATE : 'w.state, w.code, w.reason'}, w.dry_run,
             case when ${records ? "w.state = 'pending' and not w.stale" : "w.state = 'pending'"} then null else clock_timestamp() end, w.workflow_type${records ? RECORD_VALUES : ''}
      from wanted w join lane l on l.integration = w.integration and l.key = w.lane_key
      order by w.position
  )
  select source, key, event_id from keys k where not exists (select 1 from input i where i.id = k.event_id)`;
}
