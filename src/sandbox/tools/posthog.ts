import type { StandIn, ToolAnswer } from './stand-in.ts';
import { SAMPLE_TABLES, selectFrom, type WarehouseHands, type WarehouseStandInOptions } from './warehouse-tables.ts';

const KEY = 'phx_sandbox';
const MAX_ROWS = 50_000;

/** PostHog's query API for HogQL (posthog.com/docs/api/queries): a hundred rows unless a limit is said, fifty thousand at most. */
export function posthogStandIn({ tables = SAMPLE_TABLES }: WarehouseStandInOptions = {}): StandIn & WarehouseHands {
  let held = tables;
  let run = 0;
  const query = (body: unknown): ToolAnswer => {
    const { query: asked } = (body ?? {}) as { readonly query?: { readonly kind?: unknown; readonly query?: unknown; readonly values?: Readonly<Record<string, string | number | boolean>> } };
    if (asked?.kind !== 'HogQLQuery' || typeof asked.query !== 'string') return refused(400, 'validation_error', 'invalid_input', 'query: This field is required.', 'query');
    const values = asked.values ?? {};
    const names = [...new Set([...asked.query.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!))].sort();
    const unset = names.find((name) => !(name in values));
    if (unset !== undefined) return refused(400, 'validation_error', 'illegal_hogql', `Unresolved placeholder: {${unset}}`);
    const selected = selectFrom(held, asked.query, names.map((name) => values[name]!));
    if (!selected.ok) return refused(400, 'validation_error', 'illegal_hogql', selected.what === 'table' ? `Unknown table \`${selected.name}\`.` : selected.what === 'column' ? `Unable to resolve field: ${selected.name}` : `mismatched input '${selected.name}' expecting {SELECT, WITH, '{', '(', '<'}`);
    run += 1;
    const limit = Math.min(selected.limit ?? 100, MAX_ROWS);
    const { columns, rows } = selected.table;
    return { status: 200, body: {
      cache_key: 'cache_1', cache_target_age: null, is_cached: false, clickhouse: 'SELECT …', columns: columns.map(({ name }) => name), error: null, hasMore: rows.length > limit, hogql: asked.query, limit, offset: 0, query: asked.query,
      query_status: null, results: rows.slice(0, limit), timezone: 'UTC', types: columns.map(({ name, type }) => [name, type === 'number' ? 'Float64' : 'String']),
    } };
  };
  return {
    name: 'posthog',
    stands: 'us.posthog.com',
    env: (url) => ({ POSTHOG_BASE_URL: url, POSTHOG_API_KEY: KEY }),
    answer: ({ method, path, headers, json }) => {
      if (headers['authorization'] !== `Bearer ${KEY}`) return refused(401, 'authentication_error', 'authentication_failed', 'Personal API key found in request Authorization header is invalid.');
      if (!/^\/api\/projects\/\d+\/query\/$/.test(path)) return refused(404, 'invalid_request', 'not_found', 'Endpoint not found.');
      return method === 'POST' ? query(json()) : refused(405, 'invalid_request', 'method_not_allowed', `Method "${method}" not allowed.`);
    },
    tooMany: () => ({ ...refused(429, 'throttled_error', 'throttled', 'Request was throttled. Expected available in 1 second.'), headers: { 'retry-after': '1' } }),
    broken: () => refused(500, 'server_error', 'error', 'A server error occurred.'),
    queries: () => run,
    hold: (others) => void (held = others),
    forget: () => undefined,
  };
}

function refused(status: number, type: string, code: string, detail: string, attr: string | null = null): ToolAnswer {
  return { status, body: { type, code, detail, attr } };
}
