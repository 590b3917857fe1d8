import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { RecorderSource } from '../recorder.ts';
import { checkedBy, recorderSource, type RecorderSourceInput, secured, sourceShape } from '../recorder-source.ts';
import { readFireflies } from './webhook.ts';

export type FirefliesSettings = Readonly<z.output<typeof FirefliesSettings>>;

const FirefliesSettings = field.settings(
  {
    apiKey: field.secretRef('FIREFLIES_API_KEY'),
    /** Another address than Fireflies' own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.fireflies.ai').default('https://api.fireflies.ai'),
    /** Business and enterprise plans take 60 calls a minute; free and pro ones 50 a day: write `{ perDay: 50 }` (docs.fireflies.ai/fundamentals/limits). */
    ...limited({ perMinute: 60 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write fireflies({ apiKey: secret('FIREFLIES_API_KEY') }).",
);

/** A Fireflies account: its meetings are asked for. */
export function fireflies(settings: z.input<typeof FirefliesSettings>): ConnectionInput<'fireflies'> {
  return { kind: 'fireflies', schema: FirefliesSettings, settings, tool: { roles: ['recorder'], open: async () => (await import('./client.ts')).openFireflies } };
}

/** Fireflies' webhooks, version 2 and the older version 1. They only point to the meeting. */
export function firefliesWebhook(input: RecorderSourceInput = {}): RecorderSource {
  return recorderSource('Fireflies', schema, input, (known) => ({
    // The header is called x-hub-signature, without the “256” that GitHub puts behind it.
    verification: checkedBy('github', known, { header: 'x-hub-signature' }),
    connection: known.connection,
    read: readFireflies,
  }));
}

const schema = secured(field.settings({ ...sourceShape('FIREFLIES_WEBHOOK_SECRET'), connection: field.text('fireflies').default('fireflies') }), 'FIREFLIES_WEBHOOK_SECRET');
