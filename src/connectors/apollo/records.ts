import { z } from 'zod';
import type { Profile, Seniority } from '../../domain/profile.ts';
import { lowerEnd } from '../enricher.ts';

/** Apollo's own field names; an example answer at docs.apollo.io/reference/people-enrichment. */

const text = z.string().nullish();
const number = z.number().nullish();

export const Organization = z.object({
  name: text, primary_domain: text, website_url: text, linkedin_url: text, industry: text, estimated_num_employees: number, founded_year: number,
  annual_revenue: number, total_funding: number, latest_funding_stage: text, latest_funding_round_date: text,
  funding_events: z.array(z.object({ date: text, type: text, amount: text, currency: text })).nullish(),
  technology_names: z.array(z.string()).nullish(), organization_headcount_twelve_month_growth: number,
  street_address: text, city: text, state: text, postal_code: text, country: text,
});
export type Organization = z.output<typeof Organization>;

export const Person = z.object({
  name: text, first_name: text, last_name: text, title: text, seniority: text, linkedin_url: text, city: text, state: text, country: text, match_confidence: text,
  employment_history: z.array(z.object({ current: z.boolean().nullish(), start_date: text })).nullish(),
  contact: z.object({ sanitized_phone: text }).nullish(),
  organization: Organization.nullish(),
});
export type Person = z.output<typeof Person>;

type Loose = { readonly [F in keyof Profile]?: Profile[F] | null | undefined };

export function personProfile(person: Person): Loose {
  return {
    ...companyFacts(person.organization ?? {}),
    firstName: person.first_name, lastName: person.last_name, jobTitle: person.title, seniority: SENIORITY[person.seniority ?? ''],
    linkedin: person.linkedin_url, phone: person.contact?.sanitized_phone, jobStartedOn: startOf(person),
    city: person.city, state: person.state, country: person.country,
  };
}

export function organizationProfile(organization: Partial<Organization>): Loose {
  const { linkedin_url, street_address, city, state, postal_code, country } = organization;
  return { ...companyFacts(organization), linkedin: linkedin_url, street: street_address, city, state, postcode: postal_code, country };
}

function companyFacts(one: Partial<Organization>): Loose {
  const latest = one.funding_events?.toSorted((a, b) => (b.date ?? '').localeCompare(a.date ?? ''))[0];
  return {
    companyName: one.name, companyDomain: one.primary_domain, industry: one.industry, headcount: one.estimated_num_employees, headcountGrowth: one.organization_headcount_twelve_month_growth,
    annualRevenueUsd: one.annual_revenue, foundedYear: one.founded_year, technologies: one.technology_names,
    fundingStage: one.latest_funding_stage ?? latest?.type, fundedOn: dayOf(one.latest_funding_round_date ?? latest?.date),
    // An amount in another currency than dollars is none that could be compared.
    fundingUsd: latest?.currency === '$' ? (lowerEnd(latest.amount) ?? one.total_funding) : one.total_funding,
  };
}

function startOf({ employment_history }: Person): string | undefined {
  return dayOf(employment_history?.filter(({ current }) => current === true).map(({ start_date }) => start_date ?? '').sort().at(-1));
}

function dayOf(instant: string | null | undefined): string | undefined {
  return /^\d{4}-\d{2}(-\d{2})?/.exec(instant ?? '')?.[0];
}

/** docs.apollo.io/reference/people-api-search, `person_seniorities`. */
const SENIORITY: Readonly<Record<string, Seniority>> = {
  owner: 'owner', founder: 'owner', c_suite: 'c_level', partner: 'partner', vp: 'vp', head: 'head', director: 'director', manager: 'manager', senior: 'senior', entry: 'junior', intern: 'junior',
};
