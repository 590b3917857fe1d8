import { z } from 'zod';
import type { Meeting, Participant, Speech } from '../domain/meeting.ts';
import { normalised, oneLine } from '../domain/text.ts';
import { normaliseEmail } from '../normalise/email.ts';
import { actionItemsOf } from './action-items.ts';

/** A name and an address in whatever form a recorder has them: `Ann Lee`, `ann@acme.example`, `Ann <ann@acme.example>`, two texts. */
export function participantOf(name: unknown, email?: unknown, internal?: boolean): Participant | undefined {
  const named = typeof name === 'string' ? oneLine(name) : '';
  const address = addressIn(email) ?? addressIn(named);
  const plain = oneLine(named.replace(/<[^<>]*>/g, ''));
  const isName = plain !== '' && addressIn(plain) === undefined;
  if (!isName && address === undefined) return undefined;
  return { ...(isName ? { name: plain } : {}), ...(address === undefined ? {} : { email: address }), ...(internal === undefined ? {} : { internal }) };
}

/** Those who took part, each once: who is known by address is not listed again by name. */
export function participantsOf(all: readonly (Participant | undefined)[]): readonly Participant[] {
  const byKey = new Map<string, Participant>();
  for (const one of all) {
    if (one === undefined) continue;
    const key = one.email ?? `name:${one.name!.toLowerCase()}`;
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? one : { ...one, ...known });
  }
  const named = new Set([...byKey.values()].flatMap(({ name, email }) => (email === undefined || name === undefined ? [] : [name.toLowerCase()])));
  return [...byKey.values()].filter(({ name, email }) => email !== undefined || !named.has(name!.toLowerCase()));
}

/** An instant out of a date as text, or a Unix time in seconds or milliseconds; undefined of anything else. */
export function instantIn(value: unknown): string | undefined {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d{9,13}(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
  const ms = number === undefined ? (typeof value === 'string' && /^\d{4}-\d{2}/.test(value.trim()) ? Date.parse(value.trim()) : Number.NaN) : number < 1e11 ? number * 1000 : number;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** A text of several lines; undefined when nothing is in it. */
export function textIn(value: unknown): string | undefined {
  const text = typeof value === 'string' ? normalised(value).replace(/\r\n?/g, '\n').trim() : '';
  return text === '' ? undefined : text;
}

/** An address that people can open; undefined of anything else. */
export function linkIn(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value.trim()) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}

/** A meeting without the fields that hold nothing. */
export function meetingOf(fields: { readonly [K in keyof Meeting]: Meeting[K] | undefined }): Meeting {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))) as Meeting;
}

const Person = z.union([z.string(), z.looseObject({ name: z.string().nullish(), displayName: z.string().nullish(), email: z.string().nullish() })])
  .transform((one) => (typeof one === 'string' ? participantOf(one) : participantOf(one.name ?? one.displayName, one.email)));
const Said = z.union([z.string(), z.looseObject({ speaker: z.string().nullish(), text: z.string() })])
  .transform((one): Speech => (typeof one === 'string' ? { text: one } : { text: one.text, ...(one.speaker === undefined || one.speaker === null ? {} : { speaker: one.speaker }) }));

const anything = z.unknown().optional();

/** A meeting as a configuration reads it out of a recorder that Sluice has never heard of. Participants and items in any form. */
export const MeetingShape: z.ZodType<Meeting> = z.looseObject({
  title: anything, startedAt: anything, endedAt: anything, url: anything, summary: anything, actionItems: anything,
  transcript: z.union([z.array(Said), z.string().transform((text): Speech[] => [{ text }])]).nullish(),
  participants: z.array(Person).nullish(),
  host: Person.nullish(),
}).transform(({ title, startedAt, endedAt, url, summary, transcript, actionItems, participants, host }) => meetingOf({
  title: oneLineIn(title), startedAt: instantIn(startedAt), endedAt: instantIn(endedAt), url: linkIn(url), summary: textIn(summary),
  transcript: transcript?.filter(({ text }) => text.trim() !== ''), actionItems: actionItemsOf(actionItems), participants: participantsOf(participants ?? []), host: host ?? undefined,
}));

export function oneLineIn(value: unknown): string | undefined {
  const text = typeof value === 'string' ? oneLine(value) : '';
  return text === '' ? undefined : text;
}

function addressIn(value: unknown): string | undefined {
  const reading = typeof value === 'string' && value.includes('@') ? normaliseEmail(value) : undefined;
  return reading?.ok === true ? reading.email : undefined;
}
