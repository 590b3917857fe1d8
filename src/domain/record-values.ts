/** Reading values out of a Twenty record whose fields are configured, and so of any type. */

/** The texts of a text, a select, a multi-select or an actor field; none of anything else. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === 'object' && value !== null && 'source' in value) return textsOf(value.source);
  return [];
}

/** The number in a number, a numeric text or an amount of money (in whole units); undefined of anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'object' && value !== null && 'amountMicros' in value) {
    const micros = numberOf(value.amountMicros);
    return micros === undefined ? undefined : micros / 1_000_000;
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Milliseconds since 1970 of a day or an instant; undefined of anything else. */
export function instantOf(value: unknown): number | undefined {
  const atMs = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Twenty answers empty texts and composites of empty texts for what is not there. A country code beside no number is nothing. */
export function isFilled(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false;
  if (Array.isArray(value)) return value.some(isFilled);
  if (typeof value !== 'object') return typeof value !== 'string' || value.trim() !== '';
  const parts = value as Readonly<Record<string, unknown>>;
  const telling = TELLING_PARTS.find((part) => part in parts);
  return telling === undefined ? Object.values(parts).some(isFilled) : isFilled(parts[telling]);
}

const TELLING_PARTS = ['primaryPhoneNumber', 'primaryLinkUrl', 'primaryEmail', 'amountMicros', 'markdown'];

/** Whether a value holds a word or several in a row, `REAL_ESTATE` and `Real estate, Berlin` alike for `real estate`. */
export function hasWords(value: string, words: string): boolean {
  const needle = plain(words);
  return needle !== '' && ` ${plain(value)} `.includes(` ${needle} `);
}

function plain(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}
