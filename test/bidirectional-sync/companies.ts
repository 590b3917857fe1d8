import { type BidirectionalSyncInput, micros } from '../../src/workflows/bidirectional-sync/index.ts';

/** Companies kept in step with the table `contacts`, with every kind of field: by policy, by what a blank does, and by direction. */
export const companies: BidirectionalSyncInput = {
  object: 'company',
  external: { connection: 'billing', object: 'contacts' },
  match: ['domain'],
  fields: {
    domain: { twenty: 'domainName.primaryLinkUrl', external: 'domain' },
    name: { twenty: 'name', external: 'name' },
    street: { twenty: 'address.addressStreet1', external: 'street', onConflict: 'twenty' },
    street2: { twenty: 'address.addressStreet2', external: 'street2', onConflict: 'external' },
    city: { twenty: 'address.addressCity', external: 'city', onConflict: 'latest' },
    postcode: { twenty: 'address.addressPostcode', external: 'postcode', blank: 'clear' },
    state: { twenty: 'address.addressState', external: 'state', blank: 'refill' },
    country: { twenty: 'address.addressCountry', external: 'country', blank: 'keep' },
    revenue: { twenty: 'annualRevenue.amountMicros', external: 'revenue', direction: 'to-external', convert: micros({ decimals: 2 }) },
    linkedin: { twenty: 'linkedinLink.primaryLinkUrl', external: 'linkedin', direction: 'from-external' },
  },
  conflictTask: { assignee: 'ben@example.com', dueInWorkingDays: 1 },
  firstLoad: 'write',
  settle: { quietSeconds: 0, maxSeconds: 0 },
  schedules: { changesEverySeconds: 86_400 },
};

/** What the table has beside the columns of people. */
export const COMPANY_COLUMNS = `alter table contacts add column domain text unique, add column name varchar(40), add column street text, add column street2 text, add column city text,
  add column postcode text, add column state text, add column country text, add column revenue numeric(12, 2), add column linkedin text`;
