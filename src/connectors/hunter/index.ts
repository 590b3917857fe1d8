import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `hunter({...})` takes. */
export type HunterInput = z.input<typeof HunterSettings>;
/** The settings after validation, defaults in place. */
export type HunterSettings = Readonly<z.output<typeof HunterSettings>>;

export const HunterSettings = field.settings(
  {
    apiKey: field.secretRef('HUNTER_API_KEY'),
    /** Another address than Hunter's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.hunter.io/v2').default('https://api.hunter.io/v2'),
    /** Enrichment takes 15 requests a second and 500 a minute (hunter.io/api-documentation/v2#enrichment). */
    ...limited({ perSecond: 15, perMinute: 500 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write hunter({ apiKey: secret('HUNTER_API_KEY') }).",
);

/** A Hunter account that is asked about people and companies, one at a time. */
export function hunter(settings: HunterInput): ConnectionInput<'hunter'> {
  return { kind: 'hunter', schema: HunterSettings, settings, tool: { roles: ['enricher'], open: async () => (await import('./client.ts')).openHunter } };
}
