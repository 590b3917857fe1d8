import { missing, StripeRefusal, unknownParam } from './refusal.ts';

/** Parameters as Stripe takes them, form-encoded: `metadata[a]=b` is `{ metadata: { a: 'b' } }`. */
export interface Params {
  text(name: string): string | undefined;
  required(name: string): string;
  integer(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  map(name: string): Readonly<Record<string, string>>;
}

/** Reads a form or a query; a parameter that is not among `known` is refused, as Stripe does. */
export function paramsOf(form: URLSearchParams, known: readonly string[]): Params {
  const plain = new Map<string, string>();
  const maps = new Map<string, Record<string, string>>();
  for (const [key, value] of form) {
    const [, name = key, part] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(key) ?? [];
    if (!known.includes(name)) throw unknownParam(name);
    if (part === undefined) plain.set(name, value);
    else maps.set(name, { ...maps.get(name), [part]: value });
  }
  const text = (name: string): string | undefined => (plain.get(name) === '' ? undefined : plain.get(name));
  const required = (name: string): string => {
    const value = text(name);
    if (value === undefined) throw missing(name);
    return value;
  };
  return {
    text, required,
    integer(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (!/^-?\d+$/.test(value)) throw new StripeRefusal(400, `Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: name });
      return Number(value);
    },
    flag(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (value !== 'true' && value !== 'false') throw new StripeRefusal(400, `Invalid boolean: ${value}`, { param: name });
      return value === 'true';
    },
    map(name) {
      const found = maps.get(name) ?? {};
      if (name === 'metadata') assertMetadata(found);
      return found;
    },
  };
}

/** docs.stripe.com/api/metadata: 50 keys of 40 characters, values of 500. */
function assertMetadata(found: Readonly<Record<string, string>>): void {
  const entries = Object.entries(found);
  if (entries.length > 50) throw new StripeRefusal(400, 'You can only set 50 keys.', { param: 'metadata' });
  for (const [key, value] of entries) {
    if (key.length > 40) throw new StripeRefusal(400, `Metadata keys can have up to 40 characters, but you passed one of ${String(key.length)}.`, { param: 'metadata' });
    if (value.length > 500) throw new StripeRefusal(400, `Metadata values can have up to 500 characters, but you passed in a value that is ${String(value.length)} characters.`, { param: `metadata[${key}]` });
  }
}
