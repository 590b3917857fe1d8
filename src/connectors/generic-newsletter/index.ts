import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { genericShape, operation } from '../generic/settings.ts';
import type { ListRequest, Mailing } from '../newsletter.ts';
import type { AddedAnswer, StandingsAnswer } from './answers.ts';

/** What `genericNewsletter({...})` takes. */
export type GenericNewsletterInput = z.input<typeof GenericNewsletterSettings>;
/** The settings after validation, defaults in place. */
export type GenericNewsletterSettings = Readonly<z.output<typeof GenericNewsletterSettings>>;

export const GenericNewsletterSettings = field.settings(
  {
    ...genericShape,
    /** As errors and the campaign call it. */
    name: field.text('listmonk').default('newsletter tool'),
    /** How many people one request takes. */
    most: field.wholeNumber(1, 10_000).default(100),
    /** Adds `people` (each with `email`, `firstName`, `lastName`, `fields`) to `list`; must not subscribe again who left. */
    add: operation<ListRequest, AddedAnswer>('/lists/{list}/members'),
    /** Asks how far `job` is. */
    progress: operation<{ readonly job: string }, AddedAnswer>('/imports/{job}', 'GET').optional(),
    /** Reads a page of `list` behind `cursor`: `{ members: [{ email, unsubscribed }], next }`. */
    standings: operation<{ readonly list: string; readonly cursor: string | undefined }, StandingsAnswer>('/lists/{list}/members', 'GET').optional(),
    /** Mailings: a draft is made, found again by its `name`, and sent once. */
    mailings: field.settings({
      draft: operation<Mailing, { id: string | number }>('/mailings'),
      /** Answers `{ id }`, or nothing when there is none of that name. */
      find: operation<Mailing, { id: string | number } | undefined>('/mailings', 'GET'),
      send: operation<Mailing & { readonly id: string }, unknown>('/mailings/{id}/send'),
      /** Answers `{ sent: true }` once it is on its way. */
      state: operation<{ readonly id: string }, { sent: boolean }>('/mailings/{id}', 'GET'),
    }, "Write { draft: {…}, find: {…}, send: {…}, state: {…} }.").optional(),
  },
  "Write genericNewsletter({ url: 'https://api.tool.example/v1', auth: { bearer: secret('TOOL_API_KEY') }, add: { path: '/lists/{list}/members', body: { members: '{people}' } } }).",
);

/** A newsletter tool that is described instead of coded. */
export function genericNewsletter(settings: GenericNewsletterInput): ConnectionInput<'generic-newsletter'> {
  return {
    kind: 'generic-newsletter', schema: GenericNewsletterSettings, settings,
    tool: { roles: ['newsletter'], open: async () => (await import('./client.ts')).openGenericNewsletter },
  };
}

