import type { Meeting, Participant } from '../../domain/meeting.ts';
import { fillIn, normalised, oneLine } from '../../domain/text.ts';
import type { Found } from './contract.ts';
import { tidyMarkdown, withoutMarkdown } from './markdown.ts';
import { itemWords, type NoteText, participantWords, whenWords } from './note.ts';
import type { EmailSettings } from './settings.ts';

/** Somebody who is told of a meeting. */
interface Addressee {
  readonly email: string;
  readonly name?: string;
  /** One of ours, who may see what is in Twenty. */
  readonly internal: boolean;
}

/** Who is told: of those who took part our own people, or everyone, and nobody who wants no mail. */
export function addressees({ staff, people, unknown, trashed, optedOut }: Found, to: EmailSettings['to']): readonly Addressee[] {
  if (to === 'nobody') return [];
  const ours = staff.map((one) => ({ ...one, internal: true }));
  const guests = to === 'internal' ? [] : [...people, ...unknown, ...trashed].map(({ name, email }) => ({ name, email, internal: false }));
  const out = new Set(optedOut);
  const byEmail = new Map<string, Addressee>();
  for (const { name, email, internal } of [...ours, ...guests] as readonly (Participant & { readonly internal: boolean })[]) {
    if (email === undefined || out.has(email) || byEmail.has(email)) continue;
    byEmail.set(email, { email, internal, ...(name === undefined ? {} : { name }) });
  }
  return [...byEmail.values()].sort((a, b) => (a.email < b.email ? -1 : 1));
}

/** The mail about a meeting, as plain text. `noteUrl`: where our own people find the note. */
export function meetingMail(meeting: Meeting, note: NoteText, { subject }: EmailSettings, timeZone: string, noteUrl?: string): { readonly subject: string; readonly text: string } {
  const { summary, actionItems = [], participants = [], url } = meeting;
  const when = whenWords(meeting, timeZone);
  const parts = [
    [note.title, when, participants.length === 0 ? undefined : `With ${participants.map(participantWords).join(', ')}`].filter((line) => line !== undefined).join('\n'),
    summary === undefined ? undefined : `SUMMARY\n\n${withoutMarkdown(tidyMarkdown(summary))}`,
    actionItems.length === 0 ? undefined : `NEXT STEPS\n\n${actionItems.map((item) => `- ${itemWords(item)}`).join('\n')}`,
    [url === undefined ? undefined : `Recording: ${url}`, noteUrl === undefined ? undefined : `Note in Twenty: ${noteUrl}`].filter((line) => line !== undefined).join('\n'),
  ];
  return { subject: subjectOf(subject, meeting, note.title), text: normalised(parts.filter((part) => part !== undefined && part !== '').join('\n\n')) };
}

function subjectOf(configured: EmailSettings['subject'], meeting: Meeting, title: string): string {
  const usual = `Summary: ${title}`;
  try {
    return oneLine(typeof configured === 'function' ? configured(meeting) : fillIn(configured, { title })) || oneLine(usual);
  } catch {
    // A mail with the usual subject is better than none.
    return oneLine(usual);
  }
}
