import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { Warehouse, WarehouseCall, WarehousePage, WarehouseRow, WarehouseSource, WarehouseValue } from '../warehouse.ts';
import { cursorText, queryOf, readCursor } from '../warehouse-cursor.ts';
import type { DatabricksSettings } from './settings.ts';

/** How long Databricks is asked to wait for the statement, 50 s at most, and how long its answer is waited for. */
const WAIT = '20s';
const TIMEOUT_MS = 60_000;
const ASK_AGAIN_MS = 2_000;

const Column = z.object({ name: z.string(), type_name: z.string().optional() });
const Cells = z.array(z.array(z.string().nullable()));
const Chunk = z.object({
  next_chunk_index: z.number().optional(),
  data_array: Cells.optional(),
  external_links: z.array(z.object({ external_link: z.string(), next_chunk_index: z.number().optional() })).optional(),
});
const Statement = z.object({
  statement_id: z.string(),
  status: z.object({ state: z.enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELED', 'CLOSED']), error: z.object({ error_code: z.string().optional(), message: z.string().optional() }).optional() }),
  manifest: z.object({ schema: z.object({ columns: z.array(Column).optional() }), truncated: z.boolean().optional() }).optional(),
  result: Chunk.optional(),
});
const Failure = z.object({ error_code: z.string().optional(), message: z.string().optional() });
const Cursor = z.object({ statement: z.string(), chunk: z.number().optional(), columns: z.array(Column).default([]) });

/** Reads Databricks: a statement is run once and its result fetched chunk by chunk, for as long as Databricks keeps it. */
export const openDatabricks: OpenTool<DatabricksSettings> = (settings, context) => {
  const http = context.http({ service: 'databricks', timeoutMs: TIMEOUT_MS, maxAnswerBytes: 64 * 1024 * 1024, rates: RATE_FORMS.standard });
  const base = `${settings.baseUrl.replace(/\/+$/, '')}/api/2.0/sql/statements`;
  const token = context.secret(settings.token);

  const send = <T>(call: WarehouseCall, answer: z.ZodType<T>, path: string, body?: unknown, answers: readonly number[] = []) =>
    callJson(http, { service: 'databricks', method: body === undefined ? 'GET' : 'POST', changes: false, url: `${base}${path}`, ...(body === undefined ? {} : { body }), headers: { authorization: `Bearer ${token()}` }, answers, answer, refusal }, call);

  const start = (source: WarehouseSource, call: WarehouseCall) => send(call, Statement, '', {
    statement: queryOf('databricks', source), warehouse_id: settings.warehouseId, catalog: settings.catalog, schema: settings.schema,
    wait_timeout: WAIT, on_wait_timeout: 'CONTINUE', disposition: settings.disposition, format: 'JSON_ARRAY',
  });

  const pageOf = async (statement: string, columns: readonly z.output<typeof Column>[], chunk: z.output<typeof Chunk>, call: WarehouseCall): Promise<WarehousePage> => {
    const [link] = chunk.external_links ?? [];
    const cells = link === undefined ? (chunk.data_array ?? []) : await fetchLink(http, link.external_link, call);
    const next = link?.next_chunk_index ?? chunk.next_chunk_index;
    const rows = cells.map((one) => rowOf(columns, one));
    return { kind: 'rows', rows, ...(next === undefined ? {} : { next: cursorText({ statement, chunk: next, columns: [...columns] } satisfies z.output<typeof Cursor>) }) };
  };

  const warehouse: Warehouse = {
    service: 'databricks',
    async readPage(source, text, call) {
      const cursor = text === undefined ? undefined : readCursor('databricks', Cursor, text);
      if (cursor?.chunk !== undefined) {
        const answer = await send(call, Chunk, `/${encodeURIComponent(cursor.statement)}/result/chunks/${String(cursor.chunk)}`, undefined, [404]);
        return answer.status === 404 ? { kind: 'expired' } : pageOf(cursor.statement, cursor.columns, answer.body!, call);
      }
      const answer = cursor === undefined ? await start(source, call) : await send(call, Statement, `/${encodeURIComponent(cursor.statement)}`, undefined, [404]);
      if (answer.status === 404) return { kind: 'expired' };
      const { statement_id: id, status, manifest, result } = answer.body!;
      switch (status.state) {
        case 'PENDING':
        case 'RUNNING':
          return { kind: 'running', next: cursorText({ statement: id, columns: [] } satisfies z.output<typeof Cursor>), askAgainMs: ASK_AGAIN_MS };
        case 'CLOSED':
          return { kind: 'expired' };
        case 'FAILED':
        case 'CANCELED':
          throw new ConnectorError('databricks', 'rejected', `databricks: ${status.error?.message ?? `the statement was ${status.state.toLowerCase()}`}`);
        case 'SUCCEEDED':
          if (manifest?.truncated === true) throw new ConnectorError('databricks', 'rejected', "databricks: the result is too large to be answered whole; write disposition: 'EXTERNAL_LINKS'");
          return pageOf(id, manifest?.schema.columns ?? [], result ?? {}, call);
      }
    },
  };
  return { warehouse };
};

/** The link carries its own permission: Databricks asks that no other is sent along. */
async function fetchLink(http: Parameters<typeof callJson>[0], url: string, call: ToolCall): Promise<z.output<typeof Cells>> {
  const answer = await callJson(http, { service: 'databricks', method: 'GET', url, answer: Cells }, { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) });
  return answer.body!;
}

function rowOf(columns: readonly z.output<typeof Column>[], cells: readonly (string | null)[]): WarehouseRow {
  return Object.fromEntries(columns.map(({ name, type_name: type }, index): [string, WarehouseValue] => {
    const cell = cells[index] ?? null;
    return [name, cell !== null && type === 'BOOLEAN' ? cell === 'true' : cell];
  }));
}

function refusal(answer: HttpAnswer): { readonly message?: string } | undefined {
  try {
    const { message } = Failure.parse(JSON.parse(answer.text()));
    return message === undefined ? undefined : { message };
  } catch {
    return undefined;
  }
}
