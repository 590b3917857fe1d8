import type { HookRequest } from '../../config/use-case.ts';
import type { FormSource } from '../../connectors/form-source.ts';
import type { FormSubmission } from '../../domain/form-submission.ts';
import { normaliseCompanyName } from '../../normalise/company-name.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import { normaliseLinkedin } from '../../normalise/link.ts';
import { normaliseName } from '../../normalise/person-name.ts';
import { normalisePhone } from '../../normalise/phone.ts';
import { companyDomainOf, isFreeMail, isLinkedByTwenty } from '../../normalise/web-domain.ts';
import type { FieldValue, FormLead, LeadReading, RawLead } from './contract.ts';
import { formFieldOf, rawLead } from './mapping.ts';
import type { WebFormsSettings } from './settings.ts';

/** A stored event as an activity has it; `contentType` as it came, parameters (boundary, charset) included. */
export interface StoredSubmission {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Reads a stored submission again, with the configuration of now, into a normalised lead. Calls nothing outside. */
export async function readLead(stored: StoredSubmission, settings: WebFormsSettings): Promise<LeadReading> {
  const header = stored.contentType.includes(';') ? stored.contentType : (stored.headers['content-type'] ?? stored.contentType);
  const contentType = mediaType(header);
  const source = sourceFor(settings.source, contentType);
  if (source === undefined) return { ok: false, code: 'unreadable', reason: `No form source of this integration reads ${contentType}.` };
  const request: HookRequest = { contentType, contentTypeHeader: header, headers: stored.headers, body: stored.body };
  const reading = await source.read(request);
  if (reading.kind === 'refused') return { ok: false, code: 'unreadable', reason: `${reading.path}: ${reading.problem}` };
  if (reading.kind === 'answer') return { ok: false, code: 'unreadable', reason: 'This was a test call of the form tool, no submission.' };
  try {
    return normaliseLead(await rawLead(reading.submission, settings.mapping), reading.submission, settings);
  } catch (error) {
    return { ok: false, code: 'mapping-failed', reason: `The mapping in the configuration failed: ${(error as Error).message}` };
  }
}

/** The texts of a lead in the shapes Twenty keeps; what cannot be read becomes a remark instead of being lost. */
export function normaliseLead(raw: RawLead, submission: FormSubmission, settings: WebFormsSettings): LeadReading {
  if (isEmpty(raw.email)) {
    return { ok: false, code: 'no-email', reason: `The form holds no e-mail address (looked for “${formFieldOf('email', settings.mapping)}”).` };
  }
  const email = normaliseEmail(raw.email!);
  if (!email.ok) return { ok: false, code: 'bad-email', reason: email.problem };
  const remarks = [...(raw.remarks ?? [])];
  const phone = isEmpty(raw.phone) ? undefined : normalisePhone(raw.phone!, settings.country);
  if (phone?.ok === false) remarks.push(`Phone as written: ${phone.text}`);
  const linkedin = isEmpty(raw.linkedin) ? undefined : normaliseLinkedin(raw.linkedin!);
  if (!isEmpty(raw.linkedin) && linkedin === undefined) remarks.push(`LinkedIn as written: ${oneLine(raw.linkedin!)}`);
  const emailDomain = companyDomainOf(email.domain) ?? email.domain;
  const website = companyDomainOf(raw.website ?? '');
  if (!isEmpty(raw.website) && website === undefined) remarks.push(`Website as written: ${oneLine(raw.website!)}`);
  const lead: FormLead = {
    email: email.email,
    emailDomain,
    linkedByTwenty: isLinkedByTwenty(emailDomain),
    name: normaliseName({ full: oneLine(raw.name ?? ''), first: oneLine(raw.firstName ?? ''), last: oneLine(raw.lastName ?? '') }),
    ...(phone?.ok === true ? { phone: phone.phone } : {}),
    ...optional('jobTitle', oneLine(raw.jobTitle ?? '')),
    ...optional('linkedin', linkedin),
    ...optional('companyName', normaliseCompanyName(oneLine(raw.companyName ?? ''))),
    ...companyDomain(website, emailDomain, settings),
    ...optional('message', storable((raw.message ?? '').replace(/\r\n?/g, '\n')).trim()),
    person: clean(raw.person),
    company: clean(raw.company),
    files: submission.files.map(({ name, url }) => ({ name: oneLine(name), ...optional('url', url === undefined ? undefined : oneLine(url)) })),
    ...optional('formName', oneLine(submission.formName ?? '')),
    ...optional('submittedAt', submission.submittedAt),
    remarks,
  };
  return { ok: true, lead };
}

/** The source that reads a media type; several sources of one integration differ in it. */
export function sourceFor(sources: readonly FormSource[], contentType: string): FormSource | undefined {
  return sources.find((source) => source.contentTypes.includes(contentType));
}

export function mediaType(contentTypeHeader: string): string {
  return (contentTypeHeader.split(';')[0] ?? '').trim().toLowerCase();
}

function companyDomain(website: string | undefined, emailDomain: string, settings: WebFormsSettings): Partial<FormLead> {
  // A profile on facebook.com is no website of the company's own, so the mail providers' list counts here too.
  if (website !== undefined && !isFreeMail(website, settings.freeMail)) {
    return { companyDomain: website, companyDomainFrom: website === emailDomain ? 'email' : 'website' };
  }
  return isFreeMail(emailDomain, settings.freeMail) ? {} : { companyDomain: emailDomain, companyDomainFrom: 'email' };
}

function clean(fields: RawLead['person']): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).flatMap(([name, value]) => {
      const kept = value === null || value === undefined ? '' : storableValue(value);
      return kept === '' ? [] : [[name, kept]];
    }),
  );
}

function storableValue(value: FieldValue): FieldValue {
  if (typeof value === 'string') return storable(value).trim();
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly string[]).map((one) => storable(one));
  return Object.fromEntries(Object.entries(value).map(([part, inner]) => [part, storableValue(inner as FieldValue)]));
}

/** Neither Postgres nor Twenty can hold NUL characters or halves of surrogate pairs. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

function oneLine(text: string): string {
  return storable(text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/\s+/gu, ' ')).trim().slice(0, MAX_LINE).toWellFormed();
}

/** Longer than any title, name or link that somebody means. */
const MAX_LINE = 500;

function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return (value === undefined || value === '' ? {} : { [key]: value }) as { readonly [P in K]?: string };
}

function isEmpty(text: string | null | undefined): boolean {
  return text === undefined || text === null || text.trim() === '';
}
