import type { Meeting, Participant } from '../../domain/meeting.ts';
import type { Dated, KnownMeeting } from './contract.ts';

const PARTS = ['title', 'startedAt', 'endedAt', 'url', 'summary', 'transcript', 'actionItems', 'host'] as const;

/** A meeting as somebody told of it at a time. */
export function knownAt({ participants, ...parts }: Meeting, atMs: number): KnownMeeting {
  return {
    ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, { value, atMs }])),
    ...(participants === undefined || participants.length === 0 ? {} : { participants: inOrder(participants.map((value) => ({ value, atMs }))) }),
  } as KnownMeeting;
}

/**
 * What two tell of a meeting: of each part the later word, of participants all that either names. Nothing that is said is lost to
 * something that is not said. In whatever order many are put together, and however often, it comes to the same.
 */
export function mergeKnown(a: KnownMeeting, b: KnownMeeting): KnownMeeting {
  const parts = PARTS.flatMap((name) => {
    const part = later<unknown>(a[name], b[name]);
    return part === undefined ? [] : [[name, part]];
  });
  const participants = inOrder([...(a.participants ?? []), ...(b.participants ?? [])]);
  return { ...Object.fromEntries(parts), ...(participants.length === 0 ? {} : { participants }) } as KnownMeeting;
}

/** The meeting itself. Who is known by address is not listed again by name. */
export function meetingIn(known: KnownMeeting): Meeting {
  const all = (known.participants ?? []).map(({ value }) => value);
  const named = new Set(all.flatMap(({ name, email }) => (email === undefined || name === undefined ? [] : [name.toLowerCase()])));
  const participants = all.filter(({ name, email }) => email !== undefined || !named.has((name ?? '').toLowerCase()));
  return {
    ...Object.fromEntries(PARTS.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name].value]]))),
    ...(participants.length === 0 ? {} : { participants }),
  } as Meeting;
}

/** Each participant once, by address or else by name, by the later word. */
function inOrder(all: readonly Dated<Participant>[]): readonly Dated<Participant>[] {
  const byKey = new Map<string, Dated<Participant>>();
  for (const one of all) byKey.set(keyOf(one.value), later(byKey.get(keyOf(one.value)), one)!);
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function keyOf({ name, email }: Participant): string {
  return email === undefined ? `name:${(name ?? '').toLowerCase()}` : `mail:${email}`;
}

function later<T>(a: Dated<T> | undefined, b: Dated<T> | undefined): Dated<T> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.atMs !== b.atMs) return a.atMs > b.atMs ? a : b;
  return written(a.value) >= written(b.value) ? a : b;
}

/** Of two words of the same moment one counts, whichever comes first; the database gives the parts of an object another order. */
function written(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1))) : part);
}
