import type { Clock } from './view-condition.ts';
import { addDays, addMonths, dayAt, startOfDayMs, weekday } from './zoned-days.ts';

/**
 * `PAST_7_DAY`, `THIS_1_WEEK`, `NEXT_2_MONTH;;Europe/Berlin;;MONDAY;;`: whole days before or after today, which itself belongs to
 * neither, or the running period; of hours and less the time up to or from this second. From inclusive, to exclusive.
 */
export interface RelativeDates {
  readonly direction: 'PAST' | 'NEXT' | 'THIS';
  readonly amount: number;
  readonly unit: (typeof UNITS)[number];
  readonly timeZone: string;
  /** 1 is Monday, 7 Sunday. */
  readonly weekStart: number;
}

/** Undefined when the text says nothing of the kind. */
export function readRelativeDates(text: string, defaultTimeZone: string): RelativeDates | undefined {
  const [, direction, amount = '', unit, timeZone, weekStart] =
    /^(PAST|NEXT|THIS)_(\d*)_([A-Z]+)(?:;;([^;]*);;(?:(MONDAY|SATURDAY|SUNDAY);;)?)?$/.exec(text) ?? [];
  const known = UNITS.find((candidate) => candidate === unit);
  if (direction === undefined || known === undefined || (direction !== 'THIS' && amount === '')) return undefined;
  // Twenty knows no running hour, minute or second.
  if (direction === 'THIS' && ['HOUR', 'MINUTE', 'SECOND'].includes(known)) return undefined;
  const zone = timeZone === undefined || timeZone === '' ? defaultTimeZone : timeZone;
  if (!isTimeZone(zone)) return undefined;
  return {
    direction: direction as RelativeDates['direction'], amount: Number(amount), unit: known, timeZone: zone,
    weekStart: weekStart === 'SUNDAY' ? 7 : weekStart === 'SATURDAY' ? 6 : 1,
  };
}

/** The days it spans. Hours and less have none. */
export function dayRange(dates: RelativeDates, nowMs: number): { readonly from: string; readonly to: string } | undefined {
  const today = dayAt(nowMs, dates.timeZone);
  if (dates.direction === 'THIS') return { from: periodStart(today, dates), to: add(periodStart(today, dates), 1, dates.unit) ?? today };
  const from = dates.direction === 'PAST' ? add(today, -dates.amount, dates.unit) : addDays(today, 1);
  if (from === undefined) return undefined;
  const to = dates.direction === 'PAST' ? today : add(from, dates.amount, dates.unit);
  return to === undefined ? undefined : { from, to };
}

/** The instants it spans, milliseconds since 1970. */
export function instantRange(dates: RelativeDates, { nowMs }: Pick<Clock, 'nowMs'>): { readonly fromMs: number; readonly toMs: number } {
  const lengthMs = { HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1_000 }[dates.unit as string];
  if (lengthMs !== undefined) {
    const second = Math.round(nowMs / 1000) * 1000;
    const other = second + (dates.direction === 'PAST' ? -1 : 1) * dates.amount * lengthMs;
    return { fromMs: Math.min(second, other), toMs: Math.max(second, other) };
  }
  const days = dayRange(dates, nowMs);
  const startMs = (day: string | undefined): number => startOfDayMs(day ?? dayAt(nowMs, dates.timeZone), dates.timeZone);
  return { fromMs: startMs(days?.from), toMs: startMs(days?.to) };
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const UNITS = ['SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;

function add(day: string, amount: number, unit: RelativeDates['unit']): string | undefined {
  switch (unit) {
    case 'DAY': return addDays(day, amount);
    case 'WEEK': return addDays(day, amount * 7);
    case 'MONTH': return addMonths(day, amount);
    case 'QUARTER': return addMonths(day, amount * 3);
    case 'YEAR': return addMonths(day, amount * 12);
    case 'HOUR':
    case 'MINUTE':
    case 'SECOND': return undefined;
  }
}

function periodStart(today: string, { unit, weekStart }: RelativeDates): string {
  const month = Number(today.slice(5, 7));
  switch (unit) {
    case 'WEEK': return addDays(today, -((weekday(today) - weekStart + 7) % 7));
    case 'MONTH': return `${today.slice(0, 7)}-01`;
    case 'QUARTER': return addMonths(`${today.slice(0, 7)}-01`, -((month - 1) % 3));
    case 'YEAR': return `${today.slice(0, 4)}-01-01`;
    default: return today;
  }
}
