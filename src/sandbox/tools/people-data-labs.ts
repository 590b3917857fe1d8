import { z } from 'zod';
import type { Profile, Question } from '../../domain/profile.ts';
import { KNOWN, type Knows } from './known-profiles.ts';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface PeopleDataLabsOptions {
  readonly knows?: Knows;
  /** Matches that the account may still be billed for. */
  readonly credits?: number;
}

export interface PeopleDataLabsStandIn extends StandIn {
  /** How many matches have been billed. */
  readonly spent: () => number;
  refill(credits: number): void;
}

const KEY = 'pdl-sandbox-key';
const MAX_AT_ONCE = 100;

/**
 * People Data Labs' bulk requests: each record has a status of its own, a match is billed, and without credits all is 402
 * (docs.peopledatalabs.com/docs/bulk-enrichment-api, …/bulk-company-enrichment-api, …/errors).
 */
export function peopleDataLabsStandIn({ knows = KNOWN, credits = 10_000 }: PeopleDataLabsOptions = {}): PeopleDataLabsStandIn {
  let left = credits;
  let spent = 0;
  const bill = (): boolean => {
    if (left <= 0) return false;
    left -= 1;
    spent += 1;
    return true;
  };
  const answerAll = (request: ToolRequest, read: (params: Params) => Question | undefined, record: (profile: Profile) => object): ToolAnswer => {
    const body = Bulk.safeParse(request.json());
    if (!body.success) return refusal(400, 'invalid_request_error', 'Request contained either missing or invalid parameters');
    if (left <= 0) return { ...refusal(402, 'payment_required', 'You have reached your account maximum (all matches have been used)'), headers: headers() };
    const before = spent;
    const rows = body.data.requests.map(({ params, metadata }) => {
      const own = metadata === undefined ? {} : { metadata };
      const question = read(params);
      if (question === undefined) return { ...own, status: 400, error: { type: ['invalid_request_error'], message: 'Request contained either missing or invalid parameters' } };
      const profile = knows(question);
      if (profile === undefined) return { ...own, status: 404, error: { type: ['not_found'], message: 'No records were found matching your request' } };
      if (!bill()) return { ...own, status: 402, error: { type: ['payment_required'], message: 'You have reached your account maximum (all matches have been used)' } };
      return { ...own, status: 200, likelihood: 9, ...record(profile) };
    });
    return { status: 200, body: rows, headers: headers(), ...(spent === before ? {} : { changed: `billed ${String(spent - before)}` }) };
  };
  const headers = (): Readonly<Record<string, string>> => ({ 'x-totallimit-remaining': String(left), 'x-ratelimit-limit': "{'minute': 1000}", 'x-ratelimit-remaining': "{'minute': 999}", 'x-ratelimit-reset': nextMinute() });
  return {
    name: 'people-data-labs',
    stands: 'api.peopledatalabs.com',
    env: (url) => ({ PDL_BASE_URL: url, PDL_API_KEY: KEY }),
    answer(request) {
      const key = request.headers['x-api-key'] ?? request.query.get('api_key');
      if (key !== KEY) return refusal(401, 'authentication_error', 'Request contained a missing or invalid key');
      if (request.path === '/v5/person/bulk') return request.method === 'POST' ? answerAll(request, personAsked, (profile) => ({ data: personRecord(profile) })) : methodNotAllowed();
      if (request.path === '/v5/company/enrich/bulk') return request.method === 'POST' ? answerAll(request, companyAsked, companyRecord) : methodNotAllowed();
      return refusal(404, 'not_found', 'The requested resource was not found');
    },
    tooMany: () => ({ ...refusal(429, 'rate_limit_error', 'An error occurred due to requests hitting the API too quick'), headers: { 'x-ratelimit-remaining': "{'minute': 0}", 'x-ratelimit-reset': nextMinute() } }),
    broken: () => refusal(500, 'api_error', 'The server encountered an unexpected condition which prevented it from fulfilling the request'),
    save: () => ({ left, spent }),
    load: (saved) => void ({ left, spent } = saved as { left: number; spent: number }),
    spent: () => spent,
    refill: (more) => void (left = more),
  };
}

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).transform((value) => [value].flat()[0]!);
const Params = z.object({
  email: texts.optional(), profile: texts.optional(), phone: texts.optional(), name: texts.optional(), first_name: texts.optional(), last_name: texts.optional(),
  company: texts.optional(), school: texts.optional(), location: texts.optional(), website: texts.optional(), ticker: texts.optional(), min_likelihood: z.int().min(1).max(10).optional(),
});
type Params = z.output<typeof Params>;
const Bulk = z.object({ requests: z.array(z.object({ params: Params, metadata: z.record(z.string(), z.unknown()).optional() })).min(1).max(MAX_AT_ONCE) });

