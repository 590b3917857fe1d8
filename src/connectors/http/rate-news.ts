import type { Place, RateForm, Refusal, WindowForm } from './rate-forms.ts';
import { rateLimitItems } from './ietf-rate-limit.ts';
import { countIn, waitIn } from './wait-values.ts';

/** Where a service may speak of its rates. */
export interface RateAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body, when it is JSON. */
  readonly body?: unknown;
}

/** What an answer tells of the rate. Waits are whole milliseconds, never negative and never more than a day. */
export interface RateNews {
  /** True when the call was not carried out because of the rate, or for lack of credits. */
  readonly refusedForRate: boolean;
  /** No window's end mends it: somebody has to buy, or the month has to end. */
  readonly outOfCredits?: true;
  /** How long to stay away, on a refusal or a 503; at least an hour without credits. */
  readonly retryAfterMs?: number;
  /** Calls left in the window that has the fewest left. */
  readonly remaining?: number;
  readonly limit?: number;
  /** When that window ends, in milliseconds since 1970. */
  readonly resetAtMs?: number;
}

/** Reads what an answer tells of the rate, in the form that the service is known to use. */
export function readRateNews(answer: RateAnswer, form: RateForm, nowMs: number): RateNews {
  const refusal = form.refusals.find((one) => one.status === answer.status && saysSo(answer, one.when));
  const refused = refusal !== undefined;
  const windows = form.windows.flatMap((window) => (window === 'ietf' ? combined(answer, nowMs) : separate(answer, window, refused, nowMs)));
  const tightest = windows.toSorted((a, b) => a.remaining - b.remaining || (b.resetMs ?? 0) - (a.resetMs ?? 0))[0];
  const toldMs = refused || answer.status === 503 ? first(form.waits, (place) => waitIn(valueAt(answer, place), place.as, nowMs)) : undefined;
  const outOfCredits = refusal?.outOfCredits === true;
  // Where credits are out, the headers go on to speak of the rate: they would have us ask every second.
  const waitMs = outOfCredits ? Math.max(toldMs ?? 0, CREDITS_WAIT_MS) : (toldMs ?? (refused ? tightest?.resetMs : undefined));
  return {
    refusedForRate: refused,
    ...(outOfCredits ? { outOfCredits } : {}),
    ...present('retryAfterMs', waitMs),
    ...present('remaining', tightest?.remaining),
    ...present('limit', tightest?.limit),
    ...present('resetAtMs', tightest?.resetMs === undefined ? undefined : nowMs + tightest.resetMs),
  };
}

/**
 * How long a service of unknown habits asks us to stay away, in milliseconds; undefined when it says nothing. Whether its
 * answer is a refusal at all is for the caller to judge.
 */
export function retryAfterMs(answer: Omit<RateAnswer, 'status'>, nowMs: number): number | undefined {
  return first(ANY_PLACE, (place) => waitIn(valueAt(answer, place), 'any', nowMs));
}

/** Without credits a service is asked again this often: somebody may have bought some. */
const CREDITS_WAIT_MS = 3_600_000;

const ANY_PLACE: readonly Place[] = [
  { header: 'retry-after' },
  { body: ['errors', 0, 'extensions', 'metadata', 'retryAfter'] },
  { body: ['extensions', 'metadata', 'retryAfter'] },
  { body: ['error', 'retry_after'] },
  { body: ['retry_after'] },
  { body: ['retry_after_seconds'] },
  { body: ['error', 'retry_after_seconds'] },
  { header: 'ratelimit-reset' },
  { header: 'x-ratelimit-reset' },
  { header: 'x-rate-limit-reset' },
];

interface Window {
  readonly remaining: number;
  readonly limit: number | undefined;
  /** From now. */
  readonly resetMs: number | undefined;
}

function separate(answer: RateAnswer, form: WindowForm, refused: boolean, nowMs: number): readonly Window[] {
  const resetMs = form.resets === undefined ? undefined : waitIn(valueAt(answer, form.resets), form.resets.as, nowMs);
  // A refusal that only says when its window ends has none left.
  const remaining = countIn(valueAt(answer, form.remaining), form.part) ?? (refused && resetMs !== undefined ? 0 : undefined);
  if (remaining === undefined) return [];
  return [{ remaining, limit: form.limit && countIn(valueAt(answer, form.limit), form.part), resetMs: resetMs ?? form.lengthMs }];
}

function combined({ headers }: RateAnswer, nowMs: number): readonly Window[] {
  return rateLimitItems(headers['ratelimit'], headers['ratelimit-policy']).flatMap(({ remaining, limit, reset }) => {
    const left = countIn(remaining);
    return left === undefined ? [] : [{ remaining: left, limit: countIn(limit), resetMs: waitIn(reset, 'delay', nowMs) }];
  });
}

function saysSo(answer: RateAnswer, when: Refusal['when']): boolean {
  if (when === undefined) return true;
  if (when === 'bare') return typeof answer.body !== 'object' || answer.body === null;
  const said = valueAt(answer, { body: when.path });
  return typeof said === 'string' && when.is.test(said);
}

function valueAt(answer: Omit<RateAnswer, 'status'>, place: Place): unknown {
  if ('header' in place) return answer.headers[place.header];
  return place.body.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined),
    answer.body,
  );
}

function first<P, T>(places: readonly P[], read: (place: P) => T | undefined): T | undefined {
  for (const place of places) {
    const value = read(place);
    if (value !== undefined) return value;
  }
  return undefined;
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
