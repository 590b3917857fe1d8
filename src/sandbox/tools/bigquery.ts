import { createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';
import { SAMPLE_TABLES, type SampleTable, selectFrom, type WarehouseHands, type WarehouseStandInOptions } from './warehouse-tables.ts';

const PROJECT = 'acme-analytics';
const TOKEN = 'bigquery-sandbox-token';
const EMAIL = `sluice@${PROJECT}.iam.gserviceaccount.com`;
const KEY_ID = 'sandbox-key-1';

let keys: { readonly privateKey: string; readonly publicKey: string } | undefined;
/** Made when it is needed: a key pair takes a moment. */
function keyPair(): NonNullable<typeof keys> {
  return (keys ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }));
}

interface Job {
  readonly table: SampleTable;
  readonly wantsMicros: boolean;
  left: number;
}

/** BigQuery's REST API (cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query): jobs, and their results in pages. */
export function bigQueryStandIn({ tables = SAMPLE_TABLES, slow = 0 }: WarehouseStandInOptions = {}): StandIn & WarehouseHands {
  let held = tables;
  let run = 0;
  const jobs = new Map<string, Job>();
  const byRequest = new Map<string, string>();

  const start = (body: Readonly<Record<string, unknown>>): ToolAnswer => {
    const { query, useLegacySql, requestId, maxResults = 1_000, formatOptions } = body;
    if (typeof query !== 'string' || query === '') return refused(400, 'required', 'Required parameter is missing: query');
    if (useLegacySql !== false) return refused(400, 'invalidQuery', 'Legacy SQL is not for this stand-in.');
    if (requestId !== undefined && (typeof requestId !== 'string' || requestId.length > 36)) return refused(400, 'invalid', 'Invalid value for requestId: at most 36 ASCII characters.');
    const known = typeof requestId === 'string' ? byRequest.get(requestId) : undefined;
    if (known !== undefined && jobs.has(known)) return page(known, 0, Number(maxResults));
    const selected = selectFrom(held, query);
    if (!selected.ok) return selected.what === 'table' ? refused(404, 'notFound', `Not found: Table ${PROJECT}:default.${selected.name} was not found in location EU`)
      : refused(400, 'invalidQuery', selected.what === 'column' ? `Unrecognized name: ${selected.name} at [1:8]` : `Syntax error: Unexpected identifier "${selected.name}" at [1:1]`);
    run += 1;
    const id = `job_${randomUUID()}`;
    jobs.set(id, { table: selected.table, left: slow, wantsMicros: (formatOptions as { readonly useInt64Timestamp?: unknown } | undefined)?.useInt64Timestamp === true });
    if (typeof requestId === 'string') byRequest.set(requestId, id);
    return page(id, 0, Number(maxResults));
  };
  const page = (jobId: string, from: number, size: number): ToolAnswer => {
    const job = jobs.get(jobId)!;
    const jobReference = { projectId: PROJECT, jobId, location: 'EU' };
    if (job.left > 0) {
      job.left -= 1;
      return { status: 200, body: { kind: 'bigquery#queryResponse', jobReference, jobComplete: false } };
    }
    const { columns, rows } = job.table;
    const shown = rows.slice(from, from + size).map((row) => ({ f: row.map((cell, index) => ({ v: encoded(cell, columns[index]!.type, job.wantsMicros) })) }));
    const next = from + size;
    return { status: 200, body: {
      kind: 'bigquery#queryResponse', jobReference, jobComplete: true, totalRows: String(rows.length), cacheHit: false, totalBytesProcessed: '1024',
      schema: { fields: columns.map(({ name, type }) => ({ name, type: TYPES[type], mode: 'NULLABLE' })) },
      ...(shown.length === 0 ? {} : { rows: shown }), ...(next < rows.length ? { pageToken: `BT${String(next)}` } : {}),
    } };
  };
  return {
    name: 'bigquery',
    stands: 'bigquery.googleapis.com',
    env: (url) => ({ BIGQUERY_BASE_URL: url, BIGQUERY_TOKEN: TOKEN, BIGQUERY_SERVICE_ACCOUNT: JSON.stringify({ type: 'service_account', project_id: PROJECT, private_key_id: KEY_ID, private_key: keyPair().privateKey, client_email: EMAIL, token_uri: 'https://oauth2.googleapis.com/token' }) }),
    answer: (request) => {
      if (!isAllowed(request)) return refused(401, 'authError', 'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.', 'UNAUTHENTICATED');
      const [, job] = /^\/bigquery\/v2\/projects\/acme-analytics\/queries(?:\/([^/]+))?$/.exec(request.path) ?? [undefined, undefined];
      if (request.path.endsWith('/queries') && request.method === 'POST') return start((request.json() ?? {}) as Readonly<Record<string, unknown>>);
      if (job === undefined || request.method !== 'GET') return refused(404, 'notFound', 'Not found.');
      if (!jobs.has(job) || request.query.get('location') !== 'EU') return refused(404, 'notFound', `Not found: Job ${PROJECT}:${job}`);
      const token = request.query.get('pageToken');
      if (token !== null && !/^BT\d+$/.test(token)) return refused(400, 'invalid', 'Invalid value for: pageToken is not a valid value');
      return page(job, token === null ? 0 : Number(token.slice(2)), Number(request.query.get('maxResults') ?? 1_000));
    },
    tooMany: () => refused(403, 'rateLimitExceeded', 'Exceeded rate limits: too many api requests per user per method for this user_method.'),
    broken: () => refused(503, 'backendError', 'Visibility check was unavailable. Please retry the request.'),
    queries: () => run,
    hold: (others) => void (held = others),
    forget: () => {
      jobs.clear();
      byRequest.clear();
    },
  };
}

const TYPES: Readonly<Record<SampleTable['columns'][number]['type'], string>> = { number: 'NUMERIC', text: 'STRING', day: 'DATE', instant: 'TIMESTAMP', 'yes-no': 'BOOLEAN' };

function encoded(cell: string | number | boolean | null, type: keyof typeof TYPES, wantsMicros: boolean): string | null {
  if (cell === null) return null;
  if (type !== 'instant') return String(cell);
  const atMs = Date.parse(String(cell));
  return wantsMicros ? `${String(atMs)}000` : (atMs / 1000).toExponential();
}

function refused(code: number, reason: string, message: string, status = 'INVALID_ARGUMENT'): ToolAnswer {
  return { status: code, body: { error: { code, message, errors: [{ message, domain: 'global', reason }], status } } };
}

function isAllowed({ headers }: ToolRequest): boolean {
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  if (token === TOKEN) return true;
  const [header = '', payload = '', signature = ''] = token.split('.');
  try {
    const { alg, kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as Readonly<Record<string, unknown>>;
    const { iss, sub, aud, iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>;
    const nowS = Date.now() / 1000;
    return alg === 'RS256' && kid === KEY_ID && iss === EMAIL && sub === EMAIL && aud === 'https://bigquery.googleapis.com/' && typeof exp === 'number' && typeof iat === 'number' && exp > nowS && exp - iat <= 3600
      && verify('sha256', Buffer.from(`${header}.${payload}`), createPublicKey(keyPair().publicKey), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
