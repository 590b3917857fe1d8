import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, ScheduleSettings, UseCase } from '../../config/use-case.ts';
import { scoringNeeds, watchedFields } from './fields.ts';
import { SAMPLES } from './samples.ts';
import { LeadScoringSettings, type LeadScoringInput } from './settings.ts';

export type { LeadScoringInput, LeadScoringSettings } from './settings.ts';

/** People change; their score and its reasons are written beside them, and the owner is told of those who become worth a call. */
export const leadScoringUseCase: UseCase<LeadScoringSettings> = {
  name: 'lead-scoring',
  workflowType: 'leadScoring',
  settings: LeadScoringSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => withTimeZone(settings, timeZone),
  connections: ({ twenty, scorer, onThreshold }) => [twenty, ...(scorer === undefined ? [] : [scorer.connection]), ...(onThreshold?.email === undefined ? [] : [onThreshold.email.mail])],
  tools: ({ scorer }) => (scorer === undefined ? [] : [{ connection: scorer.connection, role: 'scorer', at: 'scorer.connection' }]),
  records: (settings) => [
    {
      object: 'person',
      connection: settings.twenty,
      actions: ['created', 'updated', 'restored'],
      watch: watchedFields(settings),
      settle: { quietMs: settings.settle.quietSeconds * 1000, maxMs: settings.settle.maxSeconds * 1000 },
    },
  ],
  guards: ({ guards }) => guards,
  manual: ({ twenty }) => ({ over: { kind: 'records', object: 'person', connection: twenty } }),
  schedules: ({ twenty, schedules: { fullRescore } }): readonly ScheduleSettings[] =>
    fullRescore === undefined
      ? []
      : [{ name: 'full-rescore', when: { cron: fullRescore.cron }, timeZone: fullRescore.timeZone, over: { object: 'person', connection: twenty, selection: { all: true } } }],
  needs: scoringNeeds,
  activities: async () => (await import('../../activities/lead-scoring/index.ts')).leadScoringActivities,
  samples: SAMPLES,
};

/** Configures lead scoring as an integration. */
export function leadScoring(settings: LeadScoringInput & CommonInput = {}): IntegrationInput {
  return { useCase: leadScoringUseCase as unknown as UseCase, settings };
}

function withTimeZone(settings: LeadScoringSettings, timeZone: string): LeadScoringSettings {
  const task = settings.onThreshold?.task;
  return task === undefined ? settings : { ...settings, onThreshold: { task: { ...task, timeZone: task.timeZone ?? timeZone } } };
}
