import { z } from 'zod';
import type { Profile, Seniority } from '../../domain/profile.ts';
import { lowerEnd } from '../enricher.ts';

/** Hunter's own field names; examples at hunter.io/api-documentation/v2#enrichment. */

const text = z.string().nullish();
const handle = z.object({ handle: text }).nullish();
const geo = z.object({ city: text, state: text, country: text, streetAddress: text, streetNumber: text, streetName: text, postalCode: text }).nullish();

export const Person = z.object({
  name: z.object({ givenName: text, familyName: text }).nullish(),
  geo,
  employment: z.object({ domain: text, name: text, title: text, seniority: text }).nullish(),
  linkedin: handle,
  phone: text,
});
export type Person = z.output<typeof Person>;

export const Company = z.object({
  name: text, domain: text, geo, linkedin: handle,
  category: z.object({ industry: text, sector: text }).nullish(),
  foundedYear: z.number().nullish(),
  metrics: z.object({ employees: z.union([z.string(), z.number().transform(String)]).nullish(), annualRevenue: z.number().nullish(), estimatedAnnualRevenue: z.union([z.string(), z.number().transform(String)]).nullish() }).nullish(),
  tech: z.array(z.string()).nullish(),
});
export type Company = z.output<typeof Company>;

type Loose = { readonly [F in keyof Profile]?: Profile[F] | null | undefined };

export function personProfile({ name, geo: place, employment, linkedin, phone }: Person): Loose {
  return {
    firstName: name?.givenName, lastName: name?.familyName, jobTitle: employment?.title, seniority: SENIORITY[employment?.seniority ?? ''], phone,
    linkedin: linkedin?.handle === undefined || linkedin.handle === null || linkedin.handle === '' ? undefined : `https://www.linkedin.com/in/${linkedin.handle}`,
    city: place?.city, state: place?.state, country: place?.country, companyName: employment?.name, companyDomain: employment?.domain,
  };
}

export function companyProfile(company: Company): Loose {
  const { geo: place, linkedin } = company;
  return {
    ...companyFacts(company),
    linkedin: linkedin?.handle === undefined || linkedin.handle === null || linkedin.handle === '' ? undefined : `https://www.linkedin.com/${linkedin.handle}`,
    street: place?.streetAddress ?? ([place?.streetNumber, place?.streetName].filter((part) => part !== undefined && part !== null).join(' ') || undefined),
    city: place?.city, postcode: place?.postalCode, state: place?.state, country: place?.country,
  };
}

/** What holds for a person's employer too. Hunter's headcount is a range. */
export function companyFacts({ name, domain, category, foundedYear, metrics, tech }: Company): Loose {
  return {
    companyName: name, companyDomain: domain, industry: category?.industry ?? category?.sector, foundedYear, headcount: lowerEnd(metrics?.employees),
    annualRevenueUsd: metrics?.annualRevenue ?? lowerEnd(metrics?.estimatedAnnualRevenue), technologies: tech,
  };
}

const SENIORITY: Readonly<Record<string, Seniority>> = { executive: 'executive', senior: 'senior', junior: 'junior' };
