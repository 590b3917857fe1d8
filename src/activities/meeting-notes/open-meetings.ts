import type { HookRequest } from '../../config/use-case.ts';
import type { Meeting } from '../../domain/meeting.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { type ClaimedDelivery, insertItems, loadDeliveries } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import { knownAt } from '../../workflows/meeting-notes/merge.ts';
import type { MeetingNotesSettings } from '../../workflows/meeting-notes/settings.ts';
import type { ActivityDeps } from '../deps.ts';
import { type MeetingMember, notesSettings } from './meeting-item.ts';

/** What the workflow needs to know of its set; counts and names only. */
export interface OpenedMeetings {
  readonly meetings: number;
  /** Meetings that the recorder is to be asked for. */
  readonly toAsk: number;
  readonly summarises: boolean;
  readonly connections: { readonly twenty: string; readonly recorder?: string; readonly mail?: string };
}

/** Reads the webhooks of the set with the configuration of now; those that cannot be read end here, with the reason. */
export async function openMeetings(deps: ActivityDeps, run: RunInput): Promise<OpenedMeetings> {
  const settings = notesSettings(deps, run);
  const { source, email, twenty, summarise } = settings;
  const members: MeetingMember[] = [];
  const unreadable: DeliveryOutcome[] = [];
  for (const [position, delivery] of (await loadDeliveries(deps.database, run)).entries()) {
    const { deliveryId, receivedAt, claims } = delivery;
    const reading = source.read(requestOf(delivery));
    if (reading.kind !== 'meeting') {
      const why = reading.kind === 'refused' ? `${reading.path}: ${reading.problem}` : 'This was a test call of the recorder, no meeting.';
      unreadable.push({ deliveryId, outcome: { state: 'failed', code: 'unreadable', reason: normalised(why) } });
      continue;
    }
    const news = knownAt(worthKeeping(reading.content, settings), reading.atMs ?? receivedAt.getTime());
    const ask = reading.ask && source.connection !== undefined;
    members.push({ deliveryId, position, data: { ref: reading.ref, receivedAt: receivedAt.toISOString(), again: claims > 1, ask, news } });
  }
  await insertItems(deps.database, run, members);
  if (unreadable.length > 0) await settle(deps.database, run, unreadable);
  const byId = Map.groupBy(members, ({ data }) => data.ref.id);
  return {
    meetings: byId.size,
    toAsk: [...byId.values()].filter((all) => all.some(({ data }) => data.ask)).length,
    summarises: summarise !== undefined,
    connections: { twenty, ...(source.connection === undefined ? {} : { recorder: source.connection }), ...(email.to === 'nobody' ? {} : { mail: email.mail }) },
  };
}

/** What was said takes much room: it is kept where it is going to be used. */
export function worthKeeping(meeting: Meeting, { note, summarise }: MeetingNotesSettings): Meeting {
  const { transcript, ...rest } = meeting;
  if (transcript === undefined) return meeting;
  const wanted = note.transcript === 'always' || (meeting.summary === undefined && (note.transcript === 'without-summary' || summarise !== undefined));
  if (!wanted) return rest;
  let left = MAX_KEPT;
  return { ...rest, transcript: transcript.filter(({ text }) => (left -= text.length) > 0) };
}

/** Characters of a transcript; a day of talk. */
const MAX_KEPT = 400_000;

function requestOf({ contentType, headers, body }: ClaimedDelivery): HookRequest {
  return { contentType: contentType.split(';')[0]!.trim().toLowerCase(), contentTypeHeader: contentType, headers, body };
}
