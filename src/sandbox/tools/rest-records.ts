import { createHash } from 'node:crypto';
import { dated, type Fields, problemWith, type StoredRecord, tidied } from './rest-record-shape.ts';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface RestRecordsOptions {
  readonly contacts?: readonly Fields[];
  readonly now?: () => number;
}

export interface RestRecordsStandIn extends StandIn {
  /** All contacts as the API shows them, in the order in which they were made. */
  contacts(): readonly StoredRecord[];
  /** What a person does over there, past the API. `merge` leaves the loser behind, saying what it was merged into. */
  add(fields: Fields): string;
  edit(id: string, fields: Fields): void;
  remove(id: string): void;
  merge(loser: string, winner: string): void;
  /** Nobody may write it from now on. */
  lock(id: string): void;
  /** Done once, right before the next request of this method is looked at. */
  meanwhile(method: string, act: () => void): void;
}

const KEY = 'rest-records-sandbox-key';
const DAY_MS = 86_400_000;
const MOST = 100;

interface Kept {
  readonly atMs: number;
  readonly digest: string;
  readonly answer: ToolAnswer;
}

/**
 * A CRM that nobody has heard of, with the manners of many: `/v1/contacts` with bearer tokens, lists by `updated_since` with a cursor (or `page`, and
 * `Link` headers beside), an ETag on each record, `If-Match`, `Idempotency-Key` for a day, unique e-mail addresses in lower case.
 */
