import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import type { ActionItem } from '../../domain/meeting.ts';
import { findMember } from '../../domain/member.ts';
import type { RunInput } from '../../domain/run.ts';
import { oneLine } from '../../domain/text.ts';
import { dueAfterWorkingDays } from '../../normalise/working-days.ts';
import { earlierNews } from '../../store/meetings.ts';
import { asText } from '../../workflows/meeting-notes/markdown.ts';
import { participantWords, whenWords } from '../../workflows/meeting-notes/note.ts';
import { forWhom, newItems } from '../../workflows/meeting-notes/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { dueAt, linkRecords, makeTasks, type NewTask, type RecordLink } from '../twenty/make-tasks.ts';
import { membersOf } from '../twenty/members.ts';
import { digestOf, endMeetings, meetingKey, type MadeTask, type MeetingGroup, type MeetingItem, notesSettings } from './meeting-item.ts';
import { loadMatched } from './notes.ts';

/** More than that nobody agrees on in one meeting; the note has them all. */
const MOST = 50;

/** Makes one task for each action item that has not become one yet, for the member it names, else for the host. */
export async function createActionTasks(deps: ActivityDeps, run: RunInput): Promise<{ made: number }> {
  const settings = notesSettings(deps, run);
  const groups = await loadMatched(deps, run);
  const members = await membersOf(deps, run, settings.twenty);
  const earlier = Map.groupBy(await earlierNews<MeetingItem>(deps.database, run, run.integration, groups.map(({ meetingId }) => meetingId)), ({ meetingId }) => meetingId);
  const planned = groups.flatMap((group) => {
    const before = (earlier.get(group.meetingId) ?? []).flatMap(({ data }) => data.tasked ?? []);
    return newItems(before, group.leader.data.meeting!.actionItems ?? []).slice(0, MOST).map((item, index) => ({ group, item, ...taskOf(run, group, item, index, members, settings) }));
  });
  const ends = await makeTasks(deps, run, { connection: settings.twenty, step: 'action item' }, planned.map(({ task }) => task), (all) =>
    [...Map.groupBy(planned.map((one, index) => ({ ...one, end: all[index]! })), ({ group }) => group)].map(([{ leader }, own]) => {
      const made = own.flatMap(({ task, end, people }): MadeTask[] => (end.status === 'done' ? [{ key: task.key, id: end.id, people }] : []));
      return { deliveryId: leader.deliveryId, data: { tasks: made, tasked: run.dryRun ? [] : own.filter(({ end }) => end.status === 'done').map(({ item }) => item.text) } satisfies Partial<MeetingItem> };
    }));
  const refused = planned.flatMap(({ group, item }, index) => {
    const end = ends[index]!;
    return end.status === 'done' || end.status === 'exists' ? [] : [{ group, outcome: { state: end.status === 'held' ? 'held' : 'failed', code: end.code, reason: `The note is in Twenty. The task “${oneLine(item.text)}”: ${end.message}` } as const }];
  });
  await endMeetings(deps, run, [...new Map(refused.map((one) => [one.group, one])).values()]);
  return { made: ends.filter(({ status }) => status === 'done').length };
}

/** Links each task to the company and the opportunity of its meeting and to the contact it names; where there is neither, to all contacts. */
export async function linkActionTasks(deps: ActivityDeps, run: RunInput): Promise<{ linked: number }> {
  const { twenty } = notesSettings(deps, run);
  const links = (await loadMatched(deps, run)).flatMap((group) => {
    const { tasks = [], found } = group.leader.data;
    const { people, companies, opportunity } = found!;
    return tasks.flatMap(({ key, id, people: named }): RecordLink[] => {
      const contacts = named.length > 0 || companies.length > 0 || opportunity !== undefined ? named : people.map((one) => one.id);
      return [{ key, members: group.ids, id, to: { company: companies[0]?.id, opportunity: opportunity?.id } }, ...contacts.map((person): RecordLink => ({ key, members: group.ids, id, to: { person } }))];
    });
  });
  // A link that is refused leads to a record that was destroyed meanwhile: the task stays.
  const ends = await linkRecords(deps, run, { connection: twenty, object: 'taskTarget', step: 'task link' }, links);
  return { linked: ends.filter(({ status }) => status === 'done').length };
}

function taskOf(
  run: RunInput, group: MeetingGroup, item: ActionItem, index: number, members: readonly WorkspaceMember[], { tasks, timeZone }: ReturnType<typeof notesSettings>,
): { readonly task: NewTask; readonly people: readonly string[] } {
  const { meeting, found, receivedAt } = group.leader.data;
  const { member, guest } = forWhom(item, meeting!.participants ?? [], members);
  const host = meeting!.host === undefined ? undefined : findMember(members, meeting!.host.email ?? meeting!.host.name ?? '');
  const otherwise = tasks.otherwise === undefined ? undefined : findMember(members, tasks.otherwise);
  const remarks = [
    item.text === oneLine(item.text) ? undefined : asText(item.text),
    guest === undefined ? undefined : `For ${asText(participantWords(guest))}`,
    `From the meeting “${asText(meeting!.title ?? 'without a title')}”${whenWords(meeting!, timeZone) === undefined ? '' : `, ${whenWords(meeting!, timeZone)!}`}`,
    meeting!.url,
  ];
  const text = digestOf(item.text.toLowerCase());
  return {
    people: found!.people.filter(({ email }) => email === guest?.email).map(({ id }) => id),
    task: {
      key: meetingKey(run, group.meetingId, `task/${text}`), step: `action item ${String(index + 1)}`, members: group.ids, title: oneLine(item.text),
      body: remarks.filter((line) => line !== undefined).join('\n\n'),
      dueAt: item.dueOn === undefined ? dueAt(Date.parse(receivedAt), tasks) : dayAt(item.dueOn, tasks.dueHour, tasks.timeZone ?? timeZone),
      assigneeId: (member ?? host ?? otherwise)?.id,
    },
  };
}

/** The day itself, be it a free one: it was agreed on. */
function dayAt(day: string, dueHour: number, timeZone: string): string {
  return dueAfterWorkingDays(Date.parse(`${day}T12:00:00Z`), 0, { timeZone, weekend: [], holidays: [], dueHour });
}
