import { isBlank, type Value } from '../../domain/sync.ts';

/** A `convert` of a field that loses nothing: every value of its domain is the same when it has been there and back. */
export interface Conversion {
  toExternal(value: Value): Value;
  toTwenty(value: Value): Value;
}

/**
 * An amount in Twenty (`amount.amountMicros`, a million to the unit) as units over there: 12.5. With `decimals` it is a text with that many of them,
 * `12.50`, as columns of a fixed scale hold it; amounts with more decimals are not rounded but written in full. What is no amount is passed as it is.
 */
export function micros({ decimals }: { readonly decimals?: number } = {}): Conversion {
  return {
    toExternal: onFilled((value) => {
      const units = unitsOf(value);
      if (units === undefined || decimals === undefined) return units === undefined ? value : numberOrText(units);
      const [whole, part = ''] = units.split('.') as [string, string | undefined];
      return decimals === 0 && part === '' ? whole : `${whole}.${part.padEnd(decimals, '0')}`;
    }),
    toTwenty: onFilled((value) => {
      const amount = microsOf(value);
      return amount === undefined ? value : numberOrText(amount);
    }),
  };
}

/** Options of Twenty as the other side names them, one by one or in a list: `choices({ NEW: 'new', CUSTOMER: 'won' })`. What is not named is passed as it is, and refused by whoever does not know it. */
export function choices(names: Readonly<Record<string, string | number | boolean>>): Conversion {
  const back = new Map(Object.entries(names).map(([option, name]) => [name, option]));
  if (back.size < Object.keys(names).length) throw new Error('choices: two options have the same name on the other side, so nobody could say which one comes back.');
  return {
    toExternal: onEach((value) => (typeof value === 'string' && Object.hasOwn(names, value) ? names[value]! : value)),
    toTwenty: onEach((value) => (typeof value === 'object' ? value : (back.get(value as string) ?? value))),
  };
}

/** A field that is yes or no in Twenty and two texts or numbers over there: `yesNo('Y', 'N')`. */
export function yesNo(yes: string | number, no: string | number): Conversion {
  return {
    toExternal: (value) => (typeof value === 'boolean' ? (value ? yes : no) : value),
    toTwenty: (value) => (value === yes ? true : value === no ? false : value),
  };
}

/** A number in Twenty that the other side holds as text. */
export function numberAsText(): Conversion {
  return {
    toExternal: onFilled((value) => (typeof value === 'number' ? String(value) : value)),
    toTwenty: onFilled((value) => (typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value)),
  };
}

/** A list in Twenty (multi-select, array) that the other side holds as one text: `listAsText(';')`. No item may hold the separator, nor begin or end with a blank. */
export function listAsText(separator: string): Conversion {
  return {
    toExternal: onFilled((value) => (Array.isArray(value) ? value.join(separator) : value)),
    toTwenty: (value) => (typeof value !== 'string' ? value : value.trim() === '' ? [] : value.split(separator).map((item) => item.trim())),
  };
}

/** A moment of Twenty's (`2026-01-31T09:00:00.000Z`) as milliseconds since 1970, as text with an offset, or as text of such milliseconds. Read is each of them. */
export function moments(as: 'milliseconds' | 'text' | 'milliseconds as text'): Conversion {
  return {
    toExternal: onFilled((value) => {
      const ms = momentOf(value);
      if (ms === undefined) return value;
      if (as === 'text') return new Date(ms).toISOString();
      return as === 'milliseconds' ? ms : String(ms);
    }),
    toTwenty: onFilled((value) => {
      const ms = momentOf(value);
      return ms === undefined ? value : new Date(ms).toISOString();
    }),
  };
}

/** Nothing stays nothing. */
function onFilled(convert: (value: NonNullable<Value>) => Value): (value: Value) => Value {
  return (value) => (value === null || isBlank(value) ? null : convert(value));
}

function onEach(convert: (value: Value) => Value): (value: Value) => Value {
  return (value) => (Array.isArray(value) ? (value as readonly Value[]).map(convert) : convert(value));
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whole micros as units, digit by digit, since floats cannot hold every amount. */
function unitsOf(value: NonNullable<Value>): string | undefined {
  const [, sign = '', digits = ''] = /^(-?)(\d+)$/.exec(String(value)) ?? [];
  if (digits === '') return undefined;
  const padded = digits.replace(/^0+/, '').padStart(7, '0');
  const part = padded.slice(-6).replace(/0+$/, '');
  return `${sign}${padded.slice(0, -6)}${part === '' ? '' : `.${part}`}`;
}

/** Units as whole micros; what is less than one is cut off, as Twenty does it. */
function microsOf(value: NonNullable<Value>): string | undefined {
  const [, sign = '', whole = '', part = ''] = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(String(value)) ?? [];
  if (whole === '') return undefined;
  const digits = `${whole}${part.slice(0, 6).padEnd(6, '0')}`.replace(/^0+(?=\d)/, '');
  return sign === '-' && digits !== '0' ? `-${digits}` : digits;
}

/** A number where it holds all digits. */
function numberOrText(digits: string): number | string {
  return String(Number(digits)) === digits ? Number(digits) : digits;
}

const LIMIT_MS = 8.64e15;

/** Milliseconds since 1970 of a moment in text or as such milliseconds. `2026-01-31 09:00:00.123456+00`, as Postgres writes it, is no ISO 8601 until its blank and its offset are mended. */
export function momentOf(value: Value): number | undefined {
  if (value === null || typeof value === 'object' || typeof value === 'boolean') return undefined;
  const text = String(value).trim();
  const ms = /^-?\d+$/.test(text) ? Number(text) : TIME.test(text) ? Date.parse(text.replace(/^(\S+) /, '$1T').replace(/([+-]\d\d)$/, '$1:00')) : Number.NaN;
  return Math.abs(ms) <= LIMIT_MS ? ms : undefined;
}

/** A day alone is no moment: its offset would be cut off as if it were a part of it. */
const TIME = /^[+-]?\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d/;
