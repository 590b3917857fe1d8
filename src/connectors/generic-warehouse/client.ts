import { z } from 'zod';
import { createGenericClient } from '../generic/client.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseRow, WarehouseValue } from '../warehouse.ts';
import { cursorText, readCursor } from '../warehouse-cursor.ts';
import type { GenericPage, GenericWarehouseSettings } from './index.ts';

const Page: z.ZodType<GenericPage> = z.object({
  rows: z.array(z.record(z.string(), z.unknown())).nullish().transform((rows) => rows ?? []),
  next: z.union([z.string(), z.number()]).nullish(),
});
const Cursor = z.object({ cursor: z.string().optional(), page: z.number(), offset: z.number() });

/** Reads a service that is configured instead of coded. That a page is gone (a 404, or what the configuration names) starts the read anew. */
export const openGenericWarehouse: OpenTool<GenericWarehouseSettings> = (settings, context) => {
  const client = createGenericClient('generic-warehouse', settings, context);
  const warehouse: Warehouse = {
    service: 'generic-warehouse',
    async readPage({ query, table, columns, pageRows, requestId }, text, call) {
      const at = text === undefined ? { cursor: undefined, page: 1, offset: 0 } : readCursor('generic-warehouse', Cursor, text);
      const input = { cursor: at.cursor, page: at.page, offset: at.offset, query, table, columns, pageRows, requestId };
      const found = await client.ask(settings.read, input, Page, call, { changes: false, idempotencyKey: requestId });
      if (found === undefined) return text === undefined ? { kind: 'rows', rows: [] } : { kind: 'expired' };
      const rows = found.rows.map((row): WarehouseRow => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueOf(value)])));
      const next = settings.paging === 'count' ? (rows.length === 0 ? undefined : '') : saidNext(found.next);
      if (next === undefined || (settings.paging === 'next' && next === at.cursor)) return { kind: 'rows', rows };
      return { kind: 'rows', rows, next: cursorText({ ...(next === '' ? {} : { cursor: next }), page: at.page + 1, offset: at.offset + rows.length } satisfies z.output<typeof Cursor>) };
    },
  };
  return { warehouse };
};

function saidNext(next: string | number | null | undefined): string | undefined {
  return next === null || next === undefined || next === '' ? undefined : String(next);
}

function valueOf(value: unknown): WarehouseValue {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}
