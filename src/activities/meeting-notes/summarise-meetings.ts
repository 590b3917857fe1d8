import { actionItemsOf } from '../../connectors/action-items.ts';
import { textIn } from '../../connectors/meeting-shape.ts';
import type { Meeting } from '../../domain/meeting.ts';
import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import { earlierNews } from '../../store/meetings.ts';
import { type KnownMeeting, Summarised } from '../../workflows/meeting-notes/contract.ts';
import { knownAt, meetingIn, mergeKnown } from '../../workflows/meeting-notes/merge.ts';
import type { ActivityDeps } from '../deps.ts';
import { endMeetings, loadMeetings, type MeetingItem, notesSettings } from './meeting-item.ts';

/** Has the configuration's function summarise what was said where the recorder has not; where it fails, that meeting alone fails. */
export async function summariseMeetings(deps: ActivityDeps, run: RunInput): Promise<{ summarised: number }> {
  const { summarise } = notesSettings(deps, run);
  const groups = summarise === undefined ? [] : await loadMeetings(deps, run);
  const earlier = Map.groupBy(await earlierNews<MeetingItem>(deps.database, run, run.integration, groups.map(({ meetingId }) => meetingId)), ({ meetingId }) => meetingId);
  let summarised = 0;
  for (const group of groups) {
    const meeting = meetingIn(group.members.map(({ data }) => data.news).reduce(mergeKnown));
    const before = meetingIn((earlier.get(group.meetingId) ?? []).map(({ data }) => data.news).reduce<KnownMeeting>(mergeKnown, {}));
    if (meeting.summary !== undefined || meeting.transcript === undefined) continue;
    // The same words have been summarised before.
    if (before.summary !== undefined && wordsOf(before) === wordsOf(meeting)) continue;
    try {
      const { summary, actionItems } = Summarised.parse(await summarise!(meeting));
      const brought: Meeting = { ...optional('summary', textIn(summary)), ...(actionItems === undefined ? {} : { actionItems: actionItemsOf(actionItems) }) };
      const news = mergeKnown(group.leader.data.news, knownAt(brought, Date.now()));
      await patchItems(deps.database, run, [{ deliveryId: group.leader.deliveryId, data: { news } satisfies Partial<MeetingItem> }]);
      summarised += 1;
    } catch (error) {
      const problem = error instanceof Error && 'issues' in error ? (error.issues as readonly { readonly message: string }[])[0]!.message : (error as Error).message;
      await endMeetings(deps, run, [{ group, outcome: { state: 'failed', code: 'summarise_failed', reason: `The summarise function in the configuration failed: ${problem}` } }]);
    }
  }
  return { summarised };
}

function wordsOf({ transcript = [] }: Meeting): string {
  return transcript.map(({ speaker, text }) => `${speaker ?? ''}: ${text}`).join('\n');
}

function optional<K extends string>(name: K, value: string | undefined): { readonly [k in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [k in K]?: string });
}