/** The least that is taken: a profile, an address or a phone; or a name with a place, a company or a school. */
function personAsked({ email, profile, phone, name, first_name, last_name, company, school, location }: Params): Question | undefined {
  const named = name ?? (first_name === undefined || last_name === undefined ? undefined : `${first_name} ${last_name}`);
  if ((email ?? profile ?? phone) === undefined && (named === undefined || (company ?? school ?? location) === undefined)) return undefined;
  return { ...(email === undefined ? {} : { email }), ...(profile === undefined ? {} : { linkedin: profile }), ...(company === undefined ? {} : { companyName: company }) };
}

function companyAsked({ website, profile, name, ticker }: Params): Question | undefined {
  if ((website ?? profile ?? name ?? ticker) === undefined) return undefined;
  return { ...(website === undefined ? {} : { domain: website }), ...(profile === undefined ? {} : { linkedin: profile }), ...(name === undefined ? {} : { companyName: name }) };
}

const LEVELS = { owner: 'owner', partner: 'partner', c_level: 'cxo', executive: 'cxo', vp: 'vp', head: 'director', director: 'director', manager: 'manager', senior: 'senior', junior: 'entry' } as const;

function personRecord(profile: Profile): object {
  return {
    id: 'geOZltvqXDfpKzxgrzmJZj_0000', full_name: lower(`${profile.firstName ?? ''} ${profile.lastName ?? ''}`.trim()), first_name: lower(profile.firstName), last_name: lower(profile.lastName),
    linkedin_url: bare(profile.linkedin), mobile_phone: profile.phone ?? null, job_title: lower(profile.jobTitle), job_title_levels: profile.seniority === undefined ? [] : [LEVELS[profile.seniority]],
    job_start_date: profile.jobStartedOn ?? null, job_company_name: lower(profile.companyName), job_company_website: profile.companyDomain ?? null, job_company_size: null,
    job_company_employee_count: profile.headcount ?? null, job_company_12mo_employee_growth_rate: profile.headcountGrowth ?? null, job_company_industry: lower(profile.industry),
    job_company_inferred_revenue: revenue(profile), job_company_founded: profile.foundedYear ?? null, job_company_total_funding_raised: profile.fundingUsd ?? null,
    location_locality: lower(profile.city), location_region: lower(profile.state), location_country: lower(profile.country),
  };
}

function companyRecord(profile: Profile): object {
  return {
    id: 'tnHcNHbCv8MKeLh92946LAkX6PKg', name: lower(profile.companyName), display_name: profile.companyName ?? null, website: profile.companyDomain ?? null, linkedin_url: bare(profile.linkedin),
    size: null, employee_count: profile.headcount ?? null, founded: profile.foundedYear ?? null, industry: lower(profile.industry), inferred_revenue: revenue(profile),
    employee_growth_rate: { '12_month': profile.headcountGrowth ?? null }, total_funding_raised: profile.fundingUsd ?? null,
    latest_funding_stage: lower(profile.fundingStage)?.replaceAll(' ', '_') ?? null, last_funding_date: profile.fundedOn ?? null,
    location: { name: null, locality: lower(profile.city), region: lower(profile.state), country: lower(profile.country), street_address: lower(profile.street), postal_code: profile.postcode ?? null },
  };
}

function lower(text: string | undefined): string | null {
  return text?.toLowerCase() ?? null;
}

function bare(link: string | undefined): string | null {
  return link?.replace(/^https:\/\/(www\.)?/, '') ?? null;
}

function revenue({ annualRevenueUsd }: Profile): string | null {
  return annualRevenueUsd === undefined ? null : `$${String(annualRevenueUsd / 1e6)}M-$${String((annualRevenueUsd * 2) / 1e6)}M`;
}

function nextMinute(): string {
  return new Date(Math.ceil((Date.now() + 1) / 60_000) * 60_000).toISOString();
}

function methodNotAllowed(): ToolAnswer {
  return refusal(405, 'invalid_request_error', 'You cannot use the request method on the requested resource');
}

function refusal(status: number, type: string, message: string): ToolAnswer {
  return { status, body: { status, error: { type, message } } };
}
