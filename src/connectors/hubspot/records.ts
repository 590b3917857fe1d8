import { z } from 'zod';
import { isBlank, type Value } from '../../domain/sync.ts';
import type { CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import { modifiedProperty } from './objects.ts';

/** Ids of the records that were merged into this one, with semicolons between them. */
const MERGED = 'hs_merged_object_ids';

const property = z.union([z.string(), z.number(), z.boolean()]).nullable().transform((value) => (value === null ? null : String(value)));

export type CrmRecord = z.output<typeof CrmRecord>;
export const CrmRecord = z.object({
  id: z.string(), properties: z.record(z.string(), property).default({}), updatedAt: z.string().optional(), archived: z.boolean().default(false), objectWriteTraceId: z.string().optional(),
});

/** What is asked of a record beside its id. Properties that there are none of are left out of an answer, which names no mistake. */
export function propertiesOf({ name, fields }: CounterpartObject): readonly string[] {
  return [...new Set([...fields, modifiedProperty(name), MERGED])];
}

/** HubSpot holds texts; an empty one is none. The time of the last change, to the millisecond, stands for a version: it has nothing better. */
export function recordOf({ name, fields }: CounterpartObject, record: CrmRecord): CounterpartRecord {
  const changedAtMs = changedAtOf(name, record);
  const standsFor = mergedInto(record);
  return {
    id: record.id,
    fields: Object.fromEntries(fields.map((field) => [field, record.properties[field] || null])),
    ...(Number.isNaN(changedAtMs) ? {} : { changedAtMs, version: new Date(changedAtMs).toISOString() }),
    archived: record.archived,
    ...(standsFor.length === 0 ? {} : { standsFor }),
  };
}

/** Milliseconds since 1970; NaN when HubSpot does not say. */
export function changedAtOf(name: string, { properties, updatedAt }: CrmRecord): number {
  return Date.parse(properties[modifiedProperty(name)] ?? updatedAt ?? '');
}

export function mergedInto({ properties }: CrmRecord): readonly string[] {
  return (properties[MERGED] ?? '').split(';').map((id) => id.trim()).filter((id) => id !== '');
}

/** A value as HubSpot is sent it: an empty text empties a property, several choices stand with semicolons between them. */
export function textOf(value: Value): string {
  if (isBlank(value)) return '';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null) ? value.map(String).join(';') : JSON.stringify(value);
}
