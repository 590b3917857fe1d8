import type { RunInput } from '../../domain/run.ts';
import type { ActivityDeps } from '../deps.ts';
import { createActionTasks, linkActionTasks } from './action-tasks.ts';
import { askForMeetings } from './ask-for-meetings.ts';
import { createContacts } from './contacts.ts';
import { linkNotes } from './link-notes.ts';
import { mailMeetings } from './mails.ts';
import { matchMeetings } from './match-meetings.ts';
import { createNotes, updateNotes } from './notes.ts';
import { openMeetings } from './open-meetings.ts';
import { settleMeetings } from './settle-meetings.ts';
import { summariseMeetings } from './summarise-meetings.ts';

/** The steps of the meeting-notes workflow. */
export function meetingNotesActivities(deps: ActivityDeps) {
  return {
    openMeetings: (run: RunInput) => openMeetings(deps, run),
    askForMeetings: (run: RunInput) => askForMeetings(deps, run),
    summariseMeetings: (run: RunInput) => summariseMeetings(deps, run),
    matchMeetings: (run: RunInput) => matchMeetings(deps, run),
    createContacts: (run: RunInput) => createContacts(deps, run),
    createNotes: (run: RunInput) => createNotes(deps, run),
    updateNotes: (run: RunInput) => updateNotes(deps, run),
    linkNotes: (run: RunInput) => linkNotes(deps, run),
    createActionTasks: (run: RunInput) => createActionTasks(deps, run),
    linkActionTasks: (run: RunInput) => linkActionTasks(deps, run),
    mailMeetings: (run: RunInput) => mailMeetings(deps, run),
    settleMeetings: (run: RunInput) => settleMeetings(deps, run),
  };
}

export type MeetingNotesActivities = ReturnType<typeof meetingNotesActivities>;
