import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import { newsSecured, newsSecurity, newsSource, type NewsSecurity, type NewsSource } from '../sequence-news.ts';
import { readSmartlead } from './webhook.ts';

/** What `smartlead({...})` takes. */
export type SmartleadInput = z.input<typeof SmartleadSettings>;
/** The settings after validation, defaults in place. */
export type SmartleadSettings = Readonly<z.output<typeof SmartleadSettings>>;

export const SmartleadSettings = field.settings(
  {
    /** Smartlead takes it in the address and nowhere else; it is kept out of logs and errors. */
    apiKey: field.secretRef('SMARTLEAD_API_KEY'),
    /** Another address than Smartlead's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://server.smartlead.ai').default('https://server.smartlead.ai'),
    /** True leaves out whoever is in another campaign already; they end as skipped. */
    onlyOneCampaign: field.yesNo().default(true),
    /** 60 requests a minute for each key (api.smartlead.ai/guides/rate-limits). */
    ...limited({ perMinute: 60 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write smartlead({ apiKey: secret('SMARTLEAD_API_KEY') }).",
);

/** A Smartlead account whose campaigns people are enrolled in. A campaign is named by its number, `'372'`. */
export function smartlead(settings: SmartleadInput): ConnectionInput<'smartlead'> {
  return { kind: 'smartlead', schema: SmartleadSettings, settings, tool: { roles: ['sequencer'], open: async () => (await import('./client.ts')).openSmartlead } };
}

/** Smartlead's webhook, signed with HMAC in `X-Smartlead-Signature` (api.smartlead.ai/guides/webhook-integration). */
export function smartleadNews(input: NewsSecurity): NewsSource {
  return newsSource('smartlead', schema, input, () => ({ scheme: 'github', options: { header: 'x-smartlead-signature' }, read: readSmartlead }));
}

const schema = newsSecured(field.settings(newsSecurity, "Write smartleadNews({ secret: secret('SMARTLEAD_WEBHOOK_SECRET') })."));
