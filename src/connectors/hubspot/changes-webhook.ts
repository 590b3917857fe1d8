import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import type { CounterpartObject } from '../counterpart.ts';
import type { CounterpartReading, ToldEdit } from '../counterpart-source.ts';
import { idText, optionalText } from '../form-payload.ts';
import { objectType } from './objects.ts';

/**
 * Up to a hundred changes in one call, `contact.propertyChange` or, in the newer form, `object.propertyChange` with the number of the
 * object (developers.hubspot.com, "Webhooks"). An event may come twice and its id is not sure to be its own, so that a repeat is known by all
 * that it says but for the number of the attempt. A merge makes a third record out of two: whichever is linked is looked at.
 */
export function readChanges({ body }: HookRequest, object: CounterpartObject): CounterpartReading {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { kind: 'refused', path: 'body', problem: 'The body is not JSON.' };
  }
  const read = Payload.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { kind: 'refused', path: issue?.path.map(String).join('.') || 'body', problem: `This is not what HubSpot sends: ${issue?.message ?? 'another shape'}.` };
  }
  const wanted = read.data.filter((event) => concerns(event, object));
  const ids = new Set(wanted.flatMap(idsOf));
  if (ids.size === 0) return { kind: 'ignored', what: [...new Set(read.data.map(({ subscriptionType }) => subscriptionType))].join(', ') };
  return { kind: 'changed', ids: [...ids], key: keyOf(wanted) };
}

/** The values that a webhook tells. Nothing is read of one that has another shape by now. */
export function editsIn(body: Uint8Array): readonly ToldEdit[] {
  const read = Payload.safeParse(JSON.parse(new TextDecoder().decode(body)));
  return (read.data ?? []).flatMap(({ objectId, propertyName, propertyValue, occurredAt }) =>
    objectId === undefined || propertyName === undefined || occurredAt === undefined || typeof propertyValue !== 'string' ? [] : [{ id: objectId, field: propertyName, value: propertyValue, atMs: occurredAt }]);
}

type Event = z.output<typeof Event>;
const Event = z.looseObject({
  subscriptionType: z.string(),
  objectTypeId: idText,
  objectId: idText,
  eventId: idText,
  occurredAt: z.number().optional(),
  propertyName: optionalText,
  propertyValue: z.unknown().optional(),
  primaryObjectId: idText,
  mergedObjectIds: z.array(idText).nullish().transform((ids) => ids ?? []),
  newObjectId: idText,
  fromObjectId: idText,
});
const Payload = z.array(Event).max(1000);

/** Whether it is about the object that is kept in step and, of a change of a property, about one of its fields. */
function concerns({ subscriptionType, objectTypeId, propertyName }: Event, { name, fields }: CounterpartObject): boolean {
  const [subject = ''] = subscriptionType.split('.');
  const isOwn = objectType(subject === 'object' ? (objectTypeId ?? '') : subject) === objectType(name);
  return isOwn && (propertyName === undefined || propertyName === '' || fields.includes(propertyName));
}

/** In a merge the first one prevails, so that the pair it belongs to is the one that stays. */
function idsOf({ subscriptionType, objectId, primaryObjectId, mergedObjectIds, newObjectId, fromObjectId }: Event): readonly string[] {
  const ids = subscriptionType.endsWith('.merge') ? [primaryObjectId, ...mergedObjectIds, newObjectId, objectId] : [objectId ?? fromObjectId];
  return ids.filter((id): id is string => id !== undefined && /^\d{1,20}$/.test(id));
}

function keyOf(events: readonly Event[]): string {
  const parts = events.map((event) => JSON.stringify([event.subscriptionType, event.objectTypeId, event.eventId, event.occurredAt, event.propertyName, event.propertyValue, idsOf(event)]));
  return createHash('sha256').update(parts.sort().join('\n')).digest('base64url');
}
