import { createHash, createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';
import { SAMPLE_TABLES, type SampleTable, selectFrom, type WarehouseHands, type WarehouseStandInOptions } from './warehouse-tables.ts';

const ACCOUNT = 'MYORG-MYACCOUNT';
const USER = 'SLUICE';
const TOKEN = 'snowflake-sandbox-pat';
const OAUTH_TOKEN = 'snowflake-sandbox-oauth';

let keys: { readonly privateKey: string; readonly publicKey: string } | undefined;
/** Made when it is needed: a key pair takes a moment. */
function keyPair(): NonNullable<typeof keys> {
  return (keys ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }));
}

interface Statement {
  readonly table: SampleTable;
  left: number;
}

/** Snowflake's SQL API (docs.snowflake.com/en/developer-guide/sql-api): statements with handles, results in partitions, the later ones packed. */
export function snowflakeStandIn({ tables = SAMPLE_TABLES, pageRows = 1_000, slow = 0 }: WarehouseStandInOptions = {}): StandIn & WarehouseHands {
  let held = tables;
  let run = 0;
  const statements = new Map<string, Statement>();
  const byRequest = new Map<string, string>();

  const submit = (request: ToolRequest): ToolAnswer => {
    const { statement } = (request.json() ?? {}) as { readonly statement?: unknown };
    if (typeof statement !== 'string' || statement.trim() === '') return { status: 400, body: { code: '391902', message: 'Unable to parse the request body: statement is missing.' } };
    const requestId = request.query.get('requestId');
    const known = request.query.get('retry') === 'true' && requestId !== null ? byRequest.get(requestId) : undefined;
    if (known !== undefined && statements.has(known)) return result(known, 0);
    const handle = randomUUID();
    const selected = selectFrom(held, statement);
    if (!selected.ok) return { status: 422, body: failure(selected, handle) };
    run += 1;
    statements.set(handle, { table: selected.table, left: slow });
    if (requestId !== null) byRequest.set(requestId, handle);
    return result(handle, 0);
  };
  const result = (handle: string, partition: number): ToolAnswer => {
    const statement = statements.get(handle)!;
    if (statement.left > 0) {
      statement.left -= 1;
      return { status: 202, body: { code: '333334', message: 'Asynchronous execution in progress. Use provided query id to perform query monitoring and management.', statementHandle: handle, statementStatusUrl: `/api/v2/statements/${handle}` } };
    }
    const { table } = statement;
    const sizes = Array.from({ length: Math.max(1, Math.ceil(table.rows.length / pageRows)) }, (_, index) => Math.min(pageRows, table.rows.length - index * pageRows));
    if (partition >= sizes.length) return { status: 400, body: { code: '391917', message: `Invalid partition ${String(partition)}.` } };
    const data = table.rows.slice(partition * pageRows, (partition + 1) * pageRows).map((row) => row.map((cell, index) => encoded(cell, table.columns[index]!.type)));
    if (partition > 0) return { status: 200, body: { data }, headers: { 'content-encoding': 'gzip' } };
    return { status: 200, body: {
      resultSetMetaData: { numRows: table.rows.length, format: 'jsonv2', partitionInfo: sizes.map((rowCount) => ({ rowCount, uncompressedSize: rowCount * 40 })), rowType: table.columns.map(({ name, type }) => ({ name: name.toUpperCase(), type: TYPES[type], nullable: true, scale: type === 'instant' ? 9 : null, precision: null, length: null })) },
      data, code: '090001', statementStatusUrl: `/api/v2/statements/${handle}`, sqlState: '00000', statementHandle: handle, message: 'Statement executed successfully.', createdOn: 1_620_151_693_299,
    } };
  };
  return {
    name: 'snowflake',
    stands: 'myorg-myaccount.snowflakecomputing.com',
    env: (url) => ({ SNOWFLAKE_BASE_URL: url, SNOWFLAKE_PRIVATE_KEY: keyPair().privateKey, SNOWFLAKE_TOKEN: TOKEN, SNOWFLAKE_OAUTH_TOKEN: OAUTH_TOKEN }),
    answer: (request) => {
      const refused = unauthorized(request);
      if (refused !== undefined) return refused;
      if ((request.headers['user-agent'] ?? '') === '') return { status: 400, body: { code: '391903', message: 'User-Agent header is required.' } };
      const [, handle] = /^\/api\/v2\/statements(?:\/([^/]+))?$/.exec(request.path) ?? [];
      if (request.path === '/api/v2/statements' && request.method === 'POST') return submit(request);
      if (handle === undefined || request.method !== 'GET') return { status: 404, body: { code: '390404', message: 'Not found.' } };
      return statements.has(handle) ? result(handle, Number(request.query.get('partition') ?? 0)) : { status: 404, body: { code: '000709', message: `Statement ${handle} not found` } };
    },
    tooMany: () => ({ status: 429, body: { code: '390505', message: 'Too many requests.' } }),
    broken: () => ({ status: 503, body: { code: '390503', message: 'Service unavailable.' } }),
    queries: () => run,
    hold: (others) => void (held = others),
    forget: () => {
      statements.clear();
      byRequest.clear();
    },
  };
}

const TYPES: Readonly<Record<SampleTable['columns'][number]['type'], string>> = { number: 'fixed', text: 'text', day: 'date', instant: 'timestamp_ntz', 'yes-no': 'boolean' };

function encoded(cell: string | number | boolean | null, type: keyof typeof TYPES): string | null {
  if (cell === null) return null;
  if (type === 'day') return String(Date.parse(String(cell)) / 86_400_000);
  return type === 'instant' ? `${(Date.parse(String(cell)) / 1000).toFixed(3)}000000` : String(cell);
}

function failure(selected: { readonly what: string; readonly name: string }, statementHandle: string): object {
  const [code, message] = selected.what === 'table' ? ['002003', `SQL compilation error:\nObject '${selected.name.toUpperCase()}' does not exist or not authorized.`]
    : selected.what === 'column' ? ['000904', `SQL compilation error: error line 1 at position 7\ninvalid identifier '${selected.name.toUpperCase()}'`]
    : ['001003', `SQL compilation error:\nsyntax error line 1 at position 0 unexpected '${selected.name}'.`];
  return { code, message, sqlState: '42S02', statementHandle };
}

function unauthorized({ headers }: ToolRequest): ToolAnswer | undefined {
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1] ?? '';
  const type = headers['x-snowflake-authorization-token-type'] ?? 'OAUTH';
  const isKnown = type === 'KEYPAIR_JWT' ? isSigned(token) : type === 'OAUTH' ? token === OAUTH_TOKEN : type === 'PROGRAMMATIC_ACCESS_TOKEN' && token === TOKEN;
  if (isKnown) return undefined;
  return { status: 401, body: type === 'KEYPAIR_JWT' ? { code: '390144', message: 'JWT token is invalid.' } : { code: '390303', message: 'Invalid OAuth access token.' } };
}

function isSigned(token: string): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { readonly alg?: unknown };
    const { iss, sub, iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>;
    const fingerprint = createHash('sha256').update(createPublicKey(keyPair().publicKey).export({ type: 'spki', format: 'der' })).digest('base64');
    const nowS = Date.now() / 1000;
    return alg === 'RS256' && sub === `${ACCOUNT}.${USER}` && iss === `${ACCOUNT}.${USER}.SHA256:${fingerprint}` && typeof exp === 'number' && typeof iat === 'number'
      && exp > nowS && exp - iat <= 3600 && verify('sha256', Buffer.from(`${header}.${payload}`), keyPair().publicKey, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}
