import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import type { ActivityDeps } from '../deps.ts';
import { linkRecords, type RecordLink } from '../twenty/make-tasks.ts';
import { meetingKey, type MeetingItem, NOTE_STEP, notesSettings } from './meeting-item.ts';
import { loadMatched } from './notes.ts';

/** Links each note to the people, the companies and the opportunity of its meeting. What is linked already is not linked again. */
export async function linkNotes(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { twenty } = notesSettings(deps, run);
  const groups = (await loadMatched(deps, run)).filter(({ leader }) => leader.data.note !== undefined);
  const planned = groups.flatMap((group) => {
    const { found, note } = group.leader.data;
    const base = { key: meetingKey(run, group.meetingId, NOTE_STEP), members: group.ids, id: note!.id };
    const { people, companies, opportunity } = found!;
    return [
      ...people.map(({ id, name }) => ({ group, name, link: { ...base, to: { person: id } } satisfies RecordLink })),
      ...companies.map(({ id, name }) => ({ group, name, link: { ...base, to: { company: id } } satisfies RecordLink })),
      ...(opportunity === undefined ? [] : [{ group, name: opportunity.name, link: { ...base, to: { opportunity: opportunity.id } } satisfies RecordLink }]),
    ];
  });
  const ends = await linkRecords(deps, run, { connection: twenty, object: 'noteTarget', step: 'note link' }, planned.map(({ link }) => link));
  // A refused link means that the record was destroyed meanwhile; the note stands all the same.
  const refused = planned.filter((_one, index) => ends[index]!.status === 'rejected' || ends[index]!.status === 'held');
  const byGroup = Map.groupBy(refused, ({ group }) => group);
  await patchItems(deps.database, run, [...byGroup].map(([{ leader }, lost]) => ({
    deliveryId: leader.deliveryId,
    data: { remarks: [...(leader.data.remarks ?? []), `not linked, for it was deleted meanwhile: ${lost.map(({ name }) => name).join(', ')}`] } satisfies Partial<MeetingItem>,
  })));
  return { linked: ends.filter(({ status }) => status === 'done').length };
}
