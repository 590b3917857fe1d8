import { z } from 'zod';
import type { FailureKind } from '../../domain/failure.ts';
import type { HttpAnswer, HttpClient } from '../http/client.ts';
import { callJson } from '../http/json-call.ts';
import { RATE_FORMS } from '../http/rate-forms.ts';
import type { EnrolEnd, EnrolFinding, SequenceLead } from '../sequencer.ts';
import type { OpenTool, ToolCall } from '../tool.ts';
import type { SmartleadSettings } from './index.ts';

const SERVICE = 'smartlead';
/** “Lead list exceeds the maximum size” beyond this (api.smartlead.ai/guides/error-handling). */
const MOST_LEADS = 400;

/**
 * Smartlead as a sequencer: 400 leads a request. It answers counts, and with `return_lead_ids` which addresses it took, which were
 * in the campaign and which in another one; why it left out the rest it tells in counts only (API reference, Add Leads to Campaign).
 */
export const openSmartlead: OpenTool<SmartleadSettings> = (settings, context) => {
  const api: Api = { http: context.http({ service: SERVICE, rates: RATE_FORMS.smartlead }), settings, key: context.secret(settings.apiKey) };
  return {
    sequencer: {
      service: SERVICE,
      atOnce: MOST_LEADS,
      enrol: (sequence, leads, call) => enrol(api, sequence, leads, call),
      lookUp: async (sequence, leads, call) => {
        const findings: EnrolFinding[] = [];
        for (const [n, lead] of leads.entries()) findings.push(await find(api, sequence, lead, n === 0 ? call : { ...call, pace: (tokens) => call.pace(tokens, { midway: true }) }));
        return findings;
      },
    },
  };
};

interface Api {
  readonly http: HttpClient;
  readonly settings: SmartleadSettings;
  key(): string;
}

async function enrol({ http, settings, key }: Api, campaign: string, leads: readonly SequenceLead[], call: ToolCall): Promise<readonly EnrolEnd[]> {
  const { body } = await callJson(http, {
    service: SERVICE, method: 'POST', url: `${settings.baseUrl}/api/v1/campaigns/${encodeURIComponent(campaign)}/leads`, query: { api_key: key() },
    body: {
      lead_list: leads.map(asLead),
      settings: {
        ignore_global_block_list: false, ignore_unsubscribe_list: false, ignore_community_bounce_list: false,
        ignore_duplicate_leads_in_other_campaign: settings.onlyOneCampaign, return_lead_ids: true,
      },
    },
    answer: Added, refusal: saidBy,
  }, call);
  const added = body!;
  return leads.map(({ email }) => endOf(added, email));
}

function asLead(lead: SequenceLead): object {
  const { jobTitle } = lead;
  return {
    email: lead.email, first_name: lead.firstName, last_name: lead.lastName, company_name: lead.companyName, phone_number: lead.phone,
    website: lead.companyDomain, linkedin_profile: lead.linkedinUrl,
    custom_fields: { ...(jobTitle === undefined ? {} : { job_title: jobTitle }), ...lead.variables },
  };
}

function endOf(added: z.output<typeof Added>, email: string): EnrolEnd {
  const { newlyAddedLeads, existingLeads, existingLeadsInOtherCampaigns } = added.emailToLeadIdMap;
  const taken = newlyAddedLeads.get(email);
  if (taken !== undefined) return { status: 'enrolled', leadId: taken };
  const there = existingLeads.get(email);
  if (there !== undefined) return { status: 'already', leadId: there };
  if (existingLeadsInOtherCampaigns.has(email)) return { status: 'skipped', code: 'elsewhere', message: 'Smartlead: this address is in another campaign already.' };
  if (added.invalid_emails.has(email)) return { status: 'skipped', code: 'invalid_email', message: 'Smartlead: this is not a valid e-mail address.' };
  if (added.unsubscribed_leads.emails.has(email)) return { status: 'skipped', code: 'opted_out', message: 'Smartlead: this address has unsubscribed.' };
  if (added.is_lead_limit_exhausted) return { status: 'full', message: 'Smartlead: the plan takes no more leads. Raise it, or remove leads, and retry.' };
  return leftOut(added);
}

/** One of those it left out without naming them: when only one reason was counted it is theirs, else it may be any of them. */
function leftOut(added: z.output<typeof Added>): EnrolEnd {
  const reasons = [
    { code: 'opted_out', count: added.unsubscribed_leads.count, words: 'it has unsubscribed' },
    { code: 'bounced', count: added.bounce_count, words: 'mails to it have bounced' },
    { code: 'blocked', count: added.block_count, words: 'it is on the blocklist' },
    { code: 'invalid_email', count: added.invalid_email_count, words: 'it is not valid' },
  ] as const;
  const counted = reasons.filter(({ count }) => count > 0);
  if (counted.length === 1) return { status: 'skipped', code: counted[0]!.code, message: `Smartlead did not take this address: ${counted[0]!.words}.` };
  const words = (counted.length === 0 ? reasons : counted).map((one) => one.words).join(', or ');
  return { status: 'skipped', code: 'not_taken', message: `Smartlead did not take this address and does not say why: ${words}.` };
}

/** GET /leads/?email=: an empty object for whom it does not know. */
async function find({ http, settings, key }: Api, campaign: string, { email }: SequenceLead, call: ToolCall): Promise<EnrolFinding> {
  const { body } = await callJson(http, {
    service: SERVICE, method: 'GET', url: `${settings.baseUrl}/api/v1/leads/`, query: { api_key: key(), email }, answers: [404], answer: Known, refusal: saidBy,
  }, call);
  const isThere = body?.lead_campaign_data?.some(({ campaign_id: id }) => id === campaign) === true;
  return isThere ? { status: 'already', ...(body?.id === undefined ? {} : { leadId: body.id }) } : 'absent';
}

/** Ids come as numbers and as texts. */
const id = z.union([z.string(), z.number()]).transform(String);
const byEmail = z.record(z.string(), id).nullish().transform((map) => new Map(Object.entries(map ?? {}).map(([email, value]) => [email.toLowerCase(), value])));
const count = z.number().nullish().transform((n) => n ?? 0);
const emails = z.array(z.string()).nullish().transform((list) => new Set(list?.map((email) => email.toLowerCase())));

const Added = z.object({
  emailToLeadIdMap: z.object({ newlyAddedLeads: byEmail, existingLeads: byEmail, existingLeadsInOtherCampaigns: byEmail }),
  invalid_email_count: count,
  invalid_emails: emails,
  block_count: count,
  bounce_count: count,
  /** A count in some answers, the addresses in others. */
  unsubscribed_leads: z.union([z.number(), z.array(z.string())]).nullish()
    .transform((value) => (typeof value === 'number' ? { count: value, emails: new Set<string>() } : { count: value?.length ?? 0, emails: new Set(value?.map((email) => email.toLowerCase())) })),
  is_lead_limit_exhausted: z.boolean().nullish().transform((value) => value === true),
});
const Known = z.object({ id: id.optional(), lead_campaign_data: z.array(z.object({ campaign_id: id })).nullish() });

/** `{"error": {"code", "message"}}` as its guide says, or `{"error": "…"}` or `{"message": "…"}` as its reference does. */
function saidBy(answer: HttpAnswer): { readonly kind?: FailureKind; readonly message?: string } {
  try {
    const { error, message } = Refused.parse(answer.json());
    return { message: (typeof error === 'string' ? error : error?.message) ?? message ?? '' };
  } catch {
    return {};
  }
}

const Refused = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]).optional(), message: z.string().optional() });
