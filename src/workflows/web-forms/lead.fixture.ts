import fc from 'fast-check';
import { secret } from '../../config/secret.ts';
import { htmlForm } from '../../connectors/html-form/index.ts';
import { jsonForm } from '../../connectors/json-form/index.ts';
import type { FormLead } from './contract.ts';
import { WebFormsSettings, type UpdatePolicy, type WebFormsInput } from './settings.ts';

export function settingsOf(input: Partial<WebFormsInput> = {}): WebFormsSettings {
  return WebFormsSettings.parse({ source: [htmlForm({ unauthenticated: true }), jsonForm({ unauthenticated: true })], country: 'US', ...input });
}

export const captchaSecret = secret('CAPTCHA_SECRET');

export function leadOf(fields: Partial<FormLead> = {}): FormLead {
  return {
    email: 'ann@acme.example', emailDomain: 'acme.example', linkedByTwenty: true, name: { firstName: 'Ann', lastName: 'Berg' },
    companyDomain: 'acme.example', companyDomainFrom: 'email', person: {}, company: {}, files: [], remarks: [], ...fields,
  };
}

/** A lead of somebody with a free-mail address. */
export function freeMailLead(fields: Partial<FormLead> = {}): FormLead {
  const lead = leadOf({ email: 'ann@gmail.com', emailDomain: 'gmail.com', linkedByTwenty: false });
  delete lead.companyDomain;
  delete lead.companyDomainFrom;
  return { ...lead, ...fields };
}

export const filling: UpdatePolicy = { default: 'fill', overwrite: [], fill: [] };

const word = fc.constantFrom('Alpha', 'Beta', 'Gamma', 'delta');
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

/** Leads of one person; blanks are absent, as the reader leaves them. */
export const anyLead: fc.Arbitrary<FormLead> = fc
  .record({
    firstName: fc.constantFrom('', 'Ann', 'Anna'), lastName: fc.constantFrom('', 'Berg', 'Borg'),
    jobTitle: maybe(word), linkedin: maybe(word.map((one) => `https://www.linkedin.com/in/${one}`)), message: maybe(word),
    phone: maybe(fc.constantFrom('612345678', '612345679').map((primaryPhoneNumber) => ({ primaryPhoneNumber, primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' }))),
    person: fc.dictionary(fc.constantFrom('source', 'budget'), fc.oneof(word, fc.integer({ min: 1, max: 9 })), { noNullPrototype: true }),
  })
  .map(({ firstName, lastName, person, ...rest }) => {
    const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return leadOf({ name: { firstName, lastName }, person, ...filled });
  });

export const anyPolicy: fc.Arbitrary<UpdatePolicy> = fc.record({
  default: fc.constantFrom('fill' as const, 'overwrite' as const),
  overwrite: fc.subarray(['name', 'phone', 'jobTitle', 'linkedin', 'source']),
  fill: fc.subarray(['name', 'jobTitle', 'budget']),
});

/** A person as Twenty reads it back: empty text, a country code beside an empty number. */
export function personOf(fields: Record<string, unknown> = {}): Record<string, unknown> & { readonly id: string } {
  return {
    id: 'p1', name: { firstName: '', lastName: '' }, emails: { primaryEmail: 'ann@acme.example', additionalEmails: [] }, jobTitle: '',
    phones: { primaryPhoneNumber: '', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33', additionalPhones: [] },
    linkedinLink: { primaryLinkUrl: '', primaryLinkLabel: '', secondaryLinks: [] }, companyId: null, ...fields,
  };
}

export function companyOf(id: string, name: string, primaryLinkUrl = '', createdAt = '2026-01-01T00:00:00.000Z'): Record<string, unknown> & { readonly id: string } {
  return { id, name, domainName: { primaryLinkUrl, primaryLinkLabel: '', secondaryLinks: [] }, createdAt };
}

/** What Twenty holds after a patch: parts of composites are changed alone. */
export function applied(record: Record<string, unknown> & { readonly id: string }, patch: Readonly<Record<string, unknown>> | undefined): typeof record {
  const changed = Object.entries(patch ?? {}).map(([field, value]) => {
    const isParts = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [field, isParts ? { ...(record[field] as object), ...value } : value];
  });
  return { ...record, ...Object.fromEntries(changed) };
}
