/** What can be enriched. */
export type EnrichedObject = 'person' | 'company';

/** Who is meant, as far as the record says; the more is known, the surer the match. Texts are tidied and never blank. */
export interface Question {
  /** Lower case. */
  readonly email?: string;
  /** `https://www.linkedin.com/in/ann`. */
  readonly linkedin?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly companyName?: string;
  /** Of the company, a person's employer, `acme.example`; never a mail provider's. */
  readonly domain?: string;
}

/** From the top down, as far as providers tell them apart. */
export type Seniority = (typeof SENIORITIES)[number];

export const SENIORITIES = ['owner', 'partner', 'c_level', 'executive', 'vp', 'head', 'director', 'manager', 'senior', 'junior'] as const;

/** What a provider knows. What it does not know is left out, never blank. */
export interface Profile {
  /** Of a person. */
  readonly firstName?: string;
  readonly lastName?: string;
  readonly jobTitle?: string;
  readonly seniority?: Seniority;
  /** As the provider writes it. */
  readonly phone?: string;
  /** When the person began the present job: `2026-05` or `2026-05-01`. */
  readonly jobStartedOn?: string;
  /** Of whichever was asked about. */
  readonly linkedin?: string;
  readonly street?: string;
  readonly city?: string;
  readonly postcode?: string;
  readonly state?: string;
  readonly country?: string;
  /** Of the company; of a person the employer. */
  readonly companyName?: string;
  readonly companyDomain?: string;
  /** Where a provider only says a range, its lower end. */
  readonly headcount?: number;
  /** Within twelve months, as a share: 0.2 is 20 %. */
  readonly headcountGrowth?: number;
  readonly industry?: string;
  /** Whole US dollars; of a range its lower end. */
  readonly annualRevenueUsd?: number;
  readonly foundedYear?: number;
  readonly technologies?: readonly string[];
  /** “Series B”. */
  readonly fundingStage?: string;
  /** A day or a month. */
  readonly fundedOn?: string;
  /** Of the latest round, or of all when nothing is known of it. */
  readonly fundingUsd?: number;
  readonly openJobs?: number;
}
