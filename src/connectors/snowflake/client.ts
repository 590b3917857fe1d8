import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseCall, WarehousePage, WarehouseSource } from '../warehouse.ts';
import { cursorText, queryOf, readCursor } from '../warehouse-cursor.ts';
import { snowflakeAuth } from './auth.ts';
import type { SnowflakeSettings } from './settings.ts';
import { rowOf, type SnowflakeColumn } from './values.ts';

/** A statement is answered after 45 seconds at the latest, with its result or with a handle to ask for it. */
const TIMEOUT_MS = 75_000;
/** A partition has up to some 10 MB packed. */
const MAX_PARTITION_BYTES = 160 * 1024 * 1024;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

const Cell = z.string().nullable();
const Statement = z.object({
  statementHandle: z.string().optional(),
  resultSetMetaData: z.object({ rowType: z.array(z.object({ name: z.string(), type: z.string() })), partitionInfo: z.array(z.unknown()).optional() }).optional(),
  data: z.array(z.array(Cell)).optional(),
});
const Failure = z.object({ code: z.string().optional(), message: z.string().optional() });
const Cursor = z.object({
  handle: z.string(),
  /** Times it was still at work. */
  asked: z.number().default(0),
  /** The next partition with the columns and how many there are; undefined while the statement is at work. */
  next: z.object({ partition: z.number(), of: z.number(), columns: z.array(z.object({ name: z.string(), type: z.string() })) }).optional(),
});
type Cursor = z.output<typeof Cursor>;

/** Reads Snowflake: a statement is run once and its result fetched partition by partition, for as long as Snowflake keeps it. */
export const openSnowflake: OpenTool<SnowflakeSettings> = (settings, context) => {
  const http = context.http({ service: 'snowflake', timeoutMs: TIMEOUT_MS, maxAnswerBytes: MAX_PARTITION_BYTES, rates: RATE_FORMS.snowflake });
  const base = `${(settings.baseUrl ?? `https://${settings.account}.snowflakecomputing.com`).replace(/\/+$/, '')}/api/v2/statements`;
  const credentials = snowflakeAuth(settings, context);

  const send = async (call: WarehouseCall, request: { readonly url: string; readonly query?: Readonly<Record<string, string | number | undefined>>; readonly body?: unknown }) =>
    callJson(http, {
      service: 'snowflake', method: request.body === undefined ? 'GET' : 'POST', changes: false, ...request,
      headers: { ...(await credentials()), 'user-agent': 'sluice/1' }, answers: [404], answer: Statement, refusal,
    }, call);

  const start = (source: WarehouseSource, call: WarehouseCall) => {
    const { statementTimeout: timeout, database, schema, warehouse, role } = settings;
    // The same request id runs the statement once, however often it is sent.
    return send(call, { url: base, query: { requestId: source.requestId, retry: 'true' }, body: { statement: queryOf('snowflake', source), timeout, database, schema, warehouse, role } });
  };

  const warehouse: Warehouse = {
    service: 'snowflake',
    async readPage(source, text, call) {
      const cursor = text === undefined ? undefined : readCursor('snowflake', Cursor, text);
      const answer = cursor === undefined ? await start(source, call) : await send(call, { url: `${base}/${encodeURIComponent(cursor.handle)}`, query: { partition: cursor.next?.partition } });
      if (answer.status === 404) {
        if (cursor !== undefined) return { kind: 'expired' };
        throw new ConnectorError('snowflake', 'rejected', `snowflake: there is no SQL API at ${new URL(base).host}; look at the account's identifier`);
      }
      const statement = answer.body!;
      const handle = cursor?.handle ?? statement.statementHandle ?? '';
      return answer.status === 202 ? running(handle, cursor?.asked ?? 0) : pageOf(handle, cursor, statement);
    },
  };
  return { warehouse };
};

function running(handle: string, asked: number): WarehousePage {
  return { kind: 'running', next: cursorText({ handle, asked: asked + 1 } satisfies Cursor), askAgainMs: Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(asked, 10)) };
}

function pageOf(handle: string, cursor: Cursor | undefined, { resultSetMetaData: meta, data = [] }: z.output<typeof Statement>): WarehousePage {
  const columns: readonly SnowflakeColumn[] = meta?.rowType ?? cursor?.next?.columns ?? [];
  const partition = cursor?.next?.partition ?? 0;
  const of = meta?.partitionInfo?.length ?? cursor?.next?.of ?? 1;
  const rows = data.map((cells) => rowOf(columns, cells));
  if (partition + 1 >= of) return { kind: 'rows', rows };
  return { kind: 'rows', rows, next: cursorText({ handle, asked: 0, next: { partition: partition + 1, of, columns: [...columns] } } satisfies Cursor) };
}

/** 422: the statement failed; 408: it took longer than it may. Neither passes by itself. Source: .../sql-api/handling-errors. */
function refusal(answer: HttpAnswer): { readonly kind?: 'rejected'; readonly message?: string } {
  const said = Failure.safeParse(jsonOf(answer));
  const message = said.success ? [said.data.code, said.data.message].filter((part) => part !== undefined).join(': ') : '';
  return { message, ...(answer.status === 422 || answer.status === 408 ? { kind: 'rejected' } : {}) };
}

function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text());
  } catch {
    return undefined;
  }
}
