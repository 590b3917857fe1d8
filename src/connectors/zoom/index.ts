import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { limited } from '../../config/limits.ts';
import type { RecorderSource } from '../recorder.ts';
import { checkedBy, recorderSource, type RecorderSourceInput, secured, sourceShape } from '../recorder-source.ts';
import { readZoom } from './webhook.ts';

export type ZoomSettings = Readonly<z.output<typeof ZoomSettings>>;

const ZoomSettings = field.settings(
  {
    /** Of a server-to-server OAuth app with the scopes to read meeting summaries and past meetings' participants. */
    accountId: field.text('AbCdEfGhIjKlMnOpQr'),
    clientId: field.text('a1B2c3D4e5F6'),
    clientSecret: field.secretRef('ZOOM_CLIENT_SECRET'),
    /** Another address than Zoom's own, for a stand-in or a proxy. */
    baseUrl: field.webAddress('https://api.zoom.us').default('https://api.zoom.us'),
    /** Where tokens are given out. */
    tokenUrl: field.webAddress('https://zoom.us/oauth/token').default('https://zoom.us/oauth/token'),
    /** A Pro account takes 20 calls a second of the medium kind, others more (developers.zoom.us/docs/api/rate-limits). */
    ...limited({ perSecond: 20 }),
    /** Allows http and a private address for this host, as in a compose network. */
    allowInsecure: field.yesNo().default(false),
  },
  "Write zoom({ accountId: '…', clientId: '…', clientSecret: secret('ZOOM_CLIENT_SECRET') }).",
);

/** A Zoom account with AI Companion: who took part is asked for, and summaries where the webhook does not bring them along. */
export function zoom(settings: z.input<typeof ZoomSettings>): ConnectionInput<'zoom'> {
  return { kind: 'zoom', schema: ZoomSettings, settings, tool: { roles: ['recorder'], open: async () => (await import('./client.ts')).openZoom } };
}

/** Zoom's webhooks `meeting.summary_completed` and `meeting.summary_updated`. They bring the summary along, but not who took part. */
export function zoomWebhook(input: RecorderSourceInput = {}): RecorderSource {
  return recorderSource('Zoom', schema, input, (known) => ({ verification: checkedBy('zoom', known), connection: known.connection, read: readZoom }));
}

const schema = secured(field.settings({ ...sourceShape('ZOOM_WEBHOOK_SECRET'), connection: field.text('zoom').default('zoom') }), 'ZOOM_WEBHOOK_SECRET');
