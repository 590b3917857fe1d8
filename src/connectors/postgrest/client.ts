import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import { type Keyset, keysetOf, keysetPage } from '../keyset.ts';
import type { OpenTool } from '../tool.ts';
import type { Warehouse, WarehouseRow, WarehouseSource, WarehouseValue } from '../warehouse.ts';
import type { PostgrestSettings } from './settings.ts';

const Failure = z.object({ code: z.string().nullish(), message: z.string().nullish(), hint: z.string().nullish() });
/** The token is wrong or may not do this. Source: docs.postgrest.org/en/latest/references/errors. */
const NOT_ALLOWED = /^(PGRST30\d|42501|28)/;

/** Reads a table or view over PostgREST, page behind page in an order. The server may have a limit of its own: only an empty page is the last. */
export const openPostgrest: OpenTool<PostgrestSettings> = (settings, context) => {
  const http = context.http({ service: 'postgrest', timeoutMs: 60_000, maxAnswerBytes: 64 * 1024 * 1024, rates: RATE_FORMS.standard });
  const token = settings.token === undefined ? undefined : context.secret(settings.token);
  const apiKey = settings.apiKey === undefined ? undefined : context.secret(settings.apiKey);
  const warehouse: Warehouse = {
    service: 'postgrest',
    async readPage(source, cursor, call) {
      const keyset = keysetOf('postgrest', source, cursor);
      const answer = await callJson(http, {
        service: 'postgrest', method: 'GET', url: `${settings.baseUrl.replace(/\/+$/, '')}/${encodeURIComponent(tableOf(source))}`,
        query: pageQuery(source, keyset),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token()}` }), ...(apiKey === undefined ? {} : { apikey: apiKey() }),
          ...(settings.schema === undefined ? {} : { 'accept-profile': settings.schema }),
        },
        answer: z.array(z.record(z.string(), z.unknown())), refusal,
      }, call);
      const rows = answer.body!.map((row): WarehouseRow => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, valueOf(value)])));
      return keysetPage('postgrest', source, rows, { untilEmpty: true });
    },
  };
  return { warehouse };
};

function tableOf({ table }: WarehouseSource): string {
  if (table === undefined) throw new ConnectorError('postgrest', 'rejected', "postgrest is read by a table or view: write source: { table: 'company_usage', orderBy: ['company_id'] }.");
  return table;
}

function pageQuery({ columns, orderBy, filter, pageRows }: WarehouseSource, { after }: Keyset): Readonly<Record<string, string>> {
  return {
    ...filter,
    select: [...new Set([...columns, ...orderBy])].map(named).join(','),
    order: orderBy.map((name) => `${named(name)}.asc.nullslast`).join(','),
    limit: String(pageRows + 1),
    ...(after === undefined ? {} : { and: `(${[...(filter?.['and'] === undefined ? [] : [`and${filter['and']}`]), `or(${behindRow(orderBy, after).join(',')})`].join(',')})` }),
  };
}

/** `a > x or (a = x and b > y)`, and what is empty, in PostgREST's words. */
function behindRow(orderBy: readonly string[], after: readonly WarehouseValue[]): readonly string[] {
  const test = (index: number, operator: string): string => `${named(orderBy[index]!)}.${operator}.${quoted(after[index]!)}`;
  const steps = orderBy.map((_name, index) => {
    const parts = [...orderBy.slice(0, index).map((_before, i) => test(i, 'eq')), test(index, 'gt')];
    return parts.length === 1 ? parts[0]! : `and(${parts.join(',')})`;
  });
  return [...steps, ...orderBy.map((name) => `${named(name)}.is.null`)];
}

/** A name with anything but letters, digits and underscores stands in quotes. */
function named(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name.replaceAll('"', '')}"`;
}

function quoted(value: WarehouseValue): string {
  return `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function valueOf(value: unknown): WarehouseValue {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : JSON.stringify(value);
}

function refusal(answer: HttpAnswer): { readonly kind?: ConnectorError['kind']; readonly message?: string } | undefined {
  try {
    const { code, message, hint } = Failure.parse(JSON.parse(answer.text()));
    const kind = NOT_ALLOWED.test(code ?? '') ? 'unauthorized' : answer.status < 500 && answer.status !== 401 && answer.status !== 403 ? 'rejected' : undefined;
    return { message: [message, hint].filter((part) => part !== null && part !== undefined && part !== '').join(' '), ...(kind === undefined ? {} : { kind }) };
  } catch {
    return undefined;
  }
}
