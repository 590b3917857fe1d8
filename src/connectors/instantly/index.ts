import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import { newsSecured, newsSecurity, newsSource, type NewsSecurity, type NewsSource } from '../sequence-news.ts';
import { readInstantly } from './webhook.ts';

/** What `instantly({...})` takes. */
export type InstantlyInput = z.input<typeof InstantlySettings>;
/** The settings after validation, defaults in place. */
export type InstantlySettings = Readonly<z.output<typeof InstantlySettings>>;

export const InstantlySettings = field.settings(
  {
    /** A key of API v2 that may create and read leads. */
    apiKey: field.secretRef('INSTANTLY_API_KEY'),
    /** Another address than Instantly's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.instantly.ai').default('https://api.instantly.ai'),
    /** True leaves out whoever is in any campaign of the workspace already; they end as skipped. */
    onlyOneCampaign: field.yesNo().default(true),
    /** 100 requests a second and 6,000 a minute, shared by the workspace (developer.instantly.ai, rate limit). */
    ...limited({ perSecond: 100, perMinute: 6000 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write instantly({ apiKey: secret('INSTANTLY_API_KEY') }).",
);

/** An Instantly workspace whose campaigns people are enrolled in. A campaign is named by its id, a UUID. */
export function instantly(settings: InstantlyInput): ConnectionInput<'instantly'> {
  return { kind: 'instantly', schema: InstantlySettings, settings, tool: { roles: ['sequencer'], open: async () => (await import('./client.ts')).openInstantly } };
}

/**
 * Instantly's webhook. It signs nothing, but sends the headers that it was made with: give it one with the secret
 * (developer.instantly.ai/api-reference/schemas/webhook, `headers`). The header is `X-Webhook-Secret` unless `header` names another.
 */
export function instantlyNews(input: NewsSecurity & { readonly header?: string }): NewsSource {
  return newsSource('instantly', schema, input, ({ header }) => ({ scheme: 'header-secret', options: { header }, read: readInstantly }));
}

const schema = newsSecured(field.settings(
  { ...newsSecurity, header: field.text('X-Webhook-Secret').default('X-Webhook-Secret') },
  "Write instantlyNews({ secret: secret('INSTANTLY_WEBHOOK_SECRET') }).",
));
