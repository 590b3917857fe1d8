import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import { newsSecured, newsSecurity, newsSource, type NewsSecurity, type NewsSource } from '../sequence-news.ts';
import { readLemlist } from './webhook.ts';

/** What `lemlist({...})` takes. */
export type LemlistInput = z.input<typeof LemlistSettings>;
/** The settings after validation, defaults in place. */
export type LemlistSettings = Readonly<z.output<typeof LemlistSettings>>;

export const LemlistSettings = field.settings(
  {
    apiKey: field.secretRef('LEMLIST_API_KEY'),
    /** Another address than lemlist's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.lemlist.com').default('https://api.lemlist.com'),
    /** True leaves out whoever is in another campaign already; they end as skipped. */
    onlyOneCampaign: field.yesNo().default(true),
    /** A team may make 20 requests in two seconds (developer.lemlist.com, Rate Limit). */
    ...limited({ perSecond: 10 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write lemlist({ apiKey: secret('LEMLIST_API_KEY') }).",
);

/** A lemlist team whose campaigns people are enrolled in. A campaign is named by its id, `cam_…`. */
export function lemlist(settings: LemlistInput): ConnectionInput<'lemlist'> {
  return { kind: 'lemlist', schema: LemlistSettings, settings, tool: { roles: ['sequencer'], open: async () => (await import('./client.ts')).openLemlist } };
}

/** lemlist's webhook. It signs nothing, but repeats the secret that it was made with in every body. */
export function lemlistNews(input: NewsSecurity): NewsSource {
  return newsSource('lemlist', schema, input, () => ({ scheme: 'body-secret', options: { field: 'secret' }, read: readLemlist }));
}

const schema = newsSecured(field.settings(newsSecurity, "Write lemlistNews({ secret: secret('LEMLIST_WEBHOOK_SECRET') })."));
