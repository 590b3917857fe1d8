import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, ScheduleSettings, UseCase } from '../../config/use-case.ts';
import { newsletterNeeds } from './needs.ts';
import { SAMPLES } from './samples.ts';
import { type NewsletterInput, NewsletterSettings } from './settings.ts';

export type { NewsletterInput, NewsletterSettings } from './settings.ts';

/** Started by hand or by the clock: the people of a view are put on a list of a newsletter tool, and marketing is told. */
export const newsletterUseCase: UseCase<NewsletterSettings> = {
  name: 'newsletter',
  workflowType: 'newsletter',
  settings: NewsletterSettings,
  urgency: 'bulk',
  inherit: (settings, { timeZone }) => ({ ...settings, timeZone: settings.timeZone ?? timeZone }),
  connections: ({ twenty, tool, confirm }) => [...new Set([twenty, tool, confirm.mail])],
  tools: ({ tool }) => [{ connection: tool, role: 'newsletter', at: 'tool' }],
  manual: () => ({ over: { kind: 'nothing' } }),
  schedules: ({ schedules: { regular } }): readonly ScheduleSettings[] =>
    regular === undefined ? [] : [{ name: 'regular', when: { cron: regular.cron }, ...(regular.timeZone === undefined ? {} : { timeZone: regular.timeZone }) }],
  needs: newsletterNeeds,
  activities: async () => (await import('../../activities/newsletter/index.ts')).newsletterActivities,
  samples: SAMPLES,
};

/** Configures a newsletter as an integration. */
export function newsletter(settings: NewsletterInput & CommonInput): IntegrationInput {
  return { useCase: newsletterUseCase as unknown as UseCase, settings };
}
