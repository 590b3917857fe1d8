import { ConnectorError } from '../../domain/failure.ts';
import type { Meeting } from '../../domain/meeting.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { RunInput } from '../../domain/run.ts';
import { patchItems } from '../../store/items.ts';
import { knownAt, mergeKnown } from '../../workflows/meeting-notes/merge.ts';
import type { ActivityDeps } from '../deps.ts';
import { midway, onConnection } from '../runtime/step.ts';
import { endMeetings, loadMeetings, type MeetingGroup, type MeetingItem, notesSettings } from './meeting-item.ts';
import { worthKeeping } from './open-meetings.ts';

/** In one step; what was fetched is kept at once, so that an interruption costs one request at most. */
const AT_ONCE = 10;
/** A recorder may know a meeting a little later than its webhook says. */
const RETRY_MS = 5 * 60_000;
const PATIENCE_MS = 60 * 60_000;

/** Asks the recorder for some of the meetings to which the webhooks only pointed; answers how many are left to be asked for. */
export async function askForMeetings(deps: ActivityDeps, run: RunInput): Promise<{ left: number }> {
  const settings = notesSettings(deps, run);
  const open = (await loadMeetings(deps, run)).filter(({ members }) => members.some(({ data }) => data.ask));
  const { connection } = settings.source;
  if (connection === undefined || open.length === 0) return { left: 0 };
  const recorder = deps.tool('recorder', connection);
  await onConnection(deps, run, connection, async (context) => {
    for (const [index, group] of open.slice(0, AT_ONCE).entries()) {
      const asked = group.members.find(({ data }) => data.ask)!.data;
      const answer: Answer = await recorder.meeting(asked.ref, index === 0 ? context : midway(context)).then((meeting) => ({ meeting }), (error: unknown) => ({ outcome: refusal(error, recorder.service) }));
      if ('outcome' in answer) await endMeetings(deps, run, [{ group, outcome: answer.outcome }]);
      else if (answer.meeting === undefined && !saysSomething(group)) await endMeetings(deps, run, [{ group, outcome: unknownMeeting(run, group, settings.source.name) }]);
      else await keep(deps, run, group, answer.meeting === undefined ? undefined : worthKeeping(answer.meeting, settings));
    }
  });
  return { left: Math.max(0, open.length - AT_ONCE) };
}

type Answer = { readonly meeting: Meeting | undefined } | { readonly outcome: Outcome };

async function keep(deps: ActivityDeps, run: RunInput, { leader, members }: MeetingGroup, meeting: Meeting | undefined): Promise<void> {
  await patchItems(deps.database, run, members.map(({ deliveryId, data }) => {
    const news = deliveryId === leader.deliveryId && meeting !== undefined ? mergeKnown(data.news, knownAt(meeting, Date.now())) : data.news;
    return { deliveryId, data: { ask: false, news } satisfies Partial<MeetingItem> };
  }));
}

/** Final for this meeting and no other. */
function refusal(error: unknown, service: string): Outcome {
  if (!(error instanceof ConnectorError) || (error.kind !== 'rejected' && error.kind !== 'malformed')) throw error;
  return { state: 'failed', code: 'recorder_refused', reason: `The meeting could not be fetched. ${error.message.startsWith(service) ? error.message : `${service}: ${error.message}`}` };
}

function unknownMeeting(run: RunInput, { meetingId, leader }: MeetingGroup, name: string): Outcome {
  const code = 'no_such_meeting';
  if (!run.dryRun && Date.now() - Date.parse(leader.data.receivedAt) < PATIENCE_MS) {
    return { state: 'waiting', code, reason: `${name} does not know the meeting ${meetingId} yet; it is asked again in a few minutes.`, waitingFor: 'data', untilMs: Date.now() + RETRY_MS };
  }
  return { state: 'failed', code, reason: `${name} does not know the meeting ${meetingId}, or its key may not see it. Use the key of somebody who may, then retry.` };
}

function saysSomething({ members }: MeetingGroup): boolean {
  return members.some(({ data: { news } }) => news.summary !== undefined || news.actionItems !== undefined);
}
