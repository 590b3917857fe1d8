import type { z } from 'zod';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

export type PostgrestInput = z.input<typeof PostgrestSettings>;
export type PostgrestSettings = Readonly<z.output<typeof PostgrestSettings>>;

export const PostgrestSettings = field.settings({
  /** Where the tables stand, `https://project.supabase.co/rest/v1`. */
  baseUrl: field.webAddress('https://project.supabase.co/rest/v1'),
  /** A JWT; left out where anybody may read. */
  token: field.secretRef('POSTGREST_TOKEN').optional(),
  /** Supabase wants its key in a header of this name, beside the token. */
  apiKey: field.secretRef('SUPABASE_KEY').optional(),
  /** Another schema than the first that is exposed. */
  schema: field.text('analytics').optional(),
  ...limited(),
  /** Allows http and a private address for this host, as in a compose network. */
  allowInsecure: field.yesNo().default(false),
}, "Write postgrest({ baseUrl: 'https://project.supabase.co/rest/v1', token: secret('POSTGREST_TOKEN') }).");
