import type { Value } from '../../domain/sync.ts';
import type { TwentyFields } from './records.ts';

/** The value at a field or a part of one, `emails.primaryEmail`; what is not there is null. */
export function valueAt(record: TwentyFields, path: string): Value {
  const [field, part] = path.split('.') as [string, string | undefined];
  const value = record[field];
  if (part === undefined) return (value ?? null) as Value;
  return ((typeof value === 'object' && value !== null ? (value as TwentyFields)[part] : undefined) ?? null) as Value;
}

/**
 * Values by path as a patch of a record. A part of a composite is put into the whole as it is now, since what is left out of a composite is
 * emptied on some of Twenty's paths.
 */
export function patchOf(values: Readonly<Record<string, Value>>, current: TwentyFields): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const [field, part] = path.split('.') as [string, string | undefined];
    if (part === undefined) patch[field] = value;
    else patch[field] = { ...((patch[field] ?? current[field] ?? {}) as TwentyFields), [part]: emptied(part, value) };
  }
  return patch;
}

/** Parts that are texts are emptied by "", numbers are not. */
function emptied(part: string, value: Value): Value {
  if (value !== null && value !== '') return value;
  return NUMBERS.has(part) ? null : '';
}

const NUMBERS: ReadonlySet<string> = new Set(['amountMicros', 'addressLat', 'addressLng']);
