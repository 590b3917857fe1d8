import { z } from 'zod';
import type { OpenTool, ToolCall } from '../tool.ts';
import { added, type Added, type ListPerson, type ListRequest, type Refused, type StandingPage } from '../newsletter.ts';
import { type Ask, asker, SERVICE } from './calls.ts';
import { mailchimpMailings } from './mailings.ts';
import type { MailchimpSettings } from './index.ts';

/**
 * Mailchimp's audiences (mailchimp.com/developer/marketing/api). Members are added in bulk with `update_existing: false`, which no
 * status of anybody survives otherwise: it would subscribe again who was unsubscribed by an administrator. Who is there already
 * comes back by name; a tag is put on old and new members alike by the bulk form of its segment.
 */
export const openMailchimp: OpenTool<MailchimpSettings> = (settings, context) => {
  const ask = asker(settings, context);
  return {
    newsletter: {
      service: SERVICE,
      most: 500,
      add: (request, call) => add(ask, request, call),
      standings: ({ list }, cursor, call) => standings(ask, list, cursor, call),
      mailings: mailchimpMailings(ask),
    },
  };
};

async function add(ask: Ask, { list, group, people }: ListRequest, call: ToolCall): Promise<Added> {
  const members = people.map(memberOf);
  const { errors } = await ask({ method: 'POST', path: `/lists/${encodeURIComponent(list)}`, body: { members, update_existing: false, sync_tags: false }, answer: BatchAnswer }, call);
  const already = errors.filter(({ error_code: code }) => code === 'ERROR_CONTACT_EXISTS').map(({ email_address: email }) => email.toLowerCase());
  const refused = errors.filter(({ error_code: code }) => code !== 'ERROR_CONTACT_EXISTS').map(refusedOf);
  if (group === undefined) return added(refused, already);
  const out = new Set(refused.map(({ email }) => email));
  const emails = people.map(({ email }) => email).filter((email) => !out.has(email));
  if (emails.length === 0) return added(refused, already);
  const tagging: ToolCall = { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) };
  const tagged = await ask({ method: 'POST', path: `/lists/${encodeURIComponent(list)}/segments/${encodeURIComponent(group)}`, body: { members_to_add: emails }, answer: TagAnswer }, tagging);
  return added([...refused, ...tagged.errors.flatMap(({ email_addresses: untagged, error }) => untagged.map((email): Refused => ({ email: email.toLowerCase(), why: 'refused', says: `could not be tagged: ${error}` })))], already);
}

function memberOf({ email, firstName, lastName, fields }: ListPerson): object {
  const merge = { ...(firstName === undefined ? {} : { FNAME: firstName }), ...(lastName === undefined ? {} : { LNAME: lastName }), ...fields };
  return { email_address: email, status: 'subscribed', ...(Object.keys(merge).length === 0 ? {} : { merge_fields: merge }) };
}

function refusedOf({ email_address: email, error }: z.output<typeof BatchError>): Refused {
  const why = /compliance state|unsubscribe|bounce|permanently deleted|forgotten/i.test(error) ? 'unsubscribed' : 'refused';
  return { email: email.toLowerCase(), why, says: error };
}

/** Who must not be mailed, in two walks one after the other; the cursor says which and how far. */
async function standings(ask: Ask, list: string, cursor = 'unsubscribed:0', call: ToolCall): Promise<StandingPage> {
  const [status = 'unsubscribed', at = '0'] = cursor.split(':');
  const offset = Number(at);
  const fields = 'members.email_address,members.status,total_items';
  const page = await ask({ method: 'GET', path: `/lists/${encodeURIComponent(list)}/members`, query: { status, count: PAGE, offset, fields }, answer: MembersAnswer }, call);
  const more = page.members.length > 0 && offset + page.members.length < page.total_items;
  const next = more ? `${status}:${String(offset + page.members.length)}` : status === 'unsubscribed' ? 'cleaned:0' : undefined;
  return { members: page.members.map(({ email_address: email }) => ({ email: email.toLowerCase(), unsubscribed: true })), next };
}

const PAGE = 1_000;

const BatchError = z.looseObject({ email_address: z.string(), error: z.string().catch('refused'), error_code: z.string().optional() });
/** 200 whatever became of single members. */
const BatchAnswer = z.looseObject({ errors: z.array(BatchError), total_created: z.number() });
const TagAnswer = z.looseObject({ errors: z.array(z.looseObject({ email_addresses: z.array(z.string()), error: z.string().catch('refused') })) });
const MembersAnswer = z.looseObject({ members: z.array(z.looseObject({ email_address: z.string() })), total_items: z.number() });
