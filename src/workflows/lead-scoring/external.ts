import { z } from 'zod';
import * as field from '../../config/fields.ts';
import type { LeadQuestion, ScorerAnswer } from '../../connectors/scorer.ts';
import { isFilled } from '../../domain/record-values.ts';
import { primaryEmail } from '../../domain/record-words.ts';
import { oneLine } from '../../domain/text.ts';
import { companyDomainOf } from '../../normalise/web-domain.ts';
import type { Lead, LeadScore } from './contract.ts';

const PATH = "Write where it stands, for example 'person.jobTitle' or 'company.employees'.";
const place = z.string({ error: PATH }).regex(/^(person|company)(\.[a-z][A-Za-z0-9]*)+$/, { error: PATH });

/** Words for a score, with the score that stands for them: the middles of MadKudu's ranges (help.madkudu.com, “What are the different scores?”). */
const GRADES = { 'very good': 92, 'very high': 92, good: 77, high: 77, medium: 59, low: 25, a: 95, b: 82, c: 62, d: 37, e: 12, f: 0 };

/** A scoring model that lives in another tool, instead of `model`. */
export type ExternalScorer = z.output<typeof ExternalScorer>;
export const ExternalScorer = field.settings(
  {
    /** The connection that is asked. */
    connection: field.text('madkudu'),
    /** What is sent beside the address and the domain, under the names that the tool knows; MadKudu takes nothing beside. */
    attributes: z.record(z.string(), place, { error: `Write { title: 'person.jobTitle' }. ${PATH}` }).default({ jobTitle: 'person.jobTitle', company: 'company.name' }),
    /** What becomes of a lead that the tool does not know: it is left alone, or its score is 0. */
    unknown: field.oneOf(['skip', 'zero']).default('skip'),
    /** The score for a grade that comes without one, upper and lower case alike; added to those that are known. */
    grades: z
      .record(z.string(), field.wholeNumber(0, 100), { error: "Write { hot: 90, cold: 10 }." })
      .default({})
      .transform((own): Readonly<Record<string, number>> => ({ ...GRADES, ...Object.fromEntries(Object.entries(own).map(([grade, score]) => [plain(grade), score])) })),
    /** Lines written to the record. */
    maxReasons: field.wholeNumber(1, 30).default(6),
  },
  "Write { connection: 'madkudu' }.",
);

/** The fields that the question is made of, under Twenty's names. */
export function questionFields({ attributes }: ExternalScorer): { readonly person: readonly string[]; readonly company: readonly string[] } {
  const used = (on: string): readonly string[] => Object.values(attributes).flatMap((path) => (path.startsWith(`${on}.`) ? [path.split('.')[1]!] : []));
  return { person: [...new Set(['emails', 'company', ...used('person')])], company: [...new Set(['domainName', ...used('company')])] };
}

/** What the tool is asked about a lead; undefined when there is nothing to know it by. */
export function questionOf({ person, company, freeMail }: Lead, { attributes }: ExternalScorer): LeadQuestion | undefined {
  const email = primaryEmail(person)?.trim().toLowerCase();
  const link = valueAt(company, ['domainName', 'primaryLinkUrl']);
  const domain = (typeof link === 'string' ? companyDomainOf(link) : undefined) ?? (email === undefined || freeMail ? undefined : companyDomainOf(email));
  if (email === undefined && domain === undefined) return undefined;
  const sent = Object.entries(attributes).flatMap(([name, path]) => {
    const [on, ...steps] = path.split('.');
    const value = valueAt(on === 'person' ? person : company, steps);
    return isFilled(value) ? [[name, value] as const] : [];
  });
  return { id: person.id, ...(email === undefined ? {} : { email }), ...(domain === undefined ? {} : { domain }), attributes: Object.fromEntries(sent) };
}

/** The answer as a score with its reasons, the grade first; undefined when it has no score and a grade that nobody has given one. */
export function scoreOfAnswer({ score, grade, reasons }: ScorerAnswer, { connection, grades, maxReasons }: ExternalScorer): LeadScore | undefined {
  const points = score ?? grades[plain(grade ?? '')];
  if (points === undefined || !Number.isFinite(points)) return undefined;
  const lines = [...(grade === undefined ? [] : [`${connection} says: ${grade}`]), ...reasons].map(oneLine).filter((line) => line !== '');
  return { score: Math.min(100, Math.max(0, Math.round(points))), reasons: lines.length === 0 ? [`scored by ${connection}`] : lines.slice(0, maxReasons) };
}

/** What is written about a lead that the tool does not know, where that counts as a score. */
export function scoreOfStranger({ connection }: ExternalScorer): LeadScore {
  return { score: 0, reasons: [`${connection} does not know this person`] };
}

function plain(grade: string): string {
  return grade.trim().toLowerCase().replace(/[\s_-]+/g, ' ');
}

function valueAt(record: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[step] : undefined), record);
}
