import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import { newsSecured, newsSecurity, newsSource, type NewsSecurity, type NewsSource } from '../sequence-news.ts';
import { readHubspot } from './webhook.ts';

/** What `hubspot({...})` takes. */
export type HubspotInput = z.input<typeof HubspotSettings>;
/** The settings after validation, defaults in place. */
export type HubspotSettings = Readonly<z.output<typeof HubspotSettings>>;

export const HubspotSettings = field.settings(
  {
    /** Of a private app with the scopes automation.sequences.enrollments.write, crm.objects.contacts.read and .write. */
    accessToken: field.secretRef('HUBSPOT_ACCESS_TOKEN'),
    /** The user in whose name people are enrolled: a seat of Sales or Service Hub Professional. */
    userId: field.text('2222222'),
    /** That user's connected inbox, which the mails come from. */
    senderEmail: field.emailAddress(),
    senderAlias: field.emailAddress().optional(),
    /** Another address than HubSpot's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.hubapi.com').default('https://api.hubapi.com'),
    /** A private app may make 100 requests in ten seconds (developers.hubspot.com, usage guidelines); its daily limit depends on the plan. */
    ...limited({ perSecond: 10 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write hubspot({ accessToken: secret('HUBSPOT_ACCESS_TOKEN'), userId: '2222222', senderEmail: 'ann@acme.example' }).",
);

/** A HubSpot account whose sequences people are enrolled in. A sequence is named by its number. */
export function hubspot(settings: HubspotInput): ConnectionInput<'hubspot'> {
  return { kind: 'hubspot', schema: HubspotSettings, settings, tool: { roles: ['sequencer'], open: async () => (await import('./client.ts')).openHubspot } };
}

/**
 * Property changes of contacts, as an app's webhook subscriptions send them; the secret is the app's client secret. Sequences have no
 * webhook of their own. Subscriptions are signed with HubSpot's first signature, which needs no address to be checked
 * (developers.hubspot.com/docs/faq/v1-request-validation).
 */
export function hubspotNews(input: NewsSecurity): NewsSource {
  return newsSource('hubspot', schema, input, () => ({ scheme: 'hubspot', read: readHubspot }));
}

const schema = newsSecured(field.settings(newsSecurity, "Write hubspotNews({ secret: secret('HUBSPOT_CLIENT_SECRET') })."));
