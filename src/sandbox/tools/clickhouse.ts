import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';
import { SAMPLE_TABLES, type SampleTable, selectFrom, type WarehouseHands, type WarehouseStandInOptions } from './warehouse-tables.ts';

const PASSWORD = 'clickhouse-sandbox-password';

export interface ClickHouseOptions extends WarehouseStandInOptions {
  /** Breaks off behind so many rows although it has answered 200: as newer servers say it, or as older ones. */
  readonly breaksOff?: { readonly behind: number; readonly says: 'field' | 'words' };
}

/** ClickHouse's HTTP interface (clickhouse.com/docs/interfaces/http), for queries that answer JSONCompact. */
export function clickHouseStandIn({ tables = SAMPLE_TABLES, breaksOff }: ClickHouseOptions = {}): StandIn & WarehouseHands {
  let held = tables;
  let run = 0;
  const select = (request: ToolRequest): ToolAnswer => {
    const after: (string | number)[] = [];
    for (let index = 0; request.query.has(`param_after${String(index)}`); index += 1) {
      const [, type] = new RegExp(`\\{after${String(index)}:([^}]+)\\}`).exec(request.body) ?? [];
      const text = request.query.get(`param_after${String(index)}`)!;
      if (type === 'Float64' && !Number.isFinite(Number(text))) return fault(500, 457, 'BAD_QUERY_PARAMETER', `Value ${text} cannot be parsed as Float64 for query parameter 'after${String(index)}'`);
      after.push(type === 'Float64' ? Number(text) : text);
    }
    const unset = /\{(after\d+):/.exec(request.body)?.[1];
    if (unset !== undefined && !request.query.has(`param_${unset}`)) return fault(404, 456, 'UNKNOWN_QUERY_PARAMETER', `Substitution \`${unset}\` is not set`);
    if (!/\bformat JSONCompact\s*$/.test(request.body)) return fault(400, 73, 'UNKNOWN_FORMAT', 'This stand-in answers JSONCompact only');
    const selected = selectFrom(held, request.body, after);
    if (!selected.ok) return selected.what === 'table' ? fault(404, 60, 'UNKNOWN_TABLE', `Unknown table expression identifier '${selected.name}' in scope`)
      : selected.what === 'column' ? fault(404, 47, 'UNKNOWN_IDENTIFIER', `Unknown expression identifier '${selected.name}' in scope`) : fault(400, 62, 'SYNTAX_ERROR', `Syntax error: failed at position 1 ('${selected.name}')`);
    run += 1;
    return { status: 200, body: tableText(selected.table, breaksOff), type: 'application/json; charset=UTF-8', headers: { 'x-clickhouse-format': 'JSONCompact', 'x-clickhouse-query-id': 'sandbox' } };
  };
  return {
    name: 'clickhouse',
    stands: 'ch.acme.example',
    env: (url) => ({ CLICKHOUSE_URL: url, CLICKHOUSE_PASSWORD: PASSWORD }),
    answer: (request) => {
      if (request.headers['x-clickhouse-user'] !== 'sluice' || request.headers['x-clickhouse-key'] !== PASSWORD) return fault(403, 516, 'AUTHENTICATION_FAILED', 'sluice: Authentication failed: password is incorrect, or there is no user with such name.');
      return request.method === 'POST' && request.path === '/' ? select(request) : { status: 404, body: 'There is no handle /. Use / or /ping for health checks.\n' };
    },
    tooMany: () => ({ status: 429, body: 'Too many requests' }),
    broken: () => fault(500, 241, 'MEMORY_LIMIT_EXCEEDED', 'Memory limit (total) exceeded: would use 28.01 GiB, maximum: 28.00 GiB.'),
    queries: () => run,
    hold: (others) => void (held = others),
    forget: () => undefined,
  };
}

const TYPES: Readonly<Record<SampleTable['columns'][number]['type'], string>> = { number: 'Nullable(Float64)', text: 'LowCardinality(String)', day: 'Date', instant: "DateTime64(3, 'UTC')", 'yes-no': 'Bool' };

function tableText({ columns, rows }: SampleTable, breaksOff: ClickHouseOptions['breaksOff']): string {
  const meta = columns.map(({ name, type }) => ({ name, type: TYPES[type] }));
  const shown = rows.map((row) => row.map((cell, index) => (columns[index]!.type === 'instant' && cell !== null ? String(cell).replace('T', ' ').replace('Z', '') : cell)));
  if (breaksOff === undefined || rows.length <= breaksOff.behind) return JSON.stringify({ meta, data: shown, rows: rows.length, statistics: { elapsed: 0.001, rows_read: rows.length, bytes_read: 100 } });
  const said = 'Code: 395. DB::Exception: Value passed to \'throwIf\' function is non-zero: while executing. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 25.3.1.1)';
  const part = JSON.stringify({ meta, data: shown.slice(0, breaksOff.behind), rows: breaksOff.behind });
  return breaksOff.says === 'field' ? `${part.slice(0, -1)},"exception":${JSON.stringify(said)}}` : `${part.slice(0, part.lastIndexOf(']'))}\n${said}\n`;
}

function fault(status: number, code: number, name: string, message: string): ToolAnswer {
  return { status, body: `Code: ${String(code)}. DB::Exception: ${message}. (${name}) (version 25.3.1.1 (official build))\n`, headers: { 'x-clickhouse-exception-code': String(code) } };
}
