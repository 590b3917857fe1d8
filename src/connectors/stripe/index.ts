import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { SecretRef } from '../../config/secret.ts';
import { newsSource } from '../invoice-source.ts';
import type { InvoiceNewsSource } from '../invoicing.ts';
import { readStripeEvent } from './webhook.ts';

/** What `stripe({...})` takes. */
export type StripeInput = z.input<typeof StripeSettings>;
/** The settings after validation, defaults in place. */
export type StripeSettings = Readonly<z.output<typeof StripeSettings>>;

export const StripeSettings = field.settings(
  {
    /** A secret key, or a restricted one that may write customers and invoices. */
    apiKey: field.secretRef('STRIPE_SECRET_KEY'),
    /** Another address than Stripe's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.stripe.com').default('https://api.stripe.com'),
    /** A sandbox takes 25 requests a second, and so does a single endpoint of a live account (docs.stripe.com/rate-limits). */
    ...limited({ perSecond: 20 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write stripe({ apiKey: secret('STRIPE_SECRET_KEY') }).",
);

/** A Stripe account that makes and collects invoices. */
export function stripe(settings: StripeInput): ConnectionInput<'stripe'> {
  return { kind: 'stripe', schema: StripeSettings, settings, tool: { roles: ['invoicing'], open: async () => (await import('./client.ts')).openStripe } };
}

/** What `stripeWebhook({...})` takes. */
export interface StripeWebhookInput {
  /** The signing secret of the endpoint, `whsec_…`; a list while it is being rolled. */
  readonly secret: SecretRef | readonly SecretRef[];
}

/** Stripe's news of invoices: subscribe the endpoint to `invoice.*`. */
export function stripeWebhook(input: StripeWebhookInput): InvoiceNewsSource {
  return newsSource('stripe', WebhookSettings, input, ({ secret }) => ({ verification: { scheme: 'stripe', secrets: secret }, read: readStripeEvent }));
}

const WebhookSettings = field.settings({ secret: field.secretRefs('STRIPE_WEBHOOK_SECRET') }, "Write stripeWebhook({ secret: secret('STRIPE_WEBHOOK_SECRET') }).");
