import type { Profile } from '../../domain/profile.ts';
import { KNOWN, type Knows } from './known-profiles.ts';
import type { StandIn, ToolAnswer, ToolRequest } from './stand-in.ts';

export interface HunterOptions {
  readonly knows?: Knows;
  /** Matches that the plan's month still has. */
  readonly credits?: number;
  /** Addresses of people who have asked not to be processed. */
  readonly claimed?: readonly string[];
}

export interface HunterStandIn extends StandIn {
  /** How many matches have been billed. */
  readonly spent: () => number;
  refill(credits: number): void;
}

const KEY = 'hunter-sandbox-key';

/** Hunter's enrichment: one record a request, 404 for nobody, 403 for the rate and 429 for the month (hunter.io/api-documentation/v2). */
export function hunterStandIn({ knows = KNOWN, credits = 10_000, claimed = [] }: HunterOptions = {}): HunterStandIn {
  let left = credits;
  let spent = 0;
  const answered = (profile: Profile | undefined, data: (profile: Profile) => object, meta: object): ToolAnswer => {
    if (left <= 0) return refusal(429, 'too_many_requests', 'You have reached the usage limit of your plan. Please upgrade your plan to increase the limit.');
    if (profile === undefined) return refusal(404, 'not_found', 'We could not find the resource you are looking for.');
    left -= 1;
    spent += 1;
    return { status: 200, body: { data: data(profile), meta }, changed: 'billed 1' };
  };
  const byPerson = (query: URLSearchParams, data: (profile: Profile) => object, mayBeHandle: boolean): ToolAnswer => {
    const email = query.get('email');
    const handle = mayBeHandle ? query.get('linkedin_handle') : null;
    if ((email ?? handle ?? '') === '') return refusal(400, 'wrong_params', `You are missing the email${mayBeHandle ? ' or linkedin_handle' : ''} parameter`);
    if (email !== null && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return refusal(400, 'invalid_email', 'The email supplied is invalid');
    if (email !== null && claimed.includes(email)) return refusal(451, 'claimed_email', 'The person behind this email address has asked us to stop processing their personal data.');
    return answered(knows({ ...(email === null ? {} : { email }), ...(handle === null ? {} : { linkedin: `https://www.linkedin.com/in/${handle}` }) }), data, email === null ? { linkedin_handle: handle } : { email });
  };
  const byDomain = (query: URLSearchParams): ToolAnswer => {
    const domain = query.get('domain') ?? '';
    return domain === '' ? refusal(400, 'wrong_params', 'You are missing the domain parameter') : answered(knows({ domain }), company, { domain });
  };
  return {
    name: 'hunter',
    stands: 'api.hunter.io',
    env: (url) => ({ HUNTER_BASE_URL: `${url}/v2`, HUNTER_API_KEY: KEY }),
    answer(request) {
      if (keyOf(request) !== KEY) return refusal(401, 'authentication_failed', 'No user found for the API key supplied');
      const route = `${request.method} ${request.path}`;
      if (route === 'GET /v2/people/find') return byPerson(request.query, person, true);
      if (route === 'GET /v2/combined/find') return byPerson(request.query, (profile) => ({ person: person(profile), company: company({ ...profile, linkedin: undefined } as Profile) }), false);
      if (route === 'GET /v2/companies/find') return byDomain(request.query);
      return refusal(404, 'not_found', 'The requested resource does not exist.');
    },
    tooMany: () => refusal(403, 'too_many_requests', 'You have reached the rate limit of 15 requests per second.'),
    broken: () => refusal(500, 'internal_error', 'Something went wrong on our end.'),
    save: () => ({ left, spent }),
    load: (saved) => void ({ left, spent } = saved as { left: number; spent: number }),
    spent: () => spent,
    refill: (more) => void (left = more),
  };
}

function keyOf({ headers, query }: ToolRequest): string | undefined {
  return headers['x-api-key'] ?? query.get('api_key') ?? /^bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1];
}

const SENIORITY = { owner: 'executive', partner: 'executive', c_level: 'executive', executive: 'executive', vp: 'executive', head: 'senior', director: 'senior', manager: 'senior', senior: 'senior', junior: 'junior' } as const;

function person(profile: Profile): object {
  const { firstName = '', lastName = '' } = profile;
  return {
    id: 'b3ae14fb-6725-56d1-ac68-a76f8ce04dec', name: { fullName: `${firstName} ${lastName}`.trim(), givenName: firstName, familyName: lastName },
    location: [profile.city, profile.state, profile.country].filter((part) => part !== undefined).join(', '), geo: geo(profile),
    employment: { domain: profile.companyDomain ?? null, name: profile.companyName ?? null, title: profile.jobTitle ?? null, role: null, subRole: null, seniority: profile.seniority === undefined ? null : SENIORITY[profile.seniority] },
    twitter: { handle: null }, linkedin: { handle: profile.linkedin?.replace(/^.*\/in\//, '') ?? null }, fuzzy: false, phone: profile.phone ?? null, indexedAt: '2026-01-05', activeAt: null, inactiveAt: null,
  };
}

function company(profile: Profile): object {
  return {
    id: '95ca56a8-a019-5c41-881e-293d9ca4741a', name: profile.companyName ?? null, legalName: null, domain: profile.companyDomain ?? null,
    category: { sector: null, industryGroup: null, industry: profile.industry ?? null, subIndustry: null }, tags: [], description: null, foundedYear: profile.foundedYear ?? null,
    location: null, geo: geo(profile), linkedin: { handle: profile.linkedin?.replace(/^https:\/\/www\.linkedin\.com\//, '') ?? null },
    metrics: { employees: profile.headcount === undefined ? null : `${String(profile.headcount)}-${String(profile.headcount * 2)}`, annualRevenue: profile.annualRevenueUsd ?? null, trafficRank: null },
    tech: profile.technologies ?? [], fundingRounds: [],
  };
}

function geo({ street, city, postcode, state, country }: Profile): object {
  return { streetAddress: street ?? null, streetNumber: null, streetName: null, city: city ?? null, postalCode: postcode ?? null, state: state ?? null, stateCode: null, country: country ?? null, countryCode: null, lat: null, lng: null };
}

function refusal(code: number, id: string, details: string): ToolAnswer {
  return { status: code, body: { errors: [{ id, code, details }] } };
}
