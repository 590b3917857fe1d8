import { createHash } from 'node:crypto';
import { ConnectorError } from '../../domain/failure.ts';
import type { Value } from '../../domain/sync.ts';
import type { CounterpartObject, CounterpartRecord } from '../counterpart.ts';
import { valueAt } from '../generic/pages.ts';
import type { HttpAnswer } from '../http/client.ts';
import { fieldAt } from './field-paths.ts';
import type { Resource } from './settings.ts';

export const SERVICE = 'generic-counterpart';

/** A record as the API gives it. */
export type Raw = Readonly<Record<string, Value>>;

/** What the API gives as a record of this object. `answer`: of the request that was about this record alone. */
export function recordOf(resource: Resource, object: CounterpartObject, raw: unknown, answer?: HttpAnswer): CounterpartRecord {
  const record = rawOf(object, raw);
  const id = idOf(resource, record);
  if (id === undefined) throw malformed(`a record of ${object.name} has no id at “${resource.id ?? 'id'}”`);
  const missing = missingIn(resource, object, record);
  if (missing !== undefined) {
    throw new ConnectorError(SERVICE, 'rejected', `${SERVICE}: a record of ${object.name} has no field ${missing}. Correct its name in the sync; or write omitsEmpty: true in the connection, if the API leaves out what is empty.`);
  }
  const fields = Object.fromEntries(object.fields.map((name) => [name, fieldAt(record, name) ?? null]));
  const changed = resource.changedAt === undefined ? undefined : valueAt(SERVICE, resource.changedAt, record);
  const changedAtMs = instantOf(changed);
  return {
    id, fields, version: versionOf(resource, record, answer, [changed ?? null, fields] as unknown as Value),
    ...(changedAtMs === undefined ? {} : { changedAtMs }),
    archived: resource.archived !== undefined && isFilled(valueAt(SERVICE, resource.archived, record)),
  };
}

/** A field that is not even empty: it may have been renamed, and must not be taken for one that was emptied on every record. */
export function missingIn({ omitsEmpty }: Resource, object: CounterpartObject, raw: unknown): string | undefined {
  return omitsEmpty ? undefined : object.fields.find((name) => fieldAt(raw, name) === undefined);
}

export function rawOf({ name }: CounterpartObject, raw: unknown): Raw {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw malformed(`where a record of ${name} is expected, the answer has none`);
  return raw as Raw;
}

/** The id of a record; undefined when it has none. */
export function idOf({ id = 'id' }: Pick<Resource, 'id'>, raw: unknown): string | undefined {
  const found = valueAt(SERVICE, id, raw);
  return (typeof found === 'string' && found !== '') || typeof found === 'number' ? String(found) : undefined;
}

export function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false && value !== 0 && value !== 'false';
}

export function malformed(what: string): ConnectorError {
  return new ConnectorError(SERVICE, 'malformed', `${SERVICE}: ${what}`);
}

/** Where the API has no version, the fields that are looked at stand for it, with the time of the last change. */
function versionOf({ version }: Resource, record: Raw, answer: HttpAnswer | undefined, content: Value): string | undefined {
  if (version === undefined) return createHash('sha256').update(JSON.stringify(sorted(content))).digest('base64url').slice(0, 22);
  const found = typeof version === 'object' ? answer?.headers[version.header.toLowerCase()] : valueAt(SERVICE, version, record);
  return (typeof found === 'string' && found !== '') || typeof found === 'number' ? String(found) : undefined;
}

function sorted(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value as Raw).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, one]) => [key, sorted(one)]);
}

/** ISO 8601, in UTC unless it says otherwise; or a Unix time in seconds or milliseconds. */
function instantOf(value: unknown): number | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d{9,13}(\.\d+)?$/.test(value) ? Number(value) : undefined;
  if (number !== undefined) return Math.round(number < 1e11 ? number * 1000 : number);
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  const text = value.trim().replace(' ', 'T');
  const atMs = Date.parse(/T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
  return Number.isNaN(atMs) ? undefined : atMs;
}
