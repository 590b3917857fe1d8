import { findMember, type Member, memberName } from '../../domain/member.ts';
import type { ActionItem, Participant } from '../../domain/meeting.ts';
import type { Candidate } from './contract.ts';

/** Which of the items are new, given the texts of those that became tasks before. A reworded item is the old one. */
export function newItems(tasked: readonly string[], brought: readonly ActionItem[]): readonly ActionItem[] {
  const known = tasked.map(wordsIn);
  return brought.filter(({ text, done }) => {
    const words = wordsIn(text);
    if (known.some((other) => isSame(words, other))) return false;
    if (done === true) return false;
    known.push(words);
    return true;
  });
}

/** Three of four words in common, both ways round. */
const SAME = 0.75;

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return (2 * [...a].filter((word) => b.has(word)).length) / (a.size + b.size) >= SAME;
}

function wordsIn(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').match(/[\p{L}\p{N}]+/gu) ?? [text];
  return new Set(words);
}

/** Whether one is of our own people: a member of the workspace, one with an address of ours, or one whom the recorder counts as such. */
export function isStaff({ name, email, internal }: Participant, members: readonly Member[], ownDomains: readonly string[]): boolean {
  if (email === undefined) return internal === true || (name !== undefined && findMember(members, name) !== undefined);
  const domain = email.slice(email.lastIndexOf('@') + 1);
  return internal === true || findMember(members, email) !== undefined || ownDomains.some((own) => domain === own.toLowerCase() || domain.endsWith(`.${own.toLowerCase()}`));
}

type Preference = 'touched' | 'newest' | 'closing';

/** Which stages count as open: those that are named, else all that are not closed. */
interface Stages {
  readonly open?: readonly string[] | undefined;
  readonly closed: readonly string[];
}

/** The open ones, the most fitting first: touched last, made last, or to be closed first. Ties go by id, so that it is always the same. */
export function openCandidates(all: readonly Candidate[], { open, closed }: Stages, prefer: Preference): readonly Candidate[] {
  const isOpen = ({ stage }: Candidate): boolean => (open === undefined ? stage === undefined || !closed.includes(stage) : stage !== undefined && open.includes(stage));
  const rank = ({ updatedAt, createdAt, closeDate }: Candidate): number => {
    if (prefer === 'closing') return closeDate === undefined ? Number.MAX_VALUE : timeOf(closeDate);
    return -timeOf(prefer === 'touched' ? updatedAt : createdAt);
  };
  return all.filter(isOpen).toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

function timeOf(instant: string): number {
  const atMs = Date.parse(instant);
  return Number.isNaN(atMs) ? 0 : atMs;
}

/** For whom an item is, as far as it says. */
interface ForWhom<M extends Member> {
  readonly member?: M;
  /** Somebody who took part and is not of ours. */
  readonly guest?: Participant;
}

/**
 * The member whom an item names by address or name, in its assignee or at the beginning of its text (“Ann to send …”); a name without
 * a surname counts when only one member, or one who took part, has it. A guest whom it names is told apart, for the host to see to.
 */
export function forWhom<M extends Member>({ text, assignee }: ActionItem, participants: readonly Participant[], members: readonly M[]): ForWhom<M> {
  const named = assignee === undefined ? whoBegins(text, participants, members) : assignee;
  if (named === undefined) return {};
  const guest = participants.find(({ email }) => email !== undefined && email === named.email) ?? byName(participants, named.name, ({ name }) => name ?? '');
  const address = named.email ?? guest?.email;
  const member = (address === undefined ? undefined : findMember(members, address)) ?? (named.name === undefined ? undefined : (findMember(members, named.name) ?? inMeeting(named.name, participants, members)));
  if (member !== undefined) return { member };
  return guest !== undefined || assignee !== undefined ? { guest: guest ?? named } : {};
}

/** A first name alone: of those members who took part, else of all, if one only has it. */
function inMeeting<M extends Member>(name: string, participants: readonly Participant[], members: readonly M[]): M | undefined {
  const there = new Set(participants.map(({ email }) => email));
  return byName(members.filter(({ email }) => there.has(email.toLowerCase())), name, memberName) ?? byName(members, name, memberName);
}

function byName<T>(all: readonly T[], name: string | undefined, nameOf: (one: T) => string): T | undefined {
  const key = plain(name ?? '');
  if (key === '') return undefined;
  const whole = all.filter((one) => plain(nameOf(one)) === key);
  if (whole.length > 0) return whole.length === 1 ? whole[0] : undefined;
  const first = key.includes(' ') ? [] : all.filter((one) => plain(nameOf(one)).split(' ')[0] === key);
  return first.length === 1 ? first[0] : undefined;
}

/** “Ann Lee to send …”, “Ann: send …”, “Ann will …”: a person's name before a word that gives it to them. */
function whoBegins(text: string, participants: readonly Participant[], members: readonly Member[]): { readonly name?: string; readonly email?: string } | undefined {
  const begins = /^(.{2,60}?)\s*(?::|(?:\s(?:to|will|should|must|shall|needs? to|is going to)\s))/u.exec(text)?.[1];
  if (begins === undefined) return undefined;
  if (begins.includes('@')) return { email: begins.toLowerCase() };
  const names = [...members.map(memberName), ...participants.map(({ name }) => name ?? '')];
  const key = plain(begins);
  return names.some((name) => plain(name) === key || plain(name).split(' ')[0] === key) ? { name: begins } : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\s+/g, ' ').trim();
}
