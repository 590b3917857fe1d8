import type { CommonInput } from '../../config/common.ts';
import type { WorkspaceNeeds } from '../../config/needs.ts';
import type { IntegrationInput, UseCase } from '../../config/use-case.ts';
import { meetingNotesHook } from './hook.ts';
import { SAMPLES } from './samples.ts';
import { MeetingNotesSettings, type MeetingNotesInput } from './settings.ts';

export type { MeetingNotesInput, MeetingNotesSettings } from './settings.ts';

/** A recorder tells of a meeting; its note, linked to those who took part, and a task for each next step come out. */
export const meetingNotesUseCase: UseCase<MeetingNotesSettings> = {
  name: 'meeting-notes',
  workflowType: 'meetingNotes',
  settings: MeetingNotesSettings,
  urgency: 'urgent',
  inherit: (settings, { timeZone }) => ({ ...settings, timeZone: settings.timeZone ?? timeZone, tasks: { ...settings.tasks, timeZone: settings.tasks.timeZone ?? timeZone } }),
  connections: ({ twenty, source, email }) => [
    twenty,
    ...(source.connection === undefined ? [] : [source.connection]),
    ...(email.to === 'nobody' ? [] : [email.mail]),
  ],
  tools: ({ source: { connection } }) => (connection === undefined ? [] : [{ connection, role: 'recorder', at: 'source.connection' }]),
  hook: meetingNotesHook,
  needs: needsOf,
  activities: async () => (await import('../../activities/meeting-notes/index.ts')).meetingNotesActivities,
  samples: SAMPLES,
};

/** Configures meeting notes as an integration. */
export function meetingNotes(settings: MeetingNotesInput & CommonInput): IntegrationInput {
  return { useCase: meetingNotesUseCase as unknown as UseCase, settings };
}

/** The field that says who wants no mail; a field of values is the workspace's own. */
function needsOf({ twenty, optOut }: MeetingNotesSettings): WorkspaceNeeds {
  if (optOut === undefined || optOut.values !== undefined) return { connection: twenty };
  const description = 'No summaries of meetings are mailed to this person';
  return { connection: twenty, fields: [{ object: 'person', name: optOut.field, type: 'BOOLEAN', label: 'No meeting mails', description, icon: 'IconMailOff', defaultValue: false }] };
}
