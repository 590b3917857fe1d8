import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { genericShape, Paging, type Template } from '../generic/settings.ts';

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
