import { companyNameKey } from '../../domain/company-key.ts';
import type { CompanyKeys, Standing } from './contract.ts';

/** When a metric has fallen. */
export interface FallRule {
  readonly below?: number | undefined;
  readonly dropsByPercent?: number | undefined;
  readonly recoversAt?: number | undefined;
}

/**
 * Where a metric stands after a sync. A fall is told of once, and again only when it has recovered in between: from a threshold by
 * reaching `recoversAt`, from a drop by rising above the line that it fell under. A company that is low when it is first seen is
 * told of only with `tellFirst`. Moving the threshold is no fall: the last value is judged anew. Applied twice to one value it
 * changes nothing.
 */
export function standingAfter(previous: Standing | undefined, value: number, { below, dropsByPercent, recoversAt }: FallRule, tellFirst: boolean): Standing {
  const wasUnder = previous === undefined ? !tellFirst : previous.below === below ? previous.under : below !== undefined && previous.value < below;
  const under = below !== undefined && (value < below || (previous !== undefined && wasUnder && value < (recoversAt ?? below)));
  const oldLine = dropsByPercent === undefined ? undefined : previous?.dropLine;
  const line = previous === undefined || dropsByPercent === undefined || previous.value <= 0 ? undefined : previous.value * (1 - dropsByPercent / 100);
  const stillDown = oldLine !== undefined && value <= oldLine;
  const drops = !stillDown && line !== undefined && value <= line && value < previous!.value;
  const dropLine = stillDown ? oldLine : drops ? line : undefined;

  const wasLow = (below !== undefined && wasUnder) || oldLine !== undefined;
  const isLow = under || dropLine !== undefined;
  const falls = isLow && !(previous === undefined ? !tellFirst : wasLow);
  return {
    value, under, below, dropLine,
    fall: (previous?.fall ?? 0) + (falls ? 1 : 0),
    owed: isLow && (falls || previous?.owed === true),
  };
}

/** A company of Twenty as far as matching needs it. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** Empty when it has no domain. */
  readonly host: string;
  /** Undefined when no such field is configured, or it is empty. */
  readonly externalId?: string | undefined;
  readonly isTrashed: boolean;
}

export type Match =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous' | 'trashed'; readonly reason: string };

/**
 * Which company a row is of: by external id, else by domain, else by name, the strongest key that finds any decides. Two companies with
 * the same key are nobody's, and what a stronger key contradicts is not taken: nothing is guessed. The order of the candidates does not matter.
 */
export function matchCompany({ externalId, host, domain, name }: CompanyKeys, candidates: readonly Candidate[]): Match {
  const live = candidates.filter(({ isTrashed }) => !isTrashed);
  const tests: readonly (readonly [wanted: string | undefined, test: (one: Candidate) => boolean, words: string])[] = [
    [externalId, (one) => one.externalId === externalId, `the external id ${externalId ?? ''}`],
    [host, (one) => one.host === host, `the domain ${host ?? ''}`],
    [domain === host ? undefined : domain, (one) => one.host === domain, `the domain ${domain ?? ''}`],
    [name, (one) => companyNameKey(one.name) === companyNameKey(name ?? ''), `the name ${name ?? ''}`],
  ];
  for (const [wanted, test, words] of tests) {
    if (wanted === undefined) continue;
    const found = live.filter(test);
    if (found.length > 1) return { kind: 'ambiguous', reason: `${String(found.length)} companies have ${words}. Merge them, or give the right one its own key.` };
    const [one] = found;
    if (one !== undefined) return contradiction({ externalId, host, domain }, one, words) ?? { kind: 'found', id: one.id };
  }
  const isInTrash = tests.some(([wanted, test]) => wanted !== undefined && candidates.some((one) => one.isTrashed && test(one)));
  return isInTrash ? { kind: 'trashed', reason: 'The company is in the trash of Twenty. Restore it to have it synced.' } : { kind: 'none' };
}

function contradiction({ externalId, host, domain }: CompanyKeys, one: Candidate, words: string): Match | undefined {
  if (externalId !== undefined && one.externalId !== undefined && one.externalId !== externalId) {
    return { kind: 'ambiguous', reason: `A company has ${words}, but its external id is ${one.externalId} and not ${externalId}.` };
  }
  if (one.externalId === externalId && externalId !== undefined) return undefined;
  const isOther = host !== undefined && one.host !== '' && one.host !== host && one.host !== domain;
  return isOther ? { kind: 'ambiguous', reason: `A company has ${words}, but its domain is ${one.host} and not ${host}.` } : undefined;
}
