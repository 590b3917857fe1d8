import type { FieldNeed, FieldType, WorkspaceNeeds } from '../../config/needs.ts';
import type { EnrichedObject } from '../../domain/profile.ts';
import type { Policy } from './contract.ts';
import type { EnrichmentSettings } from './settings.ts';

/** Something a provider knows that has a place in Twenty. */
interface Fact {
  /** The field it is written to unless the settings say another. */
  readonly to: string;
  /** Of a field that Twenty's standard model lacks: `sluice setup` makes it. */
  readonly type?: FieldType;
  readonly label?: string;
  readonly icon?: string;
  /** Instead of the policy of all. */
  readonly policy?: Policy;
}

/** The standard person has no city, the standard company no headcount and no industry. */
export const FACTS = {
  person: {
    name: { to: 'name' },
    jobTitle: { to: 'jobTitle' },
    linkedin: { to: 'linkedinLink' },
    phone: { to: 'phones' },
    seniority: { to: 'seniority', type: 'TEXT', label: 'Seniority', icon: 'IconStairsUp' },
    city: { to: 'city', type: 'TEXT', label: 'City', icon: 'IconMap' },
    country: { to: 'country', type: 'TEXT', label: 'Country', icon: 'IconWorld' },
  },
  company: {
    name: { to: 'name' },
    linkedin: { to: 'linkedinLink' },
    address: { to: 'address' },
    revenue: { to: 'annualRevenue' },
    headcount: { to: 'employees', type: 'NUMBER', label: 'Employees', icon: 'IconUsers' },
    industry: { to: 'industry', type: 'TEXT', label: 'Industry', icon: 'IconBuildingFactory' },
    foundedYear: { to: 'foundedYear', type: 'NUMBER', label: 'Founded', icon: 'IconCalendar', policy: 'never' },
    technologies: { to: 'technologies', type: 'TEXT', label: 'Technologies', icon: 'IconCpu', policy: 'never' },
  },
} as const satisfies Record<EnrichedObject, Readonly<Record<string, Fact>>>;

export type FactName = keyof (typeof FACTS)['person'] | keyof (typeof FACTS)['company'];

/** Where each fact goes, and what it may replace there; those that are not written are left out. */
export function targetsOf({ object, fields, policy: policyOfAll }: EnrichmentSettings): ReadonlyMap<FactName, { readonly field: string; readonly policy: Policy; readonly fact: Fact }> {
  const facts: Readonly<Record<string, Fact>> = FACTS[object];
  return new Map(Object.entries(facts).flatMap(([name, fact]) => {
    const { to, policy } = fields[name as FactName] ?? {};
    const own = policy ?? (to === undefined ? fact.policy : undefined) ?? policyOfAll;
    return own === 'never' ? [] : [[name as FactName, { field: to ?? fact.to, policy: own, fact }] as const];
  }));
}

/** The fields of the record that are written, `enrichedAt` and `enrichedBy` included. */
export function writtenFields(settings: EnrichmentSettings): readonly string[] {
  return [...new Set([...[...targetsOf(settings).values()].map(({ field }) => field), ...Object.keys(settings.extra), settings.write.enrichedAt, settings.write.enrichedBy])];
}

/** Fields by which a record is known to the providers, and what the texts about it need. */
export const READ = {
  person: ['name', 'emails', 'linkedinLink', 'jobTitle', 'phones'],
  company: ['name', 'domainName', 'linkedinLink', 'accountOwner'],
} as const satisfies Record<EnrichedObject, readonly string[]>;

/** A change of this makes another record of it as far as providers are concerned. It is never written. */
export const IDENTITY = { person: 'emails', company: 'domainName' } as const satisfies Record<EnrichedObject, string>;

/** The fields that Sluice writes and Twenty lacks, for `sluice setup` to make. */
export function enrichmentNeeds(settings: EnrichmentSettings): WorkspaceNeeds {
  const { object, write, twenty } = settings;
  const facts = [...targetsOf(settings).values()].flatMap(({ field, fact }): FieldNeed[] =>
    fact.type === undefined ? [] : [{ object, name: field, type: fact.type, label: fact.label!, icon: fact.icon!, ...(fact.type === 'NUMBER' ? { decimals: 0 } : {}) }]);
  return {
    connection: twenty,
    fields: [
      ...facts,
      { object, name: write.enrichedAt, type: 'DATE_TIME', label: 'Enriched at', description: 'When Sluice last wrote what the providers know', icon: 'IconClock' },
      { object, name: write.enrichedBy, type: 'TEXT', label: 'Enriched by', description: 'The provider that knew', icon: 'IconDatabaseImport' },
    ],
  };
}
