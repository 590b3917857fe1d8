import { z } from 'zod';
import { instant, optionalText, readPayload } from '../form-payload.ts';
import { readJsonObject } from '../read-json.ts';
import type { NewsReading, NewsSource, SequenceNewsKind } from '../sequence-news.ts';

/** An event as Instantly posts it (developer.instantly.ai/guides/webhook-events). It has no id, so a repeat is known by what it says. */
export const readInstantly: NewsSource['read'] = ({ body }): NewsReading => {
  const json = readJsonObject(body);
  if ('kind' in json) return json;
  const read = readPayload(Payload, json.json, 'Instantly');
  if ('kind' in read) return read;
  const { event_type: type, lead_email: email, campaign_id: sequence, campaign_name: sequenceName, timestamp: at } = read.payload;
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined || email === undefined) return { kind: 'answer', status: 200, body: { ignored: type } };
  return {
    kind: 'news',
    news: [{
      kind, email: email.trim().toLowerCase(),
      ...(sequence === undefined ? {} : { sequence }),
      ...(sequenceName === undefined ? {} : { sequenceName }),
      ...(at === undefined ? {} : { at }),
    }],
  };
};

/** `campaign_completed` with an address tells of that lead, without one of the whole campaign. */
const KINDS: Readonly<Record<string, SequenceNewsKind>> = {
  email_sent: 'contacted', email_opened: 'opened', email_link_clicked: 'clicked', link_clicked: 'clicked', reply_received: 'replied',
  email_bounced: 'bounced', lead_unsubscribed: 'unsubscribed', campaign_completed: 'finished',
};

const Payload = z.looseObject({
  event_type: z.string(),
  timestamp: instant,
  campaign_id: optionalText,
  campaign_name: optionalText,
  lead_email: optionalText,
});
