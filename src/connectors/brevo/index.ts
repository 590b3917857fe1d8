import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `brevo({...})` takes. */
export type BrevoInput = z.input<typeof BrevoSettings>;
/** The settings after validation, defaults in place. */
export type BrevoSettings = Readonly<z.output<typeof BrevoSettings>>;

export const BrevoSettings = field.settings(
  {
    apiKey: field.secretRef('BREVO_API_KEY'),
    /** Another address than Brevo's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.brevo.com/v3').default('https://api.brevo.com/v3'),
    /** Ten requests a second to contacts (developers.brevo.com/docs/api-limits); what else it takes it says itself. */
    ...limited({ perSecond: 10 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write brevo({ apiKey: secret('BREVO_API_KEY') }).",
);

/** A Brevo account whose lists are filled and mailed. */
export function brevo(settings: BrevoInput): ConnectionInput<'brevo'> {
  return { kind: 'brevo', schema: BrevoSettings, settings, tool: { roles: ['newsletter'], open: async () => (await import('./client.ts')).openBrevo } };
}
