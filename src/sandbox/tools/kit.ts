import { z } from 'zod';
import { KitAccount } from './kit-account.ts';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface KitStandInOptions {
  /** Subscribers from the start: address to state. */
  readonly subscribers?: Readonly<Record<string, 'active' | 'cancelled' | 'bounced' | 'complained' | 'inactive'>>;
}

const KEY = 'kit_sandbox';
const TOKEN = 'kit-oauth-sandbox';

/** Kit's API as far as subscribers, tags and broadcasts go: the tag `74`, the custom field `job`. Bulk requests want the OAuth token. */
export function kitStandIn({ subscribers = {} }: KitStandInOptions = {}): StandIn & { readonly account: KitAccount } {
  const account = new KitAccount(subscribers);
  return {
    name: 'kit',
    stands: 'api.kit.com',
    account,
    env: (url) => ({ KIT_BASE_URL: `${url}/v4`, KIT_API_KEY: KEY, KIT_ACCESS_TOKEN: TOKEN }),
    answer: (request) => answerTo(request, account),
    tooMany: () => ({ status: 429, body: 'Retry later' }),
    broken: () => refusal(500, 'Internal server error'),
    save: () => account.saved(),
    load: (saved) => account.load(saved),
  };
}

function answerTo(request: ToolRequest, account: KitAccount): ToolAnswer {
  const path = request.path.replace(/^\/v4/, '');
  const isOauth = request.headers['authorization'] === `Bearer ${TOKEN}`;
  if (!isOauth && request.headers['x-kit-api-key'] !== KEY) return refusal(401, 'The access token is invalid');
  if (path.startsWith('/bulk/') && !isOauth) return refusal(401, 'This endpoint requires OAuth authentication');
  const [first = 0, second = 0] = [...path.matchAll(/\/(\d+)/g)].map(([, id]) => Number(id));
  switch (`${request.method} ${path.replace(/\/\d+/g, '/{id}')}`) {
    case 'POST /bulk/subscribers': return bulkSubscribers(request, account);
    case 'POST /bulk/tags/subscribers': return bulkTags(request, account);
    case 'GET /custom_fields': return { status: 200, body: { custom_fields: account.fields(), pagination: PAGINATION } };
    case 'POST /bulk/custom_fields/subscribers': return bulkFields(request, account);
    case 'POST /subscribers': return subscribe(request, account);
    case 'POST /tags/{id}/subscribers/{id}': {
      const subscriber = account.tag(first, second);
      return typeof subscriber === 'string' ? refusal(404, 'Not Found') : { status: 201, changed: `tagged ${String(second)}`, body: { subscriber: { ...subscriber, tagged_at: AT } } };
    }
    case 'POST /broadcasts': return broadcast(request, account);
    case 'GET /broadcasts': return { status: 200, body: { broadcasts: account.broadcasts().toReversed(), pagination: PAGINATION } };
    case 'GET /broadcasts/{id}': {
      const found = account.broadcasts().find(({ id }) => id === first);
      return found === undefined ? refusal(404, 'Not Found') : { status: 200, body: { broadcast: found } };
    }
    case 'PUT /broadcasts/{id}': return broadcast(request, account, first);
    default: return refusal(404, 'Not Found');
  }
}

const AT = '2026-01-05T09:30:00Z';
const PAGINATION = { has_previous_page: false, has_next_page: false, start_cursor: null, end_cursor: null, per_page: 500 };
/** Above this Kit answers later, to a callback. */
const AT_ONCE = 100;
const state = z.enum(['active', 'cancelled', 'bounced', 'complained', 'inactive']).nullish();
const Bulk = z.strictObject({ subscribers: z.array(z.strictObject({ first_name: z.string().nullish(), email_address: z.string().nullish(), state })).min(1), callback_url: z.string().nullish() });

