import type { MeetingNotesActivities } from '../../activities/meeting-notes/index.ts';
import type { RunInput, RunResult } from '../../domain/run.ts';
import { conduct, localSteps, steps, summary } from '../runtime/conduct.ts';

/**
 * Recorders tell of meetings: what their webhooks only point to is asked for, those who took part are found in Twenty, and each meeting
 * gets its one note, linked to them, and a task for each next step. Then those who took part are told, as configured.
 */
export async function meetingNotes(run: RunInput): Promise<RunResult> {
  return conduct(run, async () => {
    const own = localSteps<MeetingNotesActivities>();
    const opened = await own.openMeetings.executeWithOptions(summary(run, 'Read the webhooks'), [run]);
    const { recorder, mail } = opened.connections;

    for (let left = recorder === undefined ? 0 : opened.toAsk; left > 0; ) {
      ({ left } = await steps<MeetingNotesActivities>(recorder).askForMeetings.executeWithOptions(summary(run, `Fetch ${count(left, 'meeting')}`), [run]));
    }
    if (opened.meetings > 0 && opened.summarises) await steps<MeetingNotesActivities>().summariseMeetings.executeWithOptions(summary(run, 'Summarise what was said'), [run]);

    const twenty = steps<MeetingNotesActivities>(opened.connections.twenty);
    const matched = opened.meetings === 0 ? NOTHING : await twenty.matchMeetings.executeWithOptions(summary(run, `Find who took part in ${count(opened.meetings, 'meeting')}`), [run]);
    if (matched.meetings === 0) return own.settleMeetings.executeWithOptions(summary(run, 'Note the outcomes'), [run]);

    if (matched.toMeet > 0) await twenty.createContacts.executeWithOptions(summary(run, `Create ${count(matched.toMeet, 'person', 'people')}`), [run]);
    const { toUpdate } = await twenty.createNotes.executeWithOptions(summary(run, `Create the notes of ${count(matched.meetings, 'meeting')}`), [run]);
    if (toUpdate > 0) await twenty.updateNotes.executeWithOptions(summary(run, `Complete ${count(toUpdate, 'note')}`), [run]);
    await twenty.linkNotes.executeWithOptions(summary(run, 'Link the notes to people, companies and opportunities'), [run]);

    if (matched.items > 0) {
      const { made } = await twenty.createActionTasks.executeWithOptions(summary(run, `Create ${count(matched.items, 'task')}`), [run]);
      if (made > 0) await twenty.linkActionTasks.executeWithOptions(summary(run, 'Link the tasks'), [run]);
    }
    if (mail !== undefined) await steps<MeetingNotesActivities>(mail).mailMeetings.executeWithOptions(summary(run, 'Mail those who took part'), [run]);
    return own.settleMeetings.executeWithOptions(summary(run, 'Note the outcomes'), [run]);
  });
}

const NOTHING = { meetings: 0, items: 0, toMeet: 0 };

function count(n: number, one: string, many = `${one}s`): string {
  return `${String(n)} ${n === 1 ? one : many}`;
}
