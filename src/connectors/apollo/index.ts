import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `apollo({...})` takes. */
export type ApolloInput = z.input<typeof ApolloSettings>;
/** The settings after validation, defaults in place. */
export type ApolloSettings = Readonly<z.output<typeof ApolloSettings>>;

export const ApolloSettings = field.settings(
  {
    /** A key whose scope has the endpoints that are used, or a master key. */
    apiKey: field.secretRef('APOLLO_API_KEY'),
    /** Another address than Apollo's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.apollo.io/api/v1').default('https://api.apollo.io/api/v1'),
    /** What enrolling in sequences needs beside a master key; without it the account is no sequence tool. */
    sequences: field
      .settings({
        /** The mailbox that the mails come from, by Apollo's id of it. */
        emailAccountId: field.text('6633baaece5fbd01c791d7ca'),
        /** True leaves out whoever is or was in another sequence; they end as skipped. */
        onlyOneSequence: field.yesNo().default(true),
        /** Takes addresses, too, that Apollo has not verified. */
        unverified: field.yesNo().default(false),
      }, "Write { emailAccountId: '6633baaece5fbd01c791d7ca' }.")
      .optional(),
    /** By plan; what Apollo says of its windows is heeded beside it (docs.apollo.io/reference/rate-limits). */
    ...limited({ perMinute: { calls: 50, window: 'fixed' } }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write apollo({ apiKey: secret('APOLLO_API_KEY') }).",
);

/** An Apollo account that is asked about people and companies, and that carries sequences. */
export function apollo(settings: ApolloInput): ConnectionInput<'apollo'> {
  return { kind: 'apollo', schema: ApolloSettings, settings, tool: { roles: settings.sequences === undefined ? ['enricher'] : ['enricher', 'sequencer'], open: async () => (await import('./client.ts')).openApollo } };
}
