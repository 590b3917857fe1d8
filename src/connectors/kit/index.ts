import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `kit({...})` takes. */
export type KitInput = z.input<typeof KitSettings>;
/** The settings after validation, defaults in place. */
export type KitSettings = Readonly<z.output<typeof KitSettings>>;

const ONE_KEY = "Write kit({ accessToken: secret('KIT_ACCESS_TOKEN') }) with a token of an OAuth app, or kit({ apiKey: secret('KIT_API_KEY') }).";

export const KitSettings = field
  .settings(
    {
      /** Of an OAuth app: only with one does Kit take people in bulk. */
      accessToken: field.secretRef('KIT_ACCESS_TOKEN').optional(),
      /** With a key people are added one by one, sixty a minute. */
      apiKey: field.secretRef('KIT_API_KEY').optional(),
      /** Another address than Kit's own, for a stand-in or a proxy. */
      baseUrl: field.webAddress('https://api.kit.com/v4').default('https://api.kit.com/v4'),
      /** A key has 120 requests a minute, a token 600 (developers.kit.com/api-reference/rate-limits). */
      ...limited({ perMinute: 120 }),
      /** Allows http and a private address for this host, as in a compose network. */
      allowInsecure: field.yesNo().default(false),
    },
    ONE_KEY,
  )
  .refine(({ accessToken, apiKey }) => (accessToken === undefined) !== (apiKey === undefined), { error: ONE_KEY });

/** A Kit account whose tags are given and mailed. */
export function kit(settings: KitInput): ConnectionInput<'kit'> {
  return { kind: 'kit', schema: KitSettings, settings, tool: { roles: ['newsletter'], open: async () => (await import('./client.ts')).openKit } };
}
