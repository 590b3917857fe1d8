import { z } from 'zod';
import type { Mailing, Mailings } from '../newsletter.ts';
import { type AskResend, read } from './ask.ts';

/** Broadcasts to a segment (resend.com/docs/api-reference/broadcasts). Who left, or left the topic, is not mailed by Resend itself. */
export function resendMailings(ask: AskResend): Mailings {
  return {
    async draft(request, call) {
      return { id: read(Made, await ask(call, (resend, options) => resend.broadcasts.create(payloadOf(request), options)), 'a broadcast').id };
    },
    async resume(request, call) {
      const { data } = read(Broadcasts, await ask(call, (resend, options) => resend.broadcasts.list({ limit: LOOKED_AT }, options)), 'the broadcasts');
      const found = data.find(({ name, segment_id: segment }) => name === nameOf(request) && (segment ?? request.list) === request.list);
      return found === undefined ? undefined : { id: found.id };
    },
    async send(id, _request, call) {
      await ask(call, (resend, options) => resend.broadcasts.send(id, {}, options));
    },
    async isSent(id, call) {
      return read(Broadcast, await ask(call, (resend, options) => resend.broadcasts.get(id, options)), 'a broadcast').status !== 'draft';
    },
  };
}

/** Newest first; what was made a moment ago is among them. */
const LOOKED_AT = 100;

function payloadOf(mailing: Mailing): Parameters<Parameters<Parameters<AskResend>[1]>[0]['broadcasts']['create']>[0] {
  const { list, subject, from, replyTo, preview, topic, html, text } = mailing;
  const content = html === undefined ? { text: text ?? '' } : { html, ...(text === undefined ? {} : { text }) };
  return {
    segmentId: list, name: nameOf(mailing), subject, from: from.name === undefined ? from.email : `${from.name} <${from.email}>`, ...content,
    ...(replyTo === undefined ? {} : { replyTo }), ...(preview === undefined ? {} : { previewText: preview }), ...(topic === undefined ? {} : { topicId: topic }),
  };
}

/** Names end after seventy characters. */
function nameOf({ name }: Mailing): string {
  return name.slice(0, 70);
}

const Made = z.looseObject({ id: z.string().min(1) });
const Broadcast = z.looseObject({ id: z.string(), status: z.string() });
const Broadcasts = z.looseObject({ data: z.array(z.looseObject({ id: z.string(), name: z.string().nullish(), segment_id: z.string().nullish() })) });
