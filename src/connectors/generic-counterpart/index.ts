import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { counterpartSource, type CounterpartSource } from '../counterpart-source.ts';
import { expression } from '../generic/settings.ts';
import { type GenericCounterpartInput, GenericCounterpartSettings } from './settings.ts';
import { readChanged } from './webhook.ts';

/** An API that Sluice has never heard of as the other side of a two-way sync: how it lists, reads, finds and writes records is configured. */
export function genericCounterpart(settings: GenericCounterpartInput): ConnectionInput<'generic-counterpart'> {
  return {
    kind: 'generic-counterpart', schema: GenericCounterpartSettings, settings,
    tool: { roles: ['counterpart'], open: async () => (await import('./client.ts')).openGenericCounterpart },
  };
}

/** What `restWebhooks({...})` takes. */
export type RestWebhooksInput = z.input<typeof webhooks>;
/** The settings after validation, defaults in place. */
export type RestWebhooksSettings = Readonly<z.output<typeof webhooks>>;

/** Webhooks of such an API, for `external.webhooks` of a two-way sync: which records they speak of. What changed is read from the API itself. */
export function restWebhooks(input: RestWebhooksInput): CounterpartSource {
  return counterpartSource(input.name ?? 'the API', schema, input, (settings) => {
    const { secret, signature, secretIn, header } = settings;
    const scheme = signature ?? SECRET_IN[secretIn];
    return {
      verification: secret === undefined ? { scheme: 'none' } : { scheme, secrets: secret, ...(header === undefined ? {} : { options: { header } }) },
      read: readChanged(settings),
    };
  });
}

const SECRET_IN = { path: 'path-secret', header: 'header-secret', basic: 'basic' } as const;

const REMEDY = "Write restWebhooks({ secret: secret('TOOL_WEBHOOK_SECRET'), ids: 'data.id' }).";
const webhooks = field.settings({
  /** What people call the tool. */
  name: field.text('Tapes').optional(),
  /** What the sender signs with or shows; a list while it is being changed. */
  secret: field.secretRefs('TOOL_WEBHOOK_SECRET').optional(),
  /** Anybody may post: say so in so many words. They can only have records looked at, which costs calls. */
  unauthenticated: z.literal(true, { error: 'Write true, or leave it out.' }).optional(),
  /** How it signs: as standardwebhooks.com, as Svix, or the plain body in hex behind `sha256=` as GitHub. */
  signature: field.oneOf(['standard-webhooks', 'svix', 'github']).optional(),
  /** Where the secret itself is shown by a sender that signs nothing: as the last part of the address, in the header `x-webhook-secret`, or as basic `user:password`. */
  secretIn: field.oneOf(['path', 'header', 'basic']).default('path'),
  /** The header of the signature or secret when it is not the usual one. */
  header: z.string().regex(/^[A-Za-z0-9-]+$/, { error: "Write the name of a header, for example 'X-Signature'." }).optional(),
  /** Where the ids of the records stand, one or a list of them; left out, every webhook has the API asked what changed. */
  ids: expression('data[].id').optional(),
  /** Only these news: `{ at: 'type', values: ['contact.updated'] }`. */
  only: field.settings({ at: expression('type'), values: z.array(z.string()).min(1) }, "Write { at: 'type', values: ['contact.updated'] }.").optional(),
  /** Where the id of the news stands, if it has one that stays the same when it is sent again. */
  key: expression('event.id').optional(),
}, REMEDY);

const schema = webhooks.superRefine(({ secret, unauthenticated, signature }, context) => {
  const problem = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  if (secret === undefined && unauthenticated === undefined) problem('secret', "Is missing. Write secret('TOOL_WEBHOOK_SECRET'), or unauthenticated: true if anybody who knows the address may post.");
  if (secret !== undefined && unauthenticated !== undefined) problem('unauthenticated', 'A webhook with a secret is not open to anybody: leave one of the two out.');
  if (secret === undefined && signature !== undefined) problem('signature', 'Is checked with a secret. Write secret, or leave the signature out.');
});
