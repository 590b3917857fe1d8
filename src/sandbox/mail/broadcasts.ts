import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer, ApiRequest } from './api.ts';
import { invalid, jsonOf, listOf, METHOD, missing, refusal } from './answers.ts';
import { type Audience, TOPIC } from './audience.ts';

const text = (name: string) => z.string({ error: (issue) => (issue.input === undefined ? `Missing \`${name}\` field.` : `Invalid \`${name}\` field.`) }).min(1, { error: `Missing \`${name}\` field.` });
/** resend.com/docs/api-reference/broadcasts/create-broadcast */
const New = z
  .strictObject({
    segment_id: text('segment_id'), from: text('from'), subject: text('subject'), name: z.string().max(70).optional(), html: z.string().optional(), text: z.string().optional(),
    reply_to: z.union([z.string(), z.array(z.string())]).optional(), preview_text: z.string().optional(), topic_id: z.string().nullish(), send: z.boolean().optional(), scheduled_at: z.string().optional(),
  })
  .refine((one) => one.html !== undefined || one.text !== undefined, { error: 'Missing `html` or `text` field.' });

/** Broadcasts: made as drafts, sent once. */
export function broadcastAnswer(request: ApiRequest, audience: Audience): Answer {
  const [, , id, rest] = request.path.split('/');
  if (id === undefined) return request.method === 'POST' ? create(request, audience) : request.method === 'GET' ? listOf(audience.broadcasts().toReversed(), request.query) : METHOD;
  const found = audience.broadcast(id);
  if (found === undefined) return missing('Broadcast');
  if (request.method === 'GET' && rest === undefined) return { status: 200, body: { object: 'broadcast', ...found } };
  if (request.method !== 'POST' || rest !== 'send') return METHOD;
  if (found.status !== 'draft') return refusal(422, 'validation_error', 'This broadcast has been sent already.');
  audience.keepBroadcast({ ...found, status: 'sent', sent_at: audience.instant() });
  return { status: 200, changed: true, body: { id } };
}

function create(request: ApiRequest, audience: Audience): Answer {
  const read = New.safeParse(jsonOf(request.body));
  if (!read.success) return invalid(read.error);
  const { segment_id: segment, name = null, topic_id: topic, send = false, ...content } = read.data;
  if (audience.membersOf(segment) === undefined) return missing('Segment');
  if (topic !== undefined && topic !== null && topic !== TOPIC.id) return missing('Topic');
  const id = randomUUID();
  audience.keepBroadcast({ id, name, segment_id: segment, status: send ? 'sent' : 'draft', created_at: audience.instant(), sent_at: null, content: { ...content, topic_id: topic ?? null } });
  return { status: 201, changed: true, body: { id } };
}
