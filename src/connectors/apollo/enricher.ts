import { z } from 'zod';
import type { Question } from '../../domain/profile.ts';
import { ConnectorError } from '../../domain/failure.ts';
import type { Enricher, EnricherAnswer } from '../enricher.ts';
import type { ToolCall } from '../tool.ts';
import type { ApolloApi } from './api.ts';
import { Organization, organizationProfile, Person, personProfile } from './records.ts';
import { found } from '../enricher.ts';

/** Both bulk requests take ten (docs.apollo.io/reference/bulk-people-enrichment, …/bulk-organization-enrichment). */
const AT_ONCE = 10;

/**
 * Apollo asked in bulk. Personal addresses and mobile numbers are not asked for: they cost more, and numbers come to a webhook later.
 * A repeat may be billed anew: there is no idempotency key.
 */
export function apolloEnricher(api: ApolloApi): Enricher {
  return {
    service: 'Apollo',
    person: {
      atOnce: AT_ONCE,
      canAsk: ({ email, linkedin, firstName, lastName, domain, companyName }) => email !== undefined || linkedin !== undefined || (firstName !== undefined && lastName !== undefined && (domain ?? companyName) !== undefined),
      ask: (questions, call) => askPeople(api, questions, call),
    },
    company: {
      atOnce: AT_ONCE,
      canAsk: ({ domain }) => domain !== undefined,
      ask: (questions, call) => askCompanies(api, questions, call),
    },
  };
}

/** A success carries `error_code: null`. */
const told = { error_code: z.string().nullish(), error_message: z.string().nullish() };
const PeopleAnswer = z.object({ ...told, matches: z.array(Person.nullable()).nullish() });
const CompaniesAnswer = z.object({ ...told, organizations: z.array(Organization.nullable()).nullish() });

/** `matches` stands in the order of `details`, null for who is not known. When nobody is known it may be empty. */
async function askPeople(api: ApolloApi, questions: readonly Question[], call: ToolCall): Promise<readonly EnricherAnswer[]> {
  const answer = await api({ path: '/people/bulk_match', method: 'POST', changes: false, body: { details: questions.map(detailsOf) }, answer: PeopleAnswer }, call);
  const matches = checked(answer).matches ?? [];
  if (matches.length !== 0 && matches.length !== questions.length) throw malformed(`matches has ${String(matches.length)} entries for ${String(questions.length)} questions`);
  return questions.map((_, place) => {
    const person = matches[place];
    // With an address alone, Apollo may answer an empty person who only has the company of the domain.
    if (person === undefined || person === null || person.match_confidence === 'none' || (person.name ?? '') === '') return { kind: 'none' };
    return found(personProfile(person));
  });
}

/** Only the known ones come back, so each is told by its domain. */
async function askCompanies(api: ApolloApi, questions: readonly Question[], call: ToolCall): Promise<readonly EnricherAnswer[]> {
  const domains = [...new Set(questions.map(({ domain }) => domain!))];
  const answer = await api({ path: '/organizations/bulk_enrich', method: 'POST', changes: false, body: { domains }, answer: CompaniesAnswer }, call);
  const organizations = (checked(answer).organizations ?? []).filter((one) => one !== null);
  // In the order of the domains when all are known: a company may stand under another domain than the one it was asked by.
  const inOrder = organizations.length === domains.length;
  return questions.map(({ domain }) => {
    const organization = organizations.find((one) => one.primary_domain?.toLowerCase() === domain) ?? (inOrder ? organizations[domains.indexOf(domain!)] : undefined);
    return organization === undefined ? { kind: 'none' } : found(organizationProfile(organization));
  });
}

function detailsOf({ email, linkedin, firstName, lastName, companyName, domain }: Question): object {
  const details = { email, linkedin_url: linkedin, first_name: firstName, last_name: lastName, organization_name: companyName, domain };
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

function checked<T extends { readonly error_code?: string | null | undefined; readonly error_message?: string | null | undefined }>(answer: T | undefined): T {
  const code = answer?.error_code;
  if (code !== undefined && code !== null) throw new ConnectorError('apollo', 'rejected', `apollo: ${answer?.error_message ?? code}`);
  return answer!;
}

function malformed(what: string): ConnectorError {
  return new ConnectorError('apollo', 'malformed', `apollo: ${what}`);
}
