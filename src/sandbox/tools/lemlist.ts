import { z } from 'zod';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface LemlistOptions {
  /** Campaigns that there are, by id; a few when left out. */
  readonly campaigns?: Readonly<Record<string, string>>;
  /** Addresses that have unsubscribed from everything. */
  readonly unsubscribed?: readonly string[];
  /** Leads that are there already. */
  readonly leads?: readonly { readonly email: string; readonly campaignId: string }[];
}

export interface LemlistStandIn extends StandIn {
  /** Who is in a campaign. */
  leads(campaignId: string): readonly LemlistLead[];
}

interface LemlistLead {
  readonly _id: string;
  readonly campaignId: string;
  readonly contactId: string;
  readonly fields: Readonly<Record<string, string>> & { readonly email: string };
}

const KEY = 'lemlist-sandbox-key';
const CAMPAIGNS = { cam_Welcome0000000001: 'Welcome', cam_SampleCampaign1: 'Hot leads' };

/** developer.lemlist.com, leads of a campaign: plain text for what it refuses, no bulk form, no idempotency. */
export function lemlistStandIn({ campaigns = CAMPAIGNS, unsubscribed = [], leads = [] }: LemlistOptions = {}): LemlistStandIn {
  let all: LemlistLead[] = [];
  const add = (campaignId: string, fields: LemlistLead['fields']): LemlistLead => {
    const n = String(all.length + 1).padStart(6, '0');
    const lead = { _id: `lea_sandbox${n}`, campaignId, contactId: `ctc_sandbox${n}`, fields };
    all.push(lead);
    return lead;
  };
  for (const { email, campaignId } of leads) add(campaignId, { email });

  function create(campaignId: string, { json, query }: ToolRequest): ToolAnswer {
    const name = campaigns[campaignId];
    if (name === undefined) return text(404, 'Campaign not found');
    const read = Lead.safeParse(json());
    if (!read.success) return text(400, 'Invalid body');
    const { email } = read.data;
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return text(400, 'Invalid email');
    if (unsubscribed.includes(email.toLowerCase())) return text(500, 'Lead in graveyard: unsubscribed');
    const known = all.filter((lead) => lead.fields.email.toLowerCase() === email.toLowerCase());
    if (known.some((lead) => lead.campaignId === campaignId)) return text(400, 'Lead already in the campaign');
    if (query.get('deduplicate') === 'true' && known.length > 0) return text(500, 'Lead already in other campaign');
    const lead = add(campaignId, read.data);
    return { status: 200, body: { campaignId, campaignName: name, ...lead.fields, _id: lead._id, isPaused: false, contactId: lead.contactId }, changed: `enrolled ${email} in ${campaignId}` };
  }

  function find({ query }: ToolRequest): ToolAnswer {
    const email = query.get('email')?.toLowerCase();
    if (email === undefined) return text(400, 'Missing email');
    const found = all.filter((lead) => lead.fields.email.toLowerCase() === email);
    if (found.length === 0) return text(404, 'Lead not found');
    return {
      status: 200,
      body: found.map((lead) => ({
        _id: lead._id, state: 'reviewed', status: 'inProgress', isPaused: false, source: 'api', contactId: lead.contactId, variables: lead.fields,
        campaign: { id: lead.campaignId, name: campaigns[lead.campaignId], status: 'running' },
      })),
    };
  }

  return {
    name: 'lemlist',
    stands: 'api.lemlist.com',
    env: (url) => ({ LEMLIST_BASE_URL: url, LEMLIST_API_KEY: KEY }),
    leads: (campaignId) => all.filter((lead) => lead.campaignId === campaignId),
    answer(request) {
      const expected = `Basic ${Buffer.from(`:${KEY}`).toString('base64')}`;
      if (request.headers['authorization'] === undefined) return text(400, 'No API key provided');
      if (request.headers['authorization'] !== expected) return text(401, 'The authentication you supplied is incorrect');
      const campaign = /^\/api\/campaigns\/([^/]+)\/leads\/?$/.exec(request.path)?.[1];
      if (request.method === 'POST' && campaign !== undefined) return create(decodeURIComponent(campaign), request);
      if (request.method === 'GET' && request.path === '/api/leads') return find(request);
      return text(404, 'Not found');
    },
    // The reset is a date as a person reads it.
    tooMany: () => ({ status: 429, headers: { 'retry-after': '2', 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': new Date(Date.now() + 2_000).toUTCString() }, body: 'Too many requests', type: 'text/plain' }),
    save: () => all,
    load: (saved) => void (all = saved as LemlistLead[]),
  };
}

const Lead = z.object({ email: z.string() }).catchall(z.string());

function text(status: number, body: string): ToolAnswer {
  return { status, body };
}
