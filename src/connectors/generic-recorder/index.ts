import { compile } from '@jmespath-community/jmespath';
import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import type { Meeting } from '../../domain/meeting.ts';
import { genericShape, operation } from '../generic/settings.ts';
import type { MeetingRef, RecorderSource } from '../recorder.ts';
import { checkedBy, recorderSource, secured, sourceShape } from '../recorder-source.ts';
import { readGeneric } from './webhook.ts';

export type GenericRecorderSettings = Readonly<z.output<typeof GenericRecorderSettings>>;
export type GenericWebhookSettings = Readonly<z.output<typeof webhook>>;

const GenericRecorderSettings = field.settings({
  ...genericShape,
  /** How a meeting is asked for by its `{id}`; its answer as `{ title, startedAt, endedAt, url, summary, transcript, actionItems, participants, host }`. */
  meeting: operation<MeetingRef, Meeting>('/meetings/{id}', 'GET'),
}, "Write genericRecorder({ url: 'https://api.tool.example/v1', auth: { bearer: secret('TOOL_API_KEY') }, meeting: { path: '/meetings/{id}', answer: { summary: 'data.summary' } } }).");

/** A recorder that Sluice has never heard of, as far as it can be asked. */
export function genericRecorder(settings: z.input<typeof GenericRecorderSettings>): ConnectionInput<'generic-recorder'> {
  return { kind: 'generic-recorder', schema: GenericRecorderSettings, settings, tool: { roles: ['recorder'], open: async () => (await import('./client.ts')).openGenericRecorder } };
}

/** The webhooks of a recorder that Sluice has never heard of. */
export function genericRecorderWebhook(input: z.input<typeof webhook>): RecorderSource {
  return recorderSource((input as { readonly name?: string } | undefined)?.name ?? 'The recorder', schema, input, (known) => ({
    verification: checkedBy(known.signature ?? SECRET_IN[known.secretIn], known, known.header === undefined ? undefined : { header: known.header }),
    ...(known.connection === undefined ? {} : { connection: known.connection }),
    read: readGeneric(known),
  }));
}

const SECRET_IN = { path: 'path-secret', header: 'header-secret', basic: 'basic' } as const;

const path = (example: string) => z.string({ error: `Write where it stands, for example '${example}' (JMESPath).` }).refine(isPath, { error: `Is no JMESPath. Write for example '${example}'.` });
const pathOrCode = <T>(example: string) => z.union([path(example), field.code<(payload: unknown) => T>(`(payload) => payload.${example}`)], { error: `Write where it stands, for example '${example}' (JMESPath), or a function (payload) => ….` });

const PARTS = ['title', 'startedAt', 'endedAt', 'url', 'summary', 'transcript', 'actionItems', 'participants', 'host'] as const;

const webhook = field.settings({
  ...sourceShape('RECORDER_WEBHOOK_SECRET'),
  /** What people call the tool. */
  name: field.text('Granola').optional(),
  /** Where the sender shows the secret itself, when it signs nothing: as the last part of the address, in the header `x-webhook-secret`, or as basic `user:password`. */
  secretIn: field.oneOf(['path', 'header', 'basic']).default('path'),
  /** How it signs: as standardwebhooks.com, as Svix, or the plain body in hex behind `sha256=` as GitHub. */
  signature: field.oneOf(['standard-webhooks', 'svix', 'github']).optional(),
  /** The header of the signature or secret when it is not the usual one. */
  header: z.string().regex(/^[A-Za-z0-9-]+$/, { error: "Write the name of a header, for example 'X-Signature'." }).optional(),
  /** The connection that is asked for what the webhook does not bring. */
  connection: field.text('recorder').optional(),
  /** Where the meeting's id stands: the same in all news of the meeting. */
  id: pathOrCode<string>('meeting.id'),
  /** Only these news are worked on. */
  only: field.settings({ at: path('event'), values: z.array(z.string()).min(1) }, "Write { at: 'event', values: ['meeting.ready'] }.").optional(),
  /** When it was so: a date or a Unix time. */
  at: path('timestamp').optional(),
  /** Where the parts of the meeting stand, or a function that answers them. */
  meeting: z.union([z.partialRecord(z.enum(PARTS), path('meeting.title')), field.code<(payload: unknown) => unknown>('(payload) => ({ title: payload.title })')], {
    error: `Write { title: 'meeting.title', … } with ${PARTS.join(', ')}, or a function (payload) => ({ … }).`,
  }).default({}),
}, "Write { secret: secret('RECORDER_WEBHOOK_SECRET'), id: 'meeting.id', meeting: { title: 'meeting.title' } }.");

const schema = secured(webhook, 'RECORDER_WEBHOOK_SECRET');

function isPath(text: string): boolean {
  try {
    compile(text);
    return true;
  } catch {
    return false;
  }
}
