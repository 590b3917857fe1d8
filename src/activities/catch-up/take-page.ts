import type { RoutedEvent } from '../../config/record-routing.ts';
import type { FoundRecord } from '../../connectors/twenty/index.ts';
import type { NewDelivery, NewEvent } from '../../domain/event.ts';
import type { RecordAction, RecordEvent } from '../../domain/record-event.ts';
import { isProbeId } from '../../domain/probe.ts';
import { acceptEvents } from '../../store/accept.ts';
import { findSeen, noteSeen, type Sight } from '../../store/seen.ts';
import { findStanding } from '../../store/standing.ts';
import { probesAmong } from '../../store/setup.ts';
import { type Comparison, newsOf } from '../../workflows/catch-up/rules.ts';
import { found, type ObjectReader } from './object-reader.ts';

/**
 * Puts what a page of records tells anew into the inbox, in one commit, and then notes the records that made no event, so that
 * they are not looked at again. Doing it twice changes nothing. Answers how many events were new.
 */
export async function takePage(reader: ObjectReader, page: readonly FoundRecord[], comparison: Comparison): Promise<number> {
  const { deps, ref } = reader;
  const probes = await probesAmong(deps.database, page.map(({ id }) => id).filter(isProbeId));
  const records = page.filter(({ id }) => !probes.has(id));
  const seen = await findSeen(deps.database, ref, records.map(({ id }) => id));
  const looks = records.map((record) => {
    const now = found(reader, record);
    const known = seen.get(record.id);
    const news = newsOf(now, known, comparison);
    return { record, now, known, news, events: eventsOf(reader, record, news), looksTheSame: known?.hash === now.hash && !known.deleted && now.deletedAtMs === undefined };
  });
  const standing = await findStanding(deps.database, looks.flatMap(({ looksTheSame, events }) => (looksTheSame ? deliveriesOf(events) : [])));
  const events: NewEvent[] = [];
  const sights: Sight[] = [];
  for (const { record, now, known, news, events: own } of looks) {
    const worth = own.filter(({ record: of, deliveries }) => of?.action === 'created' || !deliveries.every((delivery) => standing.has(delivery)));
    if (worth.length > 0) events.push(...worth);
    else if (known === undefined || news.length > 0 || now.hash !== known.hash) {
      sights.push({ id: record.id, updatedAt: record.updatedAt, hash: now.hash, deleted: now.deletedAtMs !== undefined, createdKnown: news.includes('created') });
    }
  }
  const accepted = events.length === 0 ? [] : await acceptEvents(deps.database, events);
  await noteSeen(deps.database, ref, sights);
  return accepted.filter(({ repeat }) => !repeat).length;
}

function deliveriesOf(events: readonly NewEvent[]): readonly NewDelivery[] {
  return events.flatMap(({ deliveries }) => deliveries);
}

/** The events of one record: each integration gets the most telling of them that it listens to. */
function eventsOf(reader: ObjectReader, record: FoundRecord, actions: readonly RecordAction[]): readonly NewEvent[] {
  const served = new Set<string>();
  return actions.flatMap((action) => {
    const routed = route(reader, recordEvent(reader.ref.object, action, record));
    const deliveries = routed?.deliveries.filter(({ integration }) => !served.has(integration)) ?? [];
    for (const { integration } of deliveries) served.add(integration);
    return routed === undefined || deliveries.length === 0 ? [] : [inboxEvent(reader, action, record, { ...routed, deliveries })];
  });
}

/** The event of a record that is gone: nothing is left of it but its id and when it was last heard of. */
export function destroyedEvent(reader: ObjectReader, id: string, updatedAt: string): NewEvent | undefined {
  const record: FoundRecord = { id, createdAt: updatedAt, updatedAt };
  const routed = route(reader, { ...recordEvent(reader.ref.object, 'destroyed', record), createdAt: undefined });
  return routed && inboxEvent(reader, 'destroyed', { id, updatedAt }, routed);
}

function recordEvent(object: string, action: RecordAction, record: FoundRecord): RecordEvent {
  const { id: recordId, createdAt, updatedAt } = record;
  // Nobody knows which fields changed.
  return { object, action, recordId, createdAt, updatedAt, record, updatedFields: [], origin: 'catch-up' };
}

/** What an integration's own condition makes of a record must not stop the reading of all others. */
function route({ route: decide, deps, ref }: ObjectReader, event: RecordEvent): RoutedEvent | undefined {
  try {
    return decide(event);
  } catch (error) {
    deps.log('a condition failed on a record', { object: ref.object, record: event.recordId, problem: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** In the shape in which Twenty posts events, so that one reader reads both. */
function inboxEvent({ ref }: ObjectReader, action: RecordAction, record: object, { dedupe, record: seen, deliveries }: RoutedEvent): NewEvent {
  const body = { eventName: `${ref.object}.${action}`, objectMetadata: { nameSingular: ref.object }, eventDate: new Date().toISOString(), record, origin: 'catch-up' };
  return {
    source: `twenty:${ref.workspace}`,
    dedupe,
    record: seen,
    contentType: 'application/json',
    headers: {},
    body: new TextEncoder().encode(JSON.stringify(body)),
    verdict: 'read by catch-up',
    deliveries,
  };
}
