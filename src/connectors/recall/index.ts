import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { RecorderSource } from '../recorder.ts';
import { checkedBy, recorderSource, type RecorderSourceInput, secured, sourceShape } from '../recorder-source.ts';
import { readRecall } from './webhook.ts';

export type RecallSettings = Readonly<z.output<typeof RecallSettings>>;

const REGION_ERROR = "Write the region of your account, for example 'us-west-2' or 'eu-central-1'.";

const RecallSettings = field.settings(
  {
    apiKey: field.secretRef('RECALL_API_KEY'),
    /** Accounts live in one region each (docs.recall.ai/docs/regions). */
    region: z.string({ error: REGION_ERROR }).regex(/^[a-z]{2}-[a-z]+-\d$/, { error: REGION_ERROR }).default('us-west-2'),
    /** Another address than that of the region, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://us-west-2.recall.ai').optional(),
    /** Nothing is known of its limits but that a refusal says when to come back (docs.recall.ai/reference/errors). */
    ...limited({ perMinute: 300 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write recall({ apiKey: secret('RECALL_API_KEY'), region: 'us-west-2' }).",
);

/** A Recall.ai account: its recordings are asked for. */
export function recall(settings: z.input<typeof RecallSettings>): ConnectionInput<'recall'> {
  return { kind: 'recall', schema: RecallSettings, settings, tool: { roles: ['recorder'], open: async () => (await import('./client.ts')).openRecall } };
}

interface RecallWebhookInput extends RecorderSourceInput {
  /** `svix` for accounts whose webhooks still come with svix headers: those made before the workspace had a secret. */
  readonly headers?: 'standard' | 'svix';
}

/** Recall.ai's webhooks. They only point to the bot or the recording. */
export function recallWebhook(input: RecallWebhookInput = {}): RecorderSource {
  return recorderSource('Recall.ai', schema, input, (known) => ({
    verification: checkedBy(known.headers === 'svix' ? 'svix' : 'standard-webhooks', known),
    connection: known.connection,
    read: readRecall,
  }));
}

const schema = secured(
  field.settings({ ...sourceShape('RECALL_WEBHOOK_SECRET'), connection: field.text('recall').default('recall'), headers: field.oneOf(['standard', 'svix']).default('standard') }),
  'RECALL_WEBHOOK_SECRET',
);
