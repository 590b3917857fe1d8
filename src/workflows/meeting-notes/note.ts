import type { ActionItem, Meeting, Participant } from '../../domain/meeting.ts';
import { fillIn, normalised, oneLine } from '../../domain/text.ts';
import { asText, tidyMarkdown } from './markdown.ts';
import type { NoteSettings } from './settings.ts';

/** A note before it is in Twenty. */
export interface NoteText {
  /** One line of at most 200 characters. */
  readonly title: string;
  /** Markdown that Twenty's editor takes. */
  readonly body: string;
}

/** The note of a meeting: when, who, where to watch it, the summary and the next steps; without a summary what was said. */
export function noteOf(meeting: Meeting, settings: NoteSettings & { readonly timeZone: string }): NoteText {
  const { remark, title } = titleOf(meeting, settings);
  const { summary, actionItems = [], transcript = [] } = meeting;
  const withTranscript = settings.transcript === 'always' || (settings.transcript === 'without-summary' && summary === undefined);
  const parts = [
    facts(meeting, settings.timeZone),
    remark,
    summary === undefined ? 'The recorder has not written a summary yet.' : `## Summary\n\n${tidyMarkdown(summary)}`,
    actionItems.length === 0 ? undefined : `## Next steps\n\n${actionItems.map(itemLine).join('\n')}`,
    withTranscript && transcript.length > 0 ? `## What was said\n\n${said(meeting)}` : undefined,
  ];
  return { title, body: normalised(parts.filter((part) => part !== undefined && part !== '').join('\n\n')) };
}

/** “24 November 2025, 16:00 to 16:45 (Europe/Berlin)”; undefined when the recorder does not say. */
export function whenWords({ startedAt, endedAt }: Meeting, timeZone: string): string | undefined {
  if (startedAt === undefined) return undefined;
  const day = (at: string): string => new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long' }).format(Date.parse(at));
  const time = (at: string): string => new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(Date.parse(at));
  const until = endedAt === undefined || endedAt < startedAt ? '' : ` to ${day(endedAt) === day(startedAt) ? '' : `${day(endedAt)}, `}${time(endedAt)}`;
  return `${day(startedAt)}, ${time(startedAt)}${until} (${timeZone})`;
}

/** “Ann Lee (ann@acme.example)”. */
export function participantWords({ name, email }: Participant): string {
  return name === undefined ? (email ?? 'somebody') : email === undefined ? name : `${name} (${email})`;
}

/** “Send the proposal (Ann Lee, by 2026-12-01)”. */
export function itemWords({ text, assignee, dueOn, done }: ActionItem): string {
  const who = assignee?.name ?? assignee?.email;
  const more = [who, dueOn === undefined || text.includes(dueOn) ? undefined : `by ${dueOn}`, done === true ? 'done' : undefined].filter((part) => part !== undefined);
  return more.length === 0 ? text : `${text} (${more.join(', ')})`;
}

/**
 * What the body of a note becomes: the new text where nobody has touched what we wrote last; else the old text stays as people left it
 * and the new one is put below. `ours`: what stands there is what we wrote last. Undefined when nothing is to be written.
 */
export function bodyAfter(current: string, wanted: string, ours: boolean): string | undefined {
  if (current.trim() === wanted.trim() || current.includes(wanted)) return undefined;
  return ours || current.trim() === '' ? wanted : `${current.trimEnd()}\n\n---\n\n${wanted}`;
}

function titleOf(meeting: Meeting, { title: configured, timeZone }: NoteSettings & { readonly timeZone: string }): { readonly title: string; readonly remark?: string } {
  const { startedAt } = meeting;
  const day = startedAt === undefined ? undefined : new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'long' }).format(Date.parse(startedAt));
  const usual = oneLine(meeting.title ?? '') || (day === undefined ? 'Meeting' : `Meeting on ${day}`);
  try {
    const title = typeof configured === 'function' ? configured(meeting) : fillIn(configured, { title: usual, date: day ?? '', host: meeting.host?.name ?? meeting.host?.email ?? '' });
    return { title: oneLine(title) || usual };
  } catch (error) {
    return { title: usual, remark: `The title function in the configuration failed: ${(error as Error).message}` };
  }
}

function facts(meeting: Meeting, timeZone: string): string {
  const { participants = [], host, url } = meeting;
  const when = whenWords(meeting, timeZone);
  const others = participants.filter(({ email, name }) => host === undefined || (email ?? name) !== (host.email ?? host.name));
  const people = [...(host === undefined ? [] : [{ ...host, ...participants.find(({ email }) => email !== undefined && email === host.email) }]), ...others];
  return [
    when === undefined ? undefined : `**When:** ${when}`,
    people.length === 0 ? undefined : `**Who:** ${people.slice(0, MAX_NAMED).map((one) => asText(participantWords(one))).join(', ')}${people.length > MAX_NAMED ? ` and ${String(people.length - MAX_NAMED)} more` : ''}`,
    url === undefined ? undefined : `**Recording:** [open it](${url.replaceAll('(', '%28').replaceAll(')', '%29')})`,
  ].filter((line) => line !== undefined).join('\n\n');
}

const MAX_NAMED = 50;
const MAX_SAID = 40_000;

function itemLine(item: ActionItem): string {
  return `- ${asText(itemWords(item))}`;
}

function said({ transcript = [] }: Meeting): string {
  const lines = transcript.map(({ speaker, text }) => `${speaker === undefined ? '' : `**${asText(speaker)}:** `}${asText(text.replace(/\s+/g, ' ').trim())}`);
  const whole = lines.join('\n\n');
  return whole.length <= MAX_SAID ? whole : `${whole.slice(0, MAX_SAID).toWellFormed()}…`;
}
