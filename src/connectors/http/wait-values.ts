import type { TimeForm } from './rate-forms.ts';

/** The longest that anybody is believed to mean: quotas renew at least monthly. Anything beyond is nonsense, not news. */
const BELIEVABLE_MS = 32 * 24 * 3_600_000;
/** Nobody stays away longer than this without asking again, whatever was said. */
export const LONGEST_WAIT_MS = 24 * 3_600_000;

/** Milliseconds from now until the moment that was written, from 0 to a day; undefined when it is none. */
export function waitIn(value: unknown, as: TimeForm | 'any', nowMs: number): number | undefined {
  const waitMs = typeof value === 'number' ? fromNumber(value, as, nowMs) : typeof value === 'string' ? fromText(value.trim(), as, nowMs) : undefined;
  if (waitMs === undefined || !(waitMs <= BELIEVABLE_MS)) return undefined;
  return Math.min(LONGEST_WAIT_MS, Math.max(0, Math.ceil(waitMs)));
}

/** A count of calls, also as one part of a map: `{"minute": 99}`. */
export function countIn(value: unknown, part?: string): number | undefined {
  const read = typeof value === 'number' ? value : typeof value === 'string' ? Number(COUNT.exec(value.trim())?.[1] ?? partOf(value, part)) : NaN;
  return Number.isSafeInteger(Math.floor(read)) && read >= 0 ? Math.floor(read) : undefined;
}

/** The first number; parameters and further windows may follow it: `100, 100;w=60`. */
const COUNT = /^(\d{1,15}(?:\.\d+)?)\s*(?:[;,]|$)/;
const NUMBER = /^(-?\d{1,20}(?:\.\d+)?)\s*(?:[;,]|$)/;

function partOf(text: string, part: string | undefined): string | undefined {
  if (part === undefined) return undefined;
  const pairs = /["']?([a-z_]+)["']?\s*:\s*(\d{1,15})/g;
  return [...text.slice(0, 500).matchAll(pairs)].find(([, name]) => name === part)?.[2];
}

function fromText(text: string, as: TimeForm | 'any', nowMs: number): number | undefined {
  const number = NUMBER.exec(text)?.[1];
  if (number !== undefined) return fromNumber(Number(number), as, nowMs);
  // Without a letter it is no date that anybody sends, though Date.parse would make one of `1-2`.
  if (!/[A-Za-z]/.test(text) && !ISO_WITHOUT_ZONE.test(text)) return undefined;
  const instantMs = Date.parse(withZone(text));
  return Number.isNaN(instantMs) ? undefined : Math.max(0, instantMs - nowMs);
}

function fromNumber(value: number, as: TimeForm | 'any', nowMs: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (as === 'delay' || (as === 'any' && value < 1e9)) return value * 1000;
  if (value < 1e9) return undefined;
  return Math.max(0, (value < 1e11 ? value * 1000 : value) - nowMs);
}

const ISO_WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
/** The third form of an HTTP date, which names no zone: `Sun Nov  6 08:49:37 1994`. */
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** A date without a zone is meant in UTC, not in the zone of this machine. */
function withZone(text: string): string {
  if (ISO_WITHOUT_ZONE.test(text)) return `${text.replace(' ', 'T')}Z`;
  return ASCTIME.test(text) ? `${text} GMT` : text;
}
