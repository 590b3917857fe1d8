import type { Profile, Question } from '../../domain/profile.ts';

/** Whom the stand-ins of enrichment tools know: a profile, or undefined for somebody they do not. */
export type Knows = (question: Question) => Profile | undefined;

/** Knows these people by address and these companies by domain. */
function knowing(people: Readonly<Record<string, Profile>>, companies: Readonly<Record<string, Profile>> = {}): Knows {
  return ({ email, domain }) => (email === undefined ? companies[domain ?? ''] : people[email.toLowerCase()]);
}

const BRIGHT_HARBOR: Profile = {
  companyName: 'Bright Harbor', companyDomain: 'brightharbor.example', headcount: 1_250, headcountGrowth: 0.31, industry: 'Logistics', annualRevenueUsd: 180_000_000,
  foundedYear: 2009, technologies: ['Snowflake', 'Salesforce'], fundingStage: 'Series C', fundedOn: '2025-12-02', fundingUsd: 60_000_000, openJobs: 42,
};

/** The people and companies of the samples. */
export const KNOWN: Knows = knowing(
  {
    'dana@brightharbor.example': {
      ...BRIGHT_HARBOR, firstName: 'Dana', lastName: 'Okafor', jobTitle: 'Chief Revenue Officer', seniority: 'c_level', phone: '+14155550132', jobStartedOn: '2025-11',
      linkedin: 'https://www.linkedin.com/in/dana-okafor-sample', city: 'Oakland', state: 'California', country: 'United States',
    },
  },
  {
    'brightharbor.example': {
      ...BRIGHT_HARBOR, linkedin: 'https://www.linkedin.com/company/brightharbor-sample', street: '12 Pier Road', city: 'Oakland', postcode: '94607', state: 'California', country: 'United States',
    },
  },
);
