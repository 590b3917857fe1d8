import type { CommonInput } from '../../config/common.ts';
import type { IntegrationInput, UseCase } from '../../config/use-case.ts';
import { SAMPLES } from './samples.ts';
import { webFormsHook } from './hook.ts';
import { WebFormsSettings, type WebFormsInput } from './settings.ts';

export type { WebFormsInput, WebFormsSettings } from './settings.ts';

/** A form comes in; a person, a company, a follow-up task and a mail to the sales team come out. */
export const webFormsUseCase: UseCase<WebFormsSettings> = {
  name: 'web-forms',
  workflowType: 'webForms',
  settings: WebFormsSettings,
  urgency: 'urgent',
  inherit: (settings, workspace) => ({
    ...settings,
    country: settings.country ?? workspace.country,
    task: { ...settings.task, timeZone: settings.task.timeZone ?? workspace.timeZone },
  }),
  connections: (settings) => [settings.twenty, ...(settings.notify === undefined ? [] : [settings.notify.mail])],
  hook: webFormsHook,
  activities: async () => (await import('../../activities/web-forms/index.ts')).webFormsActivities,
  samples: SAMPLES,
};

/** Configures a form as an integration. */
export function webForms(settings: WebFormsInput & CommonInput): IntegrationInput {
  return { useCase: webFormsUseCase as unknown as UseCase, settings };
}
