import { z } from 'zod';
import type { Mailing, Mailings } from '../newsletter.ts';
import { type Ask, tagId } from './calls.ts';

/** Broadcasts (developers.kit.com/api-reference/broadcasts): a draft has no time of sending, and is sent by being given one. */
export function kitMailings(ask: Ask): Mailings {
  const bodyOf = ({ list, name, subject, from, preview, html, text }: Mailing, sendAt: string | null): object => ({
    subject, content: html ?? text, description: name, public: false, published_at: null, send_at: sendAt, email_address: from.email, preview_text: preview ?? null,
    subscriber_filter: [{ all: [{ type: 'tag', ids: [tagId(list)] }] }],
  });
  return {
    async draft(request, call) {
      const { broadcast } = await ask({ method: 'POST', path: '/broadcasts', body: bodyOf(request, null), answer: One }, call);
      return { id: String(broadcast.id) };
    },
    async resume({ name }, call) {
      const { broadcasts } = await ask({ method: 'GET', path: '/broadcasts', query: { per_page: LOOKED_AT }, answer: Many }, call);
      const found = broadcasts.find(({ description }) => description === name);
      return found === undefined ? undefined : { id: String(found.id) };
    },
    async send(id, request, call) {
      await ask({ method: 'PUT', path: `/broadcasts/${encodeURIComponent(id)}`, body: bodyOf(request, new Date().toISOString()), answer: One }, call);
    },
    async isSent(id, call) {
      const { broadcast } = await ask({ method: 'GET', path: `/broadcasts/${encodeURIComponent(id)}`, answer: One }, call);
      return typeof broadcast.send_at === 'string';
    },
  };
}

/** Newest first; what was made a moment ago is among them. */
const LOOKED_AT = 100;

const Broadcast = z.looseObject({ id: z.number(), description: z.string().nullish(), send_at: z.string().nullish() });
const One = z.looseObject({ broadcast: Broadcast });
const Many = z.looseObject({ broadcasts: z.array(Broadcast) });
