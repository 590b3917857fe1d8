import type { Behaviour, Lead, Part } from './contract.ts';
import { instantOf, numberOf } from '../../domain/record-values.ts';
import type { ScoringModel } from './weights.ts';
import { agoWords, timesWords } from './wording.ts';

const DAY_MS = 86_400_000;

/** What a person did and when, worth less with every day that passes. */
interface Rule {
  readonly points: number;
  readonly halfLifeDays: number;
  readonly most: number;
  readonly says: string;
}

/** Forms, meetings and e-mails: what fits several rules counts by the best of them. */
export function behaviourParts({ behaviour, nowMs }: Lead, model: ScoringModel): readonly Part[] {
  const done = new Map<Rule, number[]>();
  for (const act of behaviour) {
    const rule = rulesFor(act, model).reduce<Rule | undefined>((best, one) => (best === undefined || isBetter(one, best) ? one : best), undefined);
    if (rule === undefined) continue;
    const times = done.get(rule);
    if (times === undefined) done.set(rule, [act.atMs]);
    else times.push(act.atMs);
  }
  return [...done].map(([rule, times]): Part => {
    const full = Math.min(rule.most, rule.points * times.length);
    // Added up from the oldest on, so that the order in which they are known changes nothing.
    const sum = times.sort((a, b) => a - b).reduce((total, atMs) => total + rule.points * faded(atMs, nowMs, rule.halfLifeDays), 0);
    const points = Math.round(Math.min(rule.most, sum));
    const often = times.length === 1 ? '' : `, ${timesWords(times.length)} in all`;
    return { group: 'behaviour', points, text: `${rule.says} ${agoWords(times.at(-1)!, nowMs)}${often}${points < full ? ' (fading)' : ''}` };
  });
}

/** Numbers by bands, dates by how long ago. */
export function usageParts({ person, company, nowMs }: Lead, { usage }: ScoringModel): readonly Part[] {
  return usage.flatMap((rule): Part[] => {
    const value = (rule.on === 'person' ? person : company)?.[rule.field];
    if ('bands' in rule) {
      const number = numberOf(value);
      const band = number === undefined ? undefined : rule.bands.findLast(({ from }) => number >= from);
      return band === undefined ? [] : [{ group: 'usage', points: band.points, text: `${rule.says}: ${String(number)}` }];
    }
    const atMs = instantOf(value);
    if (atMs === undefined) return [];
    const points = Math.round(rule.points * faded(atMs, nowMs, rule.halfLifeDays));
    return [{ group: 'usage', points, text: `${rule.says} ${agoWords(atMs, nowMs)}${points < rule.points ? ' (fading)' : ''}` }];
  });
}

/** How far back it is worth looking, milliseconds: what was done before counts less than a thousandth. */
export function memoryMs({ halfLifeDays }: { readonly halfLifeDays: number }): number {
  return halfLifeDays * 10 * DAY_MS;
}

function rulesFor({ kind, integration }: Behaviour, model: ScoringModel): readonly Rule[] {
  switch (kind) {
    case 'form':
      return model.forms.filter(({ integrations }) => integrations === undefined || integrations.includes(integration ?? ''));
    case 'meeting':
      return model.meetings === undefined ? [] : [model.meetings];
    case 'reply':
      return model.replies === undefined ? [] : [model.replies];
  }
}

function isBetter(one: Rule, best: Rule): boolean {
  return one.points > best.points || (one.points === best.points && one.says < best.says);
}

/** 1 on the day itself and for what lies ahead, a half after one half-life. */
function faded(atMs: number, nowMs: number, halfLifeDays: number): number {
  return 0.5 ** (Math.max(0, nowMs - atMs) / DAY_MS / halfLifeDays);
}
