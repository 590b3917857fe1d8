import { createHash } from 'node:crypto';
import { Refusal } from './errors.ts';

/** A record event as Twenty posts it (observed on 2.21). `record` is the full state after the change, before it for `destroyed`. */
export interface TwentyEvent {
  /** Singular name of the object, `opportunity`. */
  readonly object: string;
  readonly action: 'created' | 'updated' | 'deleted' | 'restored' | 'destroyed';
  readonly recordId: string;
  /** ISO 8601 instant of the record's last change; orders events of one record, which `eventDate` does not. */
  readonly updatedAt: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** Names only; Twenty sends no previous values. */
  readonly updatedFields: readonly string[];
}

/**
 * Reads a verified body. Undefined for events that are about the data model rather than a record (`metadata.*`). Throws a
 * `Refusal` with the path of what is wrong.
 */
export function readTwentyEvent(body: Uint8Array): TwentyEvent | undefined {
  const message = parse(body);
  const { eventName, record, updatedFields } = message;
  if (typeof eventName !== 'string') throw bad('eventName', 'a text such as "person.created"');
  const match = /^([A-Za-z][A-Za-z0-9]*)\.(created|updated|deleted|restored|destroyed)$/.exec(eventName);
  if (match === null) {
    if (eventName.startsWith('metadata.')) return undefined;
    throw bad('eventName', 'an object and an action such as "person.created"');
  }
  if (!isRecord(record)) throw bad('record', 'an object');
  if (typeof record['id'] !== 'string' || record['id'] === '') throw bad('record.id', 'a text');
  if (typeof record['updatedAt'] !== 'string') throw bad('record.updatedAt', 'an instant in ISO 8601');
  return {
    object: match[1]!,
    action: match[2] as TwentyEvent['action'],
    recordId: record['id'],
    updatedAt: record['updatedAt'],
    record,
    updatedFields: Array.isArray(updatedFields) ? updatedFields.filter((name) => typeof name === 'string') : [],
  };
}

/**
 * Twenty sends no event id and a new nonce per attempt, and every webhook of a workspace brings its own copy, so an event is
 * known by what it says: object, action, record, time of change, and a hash of the record.
 */
export function twentyDedupeKey(event: TwentyEvent): string {
  const hash = createHash('sha256').update(JSON.stringify(event.record)).digest('base64url');
  return `${event.object}.${event.action}:${event.recordId}:${event.updatedAt}:${hash}`;
}

function parse(body: Uint8Array): Record<string, unknown> {
  let message: unknown;
  try {
    message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new Refusal('invalid_json', { path: 'body', cause });
  }
  if (!isRecord(message)) throw bad('', 'a JSON object');
  return message;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bad(path: string, expected: string): Refusal {
  const where = path === '' ? 'body' : `body.${path}`;
  return new Refusal('invalid_value', { message: `${where} must be ${expected}.`, path: where });
}
