import { personName, recordName } from '../../domain/record-words.ts';
import { fillIn, normalised, oneLine } from '../../domain/text.ts';
import type { Candidate } from './contract.ts';
import type { FollowUp } from './settings.ts';

/** The title of the follow-up task. A function that throws is replaced by the usual words. */
export function followUpTitle({ title }: Pick<FollowUp, 'title'>, candidate: Candidate, sequence: string): { readonly title: string; readonly remark?: string } {
  const usual = `Follow up with ${personName(candidate.person)} (${sequence})`;
  try {
    const text = typeof title === 'function' ? title(candidate, sequence) : fillIn(title, { name: personName(candidate.person), company: recordName(candidate.company) ?? '', sequence });
    return { title: oneLine(normalised(text)) || oneLine(usual) };
  } catch (error) {
    return { title: oneLine(usual), remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

/** What the task says when it is made, Markdown. */
export function followUpBody(sequence: string, enrolledAt: Date, timeZone: string, remarks: readonly string[]): string {
  return normalised([`Was put into the sequence “${sequence}” on ${dayOf(enrolledAt, timeZone)}.`, ...remarks].join('\n\n'));
}

/** The line that is added when news comes. */
export function newsLine(state: string, at: Date, timeZone: string): string {
  return `${NEWS_WORDS[state] ?? state} on ${dayOf(at, timeZone)}.`;
}

/** “replied”, for outcomes. */
export function stateWords(state: string): string {
  return STATE_WORDS[state] ?? state;
}

/** Who owns a person, by the id of the workspace member: the person's own owner where such a field is configured, else the company's. */
export function ownerOf({ person, company }: Candidate, ownerField: string | undefined): string | undefined {
  const ids = [ownerField === undefined ? undefined : person[`${ownerField}Id`], company?.['accountOwnerId']];
  return ids.find((id): id is string => typeof id === 'string' && id !== '');
}

const NEWS_WORDS: Readonly<Record<string, string>> = {
  contacted: 'The first mail went out', opened: 'Opened a mail', clicked: 'Clicked a link', finished: 'The sequence ended without an answer',
  bounced: 'A mail came back: the address does not work. This was', replied: '**Replied**', unsubscribed: 'Unsubscribed: write no more mails. This was',
};

const STATE_WORDS: Readonly<Record<string, string>> = {
  begun: 'about to be enrolled', enrolled: 'in the sequence', contacted: 'contacted', opened: 'opened a mail', clicked: 'clicked a link', finished: 'finished without an answer',
  bounced: 'a mail came back', replied: 'replied', unsubscribed: 'unsubscribed',
};

function dayOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(at);
}
