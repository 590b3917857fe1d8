import type { Digest, DigestEntry } from './contract.ts';
import { fillIn } from './plan.ts';
import { leadName } from './rules.ts';

/**
 * The mail to the sales team: one submission reads like a letter, several like a list. Everything a stranger typed is
 * escaped. `subject` may hold `{name}`, `{company}`, `{email}`, `{form}` (of the first) and `{count}`.
 */
export function digest(entries: readonly DigestEntry[], subject?: string | ((entries: readonly DigestEntry[]) => string)): Digest {
  return {
    subject: subjectOf(entries, subject),
    html: `<div style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#1f2328">${entries.map(entryHtml).join('<hr style="border:0;border-top:1px solid #d0d7de">')}</div>`,
    text: entries.map(entryText).join('\n\n----------------------------------------\n\n'),
  };
}

const MAX_MESSAGE = 2000;

function subjectOf(entries: readonly DigestEntry[], configured: string | ((entries: readonly DigestEntry[]) => string) | undefined): string {
  const [first] = entries;
  if (first === undefined) return 'No new enquiries';
  const company = companyOf(first);
  const fallback = entries.length > 1 ? `${entries.length} new enquiries` : `New enquiry: ${leadName(first.lead)}${company === '' ? '' : ` (${company})`}`;
  const subject = typeof configured === 'function' ? configured(entries) : entries.length > 1 && configured?.includes('{count}') !== true ? fallback : (configured ?? fallback);
  // A line break in a subject would be a header of the sender's choosing.
  const line = fillIn(subject.replaceAll('{count}', String(entries.length)), first.lead).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return (line === '' ? fallback : line).slice(0, 200);
}

function entryHtml(entry: DigestEntry): string {
  const name = escapeHtml(leadName(entry.lead));
  const link = entry.recordUrl === undefined ? name : `<a href="${escapeHtml(entry.recordUrl)}">${name}</a>`;
  const facts = factsOf(entry).map(([what, value]) => `<br>${what}: ${escapeHtml(value)}`).join('');
  const message = shortMessage(entry);
  const quote = message === '' ? '' : `<blockquote style="margin:8px 0;padding-left:12px;border-left:3px solid #d0d7de;white-space:pre-wrap">${escapeHtml(message)}</blockquote>`;
  return `<p><strong>${link}</strong> ${personWords(entry)}${facts}</p>${quote}`;
}

function entryText(entry: DigestEntry): string {
  const lines = [`${leadName(entry.lead)} ${personWords(entry)}`, ...factsOf(entry).map(([what, value]) => `${what}: ${value}`)];
  if (entry.recordUrl !== undefined) lines.push(entry.recordUrl);
  const message = shortMessage(entry);
  return [...lines, ...(message === '' ? [] : ['', message])].join('\n');
}

function factsOf(entry: DigestEntry): readonly (readonly [string, string])[] {
  const { lead } = entry;
  const phone = lead.phone === undefined ? '' : `${lead.phone.primaryPhoneCallingCode} ${lead.phone.primaryPhoneNumber}`;
  const task = [entry.taskTitle, entry.assignee === undefined ? undefined : `for ${entry.assignee}`, entry.dueAt === undefined ? undefined : `due ${entry.dueAt.slice(0, 10)}`];
  const facts: readonly (readonly [string, string])[] = [
    ['Email', lead.email],
    ['Phone', phone],
    ['Job title', lead.jobTitle ?? ''],
    ['Company', companyOf(entry)],
    ['Form', lead.formName ?? ''],
    ['Task', entry.taskTitle === undefined ? '' : task.filter((one) => one !== undefined).join(', ')],
    ...lead.files.map((file) => ['File', file.url === undefined ? `${file.name} (not kept)` : `${file.name} ${file.url}`] as const),
    ...lead.remarks.map((remark) => ['Note', remark] as const),
  ];
  return facts.filter(([, value]) => value !== '');
}

function personWords(entry: DigestEntry): string {
  switch (entry.person) {
    case 'created':
      return 'is new in Twenty.';
    case 'updated':
      return 'was known; the record has been completed.';
    case 'unchanged':
      return 'was known; nothing had to change.';
  }
}

function companyOf(entry: DigestEntry): string {
  return entry.companyName ?? entry.lead.companyName ?? entry.lead.companyDomain ?? '';
}

function shortMessage({ lead }: DigestEntry): string {
  const message = lead.message ?? '';
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE).toWellFormed()}…`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
