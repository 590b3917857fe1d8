import { z } from 'zod';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface HubspotOptions {
  /** Numbers of the sequences that there are. */
  readonly sequences?: readonly string[];
  /** Contacts that are there already. */
  readonly contacts?: readonly { readonly email: string; readonly optedOut?: boolean; readonly bounced?: boolean; readonly sequenceId?: string }[];
}

export interface HubspotStandIn extends StandIn {
  /** The addresses that were enrolled in a sequence, in that order. */
  enrolled(sequenceId: string): readonly string[];
}

interface Contact {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly sequenceId?: string;
}

const KEY = 'hubspot-sandbox-token';

/** developers.hubspot.com: contacts by e-mail, and enrolments in sequences, one at a time for each contact. */
export function hubspotStandIn({ sequences = ['123456789', '123456790'], contacts: known = [] }: HubspotOptions = {}): HubspotStandIn {
  let contacts: Contact[] = [];
  let enrolments: { readonly sequenceId: string; readonly email: string }[] = [];
  const put = (properties: Contact['properties'], sequenceId?: string): Contact => {
    const contact = { id: String(151 + contacts.length), properties, ...(sequenceId === undefined ? {} : { sequenceId }) };
    contacts.push(contact);
    return contact;
  };
  for (const { email, optedOut = false, bounced = false, sequenceId } of known) {
    put({ email, hs_email_optout: optedOut ? 'true' : null, hs_email_hard_bounce_reason_enum: bounced ? 'UNKNOWN_USER' : null }, sequenceId);
  }
  const byEmail = (email: string): Contact | undefined => contacts.find(({ properties }) => properties['email'] === email.toLowerCase());

  function create({ json }: ToolRequest): ToolAnswer {
    const read = z.object({ properties: z.record(z.string(), z.string()) }).safeParse(json());
    if (!read.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
    const { properties } = read.data;
    const email = properties['email']?.toLowerCase() ?? '';
    const unknown = Object.keys(properties).find((name) => !PROPERTIES.has(name));
    if (unknown !== undefined) return refused(400, 'VALIDATION_ERROR', `Property values were not valid: [{"isValid":false,"message":"Property \\"${unknown}\\" does not exist","error":"PROPERTY_DOESNT_EXIST"}]`);
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return refused(400, 'VALIDATION_ERROR', `Property values were not valid: Email address ${email} is invalid`);
    const there = byEmail(email);
    if (there !== undefined) return refused(409, 'CONFLICT', `Contact already exists. Existing ID: ${there.id}`);
    const contact = put({ ...properties, email });
    return { status: 201, body: shown(contact), changed: `made contact ${email}` };
  }

  function enrol({ json, query }: ToolRequest): ToolAnswer {
    const read = z.strictObject({ contactId: z.string(), sequenceId: z.string(), senderEmail: z.string(), senderAliasAddress: z.string().optional() }).safeParse(json());
    if (!read.success) return refused(400, 'VALIDATION_ERROR', 'Invalid input JSON');
    if ((query.get('userId') ?? '') === '') return refused(400, 'VALIDATION_ERROR', "Required query parameter 'userId' is missing");
    const { contactId, sequenceId } = read.data;
    const index = contacts.findIndex(({ id }) => id === contactId);
    const contact = contacts[index];
    if (contact === undefined) return refused(400, 'VALIDATION_ERROR', 'Contact not found');
    if (!sequences.includes(sequenceId)) return refused(400, 'VALIDATION_ERROR', 'Sequence not found');
    if (contact.properties['hs_email_optout'] === 'true') return refused(400, 'VALIDATION_ERROR', 'Contact is opted out');
    if (contact.sequenceId !== undefined) return refused(400, 'VALIDATION_ERROR', 'Contact is already enrolled in a sequence');
    contacts[index] = { ...contact, sequenceId };
    const email = String(contact.properties['email']);
    enrolments.push({ sequenceId, email });
    return { status: 200, body: { id: String(900 + enrolments.length), toEmail: email, enrolledAt: NOW, updatedAt: NOW }, changed: `enrolled ${email} in ${sequenceId}` };
  }

  function enrolment(contactId: string): ToolAnswer {
    const contact = contacts.find(({ id }) => id === contactId);
    if (contact?.sequenceId === undefined) return refused(404, 'OBJECT_NOT_FOUND', 'No enrollment found for contact');
    return {
      status: 200,
      body: { id: '901', toEmail: contact.properties['email'], enrolledAt: NOW, updatedAt: NOW, enrolledBy: '2222222', enrolledByEmail: 'ann@acme.example', sequenceId: contact.sequenceId, sequenceName: 'Welcome' },
    };
  }

  return {
    name: 'hubspot',
    stands: 'api.hubapi.com',
    env: (url) => ({ HUBSPOT_BASE_URL: url, HUBSPOT_ACCESS_TOKEN: KEY }),
    enrolled: (sequenceId) => enrolments.filter((one) => one.sequenceId === sequenceId).map(({ email }) => email),
    answer(request) {
      if (request.headers['authorization'] !== `Bearer ${KEY}`) return refused(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
      const { method, path } = request;
      if (method === 'POST' && path === '/crm/v3/objects/contacts') return create(request);
      const email = /^\/crm\/v3\/objects\/contacts\/([^/]+)$/.exec(path)?.[1];
      if (method === 'GET' && email !== undefined && request.query.get('idProperty') === 'email') {
        const contact = byEmail(decodeURIComponent(email));
        return contact === undefined ? refused(404, 'OBJECT_NOT_FOUND', 'resource not found') : { status: 200, body: shown(contact) };
      }
      if (method === 'POST' && path === '/automation/sequences/2026-03/enrollments') return enrol(request);
      const contactId = /^\/automation\/sequences\/2026-03\/enrollments\/contact\/([^/]+)$/.exec(path)?.[1];
      if (method === 'GET' && contactId !== undefined) return enrolment(contactId);
      return { status: 404, body: 'Not found' };
    },
    tooMany: () => ({
      status: 429, headers: { 'x-hubspot-ratelimit-max': '100', 'x-hubspot-ratelimit-remaining': '0', 'x-hubspot-ratelimit-interval-milliseconds': '10000' },
      body: { status: 'error', message: 'You have reached your ten_secondly_rolling limit.', errorType: 'RATE_LIMIT', correlationId: CORRELATION, policyName: 'TEN_SECONDLY_ROLLING' },
    }),
    broken: () => ({ status: 500, body: { status: 'error', message: 'internal error', correlationId: CORRELATION } }),
    save: () => ({ contacts, enrolments }),
    load: (saved) => void ({ contacts, enrolments } = saved as { contacts: Contact[]; enrolments: typeof enrolments }),
  };
}

const NOW = '2026-01-05T09:00:00.000Z';
const CORRELATION = 'aeb5f871-7f07-4993-9211-075dc63e7cbf';
/** A property that an account has not made is refused. */
const PROPERTIES = new Set(['email', 'firstname', 'lastname', 'company', 'website', 'jobtitle', 'phone']);

function shown({ id, properties }: Contact): object {
  const { email = null, hs_email_optout: out = null, hs_email_hard_bounce_reason_enum: bounce = null } = properties;
  return { id, properties: { email, hs_email_optout: out, hs_email_hard_bounce_reason_enum: bounce, createdate: NOW, lastmodifieddate: NOW, hs_object_id: id }, createdAt: NOW, updatedAt: NOW, archived: false };
}

function refused(status: number, category: string, message: string): ToolAnswer {
  return { status, body: { status: 'error', message, correlationId: CORRELATION, category } };
}
