import type { RecordAction } from '../domain/record-event.ts';
import type { Database } from './database.ts';
import type { SetRef } from './settle.ts';
import { storableJson } from './json.ts';

/** A claimed delivery with the event it stands for. */
export interface ClaimedDelivery {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly receivedAt: Date;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Who sent it: `hook:contact-form`, `twenty:main`, `manual:lead-score`. */
  readonly source: string;
  /** The Twenty record it is about. */
  readonly recordId: string | undefined;
  /** What happened to the record; undefined when nothing did, as with a start by hand. */
  readonly action: RecordAction | undefined;
  /** True when a newer delivery of the lane has already succeeded: then only blanks may be filled. */
  readonly fillOnly: boolean;
  /** How often it has been claimed; more than once means that an earlier run may have done part of the work. */
  readonly claims: number;
}

/** What a run knows of one of its deliveries. */
export interface Item<T> {
  readonly deliveryId: string;
  readonly position: number;
  readonly data: T;
}

const OPEN_SET = `exists (select 1 from sets where id = $1 and epoch = $2 and state in ('claimed', 'started'))`;

/** The deliveries still running under a set and its epoch, in order; none when the epoch is over. */
export async function loadDeliveries(database: Database, ref: SetRef): Promise<readonly ClaimedDelivery[]> {
  const { rows } = await database.pool.query<{
    id: string; event_id: string; received_at: Date; content_type: string; headers: Record<string, string>; body: Buffer | null; fill_only: boolean; claims: number;
    source: string; record_id: string | null; action: RecordAction | null;
  }>({
    name: 'load-deliveries',
    text: `select d.id, d.event_id, d.claims, d.record_id, d.action, e.source, e.received_at, e.content_type, e.headers, e.body,
             d.fill_only or coalesce(l.last_success_seq > d.seq, false) as fill_only
           from deliveries d join events e on e.id = d.event_id join lanes l on l.id = d.lane_id
           where d.set_id = $1 and d.epoch = $2 and d.state = 'running' and ${OPEN_SET} order by d.seq`,
    values: [ref.setId, ref.epoch],
  });
  return rows.map((row) => ({
    deliveryId: row.id, eventId: row.event_id, receivedAt: row.received_at, contentType: row.content_type,
    headers: row.headers, body: row.body ?? new Uint8Array(), source: row.source,
    recordId: row.record_id ?? undefined, action: row.action ?? undefined, fillOnly: row.fill_only, claims: row.claims,
  }));
}

/** How many deliveries there are, and which: without their bodies, which may be large. */
export async function loadDeliveryIds(database: Database, ref: SetRef): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ id: string }>({
    name: 'load-delivery-ids',
    text: `select d.id from deliveries d where d.set_id = $1 and d.epoch = $2 and d.state = 'running' and ${OPEN_SET} order by d.seq`,
    values: [ref.setId, ref.epoch],
  });
  return rows.map(({ id }) => id);
}

/** Stores the normalised values of a set's members; those stored by an earlier attempt stay as they are. */
export async function insertItems(database: Database, ref: SetRef, items: readonly Item<object>[]): Promise<void> {
  await database.pool.query({
    name: 'insert-items',
    text: `insert into items (set_id, delivery_id, position, data)
           select $1, t.id, t.position, t.data::jsonb from unnest($3::uuid[], $4::int[], $5::text[]) as t (id, position, data)
           where ${OPEN_SET} on conflict do nothing`,
    values: [
      ref.setId, ref.epoch, items.map((item) => item.deliveryId), items.map((item) => item.position),
      items.map((item) => storableJson(item.data)),
    ],
  });
}

/** The members that have not ended, in order; none when the epoch is over. */
export async function loadItems<T>(database: Database, ref: SetRef): Promise<readonly Item<T>[]> {
  const { rows } = await database.pool.query<{ delivery_id: string; position: number; data: T }>({
    name: 'load-items',
    text: `select delivery_id, position, data from items where set_id = $1 and not ended and ${OPEN_SET} order by position`,
    values: [ref.setId, ref.epoch],
  });
  return rows.map((row) => ({ deliveryId: row.delivery_id, position: row.position, data: row.data }));
}

/** Top-level keys to be merged into a member's values. */
export interface ItemPatch {
  readonly deliveryId: string;
  readonly data: object;
}

/** Merges top-level keys into members' values. */
export async function patchItems(database: Database, ref: SetRef, patches: readonly ItemPatch[]): Promise<void> {
  if (patches.length === 0) return;
  await database.pool.query({
    name: 'patch-items',
    text: `update items i set data = i.data || t.data::jsonb from unnest($3::uuid[], $4::text[]) as t (id, data)
           where i.set_id = $1 and i.delivery_id = t.id and ${OPEN_SET}`,
    values: [ref.setId, ref.epoch, patches.map((patch) => patch.deliveryId), patches.map((patch) => storableJson(patch.data))],
  });
}
