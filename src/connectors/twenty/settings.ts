import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `twenty({...})` takes. */
export type TwentyInput = z.input<typeof TwentySettings>;
/** The settings after validation, defaults in place. */
export type TwentySettings = Readonly<z.output<typeof TwentySettings>>;

const budget = field.settings({
  /** Calls a minute that the workspace grants; Twenty's own default is 100, shared by all its keys. */
  perMinute: field.wholeNumber(1, 100_000).default(100),
}, "Write { perMinute: 100 }, or 'off' when the server counts no calls.");

export const TwentySettings = field.settings(
  {
    /** Where the API is, without `/rest` or `/graphql`. */
    url: field.webAddress('https://api.twenty.com'),
    apiKey: field.secretRef('TWENTY_API_KEY'),
    /** Signs Twenty's webhooks; a list while it is being changed. */
    webhookSecret: field.secretRefs('TWENTY_WEBHOOK_SECRET').optional(),
    /** Where people open records, when that is not `url`. */
    frontUrl: field.webAddress('https://acme.twenty.com').optional(),
    /** Records in one call. 200 is what the server takes; Twenty's documentation promises 60. */
    batchSize: field.wholeNumber(1, 200).default(200),
    budget: z.union([z.literal('off'), budget], { error: "Write { perMinute: 100 }, or 'off' when the server counts no calls." }).default({ perMinute: 100 }),
    /** Windows beside the budget. A server whose budget is above 100 a minute takes 100 a second, in bursts as odd as its minutes; 50 are safe. */
    ...limited(),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write twenty({ url: 'https://api.twenty.com', apiKey: secret('TWENTY_API_KEY') }).",
);

/** A Twenty workspace; beside the first one also as the other side of a two-way sync. */
export function twenty(settings: TwentyInput): ConnectionInput<'twenty'> {
  return { kind: 'twenty', schema: TwentySettings, settings, tool: { roles: ['counterpart'], open: async () => (await import('./counterpart.ts')).openTwenty } };
}
