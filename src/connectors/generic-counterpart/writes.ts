import { ConnectorError } from '../../domain/failure.ts';
import type { Value } from '../../domain/sync.ts';
import type { CounterpartCreate, CounterpartEnd, CounterpartRecord, CounterpartUpdate } from '../counterpart.ts';
import { saidBy } from '../generic/client.ts';
import { valueAt } from '../generic/pages.ts';
import type { HttpAnswer } from '../http/client.ts';
import { refusalOf } from '../http/json-call.ts';
import { branchesOf, fieldAt, withFields, withoutFields } from './field-paths.ts';
import { type Asking, GONE, jsonOf, later, one, type OneRecord, readAt } from './reads.ts';
import { idOf, missingIn, type Raw, recordOf, SERVICE } from './records.ts';
import type { CreateRequest, Request, Resource, UpdateRequest } from './settings.ts';

/** Makes a record. A refusal that is about this record is an end; what may pass, and what is wrong with the connection, is thrown. */
export async function createOne(asking: Asking, { key, fields }: CounterpartCreate): Promise<CounterpartEnd> {
  const { client, object, call, resource: { create, forbids } } = asking;
  return orRejected(async () => {
    const answer = await client.fetch(create, { object: object.name, key, record: withFields({}, fields) }, call, { headers: create.headers, answers: [...create.exists.statuses, ...own403(forbids)], changes: true, idempotencyKey: key });
    if (answer.status >= 400) {
      const { id } = create.exists;
      const known = id === undefined ? undefined : idOf({ id }, orNothing(answer));
      const message = wordsOf(create, answer);
      return isDuplicate(create, answer) ? { status: 'exists', id: known, message } : { status: 'rejected', message };
    }
    const made = readAt(create, jsonOf(answer));
    const id = (made === undefined || made === null ? undefined : idOf(asking.resource, made)) ?? locatedAt(answer);
    if (id === undefined) throw new ConnectorError(SERVICE, 'malformed', `${SERVICE}: the answer to a new record of ${object.name} does not say its id`, { outcomeUnknown: true });
    // Who cannot read at once what it has just made holds what it was sent, as far as anybody knows.
    return { status: 'done', record: (await writtenRecord(asking, id, fields, made, answer)) ?? { id, fields: Object.fromEntries(object.fields.map((name) => [name, fields[name] ?? null])) } };
  });
}

/**
 * Writes what differs. With a version the API is told to refuse when the record has changed since; where it has no versions, or takes the
 * record as a whole, the record is looked at right before, so that only an edit within the moment between can be missed.
 */
export async function updateOne(asking: Asking, row: CounterpartUpdate): Promise<CounterpartEnd> {
  const { client, object, call, resource: { update, version, forbids } } = asking;
  const takesVersions = version !== undefined && (update.ifMatch !== false || JSON.stringify([update.query, update.body]).includes('{version}'));
  return orRejected(async () => {
    const looks = update.whole !== false || (row.version !== undefined && !takesVersions);
    const now = looks ? await one(asking, row.id) : undefined;
    if (looks && now === undefined) return { status: 'gone' };
    if (now !== undefined && row.version !== undefined && now.record.version !== row.version) return { status: 'changed' };
    // The ETag that came with the look covers what is left of the moment; a weak one matches nothing (RFC 9110, 13.1.1).
    const etag = version === undefined ? (now?.etag?.startsWith('W/') === true ? undefined : now?.etag) : (row.version ?? now?.record.version);
    const condition: Record<string, string> = update.ifMatch === false || etag === undefined ? {} : { 'if-match': update.ifMatch.replaceAll('{version}', etag) };
    const input = { object: object.name, id: row.id, version: version === undefined ? undefined : etag, record: bodyOf(update, row.fields, now?.raw) };
    const answer = await client.fetch(update, input, looks ? later(call) : call, { headers: { ...update.headers, ...condition }, answers: [...GONE, 409, 412, ...own403(forbids)], changes: true });
    if (GONE.includes(answer.status)) return { status: 'gone' };
    if (answer.status >= 400) return refusedUpdate(asking, row, answer, now);
    const written = await writtenRecord(asking, row.id, row.fields, readAt(update, jsonOf(answer)), answer);
    return written === undefined ? { status: 'gone' } : { status: 'done', record: written };
  });
}

