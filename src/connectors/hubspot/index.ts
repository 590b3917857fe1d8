import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { SecretRef } from '../../config/secret.ts';
import { counterpartSource, type CounterpartSource } from '../counterpart-source.ts';
import { newsSecured, newsSecurity, newsSource, type NewsSecurity, type NewsSource } from '../sequence-news.ts';
import { editsIn, readChanges } from './changes-webhook.ts';
import { readHubspot } from './webhook.ts';

/** What `hubspot({...})` takes. */
export type HubspotInput = z.input<typeof HubspotSettings>;
/** The settings after validation, defaults in place. */
export type HubspotSettings = Readonly<z.output<typeof HubspotSettings>>;

export const HubspotSettings = field.settings(
  {
    /** Of a private app. Scopes: crm.objects.<object>.read and .write of what is kept in step; for sequences automation.sequences.enrollments.write and those of contacts. */
    accessToken: field.secretRef('HUBSPOT_ACCESS_TOKEN'),
    /** For sequences: the user in whose name people are enrolled, a seat of Sales or Service Hub Professional. */
    userId: field.text('2222222').optional(),
    /** For sequences: that user's connected inbox, which the mails come from. */
    senderEmail: field.emailAddress().optional(),
    senderAlias: field.emailAddress().optional(),
    /** Properties that HubSpot keeps unique, beside the e-mail address of contacts, by object: records are found by them at once and not only when the search knows of them. */
    uniqueProperties: z.record(z.string(), z.array(field.text('erp_number')), { error: "Write { companies: ['erp_number'] }." }).default({}),
    /** How long HubSpot's search may take to know of a change, in seconds: what changed is read again so far back. */
    searchLagSeconds: field.wholeNumber(0, 3600).default(120),
    /** Another address than HubSpot's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.hubapi.com').default('https://api.hubapi.com'),
    /** A private app may make 100 requests in ten seconds (developers.hubspot.com, usage guidelines); its daily limit depends on the plan. */
    ...limited({ perSecond: 10 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write hubspot({ accessToken: secret('HUBSPOT_ACCESS_TOKEN') }); for sequences userId and senderEmail as well.",
).superRefine(({ userId, senderEmail }, context) => {
  if ((userId === undefined) !== (senderEmail === undefined)) context.addIssue({ code: 'custom', path: [userId === undefined ? 'userId' : 'senderEmail'], message: 'Sequences need userId and senderEmail together. Write both, or none.' });
});

/** A HubSpot account whose records a two-way sync keeps in step and, with `userId` and `senderEmail`, whose sequences people are enrolled in. */
export function hubspot(settings: HubspotInput): ConnectionInput<'hubspot'> {
  const roles = settings.userId === undefined ? (['counterpart'] as const) : (['sequencer', 'counterpart'] as const);
  return { kind: 'hubspot', schema: HubspotSettings, settings, tool: { roles, open: async () => (await import('./client.ts')).openHubspot } };
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

/** What `hubspotWebhooks({...})` takes. */
export interface HubspotWebhooksInput {
  /** The client secret of the private app; a list while it is being changed. */
  readonly secret: SecretRef | readonly SecretRef[];
  /** The app's target URL, to the letter: it is signed as well, and behind a proxy nobody else knows it. */
  readonly url: string;
}

/**
 * Changes of records as an app's webhook subscriptions send them, for `external.webhooks` of a two-way sync. They carry the third
 * signature, which is no older than five minutes with each attempt (developers.hubspot.com, "Validating requests").
 */
export function hubspotWebhooks(input: HubspotWebhooksInput): CounterpartSource {
  return counterpartSource('hubspot', webhooksSchema, input, ({ secret, url }) => ({
    verification: { scheme: 'hubspot-v3', secrets: secret, options: { url: decoded(url) } },
    read: readChanges,
    edits: editsIn,
  }));
}

const webhooksSchema = field.settings(
  { secret: field.secretRefs('HUBSPOT_CLIENT_SECRET'), url: field.webAddress('https://sluice.acme.example/hooks/contacts-sync') },
  "Write hubspotWebhooks({ secret: secret('HUBSPOT_CLIENT_SECRET'), url: 'https://sluice.acme.example/hooks/contacts-sync' }).",
);

/** The address is signed with these characters as they are. */
function decoded(url: string): string {
  return url.replace(/%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escaped) => decodeURIComponent(escaped));
}
