import { behaviourParts, usageParts } from './behaviour.ts';
import type { Group, Lead, LeadScore, Part } from './contract.ts';
import { seniorityOf, SENIORITY_WORDS } from './seniority.ts';
import type { ScoringFields } from './settings.ts';
import { hasWords, isFilled, numberOf, textsOf } from '../../domain/record-values.ts';
import type { ScoringModel } from './weights.ts';
import { fieldWords, listWords, pointsWords, quoted } from './wording.ts';

/** What counts for and against a lead, kind by kind, caps included: the points of all parts together are the score before it is cut to 0 to 100. */
export function scoreParts(lead: Lead, model: ScoringModel, fields: ScoringFields): readonly Part[] {
  const groups: readonly (readonly Part[])[] = [
    seniority(lead, model),
    companySize(lead, model, fields),
    bestMatch('industry', textsOf(lead.company?.[fields.industry ?? '']), model.industry),
    bestMatch('source', textsOf(lead.person[fields.source]), model.source),
    behaviourParts(lead, model),
    usageParts(lead, model),
    email(lead, model),
    completeness(lead, model),
  ];
  return groups.flatMap((parts) => capped(parts.filter(({ points }) => points !== 0), model.caps)).sort(byWeight);
}

/** The score of a lead and its reasons: the same lead, whatever the order of its parts, gets the same words. */
export function scoreLead(lead: Lead, model: ScoringModel, fields: ScoringFields): LeadScore {
  const parts = scoreParts(lead, model, fields);
  const total = parts.reduce((sum, { points }) => sum + points, 0);
  const score = Math.min(100, Math.max(0, total));
  const shown = parts.length <= model.maxReasons + 1 ? parts : parts.slice(0, model.maxReasons);
  const rest = parts.slice(shown.length);
  const reasons = shown.map(({ points, text }) => pointsWords(points, text));
  if (rest.length > 0) reasons.push(pointsWords(rest.reduce((sum, { points }) => sum + points, 0), `from ${String(rest.length)} smaller reasons`));
  if (parts.length === 0) reasons.push('Nothing is known yet that counts.');
  if (total !== score) reasons.push(`${String(total)} in all, which counts as ${String(score)}`);
  return { score, reasons };
}

function seniority({ person }: Lead, { seniority: points }: ScoringModel): readonly Part[] {
  const title = typeof person['jobTitle'] === 'string' ? person['jobTitle'] : '';
  const level = seniorityOf(title);
  return level === undefined ? [] : [{ group: 'seniority', points: points[level], text: `${SENIORITY_WORDS[level]}: ${quoted(title)}` }];
}

function companySize({ company }: Lead, { companySize: bands }: ScoringModel, fields: ScoringFields): readonly Part[] {
  const employees = numberOf(company?.[fields.employees ?? '']);
  if (employees === undefined) return [];
  const index = bands.findLastIndex(({ from }) => employees >= from);
  if (index < 0) return [];
  const { from, points } = bands[index]!;
  const next = bands[index + 1];
  const size = next === undefined ? `${String(from)} people or more` : `${String(from)} to ${String(next.from - 1)} people`;
  return [{ group: 'companySize', points, text: `company of ${size}` }];
}

function bestMatch(group: 'industry' | 'source', values: readonly string[], rules: ScoringModel['industry']): readonly Part[] {
  const matches = values.flatMap((value) => rules.flatMap(({ match, points, says }): Part[] =>
    match.some((words) => hasWords(value, words)) ? [{ group, points, text: says ?? `${group}: ${readable(value)}` }] : []));
  return matches.sort((a, b) => b.points - a.points || order(a.text, b.text)).slice(0, 1);
}

function email({ person, freeMail }: Lead, { email: points }: ScoringModel): readonly Part[] {
  const address = ((person['emails'] ?? {}) as { readonly primaryEmail?: unknown }).primaryEmail;
  if (!isFilled(address)) return [{ group: 'email', points: points.none, text: 'no e-mail address' }];
  return freeMail ? [{ group: 'email', points: points.freeMail, text: `a private e-mail address (${quoted(String(address)).replace(/^.*@/, '')})` }] : [];
}

function completeness({ person }: Lead, { completeness: points }: ScoringModel): readonly Part[] {
  const known = Object.keys(points).filter((name) => points[name]! > 0 && (isFilled(person[name]) || isFilled(person[`${name}Id`]))).sort();
  if (known.length === 0) return [];
  const sum = known.reduce((total, name) => total + points[name]!, 0);
  return [{ group: 'completeness', points: sum, text: `known: ${listWords(known.map(fieldWords))}` }];
}

function capped(parts: readonly Part[], caps: ScoringModel['caps']): readonly Part[] {
  const group = parts[0]?.group;
  const cap = group === undefined ? undefined : caps[group];
  const sum = parts.reduce((total, { points }) => total + points, 0);
  return group === undefined || cap === undefined || sum <= cap ? parts : [...parts, { group, points: cap - sum, text: `since ${GROUP_WORDS[group]} counts ${String(cap)} at most` }];
}

const GROUP_WORDS: Readonly<Record<Group, string>> = {
  seniority: 'the job title', companySize: 'company size', industry: 'the industry', source: 'the source', behaviour: 'what a person does', usage: 'usage', email: 'the address', completeness: 'what is known',
};

function byWeight(a: Part, b: Part): number {
  return Math.abs(b.points) - Math.abs(a.points) || b.points - a.points || order(a.text, b.text);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A select's value as a person says it: `REAL_ESTATE` is “Real estate”. */
function readable(value: string): string {
  return /^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(value) && value.length > 3 ? value.charAt(0) + value.slice(1).replaceAll('_', ' ').toLowerCase() : quoted(value);
}
