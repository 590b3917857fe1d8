import { z } from 'zod';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { EnrolEnd, SequenceLead } from '../sequencer.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { InstantlySettings } from './index.ts';

const SERVICE = 'instantly';
/** developer.instantly.ai/api-reference/lead/add-leads-in-bulk-to-a-campaign-or-list */
const MOST_LEADS = 1000;
/** Leads of one answer of the list (developer.instantly.ai/api-reference/lead/list-leads). */
const LIST_PAGE = 100;

/**
 * Instantly as a sequencer: up to a thousand leads a request. It names those it created and counts the others; those are looked
 * for in the campaign afterwards. It takes no address into a campaign twice, so sending a request again does no harm.
 */
export const openInstantly: OpenTool<InstantlySettings> = (settings, context) => {
  const api: Api = { http: context.http({ service: SERVICE, rates: RATE_FORMS.instantly }), settings, key: context.secret(settings.apiKey) };
  return { sequencer: { service: SERVICE, atOnce: MOST_LEADS, enrol: (sequence, leads, call) => enrol(api, sequence, leads, call) } };
};

interface Api {
  readonly http: HttpClient;
  readonly settings: InstantlySettings;
  key(): string;
}

async function enrol(api: Api, campaign: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolEnd[]> {
  const { settings } = api;
  const { body } = await callJson(api.http, {
    service: SERVICE, method: 'POST', url: `${settings.baseUrl}/api/v2/leads/add`, headers: authorised(api),
    body: { campaign_id: campaign, skip_if_in_campaign: settings.onlyOneCampaign, leads: leads.map(asLead) },
    answer: Added, refusal: saidBy,
  }, call);
  const added = body!;
  const created = new Map(added.created_leads.map((lead) => [leads[lead.index]?.email ?? lead.email?.toLowerCase(), lead.id]));
  const others = leads.map(({ email }) => email).filter((email) => !created.has(email));
  const there = await leadsOf(api, campaign, others, { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) });
  return leads.map(({ email }): EnrolEnd => {
    const id = created.get(email);
    if (id !== undefined) return { status: 'enrolled', leadId: id };
    const known = there.get(email);
    return known === undefined ? leftOut(added) : knownEnd(known);
  });
}

function asLead(lead: SequenceLead): object {
  const { jobTitle, linkedinUrl } = lead;
  return {
    email: lead.email, first_name: lead.firstName, last_name: lead.lastName, company_name: lead.companyName, website: lead.companyDomain, phone: lead.phone,
    custom_variables: { ...(jobTitle === undefined ? {} : { jobTitle }), ...(linkedinUrl === undefined ? {} : { linkedinUrl }), ...lead.variables },
  };
}

/** The leads of a campaign with these addresses. */
async function leadsOf(api: Api, campaign: string, emails: readonly string[], call: ToolCall): Promise<ReadonlyMap<string, Known>> {
  const found = new Map<string, Known>();
  for (let start = 0; start < emails.length; start += LIST_PAGE) {
    const { body } = await callJson(api.http, {
      service: SERVICE, method: 'POST', changes: false, url: `${api.settings.baseUrl}/api/v2/leads/list`, headers: authorised(api),
      body: { campaign, contacts: emails.slice(start, start + LIST_PAGE), limit: LIST_PAGE }, answer: Listed, refusal: saidBy,
    }, call);
    for (const lead of body!.items) if (lead.email != null) found.set(lead.email.toLowerCase(), lead);
  }
  return found;
}

/** 1 active, 2 paused, 3 completed, -1 bounced, -2 unsubscribed, -3 skipped (developer.instantly.ai/api-reference/schemas/lead). */
function knownEnd({ id, status }: Known): EnrolEnd {
  if (status === -1) return { status: 'skipped', code: 'bounced', message: 'Instantly: mails to this address have bounced.' };
  if (status === -2) return { status: 'skipped', code: 'opted_out', message: 'Instantly: this address has unsubscribed.' };
  return { status: 'already', leadId: id };
}

function leftOut(added: z.output<typeof Added>): EnrolEnd {
  if (added.remaining_in_plan === 0) return { status: 'full', message: 'Instantly: the plan takes no more leads. Raise it, or remove leads, and retry.' };
  const reasons = [
    { code: 'blocked', count: added.in_blocklist, words: 'it is on the blocklist' },
    { code: 'invalid_email', count: added.invalid_email_count, words: 'it is not valid' },
    { code: 'elsewhere', count: added.skipped_count + added.duplicated_leads, words: 'it is elsewhere in the workspace already' },
  ] as const;
  const counted = reasons.filter(({ count }) => count > 0);
  if (counted.length === 1) return { status: 'skipped', code: counted[0]!.code, message: `Instantly did not take this address: ${counted[0]!.words}.` };
  const words = (counted.length === 0 ? reasons : counted).map((one) => one.words).join(', or ');
  return { status: 'skipped', code: 'not_taken', message: `Instantly did not take this address and does not say why: ${words}.` };
}

function authorised({ key }: Api): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${key()}` };
}

type Known = z.output<typeof Known>;
const Known = z.object({ id: z.string(), email: z.string().nullish(), status: z.number().nullish() });
const Listed = z.object({ items: z.array(Known) });
const count = z.number().nullish().transform((n) => n ?? 0);
const Added = z.object({
  in_blocklist: count,
  duplicated_leads: count,
  skipped_count: count,
  invalid_email_count: count,
  remaining_in_plan: z.number().nullish(),
  created_leads: z.array(z.object({ index: z.number(), id: z.string(), email: z.string().nullish() })),
});

/** `{"statusCode", "error", "message"}`. */
function saidBy(answer: HttpAnswer): { readonly message?: string } {
  try {
    return z.object({ message: z.string() }).parse(answer.json());
  } catch {
    return {};
  }
}
