import { sql } from 'kysely';
import type { DeliveryState } from '../domain/delivery.ts';
import type { EffectState } from '../domain/effect.ts';
import type { Database } from './database.ts';
import { type FindingView, findingsOf } from './findings.ts';

/** An event as people see it: what came in and how it ended. */
export interface EventView extends EventRow {
  readonly verdict: string;
  readonly deliveries: readonly DeliveryView[];
}

export interface EventRow {
  readonly id: string;
  readonly source: string;
  /** ISO 8601 instants throughout. */
  readonly receivedAt: string;
  readonly contentType: string;
  readonly bytes: number;
}

export interface DeliveryView {
  readonly id: string;
  readonly integration: string;
  readonly state: DeliveryState;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  readonly createdAt: string;
  readonly endedAt: string | undefined;
  /** The workflow id of the run that holds or held it. */
  readonly run: string | undefined;
  /** Calls that its run has made to budgeted connections so far, for all of its deliveries together. */
  readonly runCalls: number | undefined;
  readonly effects: readonly EffectView[];
  /** Absent where nothing was found. */
  readonly findings?: readonly FindingView[];
}

export interface EffectView {
  readonly step: string;
  readonly target: string;
  readonly summary: string;
  readonly state: EffectState;
  /** Exactly what was, or would be, sent. */
  readonly request: unknown;
  readonly outsideId: string | undefined;
  readonly reason: string | undefined;
}

/** Filters for a list of events; newest first, `before` is the id of the last one seen. */
export interface EventQuery {
  readonly integration?: string;
  readonly state?: DeliveryState;
  readonly code?: string;
  readonly limit?: number;
  readonly before?: string;
}

export interface EventSummary extends EventRow {
  readonly deliveries: readonly Omit<DeliveryView, 'effects' | 'findings'>[];
}

/** A file of many rows has an effect for each; the first of them show what is done. */
const EFFECTS_SHOWN = 2_000;

/** One event with its deliveries, outcomes and effects (the first 2,000); undefined when the id is unknown or no UUID. */
export async function findEvent(database: Database, id: string): Promise<EventView | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined;
  const event = await database.db
    .selectFrom('events')
    .select(['id', 'source', 'received_at', 'content_type', 'verdict', sql<number>`coalesce(octet_length(body), 0)`.as('bytes')])
    .where('id', '=', id)
    .executeTakeFirst();
  if (event === undefined) return undefined;
  const deliveries = await deliveriesOf(database, [id]);
  const effects = await database.db
    .selectFrom('effect_members as m')
    .innerJoin('effects as e', 'e.key', 'm.effect_key')
    .select(['m.delivery_id', 'e.step', 'e.target', 'e.summary', 'e.state', 'e.request', 'e.outside_id', 'e.reason'])
    .where('m.delivery_id', 'in', deliveries.length === 0 ? ['00000000-0000-0000-0000-000000000000'] : deliveries.map((row) => row.id))
    .orderBy('e.created_at')
    .orderBy('e.key')
    .limit(EFFECTS_SHOWN)
    .execute();
  const findings = await findingsOf(database, deliveries.map((row) => row.id));
  return {
    ...eventRow(event),
    verdict: event.verdict,
    deliveries: deliveries.map(({ eventId: _, ...delivery }) => ({
      ...delivery,
      ...(findings.has(delivery.id) ? { findings: findings.get(delivery.id)! } : {}),
      effects: effects
        .filter((effect) => effect.delivery_id === delivery.id)
        .map((effect) => ({
          step: effect.step,
          target: effect.target,
          summary: effect.summary,
          state: effect.state,
          request: effect.request ?? undefined,
          outsideId: effect.outside_id ?? undefined,
          reason: effect.reason ?? undefined,
        })),
    })),
  };
}

/** The ids of the events that came for one lane of an integration, as of one record; oldest first. */
export async function eventsOfLane(database: Database, integration: string, key: string): Promise<readonly string[]> {
  const rows = await database.db
    .selectFrom('deliveries')
    .innerJoin('lanes', 'lanes.id', 'deliveries.lane_id')
    .select(['event_id'])
    .where('lanes.integration', '=', integration)
    .where('lanes.key', '=', key)
    .orderBy('deliveries.seq')
    .execute();
  return [...new Set(rows.map(({ event_id: id }) => id))];
}

/** Events with their outcomes, newest first. */
export async function listEvents(database: Database, query: EventQuery = {}): Promise<readonly EventSummary[]> {
  const { integration, state, code, before } = query;
  const filtered = integration !== undefined || state !== undefined || code !== undefined;
  let events = database.db
    .selectFrom('events')
    .select(['id', 'source', 'received_at', 'content_type', sql<number>`coalesce(octet_length(body), 0)`.as('bytes')])
    .orderBy('id', 'desc')
    .limit(query.limit ?? 50);
  if (before !== undefined) events = events.where('id', '<', before);
  if (filtered) {
    events = events.where((eb) => {
      let matching = eb.selectFrom('deliveries').select('deliveries.id').whereRef('deliveries.event_id', '=', 'events.id');
      if (integration !== undefined) matching = matching.where('integration', '=', integration);
      if (state !== undefined) matching = matching.where('state', '=', state);
      if (code !== undefined) matching = matching.where('code', '=', code);
      return eb.exists(matching);
    });
  }
  const rows = await events.execute();
  const deliveries = await deliveriesOf(database, rows.map((row) => row.id));
  return rows.map((row) => ({
    ...eventRow(row),
    deliveries: deliveries.filter((delivery) => delivery.eventId === row.id).map(({ eventId: _, ...delivery }) => delivery),
  }));
}

function eventRow(row: { id: string; source: string; received_at: Date; content_type: string; bytes: number }): EventRow {
  return { id: row.id, source: row.source, receivedAt: row.received_at.toISOString(), contentType: row.content_type, bytes: row.bytes };
}

async function deliveriesOf(database: Database, eventIds: readonly string[]): Promise<readonly (Omit<DeliveryView, 'effects' | 'findings'> & { eventId: string })[]> {
  if (eventIds.length === 0) return [];
  const rows = await database.db
    .selectFrom('deliveries')
    .leftJoin('sets', 'sets.id', 'deliveries.set_id')
    .select(['deliveries.id', 'event_id', 'deliveries.integration', 'deliveries.state', 'code', 'reason', 'created_at', 'deliveries.ended_at', 'set_id', 'calls'])
    .where('event_id', 'in', eventIds)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    eventId: row.event_id,
    integration: row.integration,
    state: row.state,
    code: row.code ?? undefined,
    reason: row.reason ?? undefined,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString(),
    run: row.set_id ?? undefined,
    runCalls: row.calls ?? undefined,
  }));
}
