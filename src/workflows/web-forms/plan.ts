import { bareHost } from '../../domain/company-key.ts';
import type { CompanyChoice, FormLead, TwentyRecordView } from './contract.ts';
import { leadName, overwrites } from './rules.ts';
import type { TaskSettings, UpdatePolicy } from './settings.ts';

/** Fields to write, under Twenty's own names. */
export type Patch = Readonly<Record<string, unknown>>;

/**
 * What changes on a person who exists; undefined when nothing does. Blank never overwrites, the policy says what a filled
 * field may lose, and the e-mail addresses stay as they are: the person was found by one of them.
 */
export function planPersonPatch(current: TwentyRecordView, lead: FormLead, policy: UpdatePolicy, companyId?: string): Patch | undefined {
  const { name, ...rest } = personFields(lead, companyId);
  return patchOf(current, { ...rest, ...namePart(current, name as FormLead['name'], policy) }, (field) =>
    field === 'name' || overwrites(policy, PERSON_POLICY_NAMES[field] ?? field),
  );
}

/** What changes on a company that exists. Its domain is only ever filled: replacing it would take it from somebody else. */
export function planCompanyPatch(current: TwentyRecordView, lead: FormLead, policy: UpdatePolicy, via: 'domain' | 'name'): Patch | undefined {
  const name = typeof current['name'] === 'string' ? current['name'] : '';
  const host = bareHost(((current['domainName'] ?? {}) as { primaryLinkUrl?: string | null }).primaryLinkUrl ?? '');
  // A company named by its domain was named by a machine, Twenty's own workflow or us, until somebody knew better.
  const unnamed = name.trim() === '' || (host !== '' && bareHost(name) === host);
  const wanted: Record<string, unknown> = { ...lead.company };
  if (lead.companyName !== undefined && (unnamed || via === 'domain')) wanted['name'] = lead.companyName;
  if (lead.companyDomain !== undefined && host === '') wanted['domainName'] = domainLink(lead.companyDomain);
  return patchOf(unnamed ? { ...current, name: '' } : current, wanted, (field) => {
    if (field === 'domainName') return false;
    return overwrites(policy, field === 'name' ? 'companyName' : `company.${field}`);
  });
}

/** A new person. The id is ours (UUID v5), so that a repeated create is recognised. */
export function personInput(lead: FormLead, id: string, companyId?: string): Patch & { readonly id: string } {
  return { id, emails: { primaryEmail: lead.email }, ...personFields(lead, companyId) };
}

/** A new company: name, domain in the form Twenty's own workflow writes and finds again, and the workspace's own fields. */
export function companyInput(choice: Extract<CompanyChoice, { kind: 'create' }>, id: string, fields: FormLead['company'] = {}): Patch & { readonly id: string } {
  return { id, name: choice.name, ...(choice.domain === undefined ? {} : { domainName: domainLink(choice.domain) }), ...fields };
}

/** The follow-up task. `assigneeId` is a workspace member's id, `dueAt` an instant. */
export function taskInput(lead: FormLead, title: string, id: string, dueAt: string, assigneeId?: string): Patch & { readonly id: string } {
  return {
    id,
    title,
    bodyV2: { markdown: taskBody(lead) },
    dueAt,
    status: 'TODO',
    ...(assigneeId === undefined ? {} : { assigneeId }),
  };
}

/** What the task is linked to, one record each; ids are made by the caller. */
export function taskTargets(taskId: string, personId: string, companyId?: string): readonly Patch[] {
  return [{ taskId, targetPersonId: personId }, ...(companyId === undefined ? [] : [{ taskId, targetCompanyId: companyId }])];
}

/** The task's title from the settings, one line of at most 200 characters. A title function may throw: the caller's to report. */
export function taskTitle(lead: FormLead, settings: TaskSettings): string {
  const title = typeof settings.title === 'function' ? settings.title(lead) : fillIn(settings.title, lead);
  return title.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed() || `Follow up: ${leadName(lead)}`;
}

/** `{name}`, `{email}`, `{company}`, `{form}` and `{jobTitle}` in a text. */
export function fillIn(template: string, lead: FormLead): string {
  const values: Readonly<Record<string, string>> = {
    name: leadName(lead), email: lead.email, company: lead.companyName ?? lead.companyDomain ?? '', form: lead.formName ?? '', jobTitle: lead.jobTitle ?? '',
  };
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => (Object.hasOwn(values, key) ? values[key]! : whole));
}

