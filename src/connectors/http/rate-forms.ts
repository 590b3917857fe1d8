/** How a service writes when calls may go on. */
export type TimeForm =
  /** A number is seconds from now; a date as text is that moment (RFC 9110's Retry-After). */
  | 'delay'
  /** A number is a Unix time in seconds or milliseconds, told apart by its size; a date as text is that moment. */
  | 'instant';

/** Where in an answer something stands: a header by its name in lower case, or a path into the JSON body. */
export type Place = { readonly header: string } | { readonly body: readonly (string | number)[] };

/** Which answers are refusals for the rate, or for lack of credits. */
export interface Refusal {
  readonly status: number;
  /** Only when the body says so: a text at a path, or no JSON object at all (`bare`). */
  readonly when?: { readonly path: readonly (string | number)[]; readonly is: RegExp } | 'bare';
  /** No window's end mends it: somebody has to buy, or the month has to end. */
  readonly outOfCredits?: true;
}

/** A window of calls that answers tell of. */
export interface WindowForm {
  readonly remaining: Place;
  readonly limit?: Place;
  /** The key to read when the value is a map: `{"minute": 99, "day": null}`. */
  readonly part?: string;
  readonly resets?: Place & { readonly as: TimeForm };
  /** How long the window is, where no header says when it ends: it ends within this time. */
  readonly lengthMs?: number;
}

