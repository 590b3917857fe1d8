import { isFilled, textsOf } from '../../domain/record-values.ts';
import { normaliseEmail } from '../../normalise/email.ts';
import type { Reader } from './contract.ts';
import type { NewsletterSettings } from './settings.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether a person may be mailed, and where. Who opted out stays out whatever the address is like; a select field says no with any of
 * its configured values, a yes/no field with yes.
 */
export function readReader(person: Fields, { field, values }: NewsletterSettings['optOut']): Reader {
  const { primaryEmail } = (person['emails'] ?? {}) as { readonly primaryEmail?: unknown };
  const written = typeof primaryEmail === 'string' ? primaryEmail.trim() : '';
  const reading = normaliseEmail(written);
  const email = reading.ok ? reading.email : written === '' ? undefined : written;
  if (saysNo(person[field], values)) return { state: 'opted_out', email, says: undefined };
  if (written === '') return { state: 'no_address', email: undefined, says: undefined };
  return reading.ok ? { state: 'listed', email, says: undefined } : { state: 'invalid', email, says: reading.problem };
}

/** The values of a person under the tool's names; what is empty is left out, so that nothing in the tool is emptied by it. */
export function listFields(person: Fields, fields: NewsletterSettings['fields']): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, from]): [string, string | number | boolean][] => {
    const value = person[from];
    if (!isFilled(value)) return [];
    if (typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
    const texts = textsOf(value);
    return texts.length === 0 ? [] : [[name, texts.join(', ')]];
  }));
}

function saysNo(value: unknown, values: readonly string[] | undefined): boolean {
  if (values === undefined) return value === true;
  return (Array.isArray(value) ? value : [value]).some((one) => typeof one === 'string' && values.includes(one));
}
