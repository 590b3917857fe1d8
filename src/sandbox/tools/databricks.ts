import { randomUUID } from 'node:crypto';
import type { StandIn, ToolAnswer } from './stand-in.ts';
import { SAMPLE_TABLES, type SampleTable, selectFrom, type WarehouseHands, type WarehouseStandInOptions } from './warehouse-tables.ts';

const TOKEN = 'dapi-sandbox-token';
const WAREHOUSE = 'abcdef0123456789';

interface Statement {
  readonly table: SampleTable;
  readonly isLinked: boolean;
  left: number;
}

export interface DatabricksOptions extends WarehouseStandInOptions {
  /** Rows above which an answer within the request is cut, as above 25 MiB. */
  readonly inlineRows?: number;
}

/** Databricks' statement execution API (docs.databricks.com/api/statement-execution): statements, and their results in chunks, inline or behind links. */
export function databricksStandIn({ tables = SAMPLE_TABLES, pageRows = 1_000, slow = 0, inlineRows = Infinity }: DatabricksOptions = {}): StandIn & WarehouseHands {
  let held = tables;
  let run = 0;
  const statements = new Map<string, Statement>();

  const execute = (body: Readonly<Record<string, unknown>>, url: string): ToolAnswer => {
    const { statement, warehouse_id: warehouse, wait_timeout: wait = '10s', on_wait_timeout: onWait = 'CONTINUE', disposition = 'INLINE', format = 'JSON_ARRAY' } = body;
    if (typeof statement !== 'string' || statement === '') return refused(400, 'INVALID_PARAMETER_VALUE', 'statement is required');
    if (warehouse !== WAREHOUSE) return refused(404, 'RESOURCE_DOES_NOT_EXIST', `SQL warehouse ${String(warehouse)} does not exist.`);
    if (!/^(0|[5-9]|[1-4]\d|50)s$/.test(String(wait))) return refused(400, 'INVALID_PARAMETER_VALUE', 'wait_timeout must be 0s or between 5s and 50s');
    if (onWait !== 'CONTINUE' && onWait !== 'CANCEL') return refused(400, 'INVALID_PARAMETER_VALUE', 'on_wait_timeout is unknown');
    if (format !== 'JSON_ARRAY' || (disposition !== 'INLINE' && disposition !== 'EXTERNAL_LINKS')) return refused(400, 'INVALID_PARAMETER_VALUE', 'format and disposition do not go together');
    const id = randomUUID();
    const selected = selectFrom(held, statement);
    if (!selected.ok) {
      const message = selected.what === 'table' ? `[TABLE_OR_VIEW_NOT_FOUND] The table or view \`${selected.name}\` cannot be found. SQLSTATE: 42P01` : selected.what === 'column' ? `[UNRESOLVED_COLUMN] A column with name \`${selected.name}\` cannot be resolved. SQLSTATE: 42703` : `[PARSE_SYNTAX_ERROR] Syntax error at or near '${selected.name}'. SQLSTATE: 42601`;
      return { status: 200, body: { statement_id: id, status: { state: 'FAILED', error: { error_code: 'BAD_REQUEST', message } } } };
    }
    run += 1;
    statements.set(id, { table: selected.table, left: slow, isLinked: disposition === 'EXTERNAL_LINKS' });
    return stateOf(id, url);
  };
  const stateOf = (id: string, url: string): ToolAnswer => {
    const statement = statements.get(id)!;
    if (statement.left > 0) {
      statement.left -= 1;
      return { status: 200, body: { statement_id: id, status: { state: statement.left === 0 ? 'RUNNING' : 'PENDING' } } };
    }
    const { columns, rows } = statement.table;
    const isCut = !statement.isLinked && rows.length > inlineRows;
    const chunks = Math.max(1, Math.ceil(rows.length / pageRows));
    return { status: 200, body: {
      statement_id: id, status: { state: 'SUCCEEDED' },
      manifest: {
        format: 'JSON_ARRAY', schema: { column_count: columns.length, columns: columns.map(({ name, type }, position) => ({ name, position, type_name: TYPES[type], type_text: TYPES[type] })) },
        total_chunk_count: chunks, total_row_count: rows.length, truncated: isCut,
        chunks: Array.from({ length: chunks }, (_, index) => ({ chunk_index: index, row_offset: index * pageRows, row_count: Math.min(pageRows, rows.length - index * pageRows) })),
      },
      result: chunkOf(id, 0, url),
    } };
  };
  const chunkOf = (id: string, index: number, url: string): object => {
    const { table, isLinked } = statements.get(id)!;
    const cells = table.rows.slice(index * pageRows, (index + 1) * pageRows).map((row) => row.map((cell) => (cell === null ? null : String(cell))));
    const next = (index + 1) * pageRows < table.rows.length ? { next_chunk_index: index + 1, next_chunk_internal_link: `/api/2.0/sql/statements/${id}/result/chunks/${String(index + 1)}` } : {};
    const place = { chunk_index: index, row_offset: index * pageRows, row_count: cells.length, ...next };
    return isLinked ? { external_links: [{ ...place, external_link: `${url}/storage/${id}/${String(index)}`, expiration: new Date(Date.now() + 900_000).toISOString() }] } : { ...place, data_array: cells };
  };
  return {
    name: 'databricks',
    stands: 'dbc-a1b2.cloud.databricks.com',
    env: (url) => ({ DATABRICKS_BASE_URL: url, DATABRICKS_TOKEN: TOKEN }),
    answer: ({ method, path, headers, json, url }) => {
      const [, stored, index] = /^\/storage\/([^/]+)\/(\d+)$/.exec(path) ?? [];
      if (stored !== undefined && method === 'GET') {
        // The link is the permission; another beside it is refused, as by the storage behind it.
        if (headers['authorization'] !== undefined) return { status: 400, body: '<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>', type: 'application/xml' };
        const { table } = statements.get(stored)!;
        return { status: 200, body: table.rows.slice(Number(index) * pageRows, (Number(index) + 1) * pageRows).map((row) => row.map((cell) => (cell === null ? null : String(cell)))) };
      }
      if (headers['authorization'] !== `Bearer ${TOKEN}`) return refused(401, 'UNAUTHENTICATED', 'Invalid access token.');
      if (path === '/api/2.0/sql/statements' && method === 'POST') return execute((json() ?? {}) as Readonly<Record<string, unknown>>, url);
      const [, id, chunk] = /^\/api\/2\.0\/sql\/statements\/([^/]+)(?:\/result\/chunks\/(\d+))?$/.exec(path) ?? [];
      if (id === undefined || method !== 'GET') return refused(404, 'ENDPOINT_NOT_FOUND', `No API found for '${method} ${path}'`);
      if (!statements.has(id)) return refused(404, 'RESOURCE_DOES_NOT_EXIST', `The statement ${id} was not found.`);
      return chunk === undefined ? stateOf(id, url) : { status: 200, body: chunkOf(id, Number(chunk), url) };
    },
    tooMany: () => ({ status: 429, body: { error_code: 'REQUEST_LIMIT_EXCEEDED', message: 'Current request has exceeded the rate limit.' }, headers: { 'retry-after': '1' } }),
    broken: () => refused(503, 'TEMPORARILY_UNAVAILABLE', 'The service at /api/2.0/sql/statements is temporarily unavailable.'),
    queries: () => run,
    hold: (others) => void (held = others),
    forget: () => statements.clear(),
  };
}

const TYPES: Readonly<Record<SampleTable['columns'][number]['type'], string>> = { number: 'DECIMAL', text: 'STRING', day: 'DATE', instant: 'TIMESTAMP', 'yes-no': 'BOOLEAN' };

function refused(status: number, code: string, message: string): ToolAnswer {
  return { status, body: { error_code: code, message } };
}
