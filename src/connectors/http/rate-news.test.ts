import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './rate-news.ts';
import type { RateNews } from './rate-news.ts';

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('how long to stay away is read from', () => {
  it.each([
    ['Retry-After in seconds', { headers: { 'retry-after': '7' } }, 7_000],
    ['Retry-After with a fraction', { headers: { 'retry-after': '1.5' } }, 1_500],
    ['Retry-After as an HTTP date', { headers: { 'retry-after': 'Fri, 02 Jan 2026 03:04:35 GMT' } }, 30_000],
    ['ratelimit-reset in seconds (Resend)', { headers: { 'ratelimit-reset': '1' } }, 1_000],
    ['ratelimit-reset with parameters', { headers: { 'ratelimit-reset': '12;w=60, 120;w=3600' } }, 12_000],
    ['x-sib-ratelimit-reset in seconds (Brevo)', { headers: { 'x-sib-ratelimit-reset': '600' } }, 600_000],
    ['x-ratelimit-reset as ISO text (People Data Labs)', { headers: { 'x-ratelimit-reset': '2026-01-02T03:05:05Z' } }, 60_000],
    ['x-ratelimit-reset as text without a zone, which is UTC', { headers: { 'x-ratelimit-reset': '2026-01-02 03:05:05' } }, 60_000],
    ['x-ratelimit-reset as a human date (Lemlist)', { headers: { 'x-ratelimit-reset': 'Fri Jan 02 2026 04:04:07 GMT+0100 (Central European Standard Time)' } }, 2_000],
    ['x-ratelimit-reset as Unix seconds (Smartlead)', { headers: { 'x-ratelimit-reset': String(NOW_MS / 1000 + 60) } }, 60_000],
    ['epoch milliseconds in a GraphQL error (Fireflies)', { headers: {}, body: { errors: [{ extensions: { metadata: { retryAfter: NOW_MS + 90_000 } } }] } }, 90_000],
    ['error.retry_after in the body (Smartlead)', { headers: {}, body: { error: { retry_after: 30 } } }, 30_000],
    ['retry_after_seconds in the body (Apollo)', { headers: {}, body: { retry_after_seconds: 45 } }, 45_000],
  ])('%s', (_form, news, waitMs) => {
    expect(retryAfterMs(news, NOW_MS)).toBe(waitMs);
  });

  it('Retry-After before anything else', () => {
    expect(retryAfterMs({ headers: { 'retry-after': '3', 'x-ratelimit-reset': '60' }, body: { retry_after_seconds: 9 } }, NOW_MS)).toBe(3_000);
  });

  it('the next form when one is unreadable', () => {
    expect(retryAfterMs({ headers: { 'retry-after': 'soon', 'ratelimit-reset': '4' } }, NOW_MS)).toBe(4_000);
  });
});

describe('no wait is read', () => {
  it.each([
    ['from silence (Twenty)', { headers: {}, body: { statusCode: 429, error: 'HttpException', messages: ['Limit reached (100 tokens per 60000 ms)'] } }],
    ['from text that is no time', { headers: { 'retry-after': 'a while' } }],
    ['from a wait of years', { headers: { 'retry-after': '99999999' } }],
    ['from a negative number', { headers: {}, body: { retry_after: -5 } }],
    ['from a body that is no object', { headers: {}, body: 'slow down' }],
  ])('%s', (_form, news) => {
    expect(retryAfterMs(news, NOW_MS)).toBeUndefined();
  });
});

it('a moment that has passed means no wait', () => {
  expect(retryAfterMs({ headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' } }, NOW_MS)).toBe(0);
});

it('whatever a service says, the wait is a whole number of milliseconds that is not negative, or nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.oneof(fc.string(), fc.double(), fc.integer()), fc.jsonValue(), (header, wait, body) => {
      const all: readonly RateNews[] = [{ headers: { 'retry-after': header } }, { headers: {}, body: { retry_after: wait } }, { headers: {}, body }];
      for (const news of all) {
        const waitMs = retryAfterMs(news, NOW_MS);
        expect(waitMs === undefined || (Number.isSafeInteger(waitMs) && waitMs >= 0)).toBe(true);
      }
    }),
  );
});
