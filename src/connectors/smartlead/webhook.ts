import { z } from 'zod';
import { idText, instant, optionalText, readPayload } from '../form-payload.ts';
import { readJsonObject } from '../read-json.ts';
import type { NewsReading, NewsSource, SequenceNewsKind } from '../sequence-news.ts';

/**
 * Smartlead documents two shapes for the same event: a flat one (api.smartlead.ai/api-reference/webhooks/events) and one with the
 * lead inside (api.smartlead.ai/core/webhooks). Both are read.
 */
export const readSmartlead: NewsSource['read'] = ({ body, headers }): NewsReading => {
  const json = readJsonObject(body);
  if ('kind' in json) return json;
  const plain = Object.fromEntries(Object.entries(json.json).filter(([name]) => name !== 'secret_key'));
  const read = readPayload(Payload, plain, 'Smartlead');
  if ('kind' in read) return read;
  const { payload } = read;
  const type = payload.event_type ?? payload.event ?? '';
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  // Of a reply in a thread `to_email` may be an alias; the lead's own address stands beside it.
  const email = (payload.lead?.email ?? payload.sl_lead_email ?? payload.lead_email ?? payload.to_email)?.trim().toLowerCase();
  const leadId = payload.lead_id ?? payload.sl_email_lead_id;
  if (kind === undefined || (email === undefined && leadId === undefined)) return { kind: 'answer', status: 200, body: { ignored: type } };
  const requestId = headers['x-request-id'];
  const at = payload.event_timestamp ?? payload.timestamp ?? payload.time_replied;
  return {
    kind: 'news',
    ...(requestId === undefined || requestId === '' ? {} : { id: requestId }),
    ...('secret_key' in json.json ? { keep: new TextEncoder().encode(JSON.stringify(plain)) } : {}),
    news: [{
      kind,
      ...(email === undefined ? {} : { email }),
      ...(leadId === undefined ? {} : { leadId }),
      ...(payload.campaign_id === undefined ? {} : { sequence: payload.campaign_id }),
      ...(payload.campaign_name === undefined ? {} : { sequenceName: payload.campaign_name }),
      ...(at === undefined ? {} : { at }),
    }],
  };
};

const KINDS: Readonly<Record<string, SequenceNewsKind>> = {
  EMAIL_SENT: 'contacted', FIRST_EMAIL_SENT: 'contacted', EMAIL_OPEN: 'opened', EMAIL_OPENED: 'opened', EMAIL_LINK_CLICK: 'clicked', EMAIL_CLICKED: 'clicked',
  EMAIL_REPLY: 'replied', EMAIL_REPLIED: 'replied', EMAIL_BOUNCE: 'bounced', EMAIL_BOUNCED: 'bounced',
  LEAD_UNSUBSCRIBED: 'unsubscribed', EMAIL_UNSUBSCRIBED: 'unsubscribed', LEAD_COMPLETED: 'finished',
};

const Payload = z.looseObject({
  event_type: optionalText,
  event: optionalText,
  event_timestamp: instant,
  timestamp: instant,
  time_replied: instant,
  to_email: optionalText,
  lead_email: optionalText,
  sl_lead_email: optionalText,
  sl_email_lead_id: idText,
  lead_id: idText,
  lead: z.looseObject({ email: optionalText }).nullish(),
  campaign_id: idText,
  campaign_name: optionalText,
});