function bulkSubscribers(request: ToolRequest, account: KitAccount): ToolAnswer {
  const read = Bulk.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  if (read.data.subscribers.length > AT_ONCE) return { status: 202, body: {} };
  const ends = read.data.subscribers.map((one) => account.subscribe(one.email_address ?? '', one.first_name ?? null));
  const subscribers = ends.flatMap((end) => (typeof end === 'string' ? [] : [end]));
  const failures = read.data.subscribers.flatMap((one, index) => (typeof ends[index] === 'string' ? [{ subscriber: { first_name: one.first_name ?? null, email_address: one.email_address ?? null, state: 'active', created_at: null }, errors: [ends[index]] }] : []));
  return { status: 201, changed: `subscribed ${String(subscribers.length)}`, body: { subscribers, failures } };
}

const Taggings = z.strictObject({ taggings: z.array(z.strictObject({ tag_id: z.number().nullable(), subscriber_id: z.number().nullable() })).min(1).max(AT_ONCE), callback_url: z.string().nullish() });

function bulkTags(request: ToolRequest, account: KitAccount): ToolAnswer {
  const read = Taggings.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  const ends = read.data.taggings.map((tagging) => ({ tagging, end: account.tag(tagging.tag_id ?? 0, tagging.subscriber_id ?? 0) }));
  const subscribers = ends.flatMap(({ end }) => (typeof end === 'string' ? [] : [{ ...end, tagged_at: AT }]));
  const failures = ends.flatMap(({ tagging, end }) => (typeof end === 'string' ? [{ errors: [end], tagging }] : []));
  return { status: 200, changed: `tagged ${String(subscribers.length)}`, body: { subscribers, failures } };
}

const Values = z.strictObject({ custom_field_values: z.array(z.strictObject({ subscriber_id: z.number(), subscriber_custom_field_id: z.number(), value: z.string() })).min(1).max(AT_ONCE), callback_url: z.string().nullish() });

function bulkFields(request: ToolRequest, account: KitAccount): ToolAnswer {
  const read = Values.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  for (const { subscriber_id: id, subscriber_custom_field_id: field, value } of read.data.custom_field_values) account.fill(id, field, value);
  return { status: 200, changed: `filled ${String(read.data.custom_field_values.length)}`, body: { custom_field_values: read.data.custom_field_values, failures: [] } };
}

const One = z.strictObject({ email_address: z.string(), first_name: z.string().nullish(), state, fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional() });

function subscribe(request: ToolRequest, account: KitAccount): ToolAnswer {
  const read = One.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  const end = account.subscribe(read.data.email_address, read.data.first_name ?? null);
  return typeof end === 'string' ? refusal(422, end) : { status: 201, changed: `subscribed ${String(end.id)}`, body: { subscriber: end } };
}

const Broadcast = z.strictObject({
  subject: z.string().nullable(), content: z.string().nullable(), description: z.string().nullable(), public: z.boolean(), published_at: z.string().nullable(), send_at: z.iso.datetime().nullable(),
  email_address: z.string().nullish(), preview_text: z.string().nullish(),
  subscriber_filter: z.array(z.strictObject({ all: z.array(z.strictObject({ type: z.enum(['tag', 'segment']), ids: z.array(z.number()) })) })),
});

function broadcast(request: ToolRequest, account: KitAccount, id?: number): ToolAnswer {
  const read = Broadcast.safeParse(request.json());
  if (!read.success) return invalid(read.error);
  const kept = account.keepBroadcast(id, read.data);
  return kept === undefined ? refusal(422, 'Broadcast has been sent and cannot be changed') : { status: id === undefined ? 201 : 200, changed: `${read.data.send_at === null ? 'drafted' : 'sent'} ${String(kept.id)}`, body: { broadcast: kept } };
}

function invalid(error: z.ZodError): ToolAnswer {
  return refusal(422, ...error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`));
}

function refusal(status: number, ...errors: readonly string[]): ToolAnswer {
  return { status, body: { errors } };
}
