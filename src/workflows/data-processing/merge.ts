import { bareHost } from '../../domain/company-key.ts';
import { isFilled } from '../../domain/record-values.ts';
import type { Target } from './target-settings.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What changes on a record that exists; undefined when nothing does. A field is filled where it is blank, or overwritten where the policy says so;
 * fields that are made of parts, such as a name, are judged part by part. An address or number that is replaced stays as an additional one.
 */
export function planPatch(current: Fields, wanted: Fields, found: Target['found']): Fields | undefined {
  if (found === 'skip') return undefined;
  const patch: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(wanted)) {
    const made = fieldPatch(field, current[field], value, (path) => overwrites(found, path));
    if (made !== undefined) patch[field] = made;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function overwrites({ default: usual, fill, overwrite }: Exclude<Target['found'], 'skip'>, column: string): boolean {
  // People configure a link by its field, `company`.
  const path = column.replace(/(?<=^(?:company|pointOfContact))Id$/, '');
  const [field = ''] = path.split('.');
  const names = (list: readonly string[]): boolean => list.includes(path) || list.includes(field) || list.some((one) => one.startsWith(`${path}.`));
  if (names(fill)) return false;
  return usual === 'overwrite' || names(overwrite);
}

function fieldPatch(field: string, current: unknown, value: unknown, may: (path: string) => boolean): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return sameValue(current, value) || (isFilled(current) && !may(field)) ? undefined : value;
  }
  const before = (current ?? {}) as Fields;
  const parts = value as Fields;
  if (WHOLE.some((part) => part in parts)) {
    if (sameWhole(before, parts) || (isFilled(before) && !may(field))) return undefined;
    return keptBeside(before, parts);
  }
  const changed = Object.entries(parts).filter(([part, one]) => !sameValue(before[part], one) && (!isFilled(before[part]) || may(`${field}.${part}`)));
  return changed.length === 0 ? undefined : { ...before, ...Object.fromEntries(changed) };
}

/** Parts that only make sense together: half an amount is none. */
const WHOLE = ['primaryEmail', 'primaryPhoneNumber', 'primaryLinkUrl', 'amountMicros', 'markdown'];

function sameWhole(before: Fields, parts: Fields): boolean {
  if ('primaryEmail' in parts) {
    const address = String(parts['primaryEmail']).toLowerCase();
    const own = [before['primaryEmail'], ...((before['additionalEmails'] ?? []) as readonly unknown[])];
    return own.some((one) => typeof one === 'string' && one.toLowerCase() === address);
  }
  if ('primaryPhoneNumber' in parts) return sameValue(before['primaryPhoneNumber'], parts['primaryPhoneNumber']) && sameValue(before['primaryPhoneCallingCode'], parts['primaryPhoneCallingCode']);
  if ('primaryLinkUrl' in parts) {
    const link = (url: unknown): string => (typeof url === 'string' ? `${bareHost(url)}${url.replace(/^[a-z]+:\/\/[^/]*|^[^/]*/i, '').replace(/\/+$/, '')}` : '');
    return link(before['primaryLinkUrl']) === link(parts['primaryLinkUrl']);
  }
  return Object.entries(parts).every(([part, value]) => sameValue(before[part], value));
}

/** An address that makes room stays as an additional one. */
function keptBeside(before: Fields, parts: Fields): Fields {
  const old = before['primaryEmail'];
  if (!('primaryEmail' in parts) || typeof old !== 'string' || old === '') return { ...before, ...parts };
  const others = ((before['additionalEmails'] ?? []) as readonly unknown[]).filter((one) => one !== old);
  return { ...before, ...parts, additionalEmails: [...others, old] };
}

/** Twenty answers numbers as texts in places, and a day as an instant. */
function sameValue(current: unknown, value: unknown): boolean {
  if (current === value) return true;
  if (current === undefined || current === null) return value === '';
  if (Array.isArray(value)) return Array.isArray(current) && JSON.stringify([...(current as readonly unknown[])].sort()) === JSON.stringify([...(value as readonly unknown[])].sort());
  if (typeof value === 'number') return typeof current === 'string' && current.trim() !== '' && Number(current) === value;
  if (typeof value !== 'string' || typeof current !== 'string') return JSON.stringify(current) === JSON.stringify(value);
  if (current.trim() === value.trim()) return true;
  const date = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/;
  return date.test(current) && date.test(value) && Date.parse(current) === Date.parse(value);
}
