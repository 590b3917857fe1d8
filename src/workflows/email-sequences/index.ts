import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, UseCase } from '../../config/use-case.ts';
import { sequenceNeeds, watchedFields } from './fields.ts';
import { sequencesHook } from './hook.ts';
import { mayFit } from './rules.ts';
import { SAMPLES } from './samples.ts';
import { EmailSequencesSettings, type EmailSequencesInput } from './settings.ts';

export type { EmailSequencesInput, EmailSequencesSettings } from './settings.ts';

/** People who meet the criteria are put into a sequence of the tool, once; what becomes of them is written beside them. */
export const emailSequencesUseCase: UseCase<EmailSequencesSettings> = {
  name: 'email-sequences',
  workflowType: 'emailSequences',
  settings: EmailSequencesSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => (settings.followUp === false ? settings : { ...settings, followUp: { ...settings.followUp, timeZone: settings.followUp.timeZone ?? timeZone } }),
  connections: ({ twenty, tool }) => [twenty, tool],
  tools: ({ tool }) => [{ connection: tool, role: 'sequencer', at: 'tool' }],
  hook: sequencesHook,
  records: (settings) => [
    {
      object: 'person',
      connection: settings.twenty,
      actions: ['created', 'updated', 'restored'],
      watch: watchedFields(settings),
      // Functions are asked in a run: they may read more than a record event is sure to hold.
      ...(settings.choose === undefined ? { matches: (record) => mayFit(settings.rules, record as Parameters<typeof mayFit>[1]) } : {}),
      settle: { quietMs: settings.settle.quietSeconds * 1000, maxMs: settings.settle.maxSeconds * 1000 },
    },
  ],
  guards: ({ guards }) => guards,
  manual: ({ twenty }) => ({ over: { kind: 'records', object: 'person', connection: twenty } }),
  needs: sequenceNeeds,
  activities: async () => (await import('../../activities/email-sequences/index.ts')).emailSequencesActivities,
  samples: SAMPLES,
};

/** Configures email sequences as an integration. */
export function emailSequences(settings: EmailSequencesInput & CommonInput): IntegrationInput {
  return { useCase: emailSequencesUseCase as unknown as UseCase, settings };
}
