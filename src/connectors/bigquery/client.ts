import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseCall, WarehousePage, WarehouseRow, WarehouseSource, WarehouseValue } from '../warehouse.ts';
import { cursorText, queryOf, readCursor } from '../warehouse-cursor.ts';
import { bigQueryToken } from './auth.ts';
import type { BigQuerySettings } from './settings.ts';

/** How long BigQuery is asked to wait for the query in one request, and how long its answer is waited for. */
const WAITS_MS = 20_000;
const TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 1_000;

const Column = z.object({ name: z.string(), type: z.string(), mode: z.string().optional() });
const Results = z.object({
  jobComplete: z.boolean(),
  jobReference: z.object({ jobId: z.string(), location: z.string().optional() }).optional(),
  schema: z.object({ fields: z.array(Column) }).optional(),
  rows: z.array(z.object({ f: z.array(z.object({ v: z.unknown() })) })).optional(),
  pageToken: z.string().optional(),
});
const Failure = z.object({ error: z.object({ message: z.string().optional(), errors: z.array(z.object({ reason: z.string().optional() })).optional() }) });
const Cursor = z.object({ job: z.string(), location: z.string().optional(), page: z.string().optional() });

/** Reads BigQuery: a query is run once as a job, and its result fetched page by page from the job, for the day that BigQuery keeps it. */
export const openBigQuery: OpenTool<BigQuerySettings> = (settings, context) => {
  const http = context.http({ service: 'bigquery', timeoutMs: TIMEOUT_MS, maxAnswerBytes: 40 * 1024 * 1024, rates: RATE_FORMS.bigquery });
  const base = `${settings.baseUrl.replace(/\/+$/, '')}/bigquery/v2/projects/${encodeURIComponent(settings.project)}/queries`;
  const token = bigQueryToken(settings, context);

  const send = async (call: WarehouseCall, request: { readonly url: string; readonly query?: Readonly<Record<string, string | number | boolean | undefined>>; readonly body?: unknown; readonly answers?: readonly number[] }) =>
    callJson(http, {
      service: 'bigquery', method: request.body === undefined ? 'GET' : 'POST', changes: false, ...request,
      headers: { authorization: `Bearer ${await token()}` }, answer: Results, refusal,
    }, call);

  const start = (source: WarehouseSource, call: WarehouseCall) => {
    const { location, maximumBytesBilled } = settings;
    // Within a quarter of an hour the same request id answers the same job.
    return send(call, { url: base, body: {
      query: queryOf('bigquery', source), useLegacySql: false, maxResults: source.pageRows, timeoutMs: WAITS_MS, requestId: source.requestId, location,
      ...(maximumBytesBilled === undefined ? {} : { maximumBytesBilled: String(maximumBytesBilled) }), formatOptions: { useInt64Timestamp: true },
    } });
  };

  const warehouse: Warehouse = {
    service: 'bigquery',
    async readPage(source, text, call): Promise<WarehousePage> {
      const cursor = text === undefined ? undefined : readCursor('bigquery', Cursor, text);
      const answer = cursor === undefined ? await start(source, call) : await send(call, {
        url: `${base}/${encodeURIComponent(cursor.job)}`, answers: [404],
        query: { maxResults: source.pageRows, pageToken: cursor.page, location: cursor.location ?? settings.location, timeoutMs: WAITS_MS, 'formatOptions.useInt64Timestamp': true },
      });
      if (answer.status === 404) return { kind: 'expired' };
      const { jobComplete, jobReference, schema, rows = [], pageToken } = answer.body!;
      const job = cursor?.job ?? jobReference?.jobId;
      const on = (page?: string): string => {
        if (job === undefined) throw new ConnectorError('bigquery', 'malformed', 'bigquery: the answer names no job to go on with');
        return cursorText({ job, location: cursor?.location ?? jobReference?.location, page } satisfies z.output<typeof Cursor>);
      };
      if (!jobComplete) return { kind: 'running', next: on(), askAgainMs: ASK_AGAIN_MS };
      const found = rows.map(({ f }) => rowOf(schema?.fields ?? [], f.map(({ v }) => v)));
      return { kind: 'rows', rows: found, ...(pageToken === undefined || pageToken === '' ? {} : { next: on(pageToken) }) };
    },
  };
  return { warehouse };
};

function rowOf(columns: readonly z.output<typeof Column>[], cells: readonly unknown[]): WarehouseRow {
  return Object.fromEntries(columns.map(({ name, type, mode }, index): [string, WarehouseValue] => [name, valueOf(type, mode, cells[index])]));
}

/** Everything comes as text; times, as they are asked for, as microseconds since 1970. */
function valueOf(type: string, mode: string | undefined, cell: unknown): WarehouseValue {
  if (cell === null || cell === undefined) return null;
  if (mode === 'REPEATED' || typeof cell === 'object') return JSON.stringify(cell);
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  if (type === 'BOOLEAN' || type === 'BOOL') return text === 'true';
  return type === 'TIMESTAMP' && /^-?\d+$/.test(text) ? new Date(Number(BigInt(text) / 1_000n)).toISOString() : text;
}

/** Source: cloud.google.com/bigquery/docs/error-messages. */
function refusal(answer: HttpAnswer): { readonly kind?: 'rejected'; readonly message?: string } | undefined {
  try {
    const { message, errors } = Failure.parse(JSON.parse(answer.text())).error;
    const reason = errors?.[0]?.reason;
    // What a query may not see or cost is the query's fault; a key that is refused says accessDenied or nothing.
    return { ...(message === undefined ? {} : { message }), ...(reason === 'bytesBilledLimitExceeded' || reason === 'responseTooLarge' || reason === 'resourcesExceeded' ? { kind: 'rejected' } : {}) };
  } catch {
    return undefined;
  }
}
