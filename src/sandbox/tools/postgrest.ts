import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';
import { ordered, SAMPLE_TABLES, type WarehouseHands, type WarehouseStandInOptions } from './warehouse-tables.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.postgrest-sandbox.token';

/** PostgREST (docs.postgrest.org): select, order, limit, the filters that reading on needs, and `db-max-rows`, which is `pageRows`. */
export function postgrestStandIn({ tables = SAMPLE_TABLES, pageRows = 1_000 }: WarehouseStandInOptions = {}): StandIn & WarehouseHands {
  let held = tables;
  let run = 0;
  const select = ({ path, query }: ToolRequest): ToolAnswer => {
    const name = decodeURIComponent(path.slice(1));
    const table = held[name];
    if (table === undefined) return refused(404, 'PGRST205', `Could not find the table 'public.${name}' in the schema cache`, `Perhaps you meant the table 'public.${Object.keys(held)[0] ?? ''}'`);
    const names = (query.get('select') ?? '*') === '*' ? table.columns.map((column) => column.name) : query.get('select')!.split(',');
    const order = (query.get('order') ?? '').split(',').filter((one) => one !== '').map((one) => one.replace(/\.asc\.nullslast$/, ''));
    const missing = [...names, ...order].find((one) => !table.columns.some((column) => column.name === one));
    if (missing !== undefined) return refused(400, '42703', `column ${name}.${missing} does not exist`);
    const limit = Number(query.get('limit') ?? pageRows);
    if (!Number.isInteger(limit) || limit < 0) return refused(400, 'PGRST100', '"failed to parse limit"');
    const after = afterOf(query.get('and'), order);
    if (after === undefined) return refused(400, 'PGRST100', `"failed to parse logic tree (${query.get('and') ?? ''})" (line 1, column 4)`);
    const filters = [...query].filter(([key]) => !['select', 'order', 'limit', 'offset', 'and', 'or'].includes(key));
    const wrong = filters.find(([key, value]) => !table.columns.some((column) => column.name === key) || !value.startsWith('eq.'));
    if (wrong !== undefined) return refused(400, wrong[1].startsWith('eq.') ? '42703' : 'PGRST100', `column ${name}.${wrong[0]} does not exist`);
    run += 1;
    const rows = ordered(table, order, after)
      .filter((row) => filters.every(([key, value]) => String(row[table.columns.findIndex((column) => column.name === key)]) === value.slice(3)))
      .slice(0, Math.min(limit, pageRows));
    const body = rows.map((row) => Object.fromEntries(names.map((one) => [one, row[table.columns.findIndex((column) => column.name === one)] ?? null])));
    return { status: 200, body, headers: { 'content-range': body.length === 0 ? '*/*' : `0-${String(body.length - 1)}/*` } };
  };
  return {
    name: 'postgrest',
    stands: 'project.supabase.co',
    env: (url) => ({ POSTGREST_URL: url, POSTGREST_TOKEN: TOKEN }),
    answer: (request) => {
      if (request.headers['authorization'] === undefined) return refused(401, '42501', 'permission denied for table usage');
      if (request.headers['authorization'] !== `Bearer ${TOKEN}`) return refused(401, 'PGRST301', 'No suitable key or wrong key type');
      return request.method === 'GET' ? select(request) : refused(405, 'PGRST117', `Unsupported HTTP method: ${request.method}`);
    },
    tooMany: () => ({ status: 429, body: { message: 'API rate limit exceeded' }, headers: { 'retry-after': '1' } }),
    broken: () => refused(503, 'PGRST002', 'Could not query the database for the schema cache. Retrying.'),
    queries: () => run,
    hold: (others) => void (held = others),
    forget: () => undefined,
  };
}

/** The values in `(or(a.gt."x",and(a.eq."x",b.gt."y"),a.is.null,b.is.null))`; undefined when it is anything else. */
function afterOf(and: string | null, order: readonly string[]): readonly string[] | undefined {
  if (and === null) return [];
  const values = order.map((name) => [...and.matchAll(new RegExp(`\\b${name}\\.gt\\."((?:[^"\\\\]|\\\\.)*)"`, 'g'))].map(([, value]) => value!.replace(/\\(.)/g, '$1')));
  const isWhole = /^\(or\(.*\)\)$/.test(and) && values.every((found) => found.length === 1) && order.every((name) => and.includes(`${name}.is.null`));
  return isWhole ? values.map(([value]) => value!) : undefined;
}

function refused(status: number, code: string, message: string, hint: string | null = null): ToolAnswer {
  return { status, body: { code, details: null, hint, message } };
}
