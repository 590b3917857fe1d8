import { z } from 'zod';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface SmartleadOptions {
  /** Campaigns that there are, by number; a few when left out. */
  readonly campaigns?: Readonly<Record<string, string>>;
  readonly unsubscribed?: readonly string[];
  readonly bounced?: readonly string[];
  readonly blocked?: readonly string[];
  readonly leads?: readonly { readonly email: string; readonly campaignId: string }[];
  /** How many more leads the plan takes. */
  readonly limit?: number;
}

export interface SmartleadStandIn extends StandIn {
  /** The addresses in a campaign. */
  emails(campaignId: string): readonly string[];
}

interface Known {
  readonly id: string;
  readonly email: string;
  readonly campaignIds: string[];
}

const KEY = 'smartlead-sandbox-key';
const MOST_LEADS = 400;

/** api.smartlead.ai, leads of a campaign: the key in the address, 400 leads a request, counts and a map of addresses as its answer. */
export function smartleadStandIn({ campaigns = { 372: 'Welcome', 373: 'Hot leads' }, unsubscribed = [], bounced = [], blocked = [], leads = [], limit = Infinity }: SmartleadOptions = {}): SmartleadStandIn {
  const people = new Map<string, Known>();
  let left = limit;
  const person = (email: string): Known => {
    const known = people.get(email) ?? { id: String(2_340_000_000 + people.size), email, campaignIds: [] };
    people.set(email, known);
    return known;
  };
  for (const { email, campaignId } of leads) person(email).campaignIds.push(campaignId);

  function add(campaignId: string, { json }: ToolRequest): ToolAnswer {
    if (campaigns[campaignId] === undefined) return refused(404, 'NOT_FOUND', 'Campaign not found - Invalid campaign_id.');
    const read = Body.safeParse(json());
    if (!read.success) return refused(400, 'VALIDATION_ERROR', read.error.issues[0]!.path.join('.') === 'lead_list' ? 'lead_list is required' : `"${read.error.issues[0]!.path.join('.')}" is not allowed or invalid`);
    const { lead_list: list, settings } = read.data;
    if (list.length > MOST_LEADS) return refused(400, 'VALIDATION_ERROR', `Lead list exceeds the maximum size of ${String(MOST_LEADS)}`);
    const counts = { upload_count: list.length, total_leads: 0, already_added_to_campaign: 0, duplicate_count: 0, invalid_email_count: 0, block_count: 0, bounce_count: 0, lead_import_stopped_count: 0 };
    const map = { newlyAddedLeads: {} as Record<string, string>, existingLeads: {} as Record<string, string>, existingLeadsInOtherCampaigns: {} as Record<string, string> };
    const [invalidEmails, unsubscribedLeads]: [string[], string[]] = [[], []];
    const seen = new Set<string>();
    for (const { email: raw } of list) {
      const email = raw.toLowerCase();
      if (seen.has(email)) counts.duplicate_count += 1;
      else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) invalidEmails.push(email);
      else if (blocked.includes(email) && settings.ignore_global_block_list !== true) counts.block_count += 1;
      else if (bounced.includes(email) && settings.ignore_community_bounce_list !== true) counts.bounce_count += 1;
      else if (unsubscribed.includes(email) && settings.ignore_unsubscribe_list !== true) unsubscribedLeads.push(email);
      else if (people.get(email)?.campaignIds.includes(campaignId) === true) {
        counts.already_added_to_campaign += 1;
        map.existingLeads[email] = people.get(email)!.id;
      } else if (settings.ignore_duplicate_leads_in_other_campaign === true && (people.get(email)?.campaignIds.length ?? 0) > 0) {
        map.existingLeadsInOtherCampaigns[email] = people.get(email)!.id;
      } else if (left <= 0) counts.lead_import_stopped_count += 1;
      else {
        left -= 1;
        counts.total_leads += 1;
        person(email).campaignIds.push(campaignId);
        map.newlyAddedLeads[email] = person(email).id;
      }
      seen.add(email);
    }
    const added = Object.keys(map.newlyAddedLeads);
    return {
      status: 200,
      body: {
        ok: true, ...counts, invalid_email_count: invalidEmails.length, invalid_emails: invalidEmails, unsubscribed_leads: unsubscribedLeads,
        is_lead_limit_exhausted: counts.lead_import_stopped_count > 0, ...(settings.return_lead_ids === true ? { emailToLeadIdMap: map } : {}),
      },
      ...(added.length === 0 ? {} : { changed: `enrolled ${added.join(', ')} in ${campaignId}` }),
    };
  }

  function byEmail({ query }: ToolRequest): ToolAnswer {
    const known = people.get(query.get('email')?.toLowerCase() ?? '');
    if (known === undefined) return { status: 200, body: {} };
    return {
      status: 200,
      body: {
        id: known.id, email: known.email, first_name: null, is_unsubscribed: unsubscribed.includes(known.email),
        lead_campaign_data: known.campaignIds.map((id) => ({ campaign_id: Number(id), campaign_name: campaigns[id], lead_category_id: null, client_id: null })),
      },
    };
  }

  return {
    name: 'smartlead',
    stands: 'server.smartlead.ai',
    env: (url) => ({ SMARTLEAD_BASE_URL: url, SMARTLEAD_API_KEY: KEY }),
    emails: (campaignId) => [...people.values()].filter(({ campaignIds }) => campaignIds.includes(campaignId)).map(({ email }) => email),
    answer(request) {
      if (request.query.get('api_key') !== KEY) return { status: 401, body: { message: 'Invalid API key.' } };
      const campaign = /^\/api\/v1\/campaigns\/([^/]+)\/leads\/?$/.exec(request.path)?.[1];
      if (request.method === 'POST' && campaign !== undefined) return add(decodeURIComponent(campaign), request);
      if (request.method === 'GET' && request.path === '/api/v1/leads/') return byEmail(request);
      return refused(404, 'NOT_FOUND', 'The requested resource was not found.');
    },
    tooMany: () => ({ status: 429, headers: { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 2) }, body: { error: { code: 'RATE_LIMIT_EXCEEDED', message: 'Too many requests', retry_after: 2 } } }),
    broken: () => ({ status: 500, body: { error: { code: 'INTERNAL_ERROR', message: 'Internal server error' } } }),
    save: () => [...people.values()],
    load: (saved) => (saved as Known[]).forEach((known) => people.set(known.email, known)),
  };
}

const LeadInput = z.strictObject({
  email: z.string(), first_name: z.string().optional(), last_name: z.string().optional(), company_name: z.string().optional(), phone_number: z.string().optional(),
  website: z.string().optional(), location: z.string().optional(), linkedin_profile: z.string().optional(), company_url: z.string().optional(),
  custom_fields: z.record(z.string(), z.string()).optional(),
});
const Body = z.strictObject({
  lead_list: z.array(LeadInput).min(1),
  settings: z.strictObject({
    ignore_global_block_list: z.boolean().optional(), ignore_unsubscribe_list: z.boolean().optional(), ignore_community_bounce_list: z.boolean().optional(),
    ignore_duplicate_leads_in_other_campaign: z.boolean().optional(), return_lead_ids: z.boolean().optional(),
  }).default({}),
});

function refused(status: number, code: string, message: string): ToolAnswer {
  return { status, body: { error: { code, message } } };
}
