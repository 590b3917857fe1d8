import type { Limit, Limited, Limits } from '../config/limits.ts';
import type { Connection } from '../config/connection.ts';
import type { TwentySettings } from '../connectors/twenty/settings.ts';
import type { BudgetSettings, BudgetWindow } from '../store/budgets.ts';
import type { Pace } from '../store/pace.ts';

const MINUTE_MS = 60_000;
const SPANS_MS: Readonly<Record<keyof Limits, number>> = { perSecond: 1_000, perMinute: MINUTE_MS, perHour: 60 * MINUTE_MS, perDay: 1_440 * MINUTE_MS };
/** Between our sending a call and Twenty's counting it, at most, in units of the time it takes to earn a token. */
const TWENTY_SLACK = 1 / 12;
/** The same for everybody else, where it only matters for windows of a second. */
const SLACK_MS = 250;
const URGENT_SHARE = 0.1;
const GATHER = 10;
/** What can be saved up while calls are slowed. */
const SLOW_BURST = 10;
/** Twenty's second is a bucket of 100 as odd as its minute; half of it can be used in any order. */
const TWENTY_PER_SECOND: Limit = { calls: 50, window: 'sliding' };

/** What a connection may be asked; undefined when its calls are free. */
export function budgetOf(connection: Connection): BudgetSettings | undefined {
  const { concurrency } = connection.settings as Limited;
  const windows = windowsOf(limitsOf(connection));
  const perMinute = twentyPerMinute(connection);
  if (perMinute !== undefined) {
    const refillMs = MINUTE_MS / perMinute;
    return {
      algorithm: 'twenty',
      capacity: perMinute,
      refillMs,
      slackMs: refillMs * TWENTY_SLACK,
      reserve: Math.ceil(perMinute * URGENT_SHARE),
      gather: GATHER,
      windows,
      concurrency,
    };
  }
  if (windows.length === 0 && concurrency === undefined) return undefined;
  const quickest = windows.toSorted((a, b) => a.lengthMs / a.calls - b.lengthMs / b.calls)[0] ?? { lengthMs: 1_000, calls: concurrency! };
  return {
    algorithm: 'windows',
    capacity: Math.min(SLOW_BURST, quickest.calls),
    refillMs: quickest.lengthMs / quickest.calls,
    slackMs: SLACK_MS,
    reserve: 0,
    gather: 1,
    windows,
    concurrency,
  };
}

/**
 * Activities a second that Temporal lets a connection's queue start: a coarse guard above the exact budget. A call costs at most
 * two starts, since a waiter that has to wait long leaves once.
 */
export function queueRate(connection: Connection): number {
  const perMinute = twentyPerMinute(connection);
  const calls = Object.values(limitsOf(connection)).flatMap((limit: Limit | undefined) => (limit === undefined ? [] : [limit.calls]));
  return Math.min(MAX_QUEUE_RATE, 2 * Math.min(...calls, perMinute ?? Infinity));
}

const MAX_QUEUE_RATE = 50;

function limitsOf(connection: Connection): Limits {
  const { limits } = connection.settings as Limited;
  const quick = (twentyPerMinute(connection) ?? 0) > 100;
  return quick ? { ...limits, perSecond: limits.perSecond ?? TWENTY_PER_SECOND } : limits;
}

function windowsOf(limits: Limits): readonly BudgetWindow[] {
  return (Object.keys(SPANS_MS) as (keyof Limits)[]).flatMap((span) => {
    const limit = limits[span];
    if (limit === undefined) return [];
    return [{ lengthMs: SPANS_MS[span], calls: limit.calls, reserve: Math.floor(limit.calls * URGENT_SHARE), aligned: limit.window === 'fixed' }];
  });
}

/** The rate of Twenty's own bucket; undefined for other services and for a server that counts no calls. */
function twentyPerMinute({ kind, settings }: Connection): number | undefined {
  if (kind !== 'twenty') return undefined;
  const { budget } = settings as TwentySettings;
  return budget === 'off' ? undefined : budget.perMinute;
}

const CALLS_PER_RUN = 7;
const THRIFTY_SIZE = 140;

/** Thrift for connections whose calls are counted by the minute. */
export function paceOf(connection: Connection): Pace | undefined {
  return twentyPerMinute(connection) === undefined ? undefined : { callsPerRun: CALLS_PER_RUN, thriftySize: THRIFTY_SIZE };
}
