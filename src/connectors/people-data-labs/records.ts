import { z } from 'zod';
import type { Seniority } from '../../domain/profile.ts';
import { type EnricherAnswer, found, lowerEnd } from '../enricher.ts';

/** People Data Labs' own field names; examples at docs.peopledatalabs.com/docs/example-record and …/example-company-record. */

const text = z.string().nullish();
const number = z.number().nullish();

/** A field that the package does not include comes as `true` where there is a value: it says nothing. */
const readable = z.unknown().transform((value) => (typeof value === 'string' ? value : undefined));

const person = z.object({
  first_name: text, last_name: text, job_title: text, job_title_levels: z.array(z.string()).nullish(), job_start_date: text,
  linkedin_url: text, mobile_phone: readable, location_locality: readable, location_region: readable, location_country: text,
  job_company_name: text, job_company_website: text, job_company_size: text, job_company_employee_count: number, job_company_industry: text,
  job_company_inferred_revenue: text, job_company_12mo_employee_growth_rate: number, job_company_total_funding_raised: number,
  job_company_founded: z.coerce.number().nullish(),
});

const company = z.object({
  name: text, display_name: text, website: text, size: text, employee_count: number, founded: number, industry: text, inferred_revenue: text, linkedin_url: text,
  location: z.object({ locality: text, region: text, country: text, street_address: text, postal_code: text }).nullish(),
  total_funding_raised: number, latest_funding_stage: text, last_funding_date: text,
  employee_growth_rate: z.object({ '12_month': number }).nullish(),
});

const row = z.looseObject({ status: z.number(), error: z.object({ message: z.unknown() }).nullish() });

/** Of people the record stands under `data`. */
export const BulkPeople = z.array(row.extend({ data: person.nullish() }));
/** Of companies it stands beside the status; under `data` in some answers. */
export const BulkCompanies = z.array(z.intersection(row.extend({ data: company.nullish() }), company));

type PersonRow = z.output<typeof BulkPeople>[number];
type CompanyRow = z.output<typeof BulkCompanies>[number];

export function personAnswer({ status, error, data }: PersonRow): EnricherAnswer {
  if (status !== 200 || data === undefined || data === null) return otherAnswer(status, error?.message);
  return found({
    firstName: capitalised(data.first_name), lastName: capitalised(data.last_name), jobTitle: capitalised(data.job_title),
    seniority: seniorityOf(data.job_title_levels ?? []), phone: data.mobile_phone, jobStartedOn: data.job_start_date,
    linkedin: data.linkedin_url, city: capitalised(data.location_locality), state: capitalised(data.location_region), country: capitalised(data.location_country),
    companyName: capitalised(data.job_company_name), companyDomain: data.job_company_website,
    headcount: data.job_company_employee_count ?? lowerEnd(data.job_company_size), headcountGrowth: data.job_company_12mo_employee_growth_rate,
    industry: capitalised(data.job_company_industry), annualRevenueUsd: lowerEnd(data.job_company_inferred_revenue),
    foundedYear: data.job_company_founded, fundingUsd: data.job_company_total_funding_raised,
  });
}

export function companyAnswer(answer: CompanyRow): EnricherAnswer {
  const data = answer.data ?? answer;
  if (answer.status !== 200) return otherAnswer(answer.status, answer.error?.message);
  return found({
    companyName: data.display_name ?? capitalised(data.name), companyDomain: data.website, linkedin: data.linkedin_url,
    headcount: data.employee_count ?? lowerEnd(data.size), headcountGrowth: data.employee_growth_rate?.['12_month'],
    industry: capitalised(data.industry), annualRevenueUsd: lowerEnd(data.inferred_revenue), foundedYear: data.founded,
    street: capitalised(data.location?.street_address), city: capitalised(data.location?.locality), postcode: data.location?.postal_code,
    state: capitalised(data.location?.region), country: capitalised(data.location?.country),
    fundingStage: stageWords(data.latest_funding_stage), fundedOn: data.last_funding_date, fundingUsd: data.total_funding_raised,
  });
}

/** The same statuses as those of single requests (docs.peopledatalabs.com/docs/errors): 404 is no match and costs nothing. */
function otherAnswer(status: number, message: unknown): EnricherAnswer {
  if (status === 402) return { kind: 'unpaid' };
  if (status === 429 || status >= 500) return { kind: 'later' };
  if (status === 200 || status === 404) return { kind: 'none' };
  return { kind: 'refused', reason: typeof message === 'string' ? message : `answered ${String(status)}` };
}

const LEVELS: readonly (readonly [string, Seniority])[] = [
  ['owner', 'owner'], ['partner', 'partner'], ['cxo', 'c_level'], ['vp', 'vp'], ['director', 'director'], ['manager', 'manager'], ['senior', 'senior'],
  ['entry', 'junior'], ['training', 'junior'], ['unpaid', 'junior'],
];

function seniorityOf(levels: readonly string[]): Seniority | undefined {
  return LEVELS.find(([level]) => levels.includes(level))?.[1];
}

/** All texts come in lower case. Short words that are mostly abbreviations are written in capitals. */
function capitalised(value: string | null | undefined): string | undefined {
  return value?.replace(/[\p{L}\p{M}\d]+/gu, (word, at: number) =>
    ABBREVIATIONS.has(word) ? word.toUpperCase() : at > 0 && SMALL.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1));
}

const ABBREVIATIONS = new Set('ceo cfo cto coo cmo cro cio vp svp evp it hr pr us usa uk eu b2b ai qa ux ui crm erp saas'.split(' '));
const SMALL = new Set('of and the for in at on to de da do la le von van der'.split(' '));

/** `series_b` as people write it. */
function stageWords(stage: string | null | undefined): string | undefined {
  return stage === null || stage === undefined ? undefined : stage.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
