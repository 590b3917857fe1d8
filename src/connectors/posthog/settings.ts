import { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type PosthogInput = z.input<typeof PosthogSettings>;
export type PosthogSettings = Readonly<z.output<typeof PosthogSettings>>;

export const PosthogSettings = field.settings({
  /** The project's number, from its settings. */
  project: z.union([field.text('12345'), field.wholeNumber(1, Number.MAX_SAFE_INTEGER)], { error: "Write the project's number, for example 12345." }).transform(String),
  /** A personal API key that may read queries. */
  apiKey: field.secretRef('POSTHOG_API_KEY'),
  /** `https://eu.posthog.com` for accounts in the EU. */
  baseUrl: field.webAddress('https://us.posthog.com').default('https://us.posthog.com'),
  /** The analytics endpoints take 240 calls a minute and 1,200 an hour for all who use the project. */
  ...limited({ perMinute: 240, perHour: 1_200 }, 3),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write posthog({ project: 12345, apiKey: secret('POSTHOG_API_KEY') }).");
