import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, UseCase } from '../../config/use-case.ts';
import { creditsOf } from './credits.ts';
import { enrichmentNeeds, IDENTITY } from './facts.ts';
import { SAMPLES } from './samples.ts';
import { type EnrichmentInput, EnrichmentSettings } from './settings.ts';

export type { EnrichmentInput, EnrichmentSettings } from './settings.ts';

/** New people or companies are completed with what data providers know, and sales hears of those who are worth a call now. */
export const enrichmentUseCase: UseCase<EnrichmentSettings> = {
  name: 'enrichment',
  workflowType: 'enrichment',
  settings: EnrichmentSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => withTimeZone(settings, timeZone),
  // A run can do without any one provider: it passes it by, or its records wait.
  connections: ({ twenty, signals }) => [twenty, ...(signals === undefined ? [] : [signals.mail])],
  alsoUses: ({ providers }) => providers.flatMap((provider) => [provider, creditsOf(provider)]),
  tools: ({ providers }) => providers.map((connection, index) => ({ connection, role: 'enricher', at: `providers[${String(index)}]` })),
  records: ({ object, twenty, alsoWhenIdentified, settle }) => [
    {
      object,
      connection: twenty,
      actions: ['created', ...(alsoWhenIdentified ? (['updated'] as const) : [])],
      watch: [IDENTITY[object]],
      settle: { quietMs: settle.quietSeconds * 1000, maxMs: settle.maxSeconds * 1000 },
    },
  ],
  guards: ({ guards }) => guards,
  manual: ({ object, twenty }) => ({ over: { kind: 'records', object, connection: twenty } }),
  needs: enrichmentNeeds,
  activities: async () => (await import('../../activities/enrichment/index.ts')).enrichmentActivities,
  samples: SAMPLES,
};

/** Configures enrichment as an integration. */
export function enrichment(settings: EnrichmentInput & CommonInput): IntegrationInput {
  return { useCase: enrichmentUseCase as unknown as UseCase, settings };
}

function withTimeZone(settings: EnrichmentSettings, timeZone: string): EnrichmentSettings {
  const { highValue } = settings;
  return highValue === undefined ? settings : { ...settings, highValue: { ...highValue, task: { ...highValue.task, timeZone: highValue.task.timeZone ?? timeZone } } };
}
