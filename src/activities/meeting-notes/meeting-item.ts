import { createHash } from 'node:crypto';
import type { MeetingRef } from '../../connectors/recorder.ts';
import type { Outcome } from '../../domain/delivery.ts';
import type { Meeting } from '../../domain/meeting.ts';
import type { RunInput } from '../../domain/run.ts';
import { normalised } from '../../domain/text.ts';
import { type Item, loadItems } from '../../store/items.ts';
import { type DeliveryOutcome, settle } from '../../store/settle.ts';
import type { Found, KnownMeeting } from '../../workflows/meeting-notes/contract.ts';
import type { MeetingNotesSettings } from '../../workflows/meeting-notes/settings.ts';
import type { ActivityDeps } from '../deps.ts';

/** What a run knows of one event; what concerns the meeting as a whole stands with the first event of the set that tells of it. */
export interface MeetingItem {
  readonly ref: MeetingRef;
  /** ISO 8601 instant; due dates count from it. */
  readonly receivedAt: string;
  /** An earlier run may have done part of the work. */
  readonly again: boolean;
  /** The recorder is still to be asked. */
  readonly ask: boolean;
  /** What this event said, and the recorder when it was asked. Later events of the meeting build on it. */
  readonly news: KnownMeeting;
  /** Texts of the action items that became tasks. */
  readonly tasked?: readonly string[];
  /** All that is known of the meeting. */
  readonly meeting?: Meeting;
  readonly found?: Found;
  /** The note in Twenty; `hash` is of the text that was written last, `told` says that what it rests on is known still. */
  readonly note?: { readonly id: string; readonly hash: string; readonly told: boolean };
  readonly how?: 'created' | 'updated' | 'unchanged';
  readonly tasks?: readonly MadeTask[];
  readonly mails?: number;
  /** What is to be said in the outcome. */
  readonly remarks?: readonly string[];
}

/** A task of the meeting, to be linked. */
export interface MadeTask {
  readonly key: string;
  readonly id: string;
  /** Contacts whom the item names. */
  readonly people: readonly string[];
}

export type MeetingMember = Item<MeetingItem>;

/** All events of one meeting in the set: the meeting is dealt with once. The first one leads and carries the data. */
export interface MeetingGroup {
  readonly meetingId: string;
  readonly leader: MeetingMember;
  readonly members: readonly MeetingMember[];
  readonly ids: readonly string[];
}

export function notesSettings(deps: ActivityDeps, run: RunInput): MeetingNotesSettings & { readonly timeZone: string } {
  const integration = deps.integrations.get(run.integration);
  if (integration === undefined) throw new Error(`The integration ${run.integration} is no longer configured.`);
  return { timeZone: 'UTC', ...(integration.settings as MeetingNotesSettings) } as MeetingNotesSettings & { readonly timeZone: string };
}

/** The meetings of the set that have not ended, in the order in which they came. */
export async function loadMeetings(deps: ActivityDeps, run: RunInput): Promise<readonly MeetingGroup[]> {
  const groups = Map.groupBy(await loadItems<MeetingItem>(deps.database, run), ({ data }) => data.ref.id);
  return [...groups].map(([meetingId, members]) => ({ meetingId, leader: members[0]!, members, ids: members.map(({ deliveryId }) => deliveryId) }));
}

export interface MeetingEnd {
  readonly group: MeetingGroup;
  readonly outcome: Outcome;
}

/** Ends all events of these meetings; they leave the flow and the others go on. */
export async function endMeetings(deps: ActivityDeps, run: RunInput, ends: readonly MeetingEnd[]): Promise<void> {
  const outcomes = ends.flatMap(({ group, outcome }): DeliveryOutcome[] => {
    const end = outcome.reason === undefined ? outcome : ({ ...outcome, reason: normalised(outcome.reason) } as Outcome);
    return group.ids.map((deliveryId) => ({ deliveryId, outcome: end }));
  });
  if (outcomes.length > 0) await settle(deps.database, run, outcomes);
}

/** What is made of a meeting once, whichever event brings it about. */
export function meetingKey(run: RunInput, meetingId: string, step: string): string {
  return `${run.integration}/meeting/${meetingId}/${step}`;
}

/** A short name for a text that does not show it. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

export const NOTE_STEP = 'note';
