import { bareHost, companyNameKey } from '../../domain/company-key.ts';
import type { CompanyChoice, FieldValue, FormLead, TwentyRecordView } from './contract.ts';
import type { UpdatePolicy } from './settings.ts';

/**
 * What several submissions of one person, oldest first, say together: exactly what a new record would hold had they been
 * worked off one by one. So the first answer stays where the policy fills, and the last one wins where it overwrites.
 * A company is taken whole from the submission that decides it; messages, files and remarks are all kept.
 */
export function mergeLeads(leads: readonly FormLead[], policy: UpdatePolicy): FormLead {
  const [first, ...rest] = leads;
  if (first === undefined) throw new RangeError('There is no lead to merge.');
  return rest.reduce((merged, lead) => mergeTwo(merged, lead, policy), first);
}

/** Whether the newest form may replace what is there. `field` is a name of the policy, `jobTitle` or `company.industry`. */
export function overwrites(policy: UpdatePolicy, field: string): boolean {
  if (policy.fill.includes(field)) return false;
  return policy.default === 'overwrite' || policy.overwrite.includes(field);
}

/** The company of one lead among those found. `chooseCompanies` is the same for a set. */
export function chooseCompany(lead: FormLead, found: readonly TwentyRecordView[]): CompanyChoice {
  return chooseAmong(lead, found.map(knownCompany));
}

/**
 * The company of each lead of a set, in the leads' order: one of those found (by domain, then by name), a new one, or none.
 * Leads that mean the same new company get the same natural key, also when one names its domain and the other only its name.
 */
export function chooseCompanies(leads: readonly FormLead[], found: readonly TwentyRecordView[]): readonly CompanyChoice[] {
  const known = found.map(knownCompany);
  const choices = new Map<number, CompanyChoice>();
  // Who knows most goes first, so that a new company is born with its name and domain and the others find it.
  for (const i of leads.map((_, index) => index).sort((a, b) => richness(leads[b]!) - richness(leads[a]!) || a - b)) {
    const choice = chooseAmong(leads[i]!, known);
    choices.set(i, choice);
    if (choice.kind === 'create' && !known.some((one) => one.planned?.naturalKey === choice.naturalKey)) {
      known.push({ host: choice.domain ?? '', key: companyNameKey(choice.name), createdAt: '~', id: choice.naturalKey, planned: choice });
    }
  }
  return leads.map((_, i) => choices.get(i)!);
}


/** “Ann Berg”, else the address: what a person calls this lead. */
export function leadName(lead: FormLead): string {
  const name = `${lead.name.firstName} ${lead.name.lastName}`.trim();
  return name === '' ? lead.email : name;
}

interface KnownCompany {
  readonly id: string;
  readonly host: string;
  readonly key: string;
  readonly createdAt: string;
  /** Set for one that this set is about to create. */
  readonly planned?: Extract<CompanyChoice, { kind: 'create' }>;
}

function chooseAmong(lead: FormLead, known: readonly KnownCompany[]): CompanyChoice {
  const { companyDomain: domain } = lead;
  const byDomain = domain === undefined ? undefined : oldest(known, (one) => one.host === domain) ?? oldest(known, (one) => one.host.endsWith(`.${domain}`));
  if (byDomain !== undefined) return chosen(lead, byDomain, 'domain');
  const byName = sameName(lead, known);
  if (byName !== undefined) return chosen(lead, byName, 'name');
  if (domain === undefined && lead.companyName === undefined) return { kind: 'none' };
  const key = companyNameKey(lead.companyName ?? '');
  const naturalKeys = [...(domain === undefined ? [] : [`domain:${domain}`]), ...(key === '' ? [] : [`name:${key}`])];
  if (naturalKeys[0] === undefined) return { kind: 'none' };
  // Twenty's own workflow calls a company by its domain when it knows no more.
  const name = lead.companyName ?? domain!;
  return { kind: 'create', naturalKey: naturalKeys[0], naturalKeys, name, ...(domain === undefined ? {} : { domain }), differsFromEmailDomain: differs(lead, domain ?? '') };
}

/**
 * A name alone is weak: it counts when the company found has no domain, or when exactly one has that name and the person
 * did not name another website. Two companies of one name and two domains stay two.
 */
function sameName(lead: FormLead, known: readonly KnownCompany[]): KnownCompany | undefined {
  const key = companyNameKey(lead.companyName ?? '');
  if (key === '') return undefined;
  const named = known.filter((one) => one.key === key);
  const withoutDomain = oldest(named, (one) => one.host === '');
  if (withoutDomain !== undefined) return withoutDomain;
  return named.length === 1 && lead.companyDomainFrom !== 'website' ? named[0] : undefined;
}

