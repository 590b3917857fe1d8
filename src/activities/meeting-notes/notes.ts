import type { RunInput } from '../../domain/run.ts';
import { effectsOf } from '../../store/effects.ts';
import { patchItems } from '../../store/items.ts';
import { keepMeetingNotes, type MeetingNote } from '../../store/meetings.ts';
import { bodyAfter, noteOf, type NoteText } from '../../workflows/meeting-notes/note.ts';
import type { ActivityDeps } from '../deps.ts';
import { createRecords, recordId } from '../twenty/create-records.ts';
import { updateRecords } from '../twenty/update-records.ts';
import { digestOf, endMeetings, loadMeetings, meetingKey, type MeetingEnd, type MeetingGroup, type MeetingItem, NOTE_STEP, notesSettings } from './meeting-item.ts';

interface Frozen {
  readonly record: { readonly bodyV2: { readonly markdown: string } };
}

/** Makes the notes of meetings that have none; answers how many notes are to be completed, those of lost runs included. */
export async function createNotes(deps: ActivityDeps, run: RunInput): Promise<{ created: number; toUpdate: number }> {
  const { twenty } = notesSettings(deps, run);
  const groups = await loadMatched(deps, run);
  const fresh = groups.filter(({ leader }) => leader.data.note === undefined);
  const ends = await createRecords(deps, run, {
    connection: twenty, object: 'note', step: NOTE_STEP,
    creates: fresh.map((group) => {
      const key = meetingKey(run, group.meetingId, NOTE_STEP);
      const { title, body } = textOf(deps, run, group);
      return { key, summary: `create note “${title}”`, members: group.ids, record: { id: recordId(key), title, bodyV2: { markdown: body } } };
    }),
  });
  // A run that was lost may have written less: what it froze is what stands in Twenty.
  const frozen = new Map((await effectsOf<Frozen>(deps.database, fresh.flatMap(({ ids }) => ids), NOTE_STEP)).map(({ key, request }) => [key, request.record.bodyV2.markdown]));
  const made = fresh.flatMap((group, index) => {
    const end = ends[index]!;
    if (end.status !== 'done') return [];
    const body = frozen.get(meetingKey(run, group.meetingId, NOTE_STEP)) ?? textOf(deps, run, group).body;
    return [{ group, note: { noteId: end.id, hash: digestOf(body) } }];
  });
  await keep(deps, run, made);
  await patchItems(deps.database, run, made.map(({ group, note: { noteId: id, hash } }) => ({ deliveryId: group.leader.deliveryId, data: { note: { id, hash, told: true }, how: 'created' } satisfies Partial<MeetingItem> })));
  await endMeetings(deps, run, fresh.flatMap((group, index): readonly MeetingEnd[] => {
    const end = ends[index]!;
    if (end.status === 'done' || end.status === 'exists') return [];
    return [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `The note was not taken: ${end.message}` } }];
  }));
  return { created: made.length, toUpdate: (await outdated(deps, run)).length };
}

/** Completes notes that were made before: what we wrote last gives way to what is known now; what people wrote stays, with the news below. */
export async function updateNotes(deps: ActivityDeps, run: RunInput): Promise<{ updated: number }> {
  const { twenty } = notesSettings(deps, run);
  const groups = await outdated(deps, run);
  const ends = await updateRecords(deps, run, {
    connection: twenty, object: 'note', step: 'note update', fields: [],
    updates: groups.map((group) => {
      const { title, body } = textOf(deps, run, group);
      const { id, hash, told } = group.leader.data.note!;
      return {
        key: meetingKey(run, group.meetingId, `note/${group.leader.deliveryId}`), summary: `complete note “${title}”`, members: group.ids, id,
        plan: (current) => {
          const now = markdownOf(current);
          const next = bodyAfter(now, body, told && digestOf(now) === hash);
          return next === undefined ? undefined : { bodyV2: { markdown: next } };
        },
      };
    }),
  });
  const written = groups.flatMap((group, index) => (ends[index] === 'updated' || ends[index] === 'unchanged' ? [{ group, note: { noteId: group.leader.data.note!.id, hash: digestOf(textOf(deps, run, group).body) } }] : []));
  await keep(deps, run, written);
  await patchItems(deps.database, run, groups.map(({ leader }, index) => ({
    deliveryId: leader.deliveryId, data: { how: leader.data.how === 'created' ? 'created' : ends[index] === 'updated' ? 'updated' : 'unchanged' } satisfies Partial<MeetingItem>,
  })));
  await endMeetings(deps, run, groups.flatMap((group, index): readonly MeetingEnd[] => {
    const end = ends[index]!;
    if (end === 'gone') return [{ group, outcome: { state: 'skipped', code: 'deleted', reason: 'The note of this meeting was deleted in Twenty; it stays deleted.' } }];
    return typeof end === 'object' ? [{ group, outcome: { state: end.held ? 'held' : 'failed', code: end.code, reason: `The note was not completed: ${end.message}` } }] : [];
  }));
  return { updated: ends.filter((end) => end === 'updated').length };
}

/** Meetings of the set that have been put together. */
export async function loadMatched(deps: ActivityDeps, run: RunInput): Promise<readonly MeetingGroup[]> {
  return (await loadMeetings(deps, run)).filter(({ leader }) => leader.data.meeting !== undefined && leader.data.found !== undefined);
}

export function textOf(deps: ActivityDeps, run: RunInput, { leader }: MeetingGroup): NoteText {
  const { note, timeZone } = notesSettings(deps, run);
  return noteOf(leader.data.meeting!, { ...note, timeZone });
}

async function outdated(deps: ActivityDeps, run: RunInput): Promise<readonly MeetingGroup[]> {
  return (await loadMatched(deps, run)).filter((group) => {
    const { note, again } = group.leader.data;
    return note !== undefined && (note.hash !== digestOf(textOf(deps, run, group).body) || (again && group.leader.data.how !== 'created'));
  });
}

/** A plan is no note. */
async function keep(deps: ActivityDeps, run: RunInput, notes: readonly { readonly group: MeetingGroup; readonly note: MeetingNote }[]): Promise<void> {
  if (!run.dryRun) await keepMeetingNotes(deps.database, run, run.integration, new Map(notes.map(({ group, note }) => [group.meetingId, note])));
}

function markdownOf(record: Readonly<Record<string, unknown>>): string {
  const { markdown } = (record['bodyV2'] ?? {}) as { readonly markdown?: unknown };
  return typeof markdown === 'string' ? markdown : '';
}
