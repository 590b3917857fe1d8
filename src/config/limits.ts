import { z } from 'zod';
import * as field from './fields.ts';

/** How many calls a service takes in a span of time. */
export interface Limit {
  readonly calls: number;
  /**
   * `sliding`: never more in any span of this length, which no fixed window of the service can be overrun by either.
   * `fixed`: the service's windows begin with the second, minute, hour or day in UTC.
   */
  readonly window: 'sliding' | 'fixed';
}

/** Calls per second, minute, hour and day; each of them must allow a call. */
export interface Limits {
  readonly perSecond?: Limit | undefined;
  readonly perMinute?: Limit | undefined;
  readonly perHour?: Limit | undefined;
  readonly perDay?: Limit | undefined;
}

/** What limits a connection, as every connection's settings have it. */
export interface Limited {
  readonly limits: Limits;
  /** Calls under way at the same time, over all workers. */
  readonly concurrency?: number | undefined;
}

/** The settings `limits` and `concurrency` of a connection, with what its service is known to take. */
export function limited(known: { readonly [Span in keyof Limits]?: Limit | number } = {}, concurrency?: number) {
  return {
    /** Calls that the service takes, for all who use the same account: `{ perSecond: 5, perDay: { calls: 100, window: 'fixed' } }`. */
    limits: field.settings({
      perSecond: limit(known.perSecond), perMinute: limit(known.perMinute), perHour: limit(known.perHour), perDay: limit(known.perDay),
    }, 'Write { perSecond: 5, perMinute: 100 }.').prefault({}),
    /** Calls that may be under way at the same time, over all workers. */
    concurrency: concurrency === undefined ? field.wholeNumber(1, 1000).optional() : field.wholeNumber(1, 1000).default(concurrency),
  };
}

function limit(known: Limit | number | undefined) {
  const calls = field.wholeNumber(1, 10_000_000);
  const error = "Write a number of calls, for example 100, or { calls: 100, window: 'fixed' }.";
  return z
    .union([calls, field.settings({ calls, window: field.oneOf(['sliding', 'fixed']) })], { error })
    .transform((value): Limit => (typeof value === 'number' ? { calls: value, window: 'sliding' } : value))
    .optional()
    .prefault(known);
}
