import type { Outcome } from '../../domain/delivery.ts';
import type { Meeting } from '../../domain/meeting.ts';
import type { Found } from '../../workflows/meeting-notes/contract.ts';
import { participantWords } from '../../workflows/meeting-notes/note.ts';
import type { MeetingNotesSettings } from '../../workflows/meeting-notes/settings.ts';

/** Why a meeting without a summary gets no note yet; undefined when it gets one. */
export function withoutSummary({ summary, actionItems = [] }: Meeting, settings: MeetingNotesSettings): Outcome | undefined {
  if (settings.withoutSummary === 'note' || summary !== undefined || actionItems.length > 0) return undefined;
  return { state: 'skipped', code: 'no_summary', reason: 'The recorder has not written a summary yet; its next webhook brings it.' };
}

/** Why a meeting of which nobody is in Twenty gets no note; undefined when it gets one. */
export function nothingFound({ people, companies, unknown, trashed, staff }: Found, settings: MeetingNotesSettings): Outcome | undefined {
  const toMeet = settings.unknown === 'create' && unknown.some(({ email }) => email !== undefined);
  if (settings.nothingFound === 'note' || people.length > 0 || companies.length > 0 || toMeet) return undefined;
  if (unknown.length + trashed.length === 0) {
    const who = staff.length === 0 ? 'The recorder names nobody who took part' : 'Only your own people took part';
    return { state: 'skipped', code: staff.length === 0 ? 'nobody_named' : 'internal_meeting', reason: `${who}, so no note was made.` };
  }
  const gone = trashed.length === 0 ? '' : ` In the trash: ${trashed.map(participantWords).join(', ')}.`;
  const others = unknown.length === 0 ? '' : ` Not in Twenty: ${unknown.map(participantWords).join(', ')}.`;
  return { state: 'skipped', code: 'nobody_found', reason: `Nobody who took part is in Twenty, so no note was made.${others}${gone} Add them, then retry.` };
}
