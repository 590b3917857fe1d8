import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import { addressees, meetingMail } from '../../workflows/meeting-notes/mail.ts';
import type { ActivityDeps } from '../deps.ts';
import { type NewMail, sendMails } from '../mail/send-mails.ts';
import { digestOf, meetingKey, type MeetingGroup, type MeetingItem, notesSettings } from './meeting-item.ts';
import { loadMatched, textOf } from './notes.ts';

/**
 * Mails the summary and the next steps to those who took part, one mail each and once for the meeting, as soon as there is a summary.
 * Who wants no mail gets none; above the hourly cap the rest waits.
 */
export async function mailMeetings(deps: ActivityDeps, run: RunInput): Promise<{ mails: number }> {
  const { email } = notesSettings(deps, run);
  const groups = (await loadMatched(deps, run)).filter(({ leader }) => leader.data.meeting!.summary !== undefined && leader.data.note !== undefined);
  const mails = groups.flatMap((group) => mailsOf(deps, run, group));
  const sent = new Map<MeetingGroup, number>();
  const step = { connection: email.mail, step: 'meeting mail', before: 'Note and tasks are in Twenty', words: 'a mail about the meeting' };
  const out = await sendMails(deps, run, step, mails, async ({ group }, end) => {
    if (end !== 'sent') return;
    sent.set(group, (sent.get(group) ?? 0) + 1);
    await patchItems(deps.database, run, [{ deliveryId: group.leader.deliveryId, data: { mails: sent.get(group)! } satisfies Partial<MeetingItem> }]);
  });
  return { mails: out };
}

function mailsOf(deps: ActivityDeps, run: RunInput, group: MeetingGroup): readonly (NewMail & { readonly group: MeetingGroup })[] {
  const { email, twenty, timeZone } = notesSettings(deps, run);
  const { found, meeting, note } = group.leader.data;
  return addressees(found!, email.to).map(({ email: address, internal }, index) => ({
    group,
    key: meetingKey(run, group.meetingId, `mail/${digestOf(address)}`),
    step: `meeting mail ${String(index + 1)}`,
    members: group.ids,
    mail: { from: email.from!, to: [address], ...meetingMail(meeting!, textOf(deps, run, group), email, timeZone, internal ? deps.twenty(twenty).recordUrl('note', note!.id) : undefined) },
  }));
}
