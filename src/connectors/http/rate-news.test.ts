import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { RATE_FORMS, type RateForm } from './rate-forms.ts';
import { type RateAnswer, readRateNews, retryAfterMs } from './rate-news.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What each service sends, and what is read from it. */
const KNOWN: readonly (readonly [string, keyof typeof RATE_FORMS, RateAnswer, object])[] = [
  ['Retry-After in seconds', 'standard', { status: 429, headers: { 'retry-after': '7' } }, { refusedForRate: true, retryAfterMs: 7_000 }],
  ['Retry-After with a fraction', 'standard', { status: 429, headers: { 'retry-after': '1.5' } }, { refusedForRate: true, retryAfterMs: 1_500 }],
  ['Retry-After as an HTTP date', 'standard', { status: 429, headers: { 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT' } }, { refusedForRate: true, retryAfterMs: 30_000 }],
  ['Retry-After as an HTTP date of 1985', 'standard', { status: 429, headers: { 'retry-after': 'Friday, 02-Jan-26 03:04:35 GMT' } }, { refusedForRate: true, retryAfterMs: 30_000 }],
  ['Retry-After as C writes dates, which is UTC', 'standard', { status: 429, headers: { 'retry-after': 'Fri Jan  2 03:04:35 2026' } }, { refusedForRate: true, retryAfterMs: 30_000 }],
  ['Retry-After in the past', 'standard', { status: 429, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' } }, { refusedForRate: true, retryAfterMs: 0 }],
  ['a pause for maintenance', 'standard', { status: 503, headers: { 'retry-after': '120' } }, { refusedForRate: false, retryAfterMs: 120_000 }],
  ['the sixth draft', 'standard', { status: 200, headers: { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '99', 'ratelimit-reset': '50' } }, { refusedForRate: false, remaining: 99, limit: 100, resetAtMs: NOW_MS + 50_000 }],
  ['the seventh draft', 'standard', { status: 429, headers: { ratelimit: 'limit=100, remaining=0, reset=12' } }, { refusedForRate: true, retryAfterMs: 12_000, remaining: 0, limit: 100, resetAtMs: NOW_MS + 12_000 }],
  ['the eighth draft, the window with the fewest left', 'standard', { status: 200, headers: { ratelimit: '"day";r=900;t=3600, "burst";r=3;t=5', 'ratelimit-policy': '"burst";q=10;w=10,"day";q=1000;w=86400' } }, { refusedForRate: false, remaining: 3, limit: 10, resetAtMs: NOW_MS + 5_000 }],
  ['Resend: a served call', 'resend', { status: 200, headers: { 'ratelimit-limit': '5', 'ratelimit-remaining': '4', 'ratelimit-reset': '1' } }, { refusedForRate: false, remaining: 4, limit: 5, resetAtMs: NOW_MS + 1_000 }],
  ['Resend: too quick', 'resend', { status: 429, headers: { 'ratelimit-limit': '5', 'ratelimit-remaining': '0', 'ratelimit-reset': '1', 'retry-after': '1' }, body: { name: 'rate_limit_exceeded' } }, { refusedForRate: true, retryAfterMs: 1_000, remaining: 0, limit: 5, resetAtMs: NOW_MS + 1_000 }],
  ['Resend: the day is used up, whatever the headers say of the second', 'resend', { status: 429, headers: { 'retry-after': '1' }, body: { name: 'daily_quota_exceeded' } }, { refusedForRate: true, outOfCredits: true, retryAfterMs: HOUR_MS }],
  ['Brevo: seconds', 'brevo', { status: 429, headers: { 'x-sib-ratelimit-limit': '10', 'x-sib-ratelimit-remaining': '0', 'x-sib-ratelimit-reset': '600' } }, { refusedForRate: true, retryAfterMs: 600_000, remaining: 0, limit: 10, resetAtMs: NOW_MS + 600_000 }],
  ['People Data Labs: maps and a date', 'people-data-labs', { status: 200, headers: { 'x-ratelimit-remaining': '{"minute": 1200, "day": null}', 'x-ratelimit-limit': '{"minute": 1201, "day": null}', 'x-ratelimit-reset': '2026-01-02T03:04:55Z' } }, { refusedForRate: false, remaining: 1200, limit: 1201, resetAtMs: NOW_MS + 50_000 }],
  ['People Data Labs: a date without a zone, which is UTC', 'people-data-labs', { status: 429, headers: { 'x-ratelimit-reset': '2026-01-02 03:05:05' } }, { refusedForRate: true, retryAfterMs: 60_000, remaining: 0, resetAtMs: NOW_MS + 60_000 }],
  ['People Data Labs: credits are out', 'people-data-labs', { status: 402, headers: { 'x-ratelimit-remaining': "{'minute': 90}", 'x-ratelimit-reset': '2026-01-02T03:04:55Z' } }, { refusedForRate: true, outOfCredits: true, retryAfterMs: HOUR_MS, remaining: 90, resetAtMs: NOW_MS + 50_000 }],
  ['Apollo: the minute', 'apollo', { status: 429, headers: { 'x-rate-limit-minute': '50', 'x-minute-requests-left': '0', 'x-hourly-requests-left': '95', 'x-24-hour-requests-left': '295' } }, { refusedForRate: true, retryAfterMs: 60_000, remaining: 0, limit: 50, resetAtMs: NOW_MS + 60_000 }],
  ['Apollo: the day, under its newer name', 'apollo', { status: 200, headers: { 'x-minute-requests-left': '45', 'x-daily-requests-left': '5', 'x-rate-limit-daily': '300' } }, { refusedForRate: false, remaining: 5, limit: 300, resetAtMs: NOW_MS + DAY_MS }],
  ['Apollo: in the body', 'apollo', { status: 429, headers: {}, body: { retry_after_seconds: 45 } }, { refusedForRate: true, retryAfterMs: 45_000 }],
  ['Hunter: 403 is the rate', 'hunter', { status: 403, headers: {} }, { refusedForRate: true }],
  ['Hunter: 429 is the month', 'hunter', { status: 429, headers: {} }, { refusedForRate: true, outOfCredits: true, retryAfterMs: HOUR_MS }],
  ['Fireflies: epoch milliseconds', 'fireflies', { status: 429, headers: {}, body: { errors: [{ extensions: { metadata: { retryAfter: NOW_MS + 90_000 } } }] } }, { refusedForRate: true, retryAfterMs: 90_000 }],
  ['Fireflies: refused with status 200', 'fireflies', { status: 200, headers: {}, body: { errors: [{ code: 'too_many_requests', extensions: { metadata: { retryAfter: NOW_MS + 1_000 } } }] } }, { refusedForRate: true, retryAfterMs: 1_000 }],
  ['Lemlist: a date as a person reads it', 'lemlist', { status: 429, headers: { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'Fri Jan 02 2026 04:04:07 GMT+0100 (Central European Standard Time)' } }, { refusedForRate: true, retryAfterMs: 2_000, remaining: 0, limit: 20, resetAtMs: NOW_MS + 2_000 }],
  ['Lemlist: Retry-After of a served call is no wait', 'lemlist', { status: 200, headers: { 'retry-after': '2', 'x-ratelimit-remaining': '7' } }, { refusedForRate: false, remaining: 7 }],
  ['Smartlead: Unix seconds', 'smartlead', { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1000 + 60) } }, { refusedForRate: true, retryAfterMs: 60_000, remaining: 0, resetAtMs: NOW_MS + 60_000 }],
  ['Smartlead: Unix milliseconds', 'smartlead', { status: 200, headers: { 'x-ratelimit-remaining': '8', 'x-ratelimit-reset': String(NOW_MS + 60_000) } }, { refusedForRate: false, remaining: 8, resetAtMs: NOW_MS + 60_000 }],
  ['Smartlead: in the body', 'smartlead', { status: 429, headers: {}, body: { error: { code: 'RATE_LIMIT_EXCEEDED', retry_after: 30 } } }, { refusedForRate: true, retryAfterMs: 30_000 }],
  ['Mailchimp: a bare 403', 'mailchimp', { status: 403, headers: {} }, { refusedForRate: true }],
  ['Mailchimp: a 403 with a reason is none', 'mailchimp', { status: 403, headers: {}, body: { title: 'Forbidden', detail: 'no permission' } }, { refusedForRate: false }],
  ['HubSpot: the account moves', 'hubspot', { status: 477, headers: { 'retry-after': '3600' } }, { refusedForRate: true, retryAfterMs: HOUR_MS }],
  ['MadKudu: credits', 'madkudu', { status: 429, headers: {}, body: { message: 'credits exhausted' } }, { refusedForRate: true, outOfCredits: true, retryAfterMs: HOUR_MS }],
  ['MadKudu: the rate', 'madkudu', { status: 429, headers: {}, body: { message: 'slow down' } }, { refusedForRate: true }],
  ['Kit: nothing at all', 'kit', { status: 429, headers: {} }, { refusedForRate: true }],
];

describe('read as the service means it', () => {
  it.each(KNOWN)('%s', (_what, form, answer, news) => {
    expect(readRateNews(answer, RATE_FORMS[form], NOW_MS)).toEqual(news);
  });
});

describe('nonsense is no news', () => {
  it.each([
    ['a wait of years', { 'retry-after': '99999999' }],
    ['a negative wait', { 'retry-after': '-5' }],
    ['no number', { 'retry-after': 'NaN' }],
    ['infinity', { 'retry-after': 'Infinity' }],
    ['a text', { 'retry-after': 'a while' }],
    ['a date of the year 9999', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }],
    ['digits and dashes', { 'retry-after': '1-2' }],
  ])('%s', (_what, headers) => {
    expect(readRateNews({ status: 429, headers }, RATE_FORMS.standard, NOW_MS)).toEqual({ refusedForRate: true });
  });

  test('the next place is read when one holds none', () => {
    const headers = { 'retry-after': 'soon', 'ratelimit-remaining': '0', 'ratelimit-reset': '4' };
    expect(readRateNews({ status: 429, headers }, RATE_FORMS.standard, NOW_MS).retryAfterMs).toBe(4_000);
  });

  test('a quota that renews in weeks is asked again after a day', () => {
    expect(readRateNews({ status: 429, headers: { 'retry-after': String(20 * 86_400) } }, RATE_FORMS.standard, NOW_MS).retryAfterMs).toBe(DAY_MS);
  });
});

describe('a service of unknown habits', () => {
  it.each([
    ['Unix seconds', { headers: { 'x-ratelimit-reset': String(NOW_MS / 1000 + 60) } }, 60_000],
    ['seconds', { headers: { 'x-ratelimit-reset': '60' } }, 60_000],
    ['a reset with parameters', { headers: { 'ratelimit-reset': '12;w=60, 120;w=3600' } }, 12_000],
    ['Retry-After before anything else', { headers: { 'retry-after': '3', 'x-ratelimit-reset': '60' }, body: { retry_after_seconds: 9 } }, 3_000],
    ['silence', { headers: {}, body: { statusCode: 429, error: 'HttpException', messages: ['Limit reached (100 tokens per 60000 ms)'] } }, undefined],
    ['a body that is no object', { headers: {}, body: 'slow down' }, undefined],
  ])('%s', (_what, answer, waitMs) => {
    expect(retryAfterMs(answer, NOW_MS)).toBe(waitMs);
  });
});

const forms = Object.values(RATE_FORMS) as readonly RateForm[];
const headerNames = [...new Set(['retry-after', 'ratelimit', 'ratelimit-policy', ...forms.flatMap(({ windows }) => windows.flatMap((window) => (window === 'ietf' ? [] : [window.remaining, window.limit, window.resets].flatMap((place) => (place !== undefined && 'header' in place ? [place.header] : [])))))])];
const hostile = fc.oneof(
  fc.string(), fc.double().map(String), fc.integer().map(String), fc.bigInt().map(String), fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.date({ noInvalidDate: true }).map(String), fc.json(), fc.constantFrom('"a";r=9;t=-1', 'limit=1, remaining=99999999999999999999, reset=1e9', '{"minute": -1}'),
);

test('whatever a service says, in any form, the wait is a whole number of milliseconds from none to a day, and counts are not negative', () => {
  const bounded = (ms: number | undefined): boolean => ms === undefined || (Number.isSafeInteger(ms) && ms >= 0 && ms <= DAY_MS);
  const count = (n: number | undefined): boolean => n === undefined || (Number.isSafeInteger(n) && n >= 0);
  fc.assert(
    fc.property(fc.constantFrom(...forms), fc.constantFrom(200, 402, 403, 423, 429, 477, 503), fc.dictionary(fc.constantFrom(...headerNames), hostile), fc.jsonValue(), (form, status, headers, body) => {
      const news = readRateNews({ status, headers, body }, form, NOW_MS);
      expect([bounded(news.retryAfterMs), count(news.remaining), count(news.limit), bounded(news.resetAtMs === undefined ? undefined : news.resetAtMs - NOW_MS)]).toEqual([true, true, true, true]);
      expect(bounded(retryAfterMs({ headers, body }, NOW_MS))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('a wait that is told in seconds, as a Unix time or as a date is the same wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400 }), (seconds) => {
      const atMs = NOW_MS + seconds * 1000;
      const told = (form: RateForm, headers: Record<string, string>): number | undefined => readRateNews({ status: 429, headers }, form, NOW_MS).retryAfterMs;
      const all = [
        told(RATE_FORMS.standard, { 'retry-after': String(seconds) }),
        told(RATE_FORMS.standard, { 'retry-after': new Date(atMs).toUTCString() }),
        told(RATE_FORMS.smartlead, { 'x-ratelimit-reset': String(atMs / 1000) }),
        told(RATE_FORMS.smartlead, { 'x-ratelimit-reset': String(atMs) }),
        told(RATE_FORMS.lemlist, { 'x-ratelimit-reset': String(new Date(atMs)) }),
        told(RATE_FORMS['people-data-labs'], { 'x-ratelimit-reset': new Date(atMs).toISOString() }),
      ];
      expect(new Set(all)).toEqual(new Set([seconds * 1000]));
    }),
  );
});
