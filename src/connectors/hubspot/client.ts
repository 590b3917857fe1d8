import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { EnrolEnd, EnrolFinding, SequenceLead } from '../sequencer.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import { type Api, ask, midway, SERVICE } from './api.ts';
import { openCounterpart } from './counterpart.ts';
import type { HubspotSettings } from './index.ts';

/**
 * HubSpot as the other side of a two-way sync, and, with a user and an inbox to send from, as a sequencer: one contact a request (developers.hubspot.com/docs/api-reference/2026-03/automation/sequences). The contact is
 * found by address, or made; one that is there is left as it is. A contact can be in one sequence at a time.
 */
export const openHubspot: OpenTool<HubspotSettings> = (settings, context) => {
  const api: Api = { http: context.http({ service: SERVICE, rates: RATE_FORMS.hubspot }), settings, token: context.secret(settings.accessToken) };
  const counterpart = openCounterpart(api);
  if (settings.userId === undefined) return { counterpart };
  return {
    counterpart,
    sequencer: {
      service: SERVICE,
      atOnce: 1,
      enrol: (sequence, leads, call) => Promise.all(leads.map((lead) => enrolOne(api, sequence, lead, call))),
      lookUp: (sequence, leads, call) => Promise.all(leads.map((lead) => lookUpOne(api, sequence, lead, call))),
    },
  };
};

async function enrolOne(api: Api, sequence: string, lead: SequenceLead, call: ToolCall): Promise<EnrolEnd> {
  const later = midway(call);
  const contact = (await findContact(api, lead, call)) ?? (await makeContact(api, lead, later));
  const { hs_email_optout: optedOut, hs_email_hard_bounce_reason_enum: bounced } = contact.properties;
  if (optedOut === 'true') return { status: 'skipped', code: 'opted_out', message: 'HubSpot: this contact has opted out of all e-mail.' };
  if (bounced) return { status: 'skipped', code: 'bounced', message: 'HubSpot: mails to this contact have bounced.' };
  const { userId, senderEmail, senderAlias } = api.settings;
  try {
    await ask(api, {
      method: 'POST', url: '/automation/sequences/2026-03/enrollments', query: { userId },
      body: { contactId: contact.id, sequenceId: sequence, senderEmail, ...(senderAlias === undefined ? {} : { senderAliasAddress: senderAlias }) },
      answer: z.object({ id: z.string() }),
    }, later);
    return { status: 'enrolled', leadId: contact.id };
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'rejected') throw error;
    const now = await enrolmentOf(api, contact.id, later);
    if (now === sequence) return { status: 'already', leadId: contact.id };
    if (now !== undefined) return { status: 'skipped', code: 'elsewhere', message: 'HubSpot: this contact is in another sequence.' };
    throw error;
  }
}

async function lookUpOne(api: Api, sequence: string, lead: SequenceLead, call: ToolCall): Promise<EnrolFinding> {
  const contact = await findContact(api, lead, call);
  if (contact === undefined) return 'absent';
  const now = await enrolmentOf(api, contact.id, midway(call));
  return now === sequence ? { status: 'already', leadId: contact.id } : 'absent';
}

async function findContact(api: Api, { email }: SequenceLead, call: ToolCall): Promise<Contact | undefined> {
  const { body } = await ask(api, {
    method: 'GET', url: `/crm/v3/objects/contacts/${encodeURIComponent(email)}`,
    query: { idProperty: 'email', properties: 'email,hs_email_optout,hs_email_hard_bounce_reason_enum' }, answers: [404], answer: Contact,
  }, call);
  return body;
}

/** A contact that appeared meanwhile is refused with 409, and found. */
async function makeContact(api: Api, lead: SequenceLead, call: ToolCall): Promise<Contact> {
  const { variables, email, firstName, lastName, companyName, companyDomain, jobTitle, phone } = lead;
  const properties = { email, firstname: firstName, lastname: lastName, company: companyName, website: companyDomain, jobtitle: jobTitle, phone, ...variables };
  const { body } = await ask(api, { method: 'POST', url: '/crm/v3/objects/contacts', body: { properties }, answers: [409], answer: Contact }, call);
  const contact = body ?? (await findContact(api, lead, call));
  if (contact === undefined) throw new ConnectorError(SERVICE, 'unavailable', 'hubspot: a contact with this address is said to exist, and is not found');
  return contact;
}

/** The sequence that a contact is in now; undefined when in none. */
async function enrolmentOf(api: Api, contactId: string, call: ToolCall): Promise<string | undefined> {
  const { body } = await ask(api, {
    method: 'GET', url: `/automation/sequences/2026-03/enrollments/contact/${encodeURIComponent(contactId)}`, answers: [404],
    answer: z.object({ sequenceId: z.union([z.string(), z.number()]).nullish() }).nullish(),
  }, call);
  return body?.sequenceId == null ? undefined : String(body.sequenceId);
}

type Contact = z.output<typeof Contact>;
const Contact = z.object({
  id: z.string(),
  properties: z.object({ hs_email_optout: z.string().nullish(), hs_email_hard_bounce_reason_enum: z.string().nullish() }).default({}),
});
