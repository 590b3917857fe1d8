import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `mailchimp({...})` takes. */
export type MailchimpInput = z.input<typeof MailchimpSettings>;
/** The settings after validation, defaults in place. */
export type MailchimpSettings = Readonly<z.output<typeof MailchimpSettings>>;

export const MailchimpSettings = field.settings(
  {
    apiKey: field.secretRef('MAILCHIMP_API_KEY'),
    /** Where the account lives. Left out, the end of the key says it: `…-us21`. */
    baseUrl: field.webAddress('https://us21.api.mailchimp.com/3.0').optional(),
    /** Ten requests at the same time, and no rate that it tells (mailchimp.com/developer/marketing/docs/fundamentals, throttling). */
    ...limited({}, 10),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write mailchimp({ apiKey: secret('MAILCHIMP_API_KEY') }).",
);

/** A Mailchimp account whose audiences are filled and mailed. */
export function mailchimp(settings: MailchimpInput): ConnectionInput<'mailchimp'> {
  return { kind: 'mailchimp', schema: MailchimpSettings, settings, tool: { roles: ['newsletter'], open: async () => (await import('./client.ts')).openMailchimp } };
}
