import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { genericShape, operation } from '../generic/settings.ts';

/** What a request is made of, by `{name}` or as the input of a function. */
export interface GenericPageInput {
  /** Where to go on, as the last answer said; undefined for the first page. */
  readonly cursor: string | undefined;
  /** From 1. */
  readonly page: number;
  /** Rows before this page. */
  readonly offset: number;
  readonly pageRows: number;
  readonly query: string | undefined;
  readonly table: string | undefined;
  readonly columns: readonly string[];
  /** The same for every attempt to start this read. */
  readonly requestId: string;
}

/** What an answer is read as: objects by column, and where to go on. */
export interface GenericPage {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly next?: string | number | null | undefined;
}

const GenericWarehouseSettings = field.settings({
  ...genericShape,
  /** One page. `{ path: '/export', query: { cursor: '{cursor}', limit: '{pageRows}' }, answer: { rows: 'data', next: 'meta.next' } }`. */
  read: operation<GenericPageInput, GenericPage>('/export', 'GET'),
  /** How the next page is found: by what the answer calls `next`, or by counting until a page has no rows. */
  paging: field.oneOf(['next', 'count']).default('next'),
}, "Write genericWarehouse({ url: 'https://api.tool.example/v1', auth: { bearer: secret('TOOL_API_KEY') }, read: { path: '/export', answer: { rows: 'data', next: 'meta.next' } } }).");

export type GenericWarehouseInput = z.input<typeof GenericWarehouseSettings>;
export type GenericWarehouseSettings = Readonly<z.output<typeof GenericWarehouseSettings>>;

/** Any service that gives rows over HTTP, page by page. */
export function genericWarehouse(settings: GenericWarehouseInput): ConnectionInput<'generic-warehouse'> {
  return { kind: 'generic-warehouse', schema: GenericWarehouseSettings, settings, tool: { roles: ['warehouse'], open: async () => (await import('./client.ts')).openGenericWarehouse } };
}
