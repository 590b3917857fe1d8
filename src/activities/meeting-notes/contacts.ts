import type { Participant } from '../../domain/meeting.ts';
import type { RunInput } from '../../domain/run.ts';
import { normaliseName } from '../../normalise/person-name.ts';
import { patchItems } from '../../store/items.ts';
import type { Found } from '../../workflows/meeting-notes/contract.ts';
import type { ActivityDeps } from '../deps.ts';
import { createRecords, recordId } from '../twenty/create-records.ts';
import { digestOf, loadMeetings, type MeetingGroup, type MeetingItem, notesSettings } from './meeting-item.ts';

type Stranger = Found['unknown'][number];

/** Makes people of those who took part and are not in Twenty, once each, however many meetings of the set they took part in. */
export async function createContacts(deps: ActivityDeps, run: RunInput): Promise<{ created: number }> {
  const { twenty } = notesSettings(deps, run);
  const groups = (await loadMeetings(deps, run)).filter(({ leader }) => leader.data.found !== undefined);
  const wanted = new Map<string, { readonly stranger: Stranger; readonly groups: MeetingGroup[] }>();
  for (const group of groups) {
    for (const stranger of group.leader.data.found!.unknown) {
      if (stranger.email === undefined) continue;
      const entry = wanted.get(stranger.email);
      if (entry === undefined) wanted.set(stranger.email, { stranger, groups: [group] });
      else entry.groups.push(group);
    }
  }
  const entries = [...wanted.values()];
  const ends = await createRecords(deps, run, {
    connection: twenty, object: 'person', step: 'new contact',
    creates: entries.map(({ stranger, groups: meetings }, index) => {
      const key = `${run.integration}/${meetings[0]!.leader.deliveryId}/contact/${digestOf(stranger.email!)}`;
      return { key, step: `new contact ${String(index + 1)}`, summary: `create person ${stranger.name ?? stranger.email!}`, members: meetings.flatMap(({ ids }) => ids), record: personInput(stranger, recordId(key)) };
    }),
  });
  // Who was in Twenty after all is linked as well; who is in the trash, or is refused, stays unknown.
  const ids = new Map(entries.flatMap(({ stranger }, index) => {
    const end = ends[index]!;
    return end.status === 'done' || (end.status === 'exists' && !end.trashed) ? [[stranger.email!, end.id]] : [];
  }));
  await patchItems(deps.database, run, groups.map(({ leader }) => ({ deliveryId: leader.deliveryId, data: { found: withIds(leader.data.found!, ids) } satisfies Partial<MeetingItem> })));
  return { created: ends.filter(({ status }) => status === 'done').length };
}

function withIds(found: Found, ids: ReadonlyMap<string, string>): Found {
  const met = found.unknown.flatMap(({ email, name }) => (email !== undefined && ids.has(email) ? [{ id: ids.get(email)!, email, name: name ?? email }] : []));
  return {
    ...found,
    people: [...found.people, ...met].sort((a, b) => (a.id < b.id ? -1 : 1)),
    unknown: found.unknown.filter(({ email }) => email === undefined || !ids.has(email)),
  };
}

function personInput({ name, email, companyId }: Participant & { readonly companyId?: string }, id: string) {
  return { id, name: normaliseName({ full: name ?? '' }), emails: { primaryEmail: email }, ...(companyId === undefined ? {} : { companyId }) };
}
