import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';

/** What `resend({...})` takes. */
export type ResendInput = z.input<typeof ResendSettings>;
/** The settings after validation, defaults in place. */
export type ResendSettings = Readonly<z.output<typeof ResendSettings>>;

export const ResendSettings = field.settings(
  {
    apiKey: field.secretRef('RESEND_API_KEY'),
    /** Another address than Resend's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.resend.com').default('https://api.resend.com'),
    /** The team may make five requests a second unless Resend has raised it (resend.com/docs/api-reference/rate-limit). */
    ...limited({ perSecond: 5 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write resend({ apiKey: secret('RESEND_API_KEY') }).",
);

/** A Resend account that sends mail, and whose segments are filled and mailed. */
export function resend(settings: ResendInput): ConnectionInput<'resend'> {
  return { kind: 'resend', schema: ResendSettings, settings, tool: { roles: ['newsletter'], open: async () => (await import('./newsletter.ts')).openResend } };
}