/** Takes a record out of sight, or deletes it. What is gone already stays so. */
export async function removeOne({ client, object, call, resource }: Asking, id: string, forGood: boolean): Promise<void> {
  const request = forGood ? resource.remove : (resource.archive ?? resource.remove);
  await client.fetch(request, { object: object.name, id }, call, { headers: request.headers, answers: GONE, changes: true });
}

/**
 * A conflict may be of the version or of a value that another record holds, and a condition may be refused by who does not understand it: whether
 * the record has changed since it was read is seen by looking.
 */
async function refusedUpdate(asking: Asking, row: CounterpartUpdate, answer: HttpAnswer, before: OneRecord | undefined): Promise<CounterpartEnd> {
  const { resource: { create, update }, call } = asking;
  const rejected: CounterpartEnd = { status: 'rejected', message: wordsOf(update, answer) };
  const version = row.version ?? before?.record.version;
  if (version === undefined || answer.status === 403 || (create.exists.code !== undefined && isDuplicate(create, answer))) return rejected;
  const now = await one({ ...asking, call: later(call) }, row.id);
  if (now === undefined) return { status: 'gone' };
  if (now.record.version !== version || (before !== undefined && now.etag !== before.etag)) return { status: 'changed' };
  if (answer.status === 409) return rejected;
  return { status: 'rejected', message: `${SERVICE}: it refuses the version that it gave itself (412). If it takes no conditions, write update: { ifMatch: false } in the connection.` };
}

function bodyOf({ whole, omit }: UpdateRequest, fields: CounterpartUpdate['fields'], raw: Raw | undefined): Raw {
  if (whole === false || raw === undefined) return withFields({}, fields);
  return withFields(whole === true ? withoutFields(raw, omit) : branchesOf(raw, Object.keys(fields)), fields);
}

/** What the API holds after a write: as it answered, or as it is read again where the answer does not bring all that was written. */
async function writtenRecord(asking: Asking, id: string, sent: CounterpartUpdate['fields'], raw: unknown, answer: HttpAnswer): Promise<CounterpartRecord | undefined> {
  const { resource, object, call } = asking;
  const holds = ([name, value]: readonly [string, Value]): boolean => value === null || value === '' || fieldAt(raw, name) !== undefined;
  const isWhole = raw !== undefined && raw !== null && idOf(resource, raw) === id && Object.entries(sent).every(holds) && missingIn(resource, object, raw) === undefined;
  if (isWhole) return recordOf(resource, object, raw, answer);
  try {
    return (await one({ ...asking, call: later(call) }, id))?.record;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    // The write is through, whatever became of the reading.
    throw new ConnectorError(SERVICE, error.kind === 'rejected' ? 'malformed' : error.kind, error.message, { cause: error, outcomeUnknown: true, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) });
  }
}

function own403(forbids: Resource['forbids']): readonly number[] {
  return forbids === 'record' ? [403] : [];
}

function isDuplicate({ exists }: CreateRequest, answer: HttpAnswer): boolean {
  if (!exists.statuses.includes(answer.status)) return false;
  return exists.code === undefined || exists.code.is.includes(String(valueAt(SERVICE, exists.code.at, orNothing(answer))));
}

function wordsOf({ method }: Pick<Request<never>, 'method'>, answer: HttpAnswer): string {
  return refusalOf({ service: SERVICE, method, refusal: saidBy }, answer).message;
}

/** The last part of the address of what was made (RFC 9110, Location). */
function locatedAt({ headers }: HttpAnswer): string | undefined {
  const last = headers['location']?.split(/[?#]/)[0]?.split('/').findLast((part) => part !== '');
  return last === undefined ? undefined : decodeURIComponent(last);
}

/** A refusal without JSON says nothing more. */
function orNothing(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return null;
  }
}

async function orRejected(write: () => Promise<CounterpartEnd>): Promise<CounterpartEnd> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'rejected') return { status: 'rejected', message: error.message };
    throw error;
  }
}
