import { z } from 'zod';
import type { Answer, ApiRequest } from './api.ts';
import { type Audience, TOPIC } from './audience.ts';
import { invalid, jsonOf, listOf, METHOD, missing } from './answers.ts';
import { createImport, importOf } from './imports.ts';

const subscription = z.enum(['opt_in', 'opt_out'], { error: 'Invalid `subscription` field.' });
const email = z.email({ error: (issue) => (issue.input === undefined ? 'Missing `email` field.' : 'Invalid `email` field.') });
const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
/** resend.com/docs/api-reference/contacts/create-contact */
const New = z.strictObject({
  email, first_name: z.string().optional(), last_name: z.string().optional(), unsubscribed: z.boolean().optional(), properties: values.optional(),
  segments: z.array(z.strictObject({ id: z.string() })).optional(), topics: z.array(z.strictObject({ id: z.string(), subscription })).optional(),
});
const Change = z.strictObject({ first_name: z.string().nullish(), last_name: z.string().nullish(), unsubscribed: z.boolean().optional(), properties: values.optional() });
const Segment = z.strictObject({ name: z.string({ error: 'Missing `name` field.' }).min(1) });

/** Contacts, segments and topics. */
export async function contactAnswer(request: ApiRequest, audience: Audience): Promise<Answer> {
  const [, root = '', key, rest, last] = request.path.split('/').map(decodeURIComponent);
  if (root === 'segments') return segmentAnswer(request, audience, key, rest);
  if (root === 'topics') return request.method === 'GET' ? listOf([TOPIC], request.query) : METHOD;
  if (key === 'imports') return rest === undefined ? (request.method === 'POST' ? createImport(request, audience) : METHOD) : importOf(audience, rest);
  if (key === undefined) return request.method === 'POST' ? create(request, audience) : request.method === 'GET' ? listOf(audience.contacts(), request.query) : METHOD;
  const contact = audience.contact(key);
  if (contact === undefined) return missing('Contact');
  switch (`${request.method} ${rest ?? ''}`) {
    case 'GET ': return { status: 200, body: { object: 'contact', ...contact } };
    case 'PATCH ': {
      const read = Change.safeParse(jsonOf(request.body));
      if (!read.success) return invalid(read.error);
      const { first_name: first, last_name: name, ...others } = read.data;
      audience.keepContact({ email: contact.email, ...others, first_name: first ?? undefined, last_name: name ?? undefined });
      return { status: 200, changed: true, body: { object: 'contact', id: contact.id } };
    }
    case 'POST segments':
      if (audience.membersOf(last ?? '') === undefined) return missing('Segment');
      audience.join(last!, contact.email);
      return { status: 201, changed: true, body: { id: last } };
    case 'GET segments': return listOf(audience.segments().filter(({ id }) => audience.membersOf(id)!.some((one) => one.id === contact.id)), request.query);
    default: return METHOD;
  }
}

function create(request: ApiRequest, audience: Audience): Answer {
  const read = New.safeParse(jsonOf(request.body));
  if (!read.success) return invalid(read.error);
  const { segments = [], topics = [], ...fields } = read.data;
  if (segments.some(({ id }) => audience.membersOf(id) === undefined)) return missing('Segment');
  if (topics.some(({ id }) => id !== TOPIC.id)) return missing('Topic');
  const { id } = audience.keepContact(fields);
  for (const segment of segments) audience.join(segment.id, fields.email);
  return { status: 201, changed: true, body: { object: 'contact', id } };
}

function segmentAnswer(request: ApiRequest, audience: Audience, key: string | undefined, rest: string | undefined): Answer {
  if (key === undefined) {
    if (request.method === 'GET') return listOf(audience.segments(), request.query);
    if (request.method !== 'POST') return METHOD;
    const read = Segment.safeParse(jsonOf(request.body));
    return read.success ? { status: 201, changed: true, body: { object: 'segment', id: audience.addSegment(read.data.name), name: read.data.name } } : invalid(read.error);
  }
  const members = audience.membersOf(key);
  if (members === undefined) return missing('Segment');
  if (request.method !== 'GET') return METHOD;
  return rest === 'contacts' ? listOf(members, request.query) : { status: 200, body: { object: 'segment', ...audience.segments().find(({ id }) => id === key) } };
}
