/** What happened to a record. `deleted` is soft (into the trash), `destroyed` is for good. */
export type RecordAction = 'created' | 'updated' | 'deleted' | 'restored' | 'destroyed';

/** A change of one Twenty record, however we learnt of it. `record` is the full state after the change, before it for `destroyed`. */
export interface RecordEvent {
  /** Singular name of the object, `opportunity`. */
  readonly object: string;
  readonly action: RecordAction;
  readonly recordId: string;
  /** ISO 8601 instant; undefined when the record does not say. */
  readonly createdAt: string | undefined;
  /** ISO 8601 instant of the record's last change; orders events of one record, which `eventDate` does not. */
  readonly updatedAt: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** Names only; Twenty sends no previous values. Empty when nobody knows which fields changed. */
  readonly updatedFields: readonly string[];
  /** `webhook`: Twenty told us. `catch-up`: we found it by reading. */
  readonly origin: 'webhook' | 'catch-up';
}

/** What the inbox notes of a record event, to tell news from what is known. */
export interface SeenRecord {
  readonly workspace: string;
  readonly object: string;
  readonly id: string;
  readonly action: RecordAction;
  readonly updatedAt: string;
  /** Of what anyone watches of the record, the same for a webhook's record and for one that was read. */
  readonly hash: string;
  /** It lies in the trash. */
  readonly deleted: boolean;
}

/**
 * How a delivery of a record event is weighed when it is claimed. `change`: it runs unless its watched inputs are those of the
 * last success. `transition`: it runs only when the record has come to match since it was last looked at. `awaited`: it makes no run
 * of its own, but what waits for this record's data goes on.
 */
export type RecordRule =
  | { readonly kind: 'change'; readonly inputs: string }
  | { readonly kind: 'transition'; readonly inputs: string; readonly matches: boolean }
  | { readonly kind: 'awaited' };

/** Wait until the record has been quiet for `quietMs`, but no longer than `maxMs` after its first change. */
export interface Settling {
  readonly quietMs: number;
  readonly maxMs: number;
}

/** Part of a message that is not as it should be. */
export interface MessageProblem {
  /** `record.id`; empty for the whole message. */
  readonly path: string;
  readonly expected: string;
}

const EVENT_NAME = /^([A-Za-z][A-Za-z0-9]*)\.(created|updated|deleted|restored|destroyed)$/;

/**
 * Reads a record event as Twenty posts it (observed on 2.21); what catch-up finds is stored in the same shape with `origin`
 * added. Undefined for events about the data model (`metadata.*`).
 */
export function readRecordEvent(message: unknown): RecordEvent | MessageProblem | undefined {
  if (!isObject(message)) return { path: '', expected: 'a JSON object' };
  const { eventName, record, updatedFields, origin } = message;
  if (typeof eventName !== 'string') return { path: 'eventName', expected: 'a text such as "person.created"' };
  if (eventName.startsWith('metadata.')) return undefined;
  const match = EVENT_NAME.exec(eventName);
  if (match === null) return { path: 'eventName', expected: 'an object and an action such as "person.created"' };
  if (!isObject(record)) return { path: 'record', expected: 'an object' };
  const { id, createdAt, updatedAt } = record;
  if (typeof id !== 'string' || id === '') return { path: 'record.id', expected: 'a text' };
  if (typeof updatedAt !== 'string' || Number.isNaN(Date.parse(updatedAt))) return { path: 'record.updatedAt', expected: 'an instant in ISO 8601' };
  return {
    object: match[1]!,
    action: match[2] as RecordAction,
    recordId: id,
    createdAt: typeof createdAt === 'string' ? createdAt : undefined,
    updatedAt,
    record,
    updatedFields: Array.isArray(updatedFields) ? updatedFields.filter((name) => typeof name === 'string') : [],
    origin: origin === 'catch-up' ? 'catch-up' : 'webhook',
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
