import { z } from 'zod';
import { type EnrichedObject, type Profile, type Question, SENIORITIES } from '../domain/profile.ts';
import type { ToolCall } from './tool.ts';

/** A tool in the role `enricher`: it is asked about people, companies, or both. Its answers may cost credits. */
export type Enricher = { readonly [O in EnrichedObject]?: Lookup } & {
  /** As people call it, “People Data Labs”. */
  readonly service: string;
};

export interface Lookup {
  /** How many questions one request takes. */
  readonly atOnce: number;
  /** Whether a question says enough to be asked at all. */
  canAsk(question: Question): boolean;
  /**
   * Makes one request. The answers stand in the order of the questions. Throws ConnectorError: `rejected` when the request is not taken
   * as it is, and nothing was paid for it; `rate_limited` with an hour or more when credits or a quota are used up.
   */
  ask(questions: readonly Question[], call: ToolCall): Promise<readonly EnricherAnswer[]>;
}

export type EnricherAnswer =
  | { readonly kind: 'found'; readonly profile: Profile }
  | { readonly kind: 'none' }
  /** This one question is not taken, for a reason people understand; asking it again is no use. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The credits came to an end before this one. */
  | { readonly kind: 'unpaid' }
  /** Not answered, for no fault of its own; it can be asked again. */
  | { readonly kind: 'later' };

/** What was found as an answer: values that say nothing are left out, and a profile without any is none. */
export function found(profile: { readonly [F in keyof Profile]?: Profile[F] | null | undefined }): EnricherAnswer {
  const filled = Object.entries(profile).filter(([, value]) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0) && !(typeof value === 'number' && !Number.isFinite(value)));
  return filled.length === 0 ? { kind: 'none' } : { kind: 'found', profile: Object.fromEntries(filled) as Profile };
}

const line = z.coerce.string().transform((value) => value.trim()).nullish();
const amount = z.coerce.number().nullish();

/** A profile as a configured tool answers it: numbers may come as texts, lists as one text with commas. */
export const LooseProfile = z.object({
  firstName: line, lastName: line, jobTitle: line, phone: line, jobStartedOn: line,
  seniority: z.enum(SENIORITIES).nullish().catch(undefined),
  linkedin: line, street: line, city: line, postcode: line, state: line, country: line,
  companyName: line, companyDomain: line, headcount: amount, headcountGrowth: amount, industry: line, annualRevenueUsd: amount, foundedYear: amount,
  technologies: z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((one) => one.trim()).filter((one) => one !== ''))]).nullish(),
  fundingStage: line, fundedOn: line, fundingUsd: amount, openJobs: amount,
});

/** The lower end of what a range says: 51 of `51-200`, 10001 of `10001+`; in dollars 50,000,000 of `$50M-$100M`. Undefined when it says no number. */
export function lowerEnd(range: string | null | undefined): number | undefined {
  const [, digits, unit] = /([\d][\d.,]*)\s*([kmbt])?/i.exec(range ?? '') ?? [];
  if (digits === undefined) return undefined;
  const number = Number(digits.replace(/,/g, '').replace(/\.$/, ''));
  const factor = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 }[unit?.toLowerCase() ?? ''] ?? 1;
  return Number.isFinite(number) ? Math.round(number * factor) : undefined;
}
