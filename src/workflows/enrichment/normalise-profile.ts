import type { Profile, Seniority } from '../../domain/profile.ts';
import { oneLine } from '../../domain/text.ts';
import { normaliseLinkedin } from '../../normalise/link.ts';
import { normalisePhone } from '../../normalise/phone.ts';
import type { Wanted } from './contract.ts';
import { type FactName, targetsOf } from './facts.ts';
import type { EnrichmentSettings } from './settings.ts';

/** What a profile has for the record, in Twenty's shapes; what it does not know, or what Twenty would refuse, is left out. */
export function wantedOf(settings: EnrichmentSettings, profile: Profile): readonly Wanted[] {
  const facts = [...targetsOf(settings)].map(([name, { field, policy }]): Wanted => ({ field, policy, value: valueOf(name, settings.object, profile) }));
  const extra = Object.entries(settings.extra).map(([field, { value, policy }]): Wanted => ({ field, policy, value: value(profile) }));
  return [...facts, ...extra].filter(({ value }) => value !== undefined && value !== null && value !== '');
}

export const SENIORITY_WORDS: Readonly<Record<Seniority, string>> = {
  owner: 'Owner', partner: 'Partner', c_level: 'C-level', executive: 'Executive', vp: 'Vice president', head: 'Head', director: 'Director', manager: 'Manager', senior: 'Senior', junior: 'Junior',
};

function valueOf(name: FactName, object: EnrichmentSettings['object'], profile: Profile): unknown {
  switch (name) {
    case 'name':
      return object === 'company' ? text(profile.companyName) : parts({ firstName: text(profile.firstName), lastName: text(profile.lastName) });
    case 'linkedin':
      return parts({ primaryLinkUrl: profile.linkedin === undefined ? undefined : normaliseLinkedin(profile.linkedin) });
    case 'phone': {
      const read = normalisePhone(profile.phone ?? '');
      return read.ok ? read.phone : undefined;
    }
    case 'seniority':
      return profile.seniority === undefined ? undefined : SENIORITY_WORDS[profile.seniority];
    case 'address':
      return parts({ addressStreet1: text(profile.street), addressCity: text(profile.city), addressPostcode: text(profile.postcode), addressState: text(profile.state), addressCountry: text(profile.country) });
    case 'revenue':
      return profile.annualRevenueUsd === undefined ? undefined : { amountMicros: Math.round(profile.annualRevenueUsd) * 1_000_000, currencyCode: 'USD' };
    case 'headcount':
      return profile.headcount;
    case 'foundedYear':
      return profile.foundedYear;
    case 'technologies':
      return text(profile.technologies?.join(', '), 2_000);
    case 'jobTitle':
    case 'city':
    case 'country':
    case 'industry':
      return text(profile[name]);
  }
}

function text(value: string | undefined, most = 200): string | undefined {
  if (value === undefined) return undefined;
  const line = most === 200 ? oneLine(value) : value.slice(0, most);
  return line === '' ? undefined : line;
}

/** A composite of those parts that are known; undefined when none is. */
function parts(all: Readonly<Record<string, string | undefined>>): object | undefined {
  const known = Object.entries(all).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
