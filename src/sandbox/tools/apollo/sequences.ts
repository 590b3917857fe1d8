import { z } from 'zod';
import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import type { ApolloArea } from './index.ts';

export interface ApolloSequenceOptions {
  /** Ids of the sequences that there are. */
  readonly sequences?: readonly string[];
  /** Contacts that are there already. */
  readonly contacts?: readonly { readonly email: string; readonly unsubscribed?: boolean; readonly unverified?: boolean; readonly sequences?: readonly string[] }[];
}

export interface ApolloSequences extends ApolloArea {
  /** The addresses in a sequence. */
  enrolled(sequence: string): readonly string[];
}

interface Contact {
  readonly id: string;
  readonly email: string;
  readonly email_unsubscribed: boolean | null;
  readonly email_status: 'verified' | 'unverified';
  readonly emailer_campaign_ids: readonly string[];
}

export const APOLLO_SEQUENCE = '66e9e215ece19801b219997f';

/** Contacts in bulk, and contacts into a sequence (docs.apollo.io/reference/bulk-create-contacts, …/add-contacts-to-sequence). */
export function sequencesArea({ sequences = [APOLLO_SEQUENCE], contacts: known = [] }: ApolloSequenceOptions = {}): ApolloSequences {
  let contacts: Contact[] = [];
  const put = (email: string, more: Partial<Contact> = {}): Contact => {
    const contact: Contact = { id: `66e34b81740c50074e3d${String(contacts.length + 1).padStart(4, '0')}`, email, email_unsubscribed: null, email_status: 'verified', emailer_campaign_ids: [], ...more };
    contacts.push(contact);
    return contact;
  };
  for (const { email, unsubscribed = false, unverified = false, sequences: own = [] } of known) {
    put(email, { email_unsubscribed: unsubscribed ? true : null, email_status: unverified ? 'unverified' : 'verified', emailer_campaign_ids: own });
  }

  function create({ json }: ToolRequest): ToolAnswer {
    const read = BulkBody.safeParse(json());
    if (!read.success) return { status: 422, body: { error: `Invalid parameter ${read.error.issues[0]!.path.join('.')}` } };
    const created: Contact[] = [];
    const existing: Contact[] = [];
    for (const { email } of read.data.contacts) {
      const there = contacts.find((contact) => contact.email === email.toLowerCase());
      if (there !== undefined && read.data.run_dedupe) existing.push(there);
      else created.push(put(email.toLowerCase()));
    }
    return {
      status: 200, body: { created_contacts: created, existing_contacts: existing },
      ...(created.length === 0 ? {} : { changed: `made contacts ${created.map(({ email }) => email).join(', ')}` }),
    };
  }

  function add(sequence: string, { json }: ToolRequest): ToolAnswer {
    const read = AddBody.safeParse(json());
    if (!read.success) return { status: 422, body: { error: `Invalid parameter ${read.error.issues[0]!.path.join('.')}` } };
    if (!sequences.includes(sequence)) return { status: 404, body: { error: 'Sequence not found' } };
    const { contact_ids: ids, sequence_active_in_other_campaigns: active = false, sequence_unverified_email: unverified = false } = read.data;
    const skipped: Record<string, string> = {};
    const added: Contact[] = [];
    for (const id of ids) {
      const index = contacts.findIndex((contact) => contact.id === id);
      const contact = contacts[index];
      if (contact === undefined) skipped[id] = 'contact_not_found';
      else if (contact.emailer_campaign_ids.includes(sequence)) skipped[id] = 'contacts_already_exists_in_current_campaign';
      else if (contact.emailer_campaign_ids.length > 0 && !active) skipped[id] = 'contacts_active_in_other_campaigns';
      else if (contact.email_status !== 'verified' && !unverified) skipped[id] = 'contacts_unverified_email';
      else {
        contacts[index] = { ...contact, emailer_campaign_ids: [...contact.emailer_campaign_ids, sequence] };
        added.push(contacts[index]);
      }
    }
    return {
      status: 200,
      body: { contacts: added, skipped_contact_ids: skipped, emailer_campaign: { id: sequence, name: 'Welcome', archived: false, active: true }, team: { id: '6095a710bd01d100a506d4ac' }, signals_hash: null },
      ...(added.length === 0 ? {} : { changed: `enrolled ${added.map(({ email }) => email).join(', ')} in ${sequence}` }),
    };
  }

  return {
    enrolled: (sequence) => contacts.filter(({ emailer_campaign_ids: own }) => own.includes(sequence)).map(({ email }) => email),
    answer(request) {
      if (request.method !== 'POST') return undefined;
      if (request.path === '/contacts/bulk_create') return create(request);
      const sequence = /^\/emailer_campaigns\/([^/]+)\/add_contact_ids$/.exec(request.path)?.[1];
      return sequence === undefined ? undefined : add(decodeURIComponent(sequence), request);
    },
    save: () => contacts,
    load: (saved) => void (contacts = saved as Contact[]),
  };
}

const BulkBody = z.object({ contacts: z.array(z.looseObject({ email: z.string().regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/) })).min(1).max(100), run_dedupe: z.boolean().default(false) });
const AddBody = z.object({
  emailer_campaign_id: z.string(), contact_ids: z.array(z.string()).min(1), send_email_from_email_account_id: z.string().min(1),
  sequence_active_in_other_campaigns: z.boolean().optional(), sequence_unverified_email: z.boolean().optional(),
});