function chosen(lead: FormLead, company: KnownCompany, via: 'domain' | 'name'): CompanyChoice {
  const differsFromEmailDomain = differs(lead, company.host);
  if (company.planned !== undefined) return { ...company.planned, differsFromEmailDomain };
  return { kind: 'existing', id: company.id, via, differsFromEmailDomain };
}

function differs(lead: FormLead, host: string): boolean {
  return lead.linkedByTwenty && host !== lead.emailDomain && !host.endsWith(`.${lead.emailDomain}`);
}

function knownCompany(record: TwentyRecordView): KnownCompany {
  const link = (record['domainName'] as { readonly primaryLinkUrl?: string | null } | null | undefined)?.primaryLinkUrl ?? '';
  const name = record['name'];
  const createdAt = record['createdAt'];
  return { id: record.id, host: bareHost(link), key: companyNameKey(typeof name === 'string' ? name : ''), createdAt: typeof createdAt === 'string' ? createdAt : '' };
}

function oldest(known: readonly KnownCompany[], fits: (one: KnownCompany) => boolean): KnownCompany | undefined {
  return known.filter(fits).sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1))[0];
}

function richness(lead: FormLead): number {
  return (lead.companyDomain === undefined ? 0 : 2) + (lead.companyName === undefined ? 0 : 1);
}

function mergeTwo(before: FormLead, after: FormLead, policy: UpdatePolicy): FormLead {
  const pick = <T>(field: string, a: T | undefined, b: T | undefined): T | undefined => {
    const [winner, other] = overwrites(policy, field) ? [b, a] : [a, b];
    return winner === undefined || winner === '' ? other : winner;
  };
  const company = mergedCompany(before, after, policy);
  return definedOnly({
    ...before,
    name: {
      firstName: pick('name', before.name.firstName, after.name.firstName) ?? '',
      lastName: pick('name', before.name.lastName, after.name.lastName) ?? '',
    },
    phone: pick('phone', before.phone, after.phone),
    jobTitle: pick('jobTitle', before.jobTitle, after.jobTitle),
    linkedin: pick('linkedin', before.linkedin, after.linkedin),
    ...company,
    message: joined(before.message, after.message),
    person: mergedFields(before.person, after.person, (name) => overwrites(policy, name)),
    company: mergedFields(before.company, after.company, (name) => overwrites(policy, `company.${name}`)),
    files: union(before.files, after.files),
    formName: before.formName ?? after.formName,
    submittedAt: before.submittedAt ?? after.submittedAt,
    remarks: union(before.remarks, after.remarks),
  });
}

function mergedCompany(before: FormLead, after: FormLead, policy: UpdatePolicy): Pick<FormLead, 'companyName' | 'companyDomain' | 'companyDomainFrom'> {
  const [winner, other] = overwrites(policy, 'company') && richness(after) > 0 ? [after, before] : richness(before) > 0 ? [before, after] : [after, before];
  const together = winner.companyDomain === undefined || other.companyDomain === undefined || winner.companyDomain === other.companyDomain;
  return {
    companyName: winner.companyName ?? (together ? other.companyName : undefined),
    companyDomain: winner.companyDomain ?? (sameCompanyName(winner, other) ? other.companyDomain : undefined),
    companyDomainFrom: winner.companyDomainFrom ?? (sameCompanyName(winner, other) ? other.companyDomainFrom : undefined),
  };
}

function sameCompanyName(a: FormLead, b: FormLead): boolean {
  return a.companyName === undefined || b.companyName === undefined || companyNameKey(a.companyName) === companyNameKey(b.companyName);
}

function mergedFields(before: FormLead['person'], after: FormLead['person'], wins: (name: string) => boolean): Record<string, FieldValue> {
  const changed = Object.entries(after).filter(([name]) => before[name] === undefined || wins(name));
  return { ...before, ...Object.fromEntries(changed) };
}

function joined(before: string | undefined, after: string | undefined): string | undefined {
  if (before === undefined || after === undefined || before === after) return before ?? after;
  return `${before}\n\n${after}`;
}

function union<T>(before: readonly T[], after: readonly T[]): T[] {
  const seen = new Set<string>();
  return [...before, ...after].filter((one) => !seen.has(JSON.stringify(one)) && seen.add(JSON.stringify(one)));
}

function definedOnly<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}