/** How one service speaks of its rates. */
export interface RateForm {
  /** The first that fits counts. */
  readonly refusals: readonly Refusal[];
  /** Where a refusal says how long to stay away, in order of trust. Read on refusals only: Lemlist sends it with every answer. */
  readonly waits: readonly (Place & { readonly as: TimeForm })[];
  /** `ietf`: the combined `RateLimit` and `RateLimit-Policy` headers of the later drafts. */
  readonly windows: readonly (WindowForm | 'ietf')[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const TOO_MANY: readonly Refusal[] = [{ status: 429 }];
const RETRY_AFTER = { header: 'retry-after', as: 'delay' } as const;

/** A window told by three headers with the same beginning. */
const headers = (prefix: string, as: TimeForm, part?: string): WindowForm => ({
  remaining: { header: `${prefix}-remaining` },
  limit: { header: `${prefix}-limit` },
  resets: { header: `${prefix}-reset`, as },
  ...(part === undefined ? {} : { part }),
});

const apolloWindow = (name: string, left: string, lengthMs: number): WindowForm => ({
  remaining: { header: `x-${left}-requests-left` }, limit: { header: `x-rate-limit-${name}` }, lengthMs,
});

/** Says nothing beyond the status: count locally and back off. */
const SILENT: RateForm = { refusals: TOO_MANY, waits: [RETRY_AFTER], windows: [] };

/** What each service is known to send. A service that is not here is `standard`. */
export const RATE_FORMS = {
  /** What RFC 9110, the IETF drafts and most services do. */
  standard: {
    refusals: TOO_MANY,
    waits: [RETRY_AFTER],
    windows: [headers('ratelimit', 'delay'), 'ietf'],
  },
  /** The same of a service that is paid by credits: 402 says that there are none. Elsewhere it may be a card that was declined. */
  'paid-by-credits': {
    refusals: [{ status: 402, outOfCredits: true }, { status: 429 }],
    waits: [RETRY_AFTER],
    windows: [headers('ratelimit', 'delay'), 'ietf'],
  },
  /** resend.com/docs/api-reference/rate-limit and /errors. Quotas say nothing of when they renew. */
  resend: {
    refusals: [{ status: 429, when: { path: ['name'], is: /^(daily|monthly)_quota_exceeded$/ }, outOfCredits: true }, { status: 429 }],
    waits: [RETRY_AFTER],
    windows: [headers('ratelimit', 'delay')],
  },
  /** developers.brevo.com/docs/limit-headers: the reset is in seconds, there is no Retry-After. */
  brevo: {
    refusals: [{ status: 402, outOfCredits: true }, { status: 429 }],
    waits: [RETRY_AFTER],
    windows: [headers('x-sib-ratelimit', 'delay')],
  },
  /** docs.peopledatalabs.com/docs/usage-limits: maps of windows, the reset as a date in UTC; fixed windows of a minute. */
  'people-data-labs': {
    refusals: [{ status: 402, outOfCredits: true }, { status: 429 }],
    waits: [RETRY_AFTER],
    windows: [headers('x-ratelimit', 'instant', 'minute')],
  },
  /**
   * docs.apollo.io/reference/rate-limits: fixed windows without a word on when they end; the day's headers have had two names.
   * Credits that are used up are a 422 like that of a bad parameter, told apart by its words (superdesigndev/treg, pull request 301).
   */
  apollo: {
    refusals: [{ status: 422, when: { path: ['error'], is: /insufficient credits/i }, outOfCredits: true }, { status: 429 }],
    waits: [RETRY_AFTER, { body: ['retry_after_seconds'], as: 'delay' }, { body: ['error', 'retry_after_seconds'], as: 'delay' }],
    windows: [
      apolloWindow('minute', 'minute', MINUTE_MS),
      apolloWindow('hourly', 'hourly', HOUR_MS),
      apolloWindow('daily', 'daily', DAY_MS),
      apolloWindow('24-hour', '24-hour', DAY_MS),
    ],
  },
  /** 403 is the rate, 429 the month's quota; no headers. */
  hunter: {
    refusals: [{ status: 403 }, { status: 429, outOfCredits: true }],
    waits: [RETRY_AFTER],
    windows: [],
  },
  /** docs.fireflies.ai: epoch milliseconds inside a GraphQL error, which may come with status 200. */
  fireflies: {
    refusals: [
      { status: 402, outOfCredits: true },
      { status: 429 },
      { status: 200, when: { path: ['errors', 0, 'code'], is: /^too_many_requests$/ } },
    ],
    waits: [
      { body: ['errors', 0, 'extensions', 'metadata', 'retryAfter'], as: 'instant' },
      { body: ['extensions', 'metadata', 'retryAfter'], as: 'instant' },
      RETRY_AFTER,
    ],
    windows: [],
  },
  /** developer.lemlist.com, rate limits: the reset is a date as a person reads it. */
  lemlist: {
    refusals: TOO_MANY,
    waits: [RETRY_AFTER],
    windows: [headers('x-ratelimit', 'instant')],
  },
  /** api.smartlead.ai/guides/rate-limits. */
  smartlead: {
    refusals: TOO_MANY,
    waits: [RETRY_AFTER, { body: ['error', 'retry_after'], as: 'delay' }],
    windows: [headers('x-ratelimit', 'instant')],
  },
  /** developer.instantly.ai, rate limit: no headers; 402 when the workspace has no plan that pays for the call. */
  instantly: {
    refusals: [{ status: 402, outOfCredits: true }, { status: 429 }],
    waits: [RETRY_AFTER],
    windows: [],
  },
  /** Ten connections at once. Above that 429, or a 403 from the network in front, which is no problem document. */
  mailchimp: {
    refusals: [{ status: 429 }, { status: 403, when: 'bare' }],
    waits: [RETRY_AFTER],
    windows: [],
  },
  /** developers.hubspot.com, error handling: 477 while an account moves, for hours; 423 is a lock of two seconds. */
  hubspot: {
    refusals: [{ status: 429 }, { status: 477 }, { status: 423 }],
    waits: [RETRY_AFTER],
    windows: [{ remaining: { header: 'x-hubspot-ratelimit-remaining' }, limit: { header: 'x-hubspot-ratelimit-max' }, lengthMs: 10_000 }],
  },
  /** The newer API counts credits, and says so with 429. */
  madkudu: {
    refusals: [
      { status: 429, when: { path: ['message'], is: /credit/i }, outOfCredits: true },
      { status: 429, when: { path: ['error'], is: /credit/i }, outOfCredits: true },
      { status: 429 },
    ],
    waits: [RETRY_AFTER],
    windows: [],
  },
  /** cloud.google.com/bigquery/docs/error-messages: a refusal for the rate or the quota may be a 403 that says so. */
  bigquery: {
    refusals: [{ status: 429 }, { status: 403, when: { path: ['error', 'errors', 0, 'reason'], is: /^(rateLimitExceeded|quotaExceeded|jobRateLimitExceeded)$/ } }],
    waits: [RETRY_AFTER],
    windows: [],
  },
  kit: SILENT,
  snowflake: SILENT,
} as const satisfies Record<string, RateForm>;
