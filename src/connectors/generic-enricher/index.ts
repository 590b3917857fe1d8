import { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import type { Profile, Question } from '../../domain/profile.ts';
import { genericShape, operation } from '../generic/settings.ts';

/** What `genericEnricher({...})` takes. */
export type GenericEnricherInput = z.input<typeof GenericEnricherSettings>;
/** The settings after validation, defaults in place. */
export type GenericEnricherSettings = Readonly<z.output<typeof GenericEnricherSettings>>;
export type GenericLookup = z.output<typeof lookup>;

const lookup = field.settings({
  /** Made of the question: `{email}`, `{linkedin}`, `{firstName}`, `{lastName}`, `{companyName}`, `{domain}`. Its answer is read as a profile: `jobTitle`, `headcount` and so on. */
  request: operation<Question, Partial<Profile>>('/people?email={email}', 'GET'),
  /** What a question must say to be asked. */
  needs: z.array(field.oneOf(['email', 'linkedin', 'firstName', 'lastName', 'companyName', 'domain']), { error: "Write a list such as ['email']." }).min(1, { error: "The list is empty. Write what the request is made of, for example ['email']." }),
}, "Write { request: { path: '/people', query: { email: '{email}' } }, needs: ['email'] }.");

export const GenericEnricherSettings = field
  .settings({
    ...genericShape,
    /** As people are told of it. */
    name: field.text('Acme Data'),
    person: lookup.optional(),
    company: lookup.optional(),
  }, "Write genericEnricher({ name: 'Acme Data', url: 'https://api.tool.example', person: { request: { path: '/people', query: { email: '{email}' } }, needs: ['email'] } }).")
  .refine(({ person, company }) => person !== undefined || company !== undefined, { error: 'It is asked about nobody. Write person: { … }, company: { … } or both.' });

/** An HTTP API that knows people or companies, configured instead of coded. A 402 of it means that credits are used up. */
export function genericEnricher(settings: GenericEnricherInput): ConnectionInput<'generic-enricher'> {
  return { kind: 'generic-enricher', schema: GenericEnricherSettings, settings, tool: { roles: ['enricher'], open: async () => (await import('./client.ts')).openGenericEnricher } };
}
