import type { WorkspaceMember } from '../../connectors/twenty/index.ts';
import type { Meeting } from '../../domain/meeting.ts';
import { findMember, memberName } from '../../domain/member.ts';
import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import { earlierNews, meetingNotes } from '../../store/meetings.ts';
import { meetingIn, mergeKnown } from '../../workflows/meeting-notes/merge.ts';
import { isStaff, newItems } from '../../workflows/meeting-notes/rules.ts';
import type { ActivityDeps } from '../deps.ts';
import { membersOf } from '../twenty/members.ts';
import { type Attended, foundFor, readRecords, withNames } from './find-records.ts';
import { endMeetings, loadMeetings, type MeetingGroup, type MeetingItem, notesSettings } from './meeting-item.ts';
import { nothingFound, withoutSummary } from './no-note.ts';
import { lacksField } from './people.ts';

/** What the workflow needs to know; meetings that need no note have ended. */
export interface MatchedMeetings {
  readonly meetings: number;
  /** Action items that become tasks. */
  readonly items: number;
  /** Participants to be made people. */
  readonly toMeet: number;
}

/**
 * Puts together what is known of each meeting and finds those who took part, their companies and the opportunities, in one call each
 * for the whole set. What is in the trash is left alone.
 */
export async function matchMeetings(deps: ActivityDeps, run: RunInput): Promise<MatchedMeetings> {
  const settings = notesSettings(deps, run);
  const members = await membersOf(deps, run, settings.twenty);
  const known = (await loadKnown(deps, run)).map((one) => ({ ...one, ...apart(one.meeting, members, settings.ownDomains) }));
  const early = known.filter(({ meeting, noted }) => !noted && withoutSummary(meeting, settings) !== undefined);
  await endMeetings(deps, run, early.map(({ group, meeting }) => ({ group, outcome: withoutSummary(meeting, settings)! })));
  const rest = known.filter((one) => !early.includes(one));
  if (rest.length === 0) return { meetings: 0, items: 0, toMeet: 0 };

  const missing = await lacksField(deps, settings);
  if (missing !== undefined) {
    await endMeetings(deps, run, rest.map(({ group }) => ({ group, outcome: missing })));
    return { meetings: 0, items: 0, toMeet: 0 };
  }
  const records = await readRecords(deps, run, settings, rest);
  const matched = rest.map((one) => ({ ...one, ...foundFor(one, records, settings), meeting: withNames(one.meeting, members, records) }));
  const empty = matched.filter(({ found, noted }) => !noted && nothingFound(found, settings) !== undefined);
  await endMeetings(deps, run, empty.map(({ group, found }) => ({ group, outcome: nothingFound(found, settings)! })));
  const worth = matched.filter((one) => !empty.includes(one));
  await patchItems(deps.database, run, worth.map(({ group, meeting, found, note, remarks }) => ({ deliveryId: group.leader.deliveryId, data: { meeting, found, note, remarks } satisfies Partial<MeetingItem> })));
  return {
    meetings: worth.length,
    items: settings.tasks.enabled ? worth.reduce((sum, { meeting, tasked }) => sum + newItems(tasked, meeting.actionItems ?? []).length, 0) : 0,
    toMeet: settings.unknown === 'create' ? worth.reduce((sum, { found }) => sum + found.unknown.filter(({ email }) => email !== undefined).length, 0) : 0,
  };
}

interface LoadedMeeting {
  readonly group: MeetingGroup;
  readonly meeting: Meeting;
  /** It has its note already. */
  readonly noted: boolean;
  readonly note: MeetingItem['note'];
  readonly tasked: readonly string[];
}

/** The meetings with all that this set and earlier events told of them. */
async function loadKnown(deps: ActivityDeps, run: RunInput): Promise<readonly LoadedMeeting[]> {
  const groups = await loadMeetings(deps, run);
  const ids = groups.map(({ meetingId }) => meetingId);
  const [earlier, notes] = await Promise.all([earlierNews<MeetingItem>(deps.database, run, run.integration, ids), meetingNotes(deps.database, run.integration, ids)]);
  const before = Map.groupBy(earlier, ({ meetingId }) => meetingId);
  return groups.map((group) => {
    const told = (before.get(group.meetingId) ?? []).map(({ data }) => data);
    const note = notes.get(group.meetingId);
    return {
      group,
      meeting: meetingIn([...told, ...group.members.map(({ data }) => data)].map(({ news }) => news).reduce(mergeKnown)),
      noted: note !== undefined,
      note: note === undefined ? undefined : { id: note.noteId, hash: note.hash, told: told.length > 0 },
      tasked: told.flatMap((data) => data.tasked ?? []),
    };
  });
}

/** Our own people with their addresses, and the others. */
function apart({ participants = [], host }: Meeting, members: readonly WorkspaceMember[], ownDomains: readonly string[]): Pick<Attended, 'staff' | 'guests'> {
  const all = host === undefined || participants.some(({ email, name }) => (email ?? name) === (host.email ?? host.name)) ? participants : [...participants, host];
  const staff = all.filter((one) => isStaff(one, members, ownDomains));
  return {
    staff: staff.map((one) => {
      const member = findMember(members, one.email ?? one.name ?? '');
      return member === undefined ? one : { name: memberName(member), email: member.email.toLowerCase() };
    }),
    guests: all.filter((one) => !staff.includes(one)),
  };
}
