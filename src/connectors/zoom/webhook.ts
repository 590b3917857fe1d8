import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import type { Meeting } from '../../domain/meeting.ts';
import { actionItemsOf } from '../action-items.ts';
import { readPayload } from '../form-payload.ts';
import { instantIn, linkIn, meetingOf, oneLineIn, participantOf, textIn } from '../meeting-shape.ts';
import { readJsonObject } from '../read-json.ts';
import { idProblem } from '../recorder-source.ts';
import type { RecorderReading } from '../recorder.ts';

const TELLING = new Set(['meeting.summary_completed', 'meeting.summary_updated']);

/** Zoom's summary webhooks: the summary and the next steps. The check of our address is answered by the gateway, which knows the secret. */
export function readZoom(request: HookRequest): RecorderReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  const event = json.json['event'];
  if (typeof event === 'string' && !TELLING.has(event)) return { kind: 'answer', status: 200, body: { ignored: event } };
  const read = readPayload(Payload, json.json, 'Zoom');
  if ('kind' in read) return read;
  const { event: name, event_ts, payload: { object } } = read.payload;
  const id = object.meeting_uuid;
  const content = meetingIn(object);
  return idProblem(id, 'payload.object.meeting_uuid') ?? {
    kind: 'meeting',
    ref: { id, hints: { summary: content.summary === undefined ? 'missing' : 'here' } },
    dedupe: { key: `${name}:${id}:${String(event_ts ?? '')}` },
    ...(event_ts === undefined ? {} : { atMs: event_ts }),
    content,
    ask: true,
  };
}

const text = z.string().nullish();

/** zoom.github.io/rivet-javascript, MeetingSummaryCompletedEvent; `summary_content` since April 2025. The API answers the same. */
export const ZoomSummary = z.looseObject({
  meeting_uuid: z.string().min(1),
  meeting_topic: text, meeting_host_email: text, meeting_start_time: text, meeting_end_time: text,
  summary_title: text, summary_overview: text, summary_content: text, summary_doc_url: text,
  summary_details: z.union([z.array(z.looseObject({ label: text, summary: text })), z.string()]).nullish(),
  next_steps: z.union([z.array(z.string()), z.string()]).nullish(),
});
const Payload = z.looseObject({ event: z.string(), event_ts: z.number().optional(), payload: z.looseObject({ object: ZoomSummary }) });

export function meetingIn(one: z.infer<typeof ZoomSummary>): Meeting {
  const host = participantOf(one.meeting_host_email, undefined, true);
  const details = typeof one.summary_details === 'string' ? textIn(one.summary_details) : one.summary_details?.flatMap(({ label, summary }) => {
    const said = textIn(summary);
    return said === undefined ? [] : [oneLineIn(label) === undefined ? said : `### ${oneLineIn(label)!}\n\n${said}`];
  }).join('\n\n');
  const parts = [textIn(one.summary_overview), details].filter((part) => part !== undefined && part !== '');
  return meetingOf({
    title: oneLineIn(one.meeting_topic) ?? oneLineIn(one.summary_title), startedAt: instantIn(one.meeting_start_time), endedAt: instantIn(one.meeting_end_time),
    url: linkIn(one.summary_doc_url), summary: textIn(one.summary_content) ?? (parts.length === 0 ? undefined : parts.join('\n\n')),
    actionItems: actionItemsOf(one.next_steps), participants: host === undefined ? [] : [host], host,
  });
}
