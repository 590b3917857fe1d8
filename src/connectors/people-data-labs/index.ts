import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `peopleDataLabs({...})` takes. */
export type PeopleDataLabsInput = z.input<typeof PeopleDataLabsSettings>;
/** The settings after validation, defaults in place. */
export type PeopleDataLabsSettings = Readonly<z.output<typeof PeopleDataLabsSettings>>;

export const PeopleDataLabsSettings = field.settings(
  {
    apiKey: field.secretRef('PDL_API_KEY'),
    /** How sure a match must be, 1 to 10; People Data Labs answers nothing below it, and bills nothing. */
    minLikelihood: field.wholeNumber(1, 10).default(6),
    /** Records in one request. The limit is 100; People Data Labs itself advises 80 where its gateway answers 502. */
    perRequest: field.wholeNumber(1, 100).default(100),
    /** Another address than People Data Labs' own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.peopledatalabs.com').default('https://api.peopledatalabs.com'),
    /** A free key may ask 100 times in a fixed minute, a paid one 1,000 times (docs.peopledatalabs.com/docs/usage-limits). */
    ...limited({ perMinute: { calls: 100, window: 'fixed' } }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write peopleDataLabs({ apiKey: secret('PDL_API_KEY') }).",
);

/** A People Data Labs account that is asked about people and companies. */
export function peopleDataLabs(settings: PeopleDataLabsInput): ConnectionInput<'people-data-labs'> {
  return {
    kind: 'people-data-labs', schema: PeopleDataLabsSettings, settings,
    tool: { roles: ['enricher'], open: async () => (await import('./client.ts')).openPeopleDataLabs },
  };
}
