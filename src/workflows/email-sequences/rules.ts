import { instantOf, isFilled, numberOf, textsOf } from '../../domain/record-values.ts';
import type { Candidate } from './contract.ts';

/** How far an enrolment has come, each state above those before it. `begun`: about to be sent to the tool. */
export const STATES = ['begun', 'enrolled', 'contacted', 'opened', 'clicked', 'finished', 'bounced', 'replied', 'unsubscribed'] as const;
export type SequenceState = (typeof STATES)[number];

/** The states that a tool tells of. */
export type ToldState = Exclude<SequenceState, 'begun' | 'enrolled'>;

/** How a field is compared. What is not there fits `isEmpty`, `isFalse`, `isNot` and `isNoneOf`, and nothing else. */
export type Condition =
  | { readonly field: string; readonly operator: 'isFilled' | 'isEmpty' | 'isTrue' | 'isFalse' }
  | { readonly field: string; readonly operator: 'is' | 'isNot'; readonly value: string | number }
  | { readonly field: string; readonly operator: 'isOneOf' | 'isNoneOf'; readonly value: readonly (string | number)[] }
  | { readonly field: string; readonly operator: 'contains' | 'startsWith' | 'endsWith'; readonly value: string }
  | { readonly field: string; readonly operator: 'atLeast' | 'atMost' | 'above' | 'below'; readonly value: number }
  | { readonly field: string; readonly operator: 'after' | 'before'; readonly value: string };

/** People who fit all conditions go into the sequence. A rule without conditions fits everybody. */
export interface SequenceRule {
  readonly when: readonly Condition[];
  readonly sequence: string;
}

/** The first rule that fits. */
export function firstFit<R extends SequenceRule>(rules: readonly R[], candidate: Candidate): R | undefined {
  return rules.find(({ when }) => when.every((condition) => fits(condition, candidate)));
}

/** Whether a person may fit a rule, as far as the person alone tells: of the company nothing is known yet. */
export function mayFit(rules: readonly SequenceRule[], person: Candidate['person']): boolean {
  return rules.some(({ when }) => when.every((condition) => condition.field.startsWith(COMPANY) || fits(condition, { person })));
}

/** Fields that conditions look at, apart for the person and the company. */
export function fieldsOf(conditions: readonly Condition[]): { readonly person: readonly string[]; readonly company: readonly string[] } {
  const fields = [...new Set(conditions.map(({ field }) => field))];
  return { person: fields.filter((field) => !field.startsWith(COMPANY)), company: fields.filter((field) => field.startsWith(COMPANY)).map((field) => field.slice(COMPANY.length)) };
}

export function fits(condition: Condition, { person, company }: Candidate): boolean {
  const value = condition.field.startsWith(COMPANY) ? company?.[condition.field.slice(COMPANY.length)] : valueOf(person, condition.field);
  switch (condition.operator) {
    case 'isFilled':
      return isFilled(value);
    case 'isEmpty':
      return !isFilled(value);
    case 'isTrue':
      return value === true;
    case 'isFalse':
      return value !== true;
    case 'is':
      return isOneOf(value, [condition.value]);
    case 'isNot':
      return !isOneOf(value, [condition.value]);
    case 'isOneOf':
      return isOneOf(value, condition.value);
    case 'isNoneOf':
      return !isOneOf(value, condition.value);
    case 'contains':
      return wordsOf(value).some((text) => text.includes(plain(condition.value)));
    case 'startsWith':
      return wordsOf(value).some((text) => text.startsWith(plain(condition.value)));
    case 'endsWith':
      return wordsOf(value).some((text) => text.endsWith(plain(condition.value)));
    case 'atLeast':
      return compares(numberOf(value), condition.value, (a, b) => a >= b);
    case 'atMost':
      return compares(numberOf(value), condition.value, (a, b) => a <= b);
    case 'above':
      return compares(numberOf(value), condition.value, (a, b) => a > b);
    case 'below':
      return compares(numberOf(value), condition.value, (a, b) => a < b);
    case 'after':
      return compares(instantOf(value), instantOf(condition.value), (a, b) => a > b);
    case 'before':
      return compares(instantOf(value), instantOf(condition.value), (a, b) => a < b);
  }
}

/** How one state stands to another: the higher one stays, in whatever order they come. */
export function rankOf(state: string): number {
  return STATES.indexOf(state as SequenceState);
}

/** What a person's enrolments say about one more. */
export function mayEnrol(known: readonly { readonly sequence: string; readonly name: string; readonly state: string }[], sequence: string, another: 'when-finished' | 'never' | 'always'):
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly reason: string; readonly final: boolean } {
  const refused = (code: string, reason: string, final: boolean) => ({ ok: false, code, reason, final }) as const;
  const real = known.filter(({ state }) => state !== 'begun');
  if (real.some((one) => one.sequence === sequence)) return refused('enrolled_before', 'Was enrolled in this sequence before; nobody is enrolled twice in the same one.', true);
  const unsubscribed = real.find(({ state }) => state === 'unsubscribed');
  if (unsubscribed !== undefined) return refused('opted_out', `Unsubscribed from “${unsubscribed.name}”.`, true);
  const bounced = real.find(({ state }) => state === 'bounced');
  if (bounced !== undefined) return refused('bounced', `Mails of “${bounced.name}” came back. Correct the address, and enrol by hand in the sequence tool.`, true);
  if (another === 'always' || real.length === 0) return { ok: true };
  if (another === 'never') return refused('enrolled_before', `Was enrolled in “${real.at(-1)!.name}” before, and the configuration allows one sequence for each person.`, true);
  const replied = real.find(({ state }) => state === 'replied');
  if (replied !== undefined) return refused('replied', `Replied to “${replied.name}”: a person takes it from here.`, true);
  const active = real.find(({ state }) => state !== 'finished');
  return active === undefined ? { ok: true } : refused('in_sequence', `Is still in “${active.name}”.`, false);
}

const COMPANY = 'company.';

/** The webhook of Twenty says `companyId` where a read says `company`. */
function valueOf(person: Candidate['person'], field: string): unknown {
  return person[field] ?? person[`${field}Id`];
}

function isOneOf(value: unknown, wanted: readonly (string | number)[]): boolean {
  const number = numberOf(value);
  const texts = wordsOf(value);
  return wanted.some((one) => (typeof one === 'number' ? number === one : texts.includes(plain(one)) || (typeof value === 'number' && plain(one) !== '' && Number(one) === value)));
}

/** The texts of a field, of composites those that people read; lower case. */
function wordsOf(value: unknown): readonly string[] {
  const texts = textsOf(value);
  if (texts.length > 0) return texts.map(plain);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const parts = value as Readonly<Record<string, unknown>>;
  const named = ['firstName', 'lastName'].every((part) => part in parts) ? [`${String(parts['firstName'] ?? '')} ${String(parts['lastName'] ?? '')}`] : [];
  return [...named, ...READABLE_PARTS.flatMap((part) => textsOf(parts[part]))].map(plain).filter((text) => text !== '');
}

const READABLE_PARTS = [
  'firstName', 'lastName', 'primaryEmail', 'additionalEmails', 'primaryPhoneNumber', 'primaryLinkUrl', 'primaryLinkLabel', 'addressCity', 'addressState', 'addressCountry', 'addressPostcode', 'currencyCode', 'markdown',
];

function plain(text: string): string {
  return text.trim().toLowerCase();
}

function compares(value: number | undefined, other: number | undefined, holds: (a: number, b: number) => boolean): boolean {
  return value !== undefined && other !== undefined && holds(value, other);
}
