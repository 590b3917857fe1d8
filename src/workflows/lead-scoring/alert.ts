import type { Lead, LeadScore, TwentyRecordView } from './contract.ts';

/** What somebody is told of a lead that crossed the threshold. */
export interface AlertText {
  /** One line of at most 200 characters. */
  readonly title: string;
  /** Why the function of the configuration did not write the title. */
  readonly remark?: string;
}

/** The title from the settings; `{name}`, `{company}` and `{score}` stand for the lead's. A function that throws is replaced by the usual words. */
export function alertTitle(configured: string | ((lead: Lead, result: LeadScore) => string), lead: Lead, result: LeadScore): AlertText {
  try {
    const title = typeof configured === 'function' ? configured(lead, result) : fillIn(configured, lead, result);
    return { title: oneLine(title) || usualTitle(lead, result) };
  } catch (error) {
    return { title: usualTitle(lead, result), remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

/** The score and its reasons, one a line. */
export function alertBody({ score, reasons }: LeadScore, remarks: readonly string[]): string {
  return [`Lead score: ${String(score)} of 100`, reasons.map((reason) => `- ${reason}`).join('\n'), ...remarks].join('\n\n');
}

/** “Ann Lee”, else the address, else what it is. */
export function leadName({ person }: Lead): string {
  const { firstName, lastName } = (person['name'] ?? {}) as { readonly firstName?: unknown; readonly lastName?: unknown };
  const name = [firstName, lastName].filter((part): part is string => typeof part === 'string' && part.trim() !== '').join(' ');
  const { primaryEmail } = (person['emails'] ?? {}) as { readonly primaryEmail?: unknown };
  return oneLine(name) || (typeof primaryEmail === 'string' && primaryEmail !== '' ? primaryEmail : 'A person without a name');
}

/** Who owns a lead, by the id of the workspace member: the person's own owner where such a field is configured, else the company's. */
export function ownerOf({ person, company }: Lead, ownerField: string | undefined): string | undefined {
  const ids = [ownerField === undefined ? undefined : person[`${ownerField}Id`], company?.['accountOwnerId']];
  return ids.find((id): id is string => typeof id === 'string' && id !== '');
}

function fillIn(template: string, lead: Lead, { score }: LeadScore): string {
  const values: Readonly<Record<string, string>> = { name: leadName(lead), company: textOf(lead.company, 'name'), score: String(score) };
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => (Object.hasOwn(values, key) ? values[key]! : whole));
}

function usualTitle(lead: Lead, { score }: LeadScore): string {
  return oneLine(`${leadName(lead)} reached ${String(score)} points`);
}

function textOf(record: TwentyRecordView | undefined, field: string): string {
  const value = record?.[field];
  return typeof value === 'string' ? value : '';
}

/** A line break in a subject would be a header of the sender's choosing. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim().slice(0, 200).toWellFormed();
}