/** The message as the person wrote it, below it what could not be put into a field. */
export function taskBody(lead: FormLead): string {
  const files = lead.files.map((file) => (file.url === undefined ? `File not kept: ${file.name}` : `File: ${file.name} ${file.url}`));
  const notes = [...lead.remarks, ...files].map((line) => `- ${line}`).join('\n');
  return [shortened(lead.message ?? ''), notes].filter((part) => part !== '').join('\n\n');
}

/** A call carries 200 tasks and Twenty takes 10 MB; the whole message stays in the event. */
function shortened(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE).toWellFormed()}…\n\n(The message goes on; the whole of it is in the event.)`;
}

const MAX_MESSAGE = 10_000;

const PERSON_POLICY_NAMES: Readonly<Record<string, string>> = { phones: 'phone', linkedinLink: 'linkedin', companyId: 'company' };

function personFields(lead: FormLead, companyId: string | undefined): Patch {
  const fields: Record<string, unknown> = {
    name: lead.name,
    phones: lead.phone,
    jobTitle: lead.jobTitle,
    linkedinLink: lead.linkedin === undefined ? undefined : { primaryLinkUrl: lead.linkedin },
    companyId,
    ...lead.person,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function domainLink(domain: string): Patch {
  return { primaryLinkUrl: `https://${domain}`, primaryLinkLabel: domain };
}

/** First and last name count apart: a known last name gets its missing first name. */
function namePart(current: TwentyRecordView, name: FormLead['name'], policy: UpdatePolicy): Patch {
  const now = (current['name'] ?? {}) as Partial<FormLead['name']>;
  const parts = (['firstName', 'lastName'] as const).filter((part) => name[part] !== '' && (isBlank(now[part]) || overwrites(policy, 'name')));
  return parts.length === 0 ? {} : { name: Object.fromEntries(parts.map((part) => [part, name[part]])) };
}

function patchOf(current: TwentyRecordView, wanted: Patch, mayOverwrite: (field: string) => boolean): Patch | undefined {
  const changed = Object.entries(wanted).filter(
    ([field, value]) => !isBlank(value) && !isSame(current[field], value) && (isBlank(current[field]) || mayOverwrite(field)),
  );
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/**
 * Twenty reads empty text as "", keeps a country code beside an empty phone number and a label beside an empty link:
 * the telling part of a composite decides.
 */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object') return typeof value === 'string' && value.trim() === '';
  const parts = value as Readonly<Record<string, unknown>>;
  const telling = TELLING_PARTS.find((part) => part in parts);
  return telling === undefined ? Object.values(parts).every(isBlank) : isBlank(parts[telling]);
}

const TELLING_PARTS = ['primaryPhoneNumber', 'primaryLinkUrl', 'primaryEmail', 'amountMicros', 'markdown'];

/** Equal as Twenty stores it: parts that we do not write do not count, links without trailing slash, options in any order. */
function isSame(now: unknown, wanted: unknown): boolean {
  if (isBlank(now) || isBlank(wanted)) return isBlank(now) && isBlank(wanted);
  if (Array.isArray(wanted)) return Array.isArray(now) && now.length === wanted.length && [...now].sort().join('\0') === [...wanted].sort().join('\0');
  if (typeof wanted === 'object' && typeof now === 'object') {
    return Object.entries(wanted!).every(([part, value]) => {
      const held = (now as Readonly<Record<string, unknown>>)[part];
      return part === 'primaryLinkUrl' ? linkKey(held) === linkKey(value) : isBlank(value) || isSame(held, value);
    });
  }
  if (typeof wanted === 'string' && typeof now === 'string') return now.trim() === wanted.trim() || sameDay(now, wanted);
  return now === wanted || (typeof wanted === 'number' && Number(now) === wanted);
}

function linkKey(link: unknown): string {
  return typeof link === 'string' ? link.trim().toLowerCase().replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/+$/, '') : '';
}

/** A DATE field answers with an instant where a day was written. */
function sameDay(now: string, wanted: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(wanted) && now.startsWith(`${wanted}T`);
}
