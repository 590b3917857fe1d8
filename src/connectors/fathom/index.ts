import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { RecorderSource } from '../recorder.ts';
import { checkedBy, recorderSource, type RecorderSourceInput, secured, sourceShape } from '../recorder-source.ts';
import { readFathom } from './webhook.ts';

export type FathomSettings = Readonly<z.output<typeof FathomSettings>>;

const FathomSettings = field.settings(
  {
    apiKey: field.secretRef('FATHOM_API_KEY'),
    /** Another address than Fathom's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.fathom.ai/external/v1').default('https://api.fathom.ai/external/v1'),
    /** 60 calls a minute, of those that bring summaries along 30 (developers.fathom.ai/api-overview). */
    ...limited({ perMinute: 30 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write fathom({ apiKey: secret('FATHOM_API_KEY') }).",
);

/** A Fathom account: its meetings are asked for where the webhook does not bring the summary along. */
export function fathom(settings: z.input<typeof FathomSettings>): ConnectionInput<'fathom'> {
  return { kind: 'fathom', schema: FathomSettings, settings, tool: { roles: ['recorder'], open: async () => (await import('./client.ts')).openFathom } };
}

/**
 * Fathom's webhooks, which bring the whole meeting along. The secret is the `whsec_…` that Fathom answered when the webhook was made.
 * A connection is only needed where the webhook was made without `include_summary`.
 */
export function fathomWebhook(input: RecorderSourceInput = {}): RecorderSource {
  return recorderSource('Fathom', schema, input, (known) => ({
    verification: checkedBy('standard-webhooks', known),
    ...(known.connection === undefined ? {} : { connection: known.connection }),
    read: readFathom,
  }));
}

const schema = secured(field.settings({ ...sourceShape('FATHOM_WEBHOOK_SECRET'), connection: field.text('fathom').optional() }), 'FATHOM_WEBHOOK_SECRET');