export function restRecordsStandIn({ contacts: known = [], now = Date.now }: RestRecordsOptions = {}): RestRecordsStandIn {
  let records = new Map<string, StoredRecord>();
  let made = 0;
  let keys = new Map<string, Kept>();
  const locked = new Set<string>();
  const waiting: { readonly method: string; readonly act: () => void }[] = [];

  const store = (id: string, fields: Fields, before?: StoredRecord): StoredRecord => {
    const at = new Date(now()).toISOString();
    const version = (before?.version ?? 0) + 1;
    const record = dated({ ...tidied(fields), id, version, etag: `"${id}-${String(version)}"`, created_at: before?.created_at ?? at, updated_at: at });
    records.set(id, record);
    return record;
  };
  const add = (fields: Fields): StoredRecord => store(`con_${String((made += 1)).padStart(4, '0')}`, fields);
  const holder = (email: unknown, besides?: string): StoredRecord | undefined => [...records.values()].find((one) => one.id !== besides && one.merged_into === null && one.email !== null && one.email === email);
  for (const fields of known) add(fields);

  function write(fields: Fields, before?: StoredRecord): ToolAnswer {
    const problem = problemWith(fields, before);
    if (problem !== undefined) return refused(422, problem.code, problem.message, { field: problem.field });
    const clash = holder(tidied(fields)['email'], before?.id);
    if (clash !== undefined) return refused(409, 'email_taken', 'Another contact has this email', { existing_id: clash.id });
    const record = before === undefined ? add(fields) : store(before.id, fields, before);
    return { status: before === undefined ? 201 : 200, body: { data: record }, headers: { etag: record.etag, ...(before === undefined ? { location: `/v1/contacts/${record.id}` } : {}) }, changed: `${before === undefined ? 'made' : 'wrote'} ${record.id}` };
  }

  function create(request: ToolRequest): ToolAnswer {
    const key = request.headers['idempotency-key'];
    const digest = createHash('sha256').update(request.body).digest('hex');
    const kept = key === undefined ? undefined : keys.get(key);
    if (kept !== undefined && now() - kept.atMs < DAY_MS) {
      return kept.digest === digest ? { ...kept.answer, headers: { ...kept.answer.headers, 'idempotent-replayed': 'true' } } : refused(422, 'idempotency_key_reused', 'This Idempotency-Key came with another body before');
    }
    const answer = write(request.json() as Fields);
    const { status, body, headers = {} } = answer;
    if (key !== undefined && status === 201) keys.set(key, { atMs: now(), digest, answer: { status, body, headers } });
    return answer;
  }

  function change(request: ToolRequest, record: StoredRecord): ToolAnswer {
    if (locked.has(record.id)) return refused(403, 'locked', 'This contact is locked');
    const match = request.headers['if-match'];
    if (match !== undefined && match !== '*' && !match.split(',').some((one) => one.trim() === record.etag)) return refused(412, 'precondition_failed', 'The contact has changed since');
    if (request.method === 'DELETE') {
      records.delete(record.id);
      return { status: 204, changed: `deleted ${record.id}` };
    }
    const { email, name, job_title, score, address } = record;
    const own = { email, name, job_title, score, address };
    const fields = request.json() as Fields;
    const isPatch = request.method === 'PATCH';
    return write(isPatch ? { ...own, ...merged(own, fields) } : fields, record);
  }

  function list({ query, url }: ToolRequest): ToolAnswer {
    const limit = Number(query.get('limit') ?? 25);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) return refused(422, 'bad_limit', `limit must be a whole number from 1 to ${String(MOST)}`);
    const unknown = [...query.keys()].find((name) => !PARAMS.has(name));
    if (unknown !== undefined) return refused(422, 'unknown_parameter', `${unknown} is not a parameter of this list`);
    const since = query.get('updated_since');
    if (since !== null && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/.test(since)) return refused(422, 'bad_date', 'updated_since must be a date by ISO 8601');
    const [email, ids] = [query.get('email'), query.get('ids')?.split(',')];
    if (ids !== undefined && ids.length > MOST) return refused(422, 'too_many', `At most ${String(MOST)} ids`);
    const rank = (one: StoredRecord): string => `${one.updated_at}/${one.id}`;
    const all = [...records.values()]
      .filter((one) => (since === null || Date.parse(one.updated_at) >= Date.parse(since)) && (email === null || one.email === email.trim().toLowerCase()) && (ids === undefined || ids.includes(one.id)))
      .sort((a, b) => (since === null ? (a.id < b.id ? -1 : 1) : rank(a) < rank(b) ? -1 : 1));
    const page = query.get('page');
    if (page !== null) {
      if (!/^[1-9]\d*$/.test(page)) return refused(422, 'bad_page', 'page must be a whole number from 1 on');
      return { status: 200, body: { data: all.slice((Number(page) - 1) * limit, Number(page) * limit), total: all.length } };
    }
    const after = query.get('cursor') === null ? '' : read(query.get('cursor')!);
    if (after === undefined) return refused(400, 'bad_cursor', 'cursor is not known');
    const rest = all.filter((one) => after === '' || (since === null ? one.id : rank(one)) > after);
    const data = rest.slice(0, limit);
    const last = data.at(-1);
    const cursor = last === undefined || rest.length <= limit ? null : Buffer.from(`after:${since === null ? last.id : rank(last)}`).toString('base64url');
    const next = new URLSearchParams(query);
    next.set('cursor', cursor ?? '');
    return { status: 200, body: { data, next_cursor: cursor }, ...(cursor === null ? {} : { headers: { link: `<${url}/v1/contacts?${next.toString()}>; rel="next"` } }) };
  }

  function answer(request: ToolRequest): ToolAnswer {
    const index = waiting.findIndex(({ method }) => method === request.method);
    if (index !== -1) waiting.splice(index, 1)[0]!.act();
    if (request.headers['authorization'] !== `Bearer ${KEY}`) return { ...refused(401, 'unauthorized', 'Invalid or missing token'), headers: { 'www-authenticate': 'Bearer' } };
    const id = /^\/v1\/contacts(?:\/([^/]+))?$/.exec(request.path);
    if (id === null) return refused(404, 'no_route', 'There is nothing here');
    const writes = ['POST', 'PATCH', 'PUT'].includes(request.method);
    if (writes && !/^application\/json\b/.test(request.headers['content-type'] ?? '')) return refused(415, 'unsupported_media_type', 'Send JSON');
    const json = writes ? request.json() : {};
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return refused(400, 'bad_json', 'The body is no JSON object');
    if (id[1] === undefined) return request.method === 'GET' ? list(request) : request.method === 'POST' ? create(request) : refused(405, 'method_not_allowed', 'Not allowed here');
    const record = records.get(decodeURIComponent(id[1]));
    if (record === undefined) return refused(404, 'not_found', 'There is no such contact');
    if (request.method === 'GET') return { status: 200, body: { data: record }, headers: { etag: record.etag } };
    return ['PATCH', 'PUT', 'DELETE'].includes(request.method) ? change(request, record) : refused(405, 'method_not_allowed', 'Not allowed here');
  }

  const there = (id: string): StoredRecord => {
    const record = records.get(id);
    if (record === undefined) throw new Error(`There is no contact ${id}.`);
    return record;
  };
  return {
    name: 'rest-records',
    stands: 'api.records.example',
    env: (url) => ({ REST_RECORDS_URL: `${url}/v1`, REST_RECORDS_TOKEN: KEY }),
    contacts: () => [...records.values()],
    add: (fields) => add(fields).id,
    edit: (id, fields) => void store(id, merged(there(id), fields), there(id)),
    remove: (id) => void records.delete(there(id).id),
    merge: (loser, winner) => void store(loser, { ...there(loser), merged_into: there(winner).id }, there(loser)),
    lock: (id) => void locked.add(there(id).id),
    meanwhile: (method, act) => void waiting.push({ method, act }),
    answer: (request) => {
      const { headers, ...rest } = answer(request);
      return { ...rest, headers: { date: new Date(now()).toUTCString(), ...headers } };
    },
    tooMany: () => ({ ...refused(429, 'too_many_requests', 'Too many requests'), headers: { 'retry-after': '1' } }),
    broken: () => refused(500, 'internal', 'Something went wrong'),
    save: () => ({ records: [...records], made, keys: [...keys] }),
    load: (saved) => {
      const held = saved as { records: [string, StoredRecord][]; made: number; keys: [string, Kept][] };
      [records, made, keys] = [new Map(held.records), held.made, new Map(held.keys)];
    },
  };
}

const PARAMS = new Set(['limit', 'cursor', 'page', 'updated_since', 'email', 'ids']);

function read(cursor: string): string | undefined {
  return /^after:(.+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
}

/** As RFC 7396 merges: objects part by part, everything else as a whole. */
function merged(own: Fields, patch: Fields): Fields {
  const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
  return { ...own, ...Object.fromEntries(Object.entries(patch).map(([name, value]) => [name, isObject(value) && isObject(own[name]) ? merged(own[name], value) : value])) };
}

function refused(status: number, code: string, message: string, more: object = {}): ToolAnswer {
  return { status, body: { error: { code, message, ...more } } };
}
