import { v5 as uuidv5 } from 'uuid';
import { boundedKey } from './accept.ts';
import type { Database } from './database.ts';
import { storableJson } from './json.ts';
import type { SetRef } from './settle.ts';
import { inTransaction } from './transaction.ts';

/** Some of the records that a delivery selects, and how far the selecting has come with them. */
export interface SelectedPage {
  /** The delivery that selects; its event and its being a dry run are the records', too. */
  readonly deliveryId: string;
  readonly recordIds: readonly string[];
  readonly urgent: boolean;
  /** Merged into the selecting item in the same commit, so that a page counts once. */
  readonly progress: object;
}

const NAMESPACE = '7f0a65e3-404d-56cf-ab4b-b9fc094afebe';

/** A selected record has one delivery of an event and integration, however often it is selected. */
export function selectedDeliveryId(eventId: string, integration: string, recordId: string): string {
  return uuidv5(`${eventId}/${integration}/${recordId}`, NAMESPACE);
}

/**
 * Adds a delivery for each record to the event of the delivery that selects it, in the record's own lane. Answers how many were
 * new; undefined when the set's epoch is over and nothing was done.
 */
export function addSelected(database: Database, ref: SetRef, page: SelectedPage): Promise<number | undefined> {
  return inTransaction(database, async (client) => {
    const { rows } = await client.query<{ event_id: string; integration: string }>({
      name: 'lock-selecting',
      // The set's row is locked, so that an attempt believed dead and its successor add one after the other.
      text: `select d.event_id, d.integration from sets s join deliveries d on d.set_id = s.id and d.epoch = s.epoch
             where s.id = $1 and s.epoch = $2 and s.state in ('claimed', 'started') and d.id = $3 and d.state = 'running' for update of s`,
      values: [ref.setId, ref.epoch, page.deliveryId],
    });
    const selecting = rows[0];
    if (selecting === undefined) return undefined;
    const recordIds = [...new Set(page.recordIds)];
    const added = await client.query({
      name: 'add-selected',
      text: ADD,
      values: [
        page.deliveryId,
        page.urgent,
        recordIds.map((id) => selectedDeliveryId(selecting.event_id, selecting.integration, id)),
        recordIds,
        recordIds.map(boundedKey),
      ],
    });
    await client.query({
      name: 'note-selected',
      text: 'update items set data = data || $3::jsonb where set_id = $1 and delivery_id = $2',
      values: [ref.setId, page.deliveryId, storableJson(page.progress)],
    });
    return added.rowCount ?? 0;
  });
}

// Lanes are locked in the order in which accepting and settling lock them, and before their deliveries are numbered.
const ADD = `
  with wanted as (
    select s.event_id, e.source, s.integration, s.dry_run, t.id, t.record_id, t.lane_key, t.position
    from deliveries s join events e on e.id = s.event_id cross join unnest($3::uuid[], $4::text[], $5::text[]) with ordinality as t (id, record_id, lane_key, position)
    where s.id = $1 and not exists (select 1 from deliveries known where known.id = t.id)
  ), sources as (
    insert into lane_sources (integration, source) select distinct integration, source from wanted on conflict do nothing
  ), lane as (
    insert into lanes as l (integration, key, source, state, urgent, due_at)
      select integration, lane_key, source, 'ready', $2::boolean, clock_timestamp() from wanted order by integration, lane_key
    on conflict (integration, key) do update set
      state = case when l.state = 'idle' then excluded.state else l.state end,
      source = case when l.state = 'idle' then excluded.source else l.source end,
      due_at = case when l.state = 'idle' or l.settle_by is not null or excluded.urgent and not l.urgent then excluded.due_at else l.due_at end,
      settle_by = null,
      urgent = l.urgent or excluded.urgent
    returning id, integration, key
  )
  insert into deliveries (id, event_id, integration, lane_id, urgent, state, dry_run, record_id)
    select w.id, w.event_id, w.integration, l.id, $2::boolean, 'pending', w.dry_run, w.record_id
    from wanted w join lane l on l.integration = w.integration and l.key = w.lane_key order by w.position`;

/** The workflow id of the run that took up an event, once it has been started; undefined while there is none. */
export async function startedRun(database: Database, eventId: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ set_id: string }>({
    name: 'started-run',
    text: `select d.set_id from deliveries d join sets s on s.id = d.set_id where d.event_id = $1 and s.state <> 'claimed' order by d.seq limit 1`,
    values: [eventId],
  });
  return rows[0]?.set_id;
}
