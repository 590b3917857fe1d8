import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { behind, type Keyset, keysetOf, keysetPage } from '../keyset.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseRow, WarehouseSource, WarehouseValue } from '../warehouse.ts';
import { queryOf } from '../warehouse-cursor.ts';
import type { PosthogSettings } from './settings.ts';

/** PostHog answers this many rows at most, and a hundred where no limit is said. */
const MAX_ROWS = 50_000;
const TIMEOUT_MS = 180_000;

const Answer = z.object({
  results: z.array(z.array(z.unknown())),
  columns: z.array(z.string()),
  error: z.string().nullish(),
});
const Failure = z.object({ detail: z.string().nullish(), code: z.string().nullish(), error: z.string().nullish() });

/** Reads PostHog, which keeps no result: page behind page in an order. */
export const openPosthog: OpenTool<PosthogSettings> = (settings, context) => {
  const http = context.http({ service: 'posthog', timeoutMs: TIMEOUT_MS, maxAnswerBytes: 64 * 1024 * 1024, rates: RATE_FORMS.standard });
  const apiKey = context.secret(settings.apiKey);
  const warehouse: Warehouse = {
    service: 'posthog',
    async readPage(given, cursor, call) {
      const source = { ...given, pageRows: Math.min(given.pageRows, MAX_ROWS - 1) };
      const keyset = keysetOf('posthog', source, cursor);
      const answer = await callJson(http, {
        service: 'posthog', method: 'POST', changes: false, url: `${settings.baseUrl.replace(/\/+$/, '')}/api/projects/${encodeURIComponent(settings.project)}/query/`,
        headers: { authorization: `Bearer ${apiKey()}` },
        // What is kept from an earlier question is not taken.
        body: { query: { kind: 'HogQLQuery', query: pageQuery(source, keyset), ...(keyset.after === undefined ? {} : { values: valuesOf(keyset.after) }) }, refresh: 'force_blocking' },
        answer: Answer, refusal,
      }, call);
      const { results, columns, error } = answer.body!;
      if (error !== null && error !== undefined && error !== '') throw new ConnectorError('posthog', 'rejected', `posthog: ${error.slice(0, 300)}`);
      const rows = results.map((cells): WarehouseRow => Object.fromEntries(columns.map((name, index) => [name, valueOf(cells[index])])));
      return keysetPage('posthog', source, rows);
    },
  };
  return { warehouse };
};

function pageQuery(source: WarehouseSource, { after }: Keyset): string {
  const column = (name: string): string => `\`${name.replaceAll('`', '')}\``;
  const where = after === undefined ? '' : `\nwhere ${behind(source.orderBy, column, (index) => `{after${String(index)}}`)}`;
  return `select * from (\n${queryOf('posthog', source)}\n) as sluice_rows${where}\norder by ${source.orderBy.map(column).join(', ')}\nlimit ${String(source.pageRows + 1)}`;
}

function valuesOf(after: readonly WarehouseValue[]): Readonly<Record<string, WarehouseValue>> {
  return Object.fromEntries(after.map((value, index) => [`after${String(index)}`, value]));
}

function valueOf(cell: unknown): WarehouseValue {
  if (cell === null || cell === undefined) return null;
  return typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean' ? cell : JSON.stringify(cell);
}

/** A permission that the key lacks is a 403, a query that is wrong a 400 with words. */
function refusal(answer: HttpAnswer): { readonly message?: string } | undefined {
  try {
    const { detail, error } = Failure.parse(JSON.parse(answer.text()));
    const message = detail ?? error;
    return message === null || message === undefined ? undefined : { message };
  } catch {
    return undefined;
  }
}
