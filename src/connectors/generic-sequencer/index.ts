import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { genericShape, operation } from '../generic/settings.ts';
import { newsSecured, newsSecurity, newsSource, type NewsSecurity, type NewsSource, type SequenceNews, type SequenceNewsKind } from '../sequence-news.ts';
import type { EnrolSkip, SequenceLead } from '../sequencer.ts';
import { readGenericNews } from './webhook.ts';

/** What `genericSequencer({...})` takes. */
export type GenericSequencerInput = z.input<typeof GenericSequencerSettings>;
/** The settings after validation, defaults in place. */
export type GenericSequencerSettings = Readonly<z.output<typeof GenericSequencerSettings>>;

/** What an enrolment is made of: `{sequence}`, `{lead.email}`, `{lead.variables.city}`; `{leads}` where many are sent at once. */
export interface GenericEnrolment {
  readonly sequence: string;
  /** The first one. */
  readonly lead: SequenceLead;
  readonly leads: readonly SequenceLead[];
}

/** How the answer to one lead is read. Without a status it was taken. */
export interface GenericEnrolled {
  /** Tells the answers of many leads apart; without it they stand in the order of the leads. */
  readonly email?: string | undefined;
  readonly leadId?: string | undefined;
  readonly status?: 'enrolled' | 'already' | EnrolSkip | undefined;
}

export const GenericSequencerSettings = field.settings(
  {
    ...genericShape,
    /** Puts a lead into a sequence. `already` names the statuses that mean that the lead is in it. */
    enrol: operation<GenericEnrolment, GenericEnrolled | readonly GenericEnrolled[]>('/sequences/{sequence}/leads'),
    already: z.array(field.wholeNumber(300, 499), { error: 'Write a list of statuses, for example [409].' }).default([409]),
    /** Leads in one request. With more than one, `answer` gives a list. */
    atOnce: field.wholeNumber(1, 1000).default(1),
    /** The tool takes nobody into a sequence twice, so that sending a lead again does no harm. */
    repeatable: field.yesNo().default(false),
    /** Asks whether a lead is in a sequence: the answer has its id, or `notFound` names the status that says no. Without it, and unless `repeatable`, what is not known is held. */
    lookUp: operation<GenericEnrolment, { readonly leadId?: string | undefined }>('/sequences/{sequence}/leads/{lead.email}', 'GET').optional(),
  },
  "Write genericSequencer({ url: 'https://api.tool.example', auth: { bearer: secret('TOOL_API_KEY') }, enrol: { path: '/sequences/{sequence}/leads' } }).",
);

/** A sequence tool that the configuration describes. */
export function genericSequencer(settings: GenericSequencerInput): ConnectionInput<'generic-sequencer'> {
  return {
    kind: 'generic-sequencer', schema: GenericSequencerSettings, settings,
    tool: { roles: ['sequencer'], open: async () => (await import('./client.ts')).openGenericSequencer },
  };
}

/** What `genericSequencerNews({...})` takes. */
export interface GenericNewsInput extends NewsSecurity {
  /** Where the secret is: as the last part of the address, in a header, or in a field of the body. */
  readonly secretIn?: 'path' | 'header' | 'body';
  /** Name of the header (`X-Webhook-Secret`), or of the field (`secret`). */
  readonly name?: string;
  /** JMESPath into the body for each part of the news, or a function from the body to a list of news. */
  readonly read: Readonly<Record<'kind', string> & Partial<Record<'email' | 'leadId' | 'sequence' | 'sequenceName' | 'at' | 'id', string>>> | ((body: unknown) => readonly SequenceNews[]);
  /** What the tool calls each kind: `{ 'email.replied': 'replied' }`. What is not here is acknowledged and dropped. */
  readonly kinds?: Readonly<Record<string, SequenceNewsKind>>;
}

/** News from a tool that Sluice has never heard of. */
export function genericSequencerNews(input: GenericNewsInput): NewsSource {
  return newsSource('generic-sequencer', NewsSettings, input, (settings) => ({ ...placeOf(settings), read: (request) => readGenericNews(settings, request) }));
}

export type GenericNewsSettings = z.output<typeof NewsSettings>;

const KINDS = ['contacted', 'opened', 'clicked', 'finished', 'bounced', 'replied', 'unsubscribed'] as const satisfies readonly SequenceNewsKind[];
const path = field.text('data.lead.email').optional();
const NewsSettings = newsSecured(field.settings({
  ...newsSecurity,
  secretIn: field.oneOf(['path', 'header', 'body']).default('path'),
  name: field.text('X-Webhook-Secret').optional(),
  read: z.union([
    field.settings({ kind: field.text('type'), email: path, leadId: path, sequence: path, sequenceName: path, at: path, id: path }),
    field.code<(body: unknown) => readonly SequenceNews[]>("(body) => [{ kind: 'replied', email: body.email }]"),
  ], { error: "Write { kind: 'type', email: 'lead.email' }, or a function (body) => [{ kind: 'replied', email: … }]." }),
  kinds: z.record(z.string(), field.oneOf(KINDS), { error: "Write { 'email.replied': 'replied' }." }).default({}),
}, "Write genericSequencerNews({ secret: secret('TOOL_WEBHOOK_SECRET'), read: { kind: 'type', email: 'lead.email' }, kinds: { reply: 'replied' } })."));

function placeOf({ secretIn, name }: GenericNewsSettings): { readonly scheme: string; readonly options?: Readonly<Record<string, string>> } {
  if (secretIn === 'path') return { scheme: 'path-secret' };
  if (secretIn === 'header') return { scheme: 'header-secret', options: { header: name ?? 'x-webhook-secret' } };
  return { scheme: 'body-secret', options: { field: name ?? 'secret' } };
}
