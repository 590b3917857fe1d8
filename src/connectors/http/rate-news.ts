/** Where a service may say how long to stay away. */
export interface RateNews {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body, when it is JSON. */
  readonly body?: unknown;
}

/**
 * How long a service asks us to stay away, in milliseconds, read from every form seen in the wild; undefined when it says
 * nothing. Whether the answer is a refusal at all is for the connector to judge: some say it with 403 or 402, some with 200.
 *
 * In order of trust: `Retry-After` (seconds or a date), the body (Fireflies, Smartlead, Apollo), then the window's end from
 * `ratelimit-reset`, `x-sib-ratelimit-reset` or `x-ratelimit-reset` (seconds, a Unix time or a date as text).
 */
export function retryAfterMs(news: RateNews, nowMs: number): number | undefined {
  const told = [
    news.headers['retry-after'],
    ...BODY_PATHS.map((path) => at(news.body, path)),
    ...RESET_HEADERS.map((name) => news.headers[name]),
  ];
  for (const value of told) {
    const waitMs = waitFrom(value, nowMs);
    if (waitMs !== undefined && waitMs <= LONGEST_MS) return waitMs;
  }
  return undefined;
}

/** Quotas renew at least monthly; anything longer is nonsense, not news. */
const LONGEST_MS = 32 * 24 * 3_600_000;

const RESET_HEADERS = ['ratelimit-reset', 'x-sib-ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'] as const;

const BODY_PATHS = [
  // Fireflies: epoch milliseconds inside a GraphQL error.
  ['errors', 0, 'extensions', 'metadata', 'retryAfter'],
  ['extensions', 'metadata', 'retryAfter'],
  // Smartlead: seconds.
  ['error', 'retry_after'],
  ['retry_after'],
  // Apollo: seconds.
  ['retry_after_seconds'],
  ['error', 'retry_after_seconds'],
] as const;

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined),
    value,
  );
}

function waitFrom(value: unknown, nowMs: number): number | undefined {
  if (typeof value === 'number') return waitFromNumber(value, nowMs);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  // `ratelimit-reset` may carry parameters or a second window: `7;w=60, 120`. The first one counts.
  const first = /^\s*(\d+(?:\.\d+)?)\s*(?:[;,]|$)/.exec(value)?.[1];
  if (first !== undefined) return waitFromNumber(Number(first), nowMs);
  const instantMs = Date.parse(withZone(value.trim()));
  return Number.isNaN(instantMs) ? undefined : Math.max(0, instantMs - nowMs);
}

/** A small number is seconds from now; a large one is a Unix time, in seconds or, larger still, in milliseconds. */
function waitFromNumber(value: number, nowMs: number): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value >= 1e11) return Math.max(0, Math.ceil(value - nowMs));
  if (value >= 1e9) return Math.max(0, Math.ceil(value * 1000 - nowMs));
  return Math.ceil(value * 1000);
}

/** A date without a zone is meant in UTC, not in the zone of this machine. */
function withZone(text: string): string {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
}
