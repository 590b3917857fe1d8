import { companyNameKey } from '../../domain/company-key.ts';
import { companyDomainOf } from '../../normalise/web-domain.ts';
import type { CallContext, TwentyClient, TwentyCompany } from '../../connectors/twenty/index.ts';
import type { RowLookup } from '../../workflows/data-processing/contract.ts';
import type { Target } from '../../workflows/data-processing/target-settings.ts';
import type { PageRow } from './data-item.ts';

interface Links {
  readonly companyId?: string;
  /** There is no such company, and it may be made. */
  readonly wanted?: boolean;
  readonly contactId?: string;
}

/** The companies and points of contact that rows name: one call each for a page. */
export async function companyLinks(client: TwentyClient, target: Target, rows: readonly PageRow[], next: () => CallContext): Promise<ReadonlyMap<PageRow, Links>> {
  const wishes = rows.flatMap(({ plan }) => (plan.lookup.company === undefined ? [] : [plan.lookup.company]));
  const emails = rows.flatMap(({ plan }) => (plan.lookup.contact === undefined ? [] : [plan.lookup.contact]));
  const companies = wishes.length === 0 ? [] : await client.findCompanies({ domains: wishes.flatMap(({ domain }) => domain ?? []), names: wishes.flatMap(({ name }) => name ?? []) }, next());
  const people = emails.length === 0 ? [] : await client.findPeopleByEmails(emails, next());
  const live = companies.filter(({ deletedAt }) => deletedAt === undefined).sort((a, b) => (`${a.createdAt}${a.id}` < `${b.createdAt}${b.id}` ? -1 : 1));
  return new Map(rows.map((row) => {
    const { company, contact } = row.plan.lookup;
    const found = company === undefined ? undefined : companyFor(company, live);
    // A trashed one owns its domain: another of the same could not be made.
    const trashed = company?.domain !== undefined && companies.some(({ deletedAt, domainName }) => deletedAt !== undefined && companyDomainOf(domainName.primaryLinkUrl) === company.domain);
    const person = contact === undefined ? undefined : people.find(({ deletedAt, emails: { primaryEmail, additionalEmails } }) => deletedAt === undefined && [primaryEmail, ...additionalEmails].some((email) => email.toLowerCase() === contact));
    return [row, {
      ...(found === undefined ? {} : { companyId: found.id }),
      ...(company !== undefined && found === undefined && !trashed && target.company?.create === true ? { wanted: true } : {}),
      ...(person === undefined ? {} : { contactId: person.id }),
    }];
  }));
}

/** By domain; by name only where no domain speaks against it and no other company has the name. */
function companyFor({ domain, name }: NonNullable<RowLookup['company']>, live: readonly TwentyCompany[]): TwentyCompany | undefined {
  const byDomain = domain === undefined ? undefined : live.find(({ domainName }) => companyDomainOf(domainName.primaryLinkUrl) === domain);
  if (byDomain !== undefined || name === undefined) return byDomain;
  const key = companyNameKey(name);
  const named = live.filter((company) => companyNameKey(company.name) === key && (domain === undefined || company.domainName.primaryLinkUrl === ''));
  return named.length === 1 ? named[0] : undefined;
}

/** What two rows have in common that name the same company, in the words of the natural keys that all integrations share. */
export function companyKeys({ domain, name }: NonNullable<RowLookup['company']>): readonly string[] {
  const key = companyNameKey(name ?? '');
  return [...(domain === undefined ? [] : [`domain:${domain}`]), ...(key === '' ? [] : [`name:${key}`])];
}
