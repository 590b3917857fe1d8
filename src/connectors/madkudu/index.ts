import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `madkudu({...})` takes. */
export type MadkuduInput = z.input<typeof MadkuduSettings>;
/** The settings after validation, defaults in place. */
export type MadkuduSettings = Readonly<z.output<typeof MadkuduSettings>>;

const HOSTS = { madapi: 'https://madapi.madkudu.com', legacy: 'https://api.madkudu.com' } as const;

export const MadkuduSettings = field
  .settings(
    {
      apiKey: field.secretRef('MADKUDU_API_KEY'),
      /** MadAPI, which is paid by credits, or the older scoring API (developers.madkudu.com). */
      api: field.oneOf(['madapi', 'legacy']).default('madapi'),
      /** Which of MadKudu's scores counts; the older API has the first one only. */
      score: field.oneOf(['customer_fit', 'likelihood_to_buy']).default('customer_fit'),
      /** Another address than MadKudu's own, for a stand-in or a proxy. */
      baseUrl: field.webAddress(HOSTS.madapi).optional(),
      /** The older API takes 600 requests a minute on each endpoint (developers.madkudu.com/legacy-api); of MadAPI no rate is published. */
      ...limited({ perMinute: 600 }),
      /** Allows http and a private address for this host, as in a compose network. */
      allowInsecure: field.yesNo().default(false),
    },
    "Write madkudu({ apiKey: secret('MADKUDU_API_KEY') }).",
  )
  .superRefine(({ api, score }, context) => {
    if (api === 'legacy' && score !== 'customer_fit') context.addIssue({ code: 'custom', path: ['score'], message: "The legacy API has no likelihood to buy. Write score: 'customer_fit', or api: 'madapi'." });
  })
  .transform((value) => ({ ...value, baseUrl: value.baseUrl ?? HOSTS[value.api] }));

/** A MadKudu account whose models score leads. */
export function madkudu(settings: MadkuduInput): ConnectionInput<'madkudu'> {
  return { kind: 'madkudu', schema: MadkuduSettings, settings, tool: { roles: ['scorer'], open: async () => (await import('./client.ts')).openMadkudu } };
}
