import { bareHost } from '../../domain/company-key.ts';
import { instantOf, isFilled, numberOf } from '../../domain/record-values.ts';
import type { Policy, TwentyRecordView, Wanted } from './contract.ts';

/** Fields to write, under Twenty's own names. */
export type Patch = Readonly<Record<string, unknown>>;

/**
 * What of the wanted values changes a record; undefined when nothing does. Blank never replaces anything, what is the same is not
 * written, and the policy of a field says whether a filled one may be replaced. Applied twice it changes nothing more.
 */
export function merge(current: TwentyRecordView, wanted: readonly Wanted[]): Patch | undefined {
  const changes = wanted.flatMap(({ field, value, policy }): [string, unknown][] => {
    const change = changeOf(field, current, value, policy);
    return change === undefined ? [] : [[field, change]];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

function changeOf(field: string, record: TwentyRecordView, wanted: unknown, policy: Policy): unknown {
  if (policy === 'never' || !isFilled(wanted)) return undefined;
  const now = field === 'name' ? givenName(record) : record[field];
  // First and last name count apart: a known last name gets its missing first name.
  if (field === 'name' && isParts(wanted)) return nameChange(isParts(now) ? now : {}, wanted, policy);
  if (isFilled(now) && (policy === 'fill' || isSame(now, wanted))) return undefined;
  return wanted;
}

/** A company that is called by its domain was named by a machine: nobody loses anything when it gets its name. */
function givenName(record: TwentyRecordView): unknown {
  const { name, domainName } = record;
  const host = bareHost(String((domainName as { readonly primaryLinkUrl?: unknown } | null | undefined)?.primaryLinkUrl ?? ''));
  return typeof name === 'string' && host !== '' && bareHost(name) === host ? '' : name;
}

type Parts = Readonly<Record<string, unknown>>;

function nameChange(now: Parts, wanted: Parts, policy: Policy): Parts | undefined {
  const parts = Object.entries(wanted).filter(([part, value]) => isFilled(value) && !isSame(now[part], value) && (policy === 'overwrite' || !isFilled(now[part])));
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

/** Equal as Twenty keeps it: parts that we do not write do not count, links are compared without scheme and trailing slash. */
function isSame(now: unknown, wanted: unknown): boolean {
  if (isParts(wanted)) return isParts(now) && Object.entries(wanted).every(([part, value]) => (part === 'primaryLinkUrl' ? linkKey(now[part]) === linkKey(value) : isSame(now[part], value)));
  if (Array.isArray(wanted)) return Array.isArray(now) && [...now].map(String).sort().join('\0') === [...wanted].map(String).sort().join('\0');
  if (typeof wanted === 'number') return numberOf(now) === wanted;
  if (typeof wanted === 'string' && typeof now === 'string') return now.trim() === wanted.trim() || (INSTANT.test(wanted) && instantOf(now) === instantOf(wanted));
  return now === wanted;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T/;

function linkKey(link: unknown): string {
  return typeof link === 'string' ? link.trim().toLowerCase().replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/+$/, '') : '';
}

function isParts(value: unknown): value is Parts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
