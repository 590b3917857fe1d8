import { z } from 'zod';
import type { HookRequest } from '../../config/use-case.ts';
import { readPayload } from '../form-payload.ts';
import { readJsonObject } from '../read-json.ts';
import { dedupeOf, idProblem } from '../recorder-source.ts';
import type { RecorderReading } from '../recorder.ts';

/** Something to read may be there after these; the rest is acknowledged, so that it does not come again. */
const TELLING = new Set(['bot.done', 'recording.done', 'transcript.done', 'participant_events.done', 'meeting_metadata.done']);

/** Recall.ai's status webhooks (docs.recall.ai/docs/recording-webhooks): which bot, and with it which meeting; without a bot which recording. */
export function readRecall(request: HookRequest): RecorderReading {
  const json = readJsonObject(request.body);
  if ('kind' in json) return json;
  const read = readPayload(Payload, json.json, 'Recall.ai');
  if ('kind' in read) return read;
  const { event, data } = read.payload;
  if (!TELLING.has(event)) return { kind: 'answer', status: 200, body: { ignored: event } };
  const id = data.bot?.id ?? data.recording?.id ?? '';
  const atMs = Date.parse(data.data?.updated_at ?? '');
  return idProblem(id, 'data.bot.id') ?? {
    kind: 'meeting',
    ref: { id, hints: { kind: data.bot?.id === undefined ? 'recording' : 'bot' } },
    dedupe: dedupeOf(request),
    ...(Number.isNaN(atMs) ? {} : { atMs }),
    content: {},
    ask: true,
  };
}

const Named = z.looseObject({ id: z.string() }).nullish();
const Payload = z.looseObject({
  event: z.string().min(1),
  data: z.looseObject({ data: z.looseObject({ updated_at: z.string().nullish() }).nullish(), bot: Named, recording: Named }),
});
