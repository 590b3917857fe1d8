import { z } from 'zod';
import type { Profile, Question } from '../../../domain/profile.ts';
import { KNOWN, type Knows } from '../known-profiles.ts';
import type { ToolAnswer, ToolRequest } from '../stand-in.ts';
import type { ApolloArea } from './index.ts';

export interface ApolloEnrichmentOptions {
  readonly knows?: Knows;
  /** Matches that the account may still be billed for. */
  readonly credits?: number;
}

export interface ApolloEnrichment extends ApolloArea {
  readonly spent: () => number;
  readonly refill: (credits: number) => void;
}

const MAX_AT_ONCE = 10;

/** `POST /people/bulk_match` and `POST /organizations/bulk_enrich`: ten at once, a match is billed, without credits a 422 that says so. */
export function enrichmentArea({ knows = KNOWN, credits = 10_000 }: ApolloEnrichmentOptions): ApolloEnrichment {
  let left = credits;
  let spent = 0;
  const bill = (profiles: readonly (Profile | undefined)[]): Pick<ToolAnswer, 'changed'> => {
    const matches = profiles.filter((profile) => profile !== undefined).length;
    left -= matches;
    spent += matches;
    return matches === 0 ? {} : { changed: `billed ${String(matches)}` };
  };
  const people = (request: ToolRequest): ToolAnswer => {
    const read = People.safeParse(request.json());
    if (!read.success) return { status: 422, body: { error: 'Required parameter details missing or invalid' } };
    if (read.data.details.length > MAX_AT_ONCE) return { status: 400, body: { error: 'You can only match up to 10 people at a time' } };
    if (left <= 0) return OUT_OF_CREDITS;
    const profiles = read.data.details.map((details) => knows(questionOf(details)));
    return { status: 200, ...bill(profiles), body: { status: 'success', error_code: null, error_message: null, ...counts(profiles), matches: profiles.map((profile) => (profile === undefined ? null : person(profile))) } };
  };
  const companies = (request: ToolRequest): ToolAnswer => {
    const read = Companies.safeParse(request.json());
    if (!read.success) return { status: 422, body: { error: "Required parameter 'domains' missing" } };
    if (read.data.domains.length > MAX_AT_ONCE) return { status: 400, body: { error: 'You can only enrich up to 10 domains at a time' } };
    if (left <= 0) return OUT_OF_CREDITS;
    const profiles = read.data.domains.map((domain) => knows({ domain }));
    return {
      status: 200, ...bill(profiles),
      body: { status: 'success', error_code: null, error_message: null, total_requested_domains: profiles.length, unique_domains: new Set(read.data.domains).size, ...counts(profiles), organizations: profiles.flatMap((profile) => (profile === undefined ? [] : [organization(profile)])) },
    };
  };
  return {
    answer({ method, path, ...request }) {
      if (path === '/people/bulk_match') return method === 'POST' ? people({ method, path, ...request }) : undefined;
      if (path === '/organizations/bulk_enrich') return method === 'POST' ? companies({ method, path, ...request }) : undefined;
      return undefined;
    },
    save: () => ({ left, spent }),
    load: (saved) => void ({ left, spent } = saved as { left: number; spent: number }),
    spent: () => spent,
    refill: (more) => void (left = more),
  };
}

const OUT_OF_CREDITS: ToolAnswer = { status: 422, body: { error: 'Insufficient credits. Please upgrade your plan.' } };

const text = z.string().min(1).optional();
const Details = z.object({ id: text, email: text, hashed_email: text, linkedin_url: text, name: text, first_name: text, last_name: text, organization_name: text, domain: z.string().regex(/^(?!www\.)[^@\s]+$/).optional() });
const People = z.object({ details: z.array(Details).min(1) });
const Companies = z.object({ domains: z.array(z.string().min(1)).min(1) });

/** A name alone finds nobody. */
function questionOf({ email, linkedin_url, organization_name, domain }: z.output<typeof Details>): Question {
  return { email: email ?? '', ...(linkedin_url === undefined ? {} : { linkedin: linkedin_url }), ...(organization_name === undefined ? {} : { companyName: organization_name }), ...(domain === undefined ? {} : { domain }) };
}

function counts(profiles: readonly (Profile | undefined)[]): object {
  const matches = profiles.filter((profile) => profile !== undefined).length;
  return { total_requested_enrichments: profiles.length, unique_enriched_records: matches, missing_records: profiles.length - matches, credits_consumed: matches };
}

const SENIORITY = { owner: 'owner', partner: 'partner', c_level: 'c_suite', executive: 'c_suite', vp: 'vp', head: 'head', director: 'director', manager: 'manager', senior: 'senior', junior: 'entry' } as const;

function person(profile: Profile): object {
  const { firstName = '', lastName = '' } = profile;
  return {
    id: '64a7ff0cc4dfae00013df1a5', first_name: firstName, last_name: lastName, name: `${firstName} ${lastName}`.trim(), linkedin_url: profile.linkedin ?? null, title: profile.jobTitle ?? null,
    email_status: 'verified', seniority: profile.seniority === undefined ? null : SENIORITY[profile.seniority], city: profile.city ?? null, state: profile.state ?? null, country: profile.country ?? null,
    employment_history: profile.jobStartedOn === undefined ? [] : [{ current: true, start_date: profile.jobStartedOn.length === 7 ? `${profile.jobStartedOn}-01` : profile.jobStartedOn, title: profile.jobTitle ?? null, organization_name: profile.companyName ?? null }],
    ...(profile.phone === undefined ? {} : { contact: { sanitized_phone: profile.phone } }),
    organization: organization({ ...profile, linkedin: undefined, city: undefined, state: undefined, country: undefined } as Profile),
  };
}

function organization(profile: Profile): object {
  return {
    id: '5e66b6381e05b4008c8331b8', name: profile.companyName ?? null, website_url: profile.companyDomain === undefined ? null : `http://www.${profile.companyDomain}`, primary_domain: profile.companyDomain ?? null,
    linkedin_url: profile.linkedin ?? null, industry: profile.industry ?? null, estimated_num_employees: profile.headcount ?? null, founded_year: profile.foundedYear ?? null,
    annual_revenue: profile.annualRevenueUsd ?? null, total_funding: profile.fundingUsd ?? null, latest_funding_stage: profile.fundingStage ?? null,
    latest_funding_round_date: profile.fundedOn === undefined ? null : `${profile.fundedOn.length === 7 ? `${profile.fundedOn}-01` : profile.fundedOn}T00:00:00.000+00:00`,
    funding_events: [], technology_names: profile.technologies ?? [], organization_headcount_twelve_month_growth: profile.headcountGrowth ?? null,
    street_address: profile.street ?? null, city: profile.city ?? null, state: profile.state ?? null, postal_code: profile.postcode ?? null, country: profile.country ?? null,
  };
}
