import type { SequenceLead } from '../../connectors/sequencer.ts';
import { primaryEmail, recordName } from '../../domain/record-words.ts';
import { numberOf, textsOf } from '../../domain/record-values.ts';
import { normalised } from '../../domain/text.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import type { Candidate } from './contract.ts';
import type { EmailSequencesSettings } from './settings.ts';

export type LeadReading = { readonly ok: true; readonly lead: SequenceLead } | { readonly ok: false; readonly code: 'no_email' | 'invalid_email' | 'variables_failed'; readonly reason: string };

/** A person as the tool takes them. Pure but for a function of the configuration, whose failure is an answer too. */
export function readLead(candidate: Candidate, { variables }: Pick<EmailSequencesSettings, 'variables'>): LeadReading {
  const { person, company } = candidate;
  const address = primaryEmail(person);
  if (address === undefined) return { ok: false, code: 'no_email', reason: 'The person has no e-mail address. Fill it in, and the person is looked at again.' };
  const email = normaliseEmail(address);
  if (!email.ok) return { ok: false, code: 'invalid_email', reason: `${email.problem} Correct it, and the person is looked at again.` };
  let own: Readonly<Record<string, string>>;
  try {
    own = typeof variables === 'function' ? texts(variables(candidate)) : texts(Object.fromEntries(Object.entries(variables).map(([name, field]) => [name, shown(valueAt(candidate, field))])));
  } catch (error) {
    return { ok: false, code: 'variables_failed', reason: normalised(`The variables function in the configuration failed: ${(error as Error).message}`) };
  }
  const name = (person['name'] ?? {}) as { readonly firstName?: unknown; readonly lastName?: unknown };
  const phones = (person['phones'] ?? {}) as { readonly primaryPhoneNumber?: unknown; readonly primaryPhoneCallingCode?: unknown };
  const number = text(phones.primaryPhoneNumber);
  const known = {
    firstName: text(name.firstName), lastName: text(name.lastName), companyName: recordName(company), companyDomain: hostOf(company?.['domainName']), jobTitle: text(person['jobTitle']),
    phone: number === undefined ? undefined : `${text(phones.primaryPhoneCallingCode) ?? ''}${number}`,
    linkedinUrl: text((person['linkedinLink'] as { readonly primaryLinkUrl?: unknown } | null | undefined)?.primaryLinkUrl),
  };
  return { ok: true, lead: { email: email.email, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)), variables: own } };
}

function valueAt({ person, company }: Candidate, field: string): unknown {
  return field.startsWith('company.') ? company?.[field.slice('company.'.length)] : person[field];
}

/** A value as it is read in a mail. */
function shown(value: unknown): string {
  const words = textsOf(value);
  if (words.length > 0) return words.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return numberOf(value)?.toString() ?? '';
}

function texts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined || value === null || value === '' ? [] : [[name, normalised(String(value as string | number))]])));
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? normalised(value.trim()) : undefined;
}

function hostOf(domain: unknown): string | undefined {
  const url = text((domain as { readonly primaryLinkUrl?: unknown } | null | undefined)?.primaryLinkUrl);
  return url === undefined ? undefined : (URL.parse(/^https?:/i.test(url) ? url : `https://${url}`)?.hostname.replace(/^www\./, '') ?? undefined);
}
