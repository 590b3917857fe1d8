import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import { readPayload } from '../form-payload.ts';
import { readJsonObject } from '../read-json.ts';
import { idProblem, REPEAT_WINDOW_MS } from '../recorder-source.ts';
import type { RecorderReading } from '../recorder.ts';

/** Which news of version 2 tell of something to be read; the others are acknowledged, so that they do not come again. */
const TELLING = new Set(['meeting.transcribed', 'meeting.summarized']);

/** Fireflies' webhook: an event and the id of the transcript, nothing of its content. */
export function readFireflies(request: HookRequest): RecorderReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  return 'eventType' in json.json ? readFirst(json.json) : readSecond(json.json);
}

// docs.fireflies.ai/graphql-api/webhooks-v2
const Second = z.looseObject({ event: z.string().min(1), meeting_id: z.string().min(1), timestamp: z.number().optional() });
// docs.fireflies.ai/graphql-api/webhooks
const First = z.looseObject({ eventType: z.string(), meetingId: z.string().min(1) });

function readSecond(json: unknown): RecorderReading {
  const read = readPayload(Second, json, 'Fireflies');
  if ('kind' in read) return read;
  const { event, meeting_id: id, timestamp } = read.payload;
  if (!TELLING.has(event)) return { kind: 'answer', status: 200, body: { ignored: event } };
  const key = `${event}:${id}:${String(timestamp ?? '')}`;
  return idProblem(id, 'meeting_id') ?? { kind: 'meeting', ref: { id }, dedupe: { key }, ...(timestamp === undefined ? {} : { atMs: timestamp }), content: {}, ask: true };
}

/** Version 1 says nothing of when: the same again after a while is news of a meeting that was worked on anew. */
function readFirst(json: unknown): RecorderReading {
  const read = readPayload(First, json, 'Fireflies');
  if ('kind' in read) return read;
  const { eventType, meetingId: id } = read.payload;
  if (eventType !== 'Transcription completed') return { kind: 'answer', status: 200, body: { ignored: eventType } };
  return idProblem(id, 'meetingId') ?? { kind: 'meeting', ref: { id }, dedupe: { key: `transcribed:${id}`, windowMs: REPEAT_WINDOW_MS }, content: {}, ask: true };
}
