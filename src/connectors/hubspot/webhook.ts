import { z } from 'zod';
import { idText, optionalText, readPayload } from '../form-payload.ts';
import { refused } from '../form-source.ts';
import type { NewsReading, NewsSource, SequenceNews, SequenceNewsKind } from '../sequence-news.ts';

/**
 * What changed on contacts, up to a hundred changes in one call (developers.hubspot.com/docs/api/webhooks). Which sequence it was they do
 * not say: the news is about the one that the contact was last enrolled in.
 */
export const readHubspot: NewsSource['read'] = ({ body }): NewsReading => {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return refused('body', 'The body is not JSON.');
  }
  const read = readPayload(Payload, json, 'HubSpot');
  if ('kind' in read) return read;
  const news = read.payload.flatMap((change): SequenceNews[] => {
    const kind = kindOf(change);
    const at = change.occurredAt;
    return kind === undefined || change.objectId === undefined ? [] : [{ kind, leadId: change.objectId, ...(at === undefined ? {} : { at: new Date(at).toISOString() }) }];
  });
  return news.length === 0 ? { kind: 'answer', status: 200, body: { ignored: read.payload.length } } : { kind: 'news', news };
};

function kindOf({ propertyName, propertyValue = '' }: z.output<typeof Change>): SequenceNewsKind | undefined {
  switch (propertyName) {
    case 'hs_email_optout':
      return propertyValue === 'true' ? 'unsubscribed' : undefined;
    case 'hs_email_hard_bounce_reason_enum':
      return propertyValue === '' ? undefined : 'bounced';
    case 'hs_sales_email_last_replied':
      return propertyValue === '' ? undefined : 'replied';
    case 'hs_sequences_is_enrolled':
      return propertyValue === 'false' ? 'finished' : undefined;
    default:
      return undefined;
  }
}

const Change = z.looseObject({
  objectId: idText,
  propertyName: optionalText,
  propertyValue: z.union([z.string(), z.number(), z.boolean()]).nullish().transform((value) => (value === null || value === undefined ? undefined : String(value))),
  /** Milliseconds since 1970. */
  occurredAt: z.number().min(0).max(8_640_000_000_000_000).optional(),
});
const Payload = z.array(Change).max(1000);
