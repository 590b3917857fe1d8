import { z } from 'zod';
import type { EnrolEnd, Sequencer, SequenceLead } from '../sequencer.ts';
import type { ToolCall } from '../tool.ts';
import type { ApolloApi } from './api.ts';
import type { ApolloSettings } from './index.ts';

/** docs.apollo.io/reference/bulk-create-contacts */
const AT_ONCE = 100;

/**
 * Apollo as a sequencer. Only contacts can be in a sequence, so those are found or made first; then all are added with one request
 * (docs.apollo.io/reference/add-contacts-to-sequence). Neither makes anything twice, so sending leads again does no harm. Apollo has no
 * webhook that tells what became of them.
 */
export function apolloSequencer(api: ApolloApi, settings: NonNullable<ApolloSettings['sequences']>): Sequencer {
  return { service: 'Apollo', atOnce: AT_ONCE, enrol: (sequence, leads, call) => enrol(api, settings, sequence, leads, call) };
}

async function enrol(api: ApolloApi, settings: NonNullable<ApolloSettings['sequences']>, sequence: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolEnd[]> {
  const made = await api({ path: '/contacts/bulk_create', method: 'POST', body: { contacts: leads.map(asContact), run_dedupe: true }, answer: Made }, call);
  const contacts = new Map([...made!.existing_contacts, ...made!.created_contacts].flatMap((contact) => (contact.email == null ? [] : [[contact.email.toLowerCase(), contact]])));
  const willing = leads.flatMap(({ email }) => {
    const contact = contacts.get(email);
    return contact === undefined || contact.email_unsubscribed === true ? [] : [contact.id];
  });
  const added = willing.length === 0 ? undefined : await addAll(api, settings, sequence, willing, { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) });
  return leads.map(({ email }): EnrolEnd => {
    const contact = contacts.get(email);
    if (contact === undefined) return { status: 'skipped', code: 'not_taken', message: 'Apollo made no contact of this address and does not say why.' };
    if (contact.email_unsubscribed === true) return { status: 'skipped', code: 'opted_out', message: 'Apollo: this contact has unsubscribed.' };
    const reason = added?.skipped_contact_ids[contact.id];
    return reason === undefined ? { status: 'enrolled', leadId: contact.id } : skippedFor(reason, contact.id);
  });
}

async function addAll(api: ApolloApi, { emailAccountId, onlyOneSequence, unverified }: NonNullable<ApolloSettings['sequences']>, sequence: string, contactIds: readonly string[], call: ToolCall): Promise<z.output<typeof Added>> {
  const answer = await api({
    path: `/emailer_campaigns/${encodeURIComponent(sequence)}/add_contact_ids`, method: 'POST',
    body: {
      emailer_campaign_id: sequence, contact_ids: contactIds, send_email_from_email_account_id: emailAccountId,
      sequence_active_in_other_campaigns: !onlyOneSequence, sequence_finished_in_other_campaigns: !onlyOneSequence, sequence_unverified_email: unverified, sequence_no_email: false,
    },
    answer: Added,
  }, call);
  return answer!;
}

function asContact(lead: SequenceLead): object {
  const contact = {
    email: lead.email, first_name: lead.firstName, last_name: lead.lastName, title: lead.jobTitle, organization_name: lead.companyName,
    website_url: lead.companyDomain === undefined ? undefined : `https://${lead.companyDomain}`, direct_phone: lead.phone,
    ...(Object.keys(lead.variables).length === 0 ? {} : { typed_custom_fields: lead.variables }),
  };
  return Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== undefined));
}

function skippedFor(reason: string, leadId: string): EnrolEnd {
  switch (reason) {
    case 'contacts_already_exists_in_current_campaign':
      return { status: 'already', leadId };
    case 'contacts_active_in_other_campaigns':
    case 'contacts_finished_in_other_campaigns':
      return { status: 'skipped', code: 'elsewhere', message: 'Apollo: this contact is or was in another sequence.' };
    case 'contacts_without_email':
      return { status: 'skipped', code: 'invalid_email', message: 'Apollo: this contact has no e-mail address there.' };
    case 'contacts_unverified_email':
    case 'contacts_with_unverified_user_managed_email':
      return { status: 'skipped', code: 'not_taken', message: 'Apollo: the address is not verified. Verify it in Apollo, or allow unverified addresses in the configuration.' };
    case 'contact_not_found':
      return { status: 'refused', message: 'Apollo does not find the contact that it has just named.' };
    default:
      return { status: 'skipped', code: 'not_taken', message: `Apollo left this contact out: ${reason.replaceAll('_', ' ')}.` };
  }
}

const Contact = z.object({ id: z.string(), email: z.string().nullish(), email_unsubscribed: z.boolean().nullish() });
const contacts = z.array(Contact).nullish().transform((list) => list ?? []);
const Made = z.object({ created_contacts: contacts, existing_contacts: contacts });
/** By contact the reason; none when nobody was left out. */
const Added = z.object({ contacts: z.array(z.object({ id: z.string() })), skipped_contact_ids: z.record(z.string(), z.string()).nullish().transform((map): Readonly<Record<string, string | undefined>> => map ?? {}) });
