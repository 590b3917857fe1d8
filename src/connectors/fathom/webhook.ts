import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import type { Meeting } from '../../domain/meeting.ts';
import { actionItemsOf } from '../action-items.ts';
import { readPayload } from '../form-payload.ts';
import { instantIn, linkIn, meetingOf, oneLineIn, participantOf, participantsOf, textIn } from '../meeting-shape.ts';
import { readJsonObject } from '../read-json.ts';
import { dedupeOf, idProblem } from '../recorder-source.ts';
import type { RecorderReading } from '../recorder.ts';

/** Fathom's “new meeting content ready”: the whole meeting, as far as the webhook was told to include it. */
export function readFathom(request: HookRequest): RecorderReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  const read = readPayload(FathomMeeting, json.json, 'Fathom');
  if ('kind' in read) return read;
  const { recording_id, url, share_url, created_at } = read.payload;
  // Older webhooks name the recording by its address only.
  const id = recording_id === null || recording_id === undefined ? (url ?? share_url ?? '') : String(recording_id);
  const content = meetingIn(read.payload);
  const atMs = Date.parse(created_at ?? '');
  return idProblem(id, 'recording_id') ?? {
    kind: 'meeting',
    ref: { id, hints: { ...(created_at === undefined || created_at === null ? {} : { createdAt: created_at }) } },
    dedupe: dedupeOf(request),
    ...(Number.isNaN(atMs) ? {} : { atMs }),
    content,
    ask: content.summary === undefined,
  };
}

const text = z.string().nullish();
const Person = z.looseObject({ name: text, email: text });

/** developers.fathom.ai/api-reference/webhook-payloads/new-meeting-content-ready; the API answers the same. */
export const FathomMeeting = z.looseObject({
  recording_id: z.union([z.number(), z.string()]).nullish(),
  title: text, meeting_title: text, url: text, share_url: text, created_at: text,
  scheduled_start_time: text, scheduled_end_time: text, recording_start_time: text, recording_end_time: text,
  default_summary: z.looseObject({ markdown_formatted: text }).nullish(),
  action_items: z.array(z.looseObject({ description: z.string(), completed: z.boolean().nullish(), assignee: Person.nullish() })).nullish(),
  transcript: z.array(z.looseObject({ speaker: z.looseObject({ display_name: text }).nullish(), text: z.string() })).nullish(),
  calendar_invitees: z.array(Person.extend({ matched_speaker_display_name: text, is_external: z.boolean().nullish() })).nullish(),
  recorded_by: Person.nullish(),
});

export function meetingIn(one: z.infer<typeof FathomMeeting>): Meeting {
  const host = participantOf(one.recorded_by?.name, one.recorded_by?.email, true);
  return meetingOf({
    title: oneLineIn(one.meeting_title) ?? oneLineIn(one.title),
    startedAt: instantIn(one.recording_start_time) ?? instantIn(one.scheduled_start_time),
    endedAt: instantIn(one.recording_end_time) ?? instantIn(one.scheduled_end_time),
    url: linkIn(one.share_url) ?? linkIn(one.url),
    summary: textIn(one.default_summary?.markdown_formatted),
    transcript: one.transcript?.flatMap(({ speaker, text: said }) => (textIn(said) === undefined ? [] : [{ ...(oneLineIn(speaker?.display_name) === undefined ? {} : { speaker: oneLineIn(speaker?.display_name)! }), text: textIn(said)! }])),
    actionItems: actionItemsOf(one.action_items),
    participants: participantsOf([
      ...(one.calendar_invitees ?? []).map(({ name, matched_speaker_display_name, email, is_external }) => participantOf(name ?? matched_speaker_display_name, email, is_external === false ? true : undefined)),
      host,
    ]),
    host,
  });
}
