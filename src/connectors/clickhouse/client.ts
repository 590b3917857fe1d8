import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { withoutAddresses } from '../../domain/text.ts';
import type { HttpAnswer } from '../http/client.ts';
import { refusalOf } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { behind, type Keyset, keysetOf, keysetPage } from '../keyset.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseRow, WarehouseSource, WarehouseValue } from '../warehouse.ts';
import { queryOf } from '../warehouse-cursor.ts';
import type { ClickHouseSettings } from './settings.ts';

const Table = z.object({
  meta: z.array(z.object({ name: z.string(), type: z.string() })),
  data: z.array(z.array(z.unknown())),
  /** Newer servers say here what went wrong after they had begun to answer. */
  exception: z.string().optional(),
});

/** How older servers say it: their words at the end of what was already sent. */
const EXCEPTION = /Code: \d+\.[^\n]*DB::[^\n]*Exception[^\n]*/;
/** Too many queries at once, memory or time gone: these pass. Source: clickhouse.com/docs, ErrorCodes. */
const PASSES = new Set(['202', '241', '159', '209', '210', '425', '999']);
/** Authentication failed, unknown user, access denied. */
const NOT_ALLOWED = new Set(['516', '192', '193', '194', '497']);

/** Reads ClickHouse, which keeps no result: page behind page in an order. */
export const openClickHouse: OpenTool<ClickHouseSettings> = (settings, context) => {
  const http = context.http({ service: 'clickhouse', timeoutMs: (settings.queryTimeout + 10) * 1000, maxAnswerBytes: 64 * 1024 * 1024, rates: RATE_FORMS.standard });
  const password = context.secret(settings.password);
  const warehouse: Warehouse = {
    service: 'clickhouse',
    async readPage(source, cursor, call) {
      const keyset = keysetOf('clickhouse', source, cursor);
      await call.pace(1);
      // Buffered on the server, so that what goes wrong late still has its own status.
      const query = new URLSearchParams({ ...(settings.database === undefined ? {} : { database: settings.database }), wait_end_of_query: '1', ...parameters(keyset) });
      const raw = await http.send({
        method: 'POST', changes: false, url: `${settings.baseUrl.replace(/\/+$/, '')}/?${query.toString()}`, body: pageQuery(source, keyset), signal: call.signal,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'x-clickhouse-user': settings.user, 'x-clickhouse-key': password() },
      });
      if (raw.status !== 200) throw refusalOf({ service: 'clickhouse', method: 'POST', changes: false, refusal }, raw);
      const { meta, data } = tableOf(raw);
      const rows = data.map((cells): WarehouseRow => Object.fromEntries(meta.map(({ name }, index) => [name, valueOf(cells[index])])));
      return keysetPage('clickhouse', source, rows, { types: source.orderBy.map((name) => meta.find((column) => column.name === name)?.type ?? 'String') });
    },
  };
  return { warehouse };
};

function pageQuery(source: WarehouseSource, { after, types }: Keyset): string {
  const column = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
  const where = after === undefined ? '' : `\nwhere ${behind(source.orderBy, column, (index) => `{after${String(index)}:${plainType(types[index])}}`)}`;
  return `select * from (\n${queryOf('clickhouse', source)}\n) as sluice_rows${where}\norder by ${source.orderBy.map(column).join(', ')}\nlimit ${String(source.pageRows + 1)}\nformat JSONCompact`;
}

function parameters({ after = [] }: Keyset): Readonly<Record<string, string>> {
  return Object.fromEntries(after.map((value, index) => [`param_after${String(index)}`, escaped(String(value))]));
}

/** A parameter is written as in tab-separated values. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
}

/** `Nullable(UInt64)` is compared as `UInt64`; a type that could say more than a type is taken as text. */
function plainType(type = 'String'): string {
  const bare = type.replace(/^(?:LowCardinality|Nullable)\((.*)\)$/, '$1').replace(/^Nullable\((.*)\)$/, '$1');
  return /^[A-Za-z0-9]+(?:\([\w\s,'/+-]*\))?$/.test(bare) ? bare : 'String';
}

/** The table in an answer; one that broke off says why in `exception`, or in words behind what had been sent. */
function tableOf(raw: HttpAnswer): z.output<typeof Table> {
  const said = EXCEPTION.exec(raw.text().slice(-4_000));
  let json: unknown;
  try {
    json = raw.json();
  } catch (error) {
    throw said === null ? error : faultOf(said[0]);
  }
  const read = Table.safeParse(json);
  if (read.success && read.data.exception === undefined) return read.data;
  const exception = (json as { readonly exception?: unknown } | null)?.exception;
  if (typeof exception === 'string') throw faultOf(exception);
  throw new ConnectorError('clickhouse', 'malformed', `clickhouse: ${read.error?.issues[0]?.path.join('.') ?? 'the answer'} is not as expected`, { cause: read.error });
}

function refusal(answer: HttpAnswer): { readonly kind: ConnectorError['kind']; readonly message: string } {
  const { kind, message } = faultOf(answer.text(), answer.headers['x-clickhouse-exception-code']);
  return { kind: answer.status === 401 ? 'unauthorized' : kind, message: message.replace(/^clickhouse: /, '') };
}

/** What the server says after “Code: 60.”, and whether it passes. */
function faultOf(text: string, header?: string): ConnectorError {
  const said = EXCEPTION.exec(text)?.[0] ?? text.slice(0, 300);
  const code = header ?? /^Code: (\d+)/.exec(said)?.[1];
  const kind = code === undefined ? 'unavailable' : NOT_ALLOWED.has(code) ? 'unauthorized' : PASSES.has(code) ? 'unavailable' : 'rejected';
  return new ConnectorError('clickhouse', kind, `clickhouse: ${withoutAddresses(said.replace(/\s+/g, ' ').trim())}`);
}

function valueOf(cell: unknown): WarehouseValue {
  if (cell === null || cell === undefined) return null;
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? cell : JSON.stringify(cell);
}
