import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { genericShape, type Template } from '../generic/settings.ts';

const param = (example: string) => field.text(example);

/** How the feed is cut into pages. */
const Paging = z.discriminatedUnion('by', [
  /** The answer names where to go on: `{ by: 'cursor', next: 'meta.next_cursor', param: 'cursor' }`; `next` is JMESPath (jmespath.org). */
  z.strictObject({ by: z.literal('cursor'), next: field.text('meta.next_cursor'), param: param('cursor') }),
  /** Pages have numbers. With `size`, a page that holds fewer rows is the last; without, one that holds none. */
  z.strictObject({ by: z.literal('page'), param: param('page').default('page'), first: field.wholeNumber(0, 1).default(1), size: size().optional() }),
  z.strictObject({ by: z.literal('offset'), param: param('offset').default('offset'), size: size() }),
  /** The header `Link: <…>; rel="next"` (RFC 8288), or with `next` an address in the answer. */
  z.strictObject({ by: z.literal('link'), next: field.text('links.next').optional() }),
], { error: "Write { by: 'cursor', next: 'meta.next_cursor', param: 'cursor' }, { by: 'page' }, { by: 'offset', size: { param: 'limit', rows: 100 } } or { by: 'link' }." });

function size() {
  return field.settings({ param: param('limit'), rows: field.wholeNumber(1, 100_000) }, "Write { param: 'limit', rows: 100 }.");
}

export type GenericFeedSettings = z.output<typeof GenericFeedSettings>;
export const GenericFeedSettings = field.settings({
  ...genericShape,
  method: field.oneOf(['GET', 'POST']).default('GET'),
  /** Behind the connection's address, `/contacts`. */
  path: field.text('/contacts').default('/'),
  /** `{since}` stands for the time at which the last complete reading began: `{ updated_since: '{since}' }`; left out the first time. */
  query: (z.record(z.string(), z.json()) as unknown as z.ZodType<Readonly<Record<string, Template>>, Readonly<Record<string, Template>>>).default({}),
  body: (z.json() as unknown as z.ZodType<Template, Template>).optional(),
  /** By the answer's Content-Type unless said. */
  format: field.oneOf(['auto', 'json', 'ndjson', 'csv']).default('auto'),
  /** Where the rows stand in a JSON answer, as JMESPath; the whole answer unless said. */
  records: field.text('data.items').optional(),
  pages: Paging.optional(),
  /**
   * Asks with `If-None-Match`, so that what has not changed is not sent again. `auto` does so where the feed is one page; `whole` says that the first
   * page's ETag stands for all of them.
   */
  etag: field.oneOf(['auto', 'whole', 'off']).default('auto'),
  /** The largest answer, in MB; it is held in memory while it is read, so a feed is best cut into pages. */
  maxAnswerMegabytes: field.wholeNumber(1, 64).default(20),
});

/** Any address that hands out rows as JSON, NDJSON or CSV. */
export function genericFeed(settings: z.input<typeof GenericFeedSettings>): ConnectionInput<'generic-feed'> {
  return {
    kind: 'generic-feed',
    schema: GenericFeedSettings,
    settings,
    tool: { roles: ['feed'], open: async () => (await import('./client.ts')).openGenericFeed },
  };
}
