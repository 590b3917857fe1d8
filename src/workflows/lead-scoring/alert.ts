import { personName, recordName } from '../../domain/record-words.ts';
import { fillIn, oneLine } from '../../domain/text.ts';
import type { Lead, LeadScore } from './contract.ts';

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
    const title = typeof configured === 'function' ? configured(lead, result) : fillIn(configured, { name: personName(lead.person), company: recordName(lead.company) ?? '', score: String(result.score) });
    return { title: oneLine(title) || usualTitle(lead, result) };
  } catch (error) {
    return { title: usualTitle(lead, result), remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

/** The score and its reasons, one a line. */
export function alertBody({ score, reasons }: LeadScore, remarks: readonly string[]): string {
  return [`Lead score: ${String(score)} of 100`, reasons.map((reason) => `- ${reason}`).join('\n'), ...remarks].join('\n\n');
}

/** Who owns a lead, by the id of the workspace member: the person's own owner where such a field is configured, else the company's. */
export function ownerOf({ person, company }: Lead, ownerField: string | undefined): string | undefined {
  const ids = [ownerField === undefined ? undefined : person[`${ownerField}Id`], company?.['accountOwnerId']];
  return ids.find((id): id is string => typeof id === 'string' && id !== '');
}

function usualTitle(lead: Lead, { score }: LeadScore): string {
  return oneLine(`${personName(lead.person)} reached ${String(score)} points`);
}
