import { z } from 'zod';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface InstantlyOptions {
  /** Ids of the campaigns that there are. */
  readonly campaigns?: readonly string[];
  readonly blocked?: readonly string[];
  readonly leads?: readonly { readonly email: string; readonly campaign: string; readonly status?: number }[];
  /** How many more leads the plan takes. */
  readonly remaining?: number;
}

export interface InstantlyStandIn extends StandIn {
  /** The addresses in a campaign. */
  emails(campaign: string): readonly string[];
}

interface Lead {
  readonly id: string;
  readonly email: string;
  readonly campaign: string;
  /** 1 active, 3 completed, -1 bounced, -2 unsubscribed. */
  readonly status: number;
}

const KEY = 'instantly-sandbox-key';
export const INSTANTLY_CAMPAIGN = '0196f0a2-8b1c-7c33-9d4e-5a1b2c3d4e5f';

/** developer.instantly.ai, API v2: a thousand leads a request, those created by name and the others as counts. */
export function instantlyStandIn({ campaigns = [INSTANTLY_CAMPAIGN], blocked = [], leads: known = [], remaining = 10_000 }: InstantlyOptions = {}): InstantlyStandIn {
  let leads: Lead[] = [];
  let left = remaining;
  const put = (email: string, campaign: string, status = 1): Lead => {
    const lead = { id: `0196f0a2-0000-7000-8000-${String(leads.length + 1).padStart(12, '0')}`, email, campaign, status };
    leads.push(lead);
    return lead;
  };
  for (const { email, campaign, status } of known) put(email, campaign, status);

  function add({ json }: ToolRequest): ToolAnswer {
    const read = AddBody.safeParse(json());
    if (!read.success) return bad(`body/${read.error.issues[0]!.path.join('/')} is invalid`);
    const { campaign_id: campaign, leads: list, skip_if_in_campaign: skip } = read.data;
    if (!campaigns.includes(campaign)) return { status: 404, body: { statusCode: 404, error: 'Not Found', message: 'Campaign not found' } };
    const counts = { in_blocklist: 0, duplicated_leads: 0, skipped_count: 0, invalid_email_count: 0, incomplete_count: 0, duplicate_email_count: 0 };
    const created: { index: number; id: string; email: string }[] = [];
    const seen = new Set<string>();
    list.forEach(({ email: raw }, index) => {
      const email = raw.toLowerCase();
      if (seen.has(email)) counts.duplicate_email_count += 1;
      else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) counts.invalid_email_count += 1;
      else if (blocked.includes(email)) counts.in_blocklist += 1;
      else if (leads.some((lead) => lead.email === email && lead.campaign === campaign)) counts.duplicated_leads += 1;
      else if (skip === true && leads.some((lead) => lead.email === email)) counts.skipped_count += 1;
      else if (left > 0) {
        left -= 1;
        created.push({ index, id: put(email, campaign).id, email });
      }
      seen.add(email);
    });
    return {
      status: 200,
      body: { status: 'success', total_sent: list.length, leads_uploaded: created.length, ...counts, blocklist_used: null, remaining_in_plan: left, created_leads: created },
      ...(created.length === 0 ? {} : { changed: `enrolled ${created.map(({ email }) => email).join(', ')} in ${campaign}` }),
    };
  }

  function list({ json }: ToolRequest): ToolAnswer {
    const read = ListBody.safeParse(json());
    if (!read.success) return bad(`body/${read.error.issues[0]!.path.join('/')} is invalid`);
    const { campaign, contacts, limit } = read.data;
    const found = leads.filter((lead) => lead.campaign === campaign && (contacts === undefined || contacts.some((email) => email.toLowerCase() === lead.email)));
    return { status: 200, body: { items: found.slice(0, limit).map((lead) => ({ ...lead, timestamp_created: '2026-01-05T09:00:00.000Z' })) } };
  }

  return {
    name: 'instantly',
    stands: 'api.instantly.ai',
    env: (url) => ({ INSTANTLY_BASE_URL: url, INSTANTLY_API_KEY: KEY }),
    emails: (campaign) => leads.filter((lead) => lead.campaign === campaign).map(({ email }) => email),
    answer(request) {
      if (request.headers['authorization'] !== `Bearer ${KEY}`) return { status: 401, body: { statusCode: 401, error: 'Unauthorized', message: 'Invalid API key' } };
      if (request.method === 'POST' && request.path === '/api/v2/leads/add') return add(request);
      if (request.method === 'POST' && request.path === '/api/v2/leads/list') return list(request);
      return { status: 404, body: { statusCode: 404, error: 'Not Found', message: `Route ${request.method}:${request.path} not found` } };
    },
    tooMany: () => ({ status: 429, body: { statusCode: 429, error: 'Too Many Requests', message: 'Rate limit exceeded' } }),
    broken: () => ({ status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'Something went wrong' } }),
    save: () => leads,
    load: (saved) => void (leads = saved as Lead[]),
  };
}

const nullable = z.string().nullish();
const AddBody = z.strictObject({
  campaign_id: z.guid(), skip_if_in_campaign: z.boolean().optional(), skip_if_in_workspace: z.boolean().optional(),
  leads: z.array(z.strictObject({
    email: z.string(), first_name: nullable, last_name: nullable, company_name: nullable, website: nullable, phone: nullable, personalization: nullable,
    custom_variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  })).min(1).max(1000),
});
const ListBody = z.strictObject({ campaign: z.guid(), contacts: z.array(z.string()).optional(), limit: z.number().int().min(1).max(100).default(10) });

function bad(message: string): ToolAnswer {
  return { status: 400, body: { statusCode: 400, error: 'Bad Request', message } };
}
