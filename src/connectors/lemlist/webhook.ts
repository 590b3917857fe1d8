import { z } from 'zod';
import { instant, optionalText, readPayload } from '../form-payload.ts';
import { readJsonObject } from '../read-json.ts';
import type { NewsReading, SequenceNewsKind, NewsSource } from '../sequence-news.ts';

/** An activity as lemlist posts it (developer.lemlist.com/api-reference/objects-definitions/webhook). The secret in it is not kept. */
export const readLemlist: NewsSource['read'] = ({ body }): NewsReading => {
  const json = readJsonObject(body);
  if ('kind' in json) return json;
  const plain = Object.fromEntries(Object.entries(json.json).filter(([name]) => name !== 'secret'));
  const read = readPayload(Payload, plain, 'lemlist');
  if ('kind' in read) return read;
  const { payload } = read;
  const kind = Object.hasOwn(KINDS, payload.type) ? KINDS[payload.type] : undefined;
  if (kind === undefined || (payload.leadId === undefined && payload.leadEmail === undefined)) return { kind: 'answer', status: 200, body: { ignored: payload.type } };
  return {
    kind: 'news',
    ...(payload._id === undefined ? {} : { id: payload._id }),
    keep: new TextEncoder().encode(JSON.stringify(plain)),
    news: [{
      kind,
      ...(payload.leadId === undefined ? {} : { leadId: payload.leadId }),
      ...(payload.leadEmail === undefined ? {} : { email: payload.leadEmail.trim().toLowerCase() }),
      ...(payload.campaignId === undefined ? {} : { sequence: payload.campaignId }),
      ...(payload.campaignName === undefined ? {} : { sequenceName: payload.campaignName }),
      ...(payload.createdAt === undefined ? {} : { at: payload.createdAt }),
    }],
  };
};

/** Replies over any channel end a sequence; `warmed` and `contacted` are lemlist's own summaries of them. */
const KINDS: Readonly<Record<string, SequenceNewsKind>> = {
  contacted: 'contacted', emailsSent: 'contacted', hooked: 'opened', emailsOpened: 'opened', attracted: 'clicked', emailsClicked: 'clicked',
  warmed: 'replied', emailsReplied: 'replied', linkedinReplied: 'replied', whatsappReplied: 'replied', smsReplied: 'replied',
  emailsBounced: 'bounced', emailsUnsubscribed: 'unsubscribed', campaignComplete: 'finished', stopped: 'finished',
};

const Payload = z.looseObject({
  type: z.string(),
  _id: optionalText,
  createdAt: instant,
  campaignId: optionalText,
  campaignName: optionalText,
  leadId: optionalText,
  leadEmail: optionalText,
});
