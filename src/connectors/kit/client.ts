import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { added, type Added, type ListPerson, type ListRequest, type Refused } from '../newsletter.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { type Ask, asker, midway, SERVICE, tagId } from './calls.ts';
import type { KitSettings } from './index.ts';
import { kitMailings } from './mailings.ts';

/**
 * Kit's subscribers and tags (developers.kit.com/api-reference). Subscribers are upserted without a state, which leaves who cancelled, bounced or
 * complained as they are; the answer says who that is. Bulk requests of up to a hundred are answered at once; larger ones would come
 * back by a callback only.
 */
export const openKit: OpenTool<KitSettings> = (settings, context) => {
  const ask = asker(settings, context);
  const isBulk = settings.accessToken !== undefined;
  return { newsletter: { service: SERVICE, most: isBulk ? 100 : 20, add: (request, call) => (isBulk ? addAll(ask, request, call) : addEach(ask, request, call)), mailings: kitMailings(ask) } };
};

async function addAll(ask: Ask, { list, people }: ListRequest, call: ToolCall): Promise<Added> {
  const tag = tagId(list);
  const { subscribers, failures } = await ask({ method: 'POST', path: '/bulk/subscribers', body: { subscribers: people.map(({ email, firstName }) => ({ email_address: email, first_name: firstName ?? null })) }, answer: BulkAnswer }, call);
  const refused: Refused[] = [
    ...failures.flatMap(({ subscriber, errors }) => (typeof subscriber.email_address === 'string' ? [{ email: subscriber.email_address.toLowerCase(), why: 'refused' as const, says: errors.join('; ') }] : [])),
    ...subscribers.flatMap(goneOf),
  ];
  const mailed = subscribers.filter((one) => goneOf(one).length === 0);
  if (mailed.length === 0) return added(refused);
  await fill(ask, people, mailed, midway(call));
  const tagged = await ask({ method: 'POST', path: '/bulk/tags/subscribers', body: { taggings: mailed.map(({ id }) => ({ tag_id: tag, subscriber_id: id })) }, answer: TaggedAnswer }, midway(call));
  const byId = new Map(mailed.map(({ id, email_address: email }) => [id, email.toLowerCase()]));
  // A tag that is not there fails for everybody, and is nobody's own fault.
  if (tagged.failures.length === mailed.length) throw new ConnectorError(SERVICE, 'rejected', `kit: ${tagged.failures[0]?.errors.join('; ') ?? 'nobody could be tagged'}`);
  return added([...refused, ...tagged.failures.flatMap(({ tagging, errors }): Refused[] => {
    const email = byId.get(tagging.subscriber_id ?? 0);
    return email === undefined ? [] : [{ email, why: 'refused', says: `could not be tagged: ${errors.join('; ')}` }];
  })]);
}

/** Custom fields are written by their ids, a hundred values a request. */
async function fill(ask: Ask, people: readonly ListPerson[], subscribers: readonly Subscriber[], call: ToolCall): Promise<void> {
  const keys = [...new Set(people.flatMap(({ fields }) => Object.keys(fields)))];
  if (keys.length === 0) return;
  const { custom_fields: known } = await ask({ method: 'GET', path: '/custom_fields', query: { per_page: 500 }, answer: Fields }, call);
  const unknown = keys.filter((key) => !known.some((one) => one.key === key));
  if (unknown.length > 0) throw new ConnectorError(SERVICE, 'rejected', `kit: there is no custom field ${unknown.join(', ')}`);
  const idOf = new Map(subscribers.map(({ id, email_address: email }) => [email.toLowerCase(), id]));
  const values = people.flatMap(({ email, fields }) => Object.entries(fields).flatMap(([key, value]) => {
    const subscriber = idOf.get(email);
    return subscriber === undefined ? [] : [{ subscriber_id: subscriber, subscriber_custom_field_id: known.find((one) => one.key === key)!.id, value: String(value) }];
  }));
  for (let start = 0; start < values.length; start += 100) {
    await ask({ method: 'POST', path: '/bulk/custom_fields/subscribers', body: { custom_field_values: values.slice(start, start + 100) }, answer: z.looseObject({}) }, call);
  }
}

/** Two requests a person: the upsert, and the tag. */
async function addEach(ask: Ask, { list, people }: ListRequest, call: ToolCall): Promise<Added> {
  const tag = tagId(list);
  const refused: Refused[] = [];
  for (const [index, { email, firstName, fields }] of people.entries()) {
    const turn = index === 0 ? call : midway(call);
    try {
      const body = { email_address: email, ...(firstName === undefined ? {} : { first_name: firstName }), ...(Object.keys(fields).length === 0 ? {} : { fields }) };
      const { subscriber } = await ask({ method: 'POST', path: '/subscribers', body, answer: OneAnswer }, turn);
      const gone = goneOf(subscriber);
      refused.push(...gone);
      if (gone.length > 0) continue;
      await tagOne(ask, tag, subscriber.id, midway(call));
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'rejected' || error.message === NO_TAG) throw error;
      refused.push({ email, why: 'refused', says: error.message });
    }
  }
  return added(refused);
}

const NO_TAG = 'kit: there is no such tag';

async function tagOne(ask: Ask, tag: number, subscriber: number, call: ToolCall): Promise<void> {
  try {
    await ask({ method: 'POST', path: `/tags/${String(tag)}/subscribers/${String(subscriber)}`, body: {}, answer: z.looseObject({}) }, call);
  } catch (error) {
    // The subscriber is there: it is the tag that is not.
    if (error instanceof ConnectorError && error.kind === 'rejected' && /404/.test(error.message)) throw new ConnectorError(SERVICE, 'rejected', NO_TAG, { cause: error });
    throw error;
  }
}

/** `inactive` has not confirmed yet and may be mailed by nobody but Kit. */
function goneOf({ email_address: email, state }: Subscriber): readonly Refused[] {
  const gone = state === 'cancelled' || state === 'bounced' || state === 'complained';
  return gone ? [{ email: email.toLowerCase(), why: 'unsubscribed', says: `is ${state} in Kit` }] : [];
}

type Subscriber = z.output<typeof Subscriber>;
const Subscriber = z.looseObject({ id: z.number(), email_address: z.string(), state: z.string() });
const errors = z.array(z.string()).catch([]);
const BulkAnswer = z.looseObject({ subscribers: z.array(Subscriber), failures: z.array(z.looseObject({ subscriber: z.looseObject({ email_address: z.string().nullish() }), errors })) });
const TaggedAnswer = z.looseObject({ failures: z.array(z.looseObject({ tagging: z.looseObject({ subscriber_id: z.number().nullish() }), errors })) });
const OneAnswer = z.looseObject({ subscriber: Subscriber });
const Fields = z.looseObject({ custom_fields: z.array(z.looseObject({ id: z.number(), key: z.string() })) });
