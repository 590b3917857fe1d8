import type { Connection } from '../config/connection.ts';
import type { ResendSettings } from '../connectors/resend/settings.ts';
import type { TwentySettings } from '../connectors/twenty/settings.ts';
import type { BudgetSettings } from '../store/budgets.ts';
import type { Pace } from '../store/pace.ts';

const MINUTE_MS = 60_000;
/** Between our sending a call and Twenty's counting it, at most, in units of the time it takes to earn a token. */
const SLACK = 1 / 12;
const URGENT_SHARE = 0.1;
const GATHER = 10;

/** What a connection may be asked; undefined when its calls are free. */
export function budgetOf({ kind, settings }: Connection): BudgetSettings | undefined {
  if (kind === 'twenty') {
    const { budget } = settings as TwentySettings;
    if (budget === 'off') return undefined;
    const refillMs = MINUTE_MS / budget.perMinute;
    return {
      algorithm: 'twenty',
      capacity: budget.perMinute,
      refillMs,
      slackMs: refillMs * SLACK,
      reserve: Math.ceil(budget.perMinute * URGENT_SHARE),
      gather: GATHER,
    };
  }
  if (kind === 'resend') {
    const { perSecond } = settings as ResendSettings;
    // Resend counts calls in a second. What has been saved up and what is earned meanwhile must fit into one together.
    return { algorithm: 'steady', capacity: Math.max(1, Math.floor(perSecond / 2)), refillMs: 2000 / perSecond, slackMs: 0, reserve: 0, gather: 1 };
  }
  return undefined;
}

/** Requests a second that Temporal lets a connection's queue start: a coarse guard above the exact budget. */
export function queueRate({ kind, settings }: Connection): number {
  return kind === 'resend' ? (settings as ResendSettings).perSecond * 2 : 50;
}

const CALLS_PER_RUN = 7;
const THRIFTY_SIZE = 140;

/** Thrift for connections whose calls are counted by the minute. */
export function paceOf(connection: Connection): Pace | undefined {
  if (connection.kind !== 'twenty' || (connection.settings as TwentySettings).budget === 'off') return undefined;
  return { callsPerRun: CALLS_PER_RUN, thriftySize: THRIFTY_SIZE };
}
