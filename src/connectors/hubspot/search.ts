import { z } from 'zod';
import type { CounterpartObject } from '../counterpart.ts';
import type { ToolCall } from '../tool.ts';
import { type Api, ask, midway } from './api.ts';
import { objectPath } from './objects.ts';
import { CrmRecord, propertiesOf } from './records.ts';

/** Records of a page at most (developers.hubspot.com, "Search the CRM", limitations). */
export const PAGE = 200;
/** Searches a second that an account's apps may make together; the newest documentation says five. */
const SEARCHES_PER_SECOND = 4;

interface Filter {
  readonly propertyName: string;
  readonly operator: 'GT' | 'GTE' | 'LTE' | 'IN';
  readonly value?: string;
  readonly values?: readonly string[];
}

export interface SearchRequest {
  readonly filterGroups: readonly { readonly filters: readonly Filter[] }[];
  readonly sortBy?: string;
  readonly after?: string | undefined;
}

export interface SearchPage {
  readonly records: readonly CrmRecord[];
  readonly after: string | undefined;
  /** What the clock over there said, milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * One page of a search. Searches are limited more tightly than other requests, so that one takes the place of several in the connection's
 * budget.
 */
export async function search(api: Api, object: CounterpartObject, { filterGroups, sortBy, after }: SearchRequest, call: ToolCall): Promise<SearchPage> {
  const more = Math.ceil((api.settings.limits.perSecond?.calls ?? SEARCHES_PER_SECOND) / SEARCHES_PER_SECOND) - 1;
  if (more > 0) await call.pace(more);
  const { body, headers } = await ask(api, {
    method: 'POST', url: `${objectPath(object.name)}/search`, changes: false,
    body: {
      filterGroups, limit: PAGE, properties: propertiesOf(object), ...(after === undefined ? {} : { after }),
      ...(sortBy === undefined ? {} : { sorts: [{ propertyName: sortBy, direction: 'ASCENDING' }] }),
    },
    answer: Found,
  }, more > 0 ? midway(call) : call);
  const date = Date.parse(headers['date'] ?? '');
  return { records: body!.results, after: body!.paging?.next?.after, atMs: Number.isNaN(date) ? Date.now() : date };
}

const Found = z.object({ results: z.array(CrmRecord), paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional() });
