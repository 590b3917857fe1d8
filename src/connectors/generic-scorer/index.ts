import type { z } from 'zod';
import type { ConnectionInput } from '../../config/connection.ts';
import * as field from '../../config/fields.ts';
import { genericShape, operation } from '../generic/settings.ts';
import type { LeadQuestion } from '../scorer.ts';

/** What `genericScorer({...})` takes. */
export type GenericScorerInput = z.input<typeof GenericScorerSettings>;
/** The settings after validation, defaults in place. */
export type GenericScorerSettings = Readonly<z.output<typeof GenericScorerSettings>>;

/** As the configuration reads an answer; `id` only matters in an answer about many. */
export interface GenericScore {
  readonly id?: string | undefined;
  readonly score?: number | undefined;
  readonly grade?: string | undefined;
  readonly reasons?: readonly string[] | string | undefined;
}

const ONE_WAY = "Write score: { path: '/score' } for a service that scores one lead with a request, or scores: { path: '/scores' } with atOnce: 100 for one that scores many.";

export const GenericScorerSettings = field
  .settings(
    {
      ...genericShape,
      /** One lead with a request. It is made of `email`, `domain`, `attributes` and `id`; its answer has `score` from 0 to 100, `grade` and `reasons`. */
      score: operation<LeadQuestion, GenericScore>('/score').optional(),
      /** Many with a request, made of `leads`; its answer is a list in their order with null for whom it does not know, or one of which each has the lead's `id`. */
      scores: operation<{ readonly leads: readonly LeadQuestion[] }, readonly (GenericScore | null)[]>('/scores').optional(),
      /** Leads that one request may be about, where `scores` is used. */
      atOnce: field.wholeNumber(1, 1000).default(100),
    },
    "Write genericScorer({ url: 'https://api.tool.example', auth: { bearer: secret('TOOL_API_KEY') }, score: { path: '/score' } }).",
  )
  .superRefine(({ score, scores }, context) => {
    if ((score === undefined) === (scores === undefined)) context.addIssue({ code: 'custom', path: ['score'], message: ONE_WAY });
  });

/** Any scoring service with an API: configured, not coded. */
export function genericScorer(settings: GenericScorerInput): ConnectionInput<'generic-scorer'> {
  return { kind: 'generic-scorer', schema: GenericScorerSettings, settings, tool: { roles: ['scorer'], open: async () => (await import('./client.ts')).openGenericScorer } };
}
