import type { Profile, Question } from '../../domain/profile.ts';
import { found, type Lookup, LooseProfile } from '../enricher.ts';
import { createGenericClient } from '../generic/client.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { OpenTool } from '../tool.ts';
import type { GenericEnricherSettings, GenericLookup } from './index.ts';

/** One request for each record. “There is no such thing” is a status of `notFound`, or an answer in which nothing is filled in. */
export const openGenericEnricher: OpenTool<GenericEnricherSettings> = (settings, context) => {
  const client = createGenericClient(settings.name, settings, { ...context, http: (options) => context.http({ ...options, rates: RATE_FORMS['paid-by-credits'] }) });
  const lookup = ({ request, needs }: GenericLookup): Lookup => ({
    atOnce: 1,
    canAsk: (question) => needs.every((one) => question[one] !== undefined),
    ask: async (questions, call) => {
      const profile = await client.ask<Question, Partial<Profile>>(request, questions[0]!, LooseProfile as never, call, { changes: false });
      return [profile === undefined ? { kind: 'none' } : found(profile)];
    },
  });
  return {
    enricher: {
      service: settings.name,
      ...(settings.person === undefined ? {} : { person: lookup(settings.person) }),
      ...(settings.company === undefined ? {} : { company: lookup(settings.company) }),
    },
  };
};
