import { known } from './views-truth.ts';
import type { Asked, ValueTest } from './views-tests.ts';

// Dates are compared as the calendar texts that a wall clock in the zone shows, `2026-11-22 10:00:00`, not as instants.

/** A DATE field. What names no zone of its own is read in UTC, as by a server that runs in UTC. */
export function dayTest({ operand, value, nowMs }: Asked): ValueTest {
  const today = shown(nowMs, 'UTC').slice(0, 10);
  const test = (fits: (day: string) => boolean): ValueTest => (stored) => known<string>(stored, fits);
  switch (operand) {
    case 'IS': return test((day) => day === value.slice(0, 10));
    case 'IS_BEFORE': return test((day) => day < value.slice(0, 10));
    case 'IS_AFTER': return test((day) => day >= value.slice(0, 10));
    case 'IS_TODAY': return test((day) => day === today);
    case 'IS_IN_PAST': return test((day) => day < today);
    case 'IS_IN_FUTURE': return test((day) => day >= today);
    default: {
      const span = spanOf(value, nowMs);
      return test((day) => day >= span.from.slice(0, 10) && day < span.to.slice(0, 10));
    }
  }
}

/** A DATE_TIME field. */
export function instantTest({ operand, value, nowMs }: Asked): ValueTest {
  const test = (fits: (atMs: number) => boolean): ValueTest => (stored) => known<string>(stored, (text) => fits(Date.parse(text)));
  const minute = Math.round(nowMs / 60_000) * 60_000;
  const dayOf = (atMs: number): string => shown(atMs, 'UTC').slice(0, 10);
  switch (operand) {
    case 'IS': return test((atMs) => dayOf(atMs) === dayOf(Date.parse(value)));
    case 'IS_TODAY': return test((atMs) => dayOf(atMs) === dayOf(nowMs));
    case 'IS_BEFORE': return test((atMs) => atMs < Date.parse(value));
    case 'IS_AFTER': return test((atMs) => atMs >= Date.parse(value));
    case 'IS_IN_PAST': return test((atMs) => atMs < minute);
    case 'IS_IN_FUTURE': return test((atMs) => atMs > minute);
    default: {
      const span = spanOf(value, nowMs);
      const clock = (atMs: number): string => (span.exact ? new Date(atMs).toISOString() : shown(atMs, span.zone));
      return test((atMs) => clock(atMs) >= span.from && clock(atMs) < span.to);
    }
  }
}

interface Span {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  /** Hours and less are measured in UTC to the millisecond. */
  readonly exact: boolean;
}

function spanOf(text: string, nowMs: number): Span {
  const [kind = '', named, start] = text.split(';;');
  const [direction, amount, unit = 'DAY'] = kind.split('_');
  const zone = named === undefined || named === '' ? 'UTC' : named;
  const count = (direction === 'PAST' ? -1 : 1) * Number(amount);
  const short = { HOUR: 3600, MINUTE: 60, SECOND: 1 }[unit];
  if (short !== undefined) {
    const now = Math.round(nowMs / 1000) * 1000;
    const ends = [now, now + count * short * 1000].sort((a, b) => a - b).map((atMs) => new Date(atMs).toISOString());
    return { from: ends[0] ?? '', to: ends[1] ?? '', zone, exact: true };
  }
  const today = new Date(`${shown(nowMs, zone).slice(0, 10)}T00:00:00Z`);
  const days = (from: Date, to: Date): Span => ({ from: `${from.toISOString().slice(0, 10)} 00:00:00`, to: `${to.toISOString().slice(0, 10)} 00:00:00`, zone, exact: false });
  if (direction === 'PAST') return days(later(today, unit, count), today);
  if (direction === 'NEXT') return days(later(today, 'DAY', 1), later(later(today, 'DAY', 1), unit, count));
  const begun = beginningOf(today, unit, start);
  return days(begun, later(begun, unit, 1));
}

function later(day: Date, unit: string, count: number): Date {
  const date = new Date(day);
  if (unit === 'DAY' || unit === 'WEEK') date.setUTCDate(date.getUTCDate() + count * (unit === 'WEEK' ? 7 : 1));
  else {
    const months = { MONTH: 1, QUARTER: 3, YEAR: 12 }[unit] ?? 1;
    date.setUTCMonth(date.getUTCMonth() + count * months);
    // 31 January plus a month is the last of February, not the third of March.
    if (date.getUTCDate() !== day.getUTCDate()) date.setUTCDate(0);
  }
  return date;
}

function beginningOf(today: Date, unit: string, firstDay: string | undefined): Date {
  const date = new Date(today);
  if (unit === 'WEEK') {
    const first = { SUNDAY: 0, SATURDAY: 6 }[firstDay ?? ''] ?? 1;
    while (date.getUTCDay() !== first) date.setUTCDate(date.getUTCDate() - 1);
  }
  if (unit === 'MONTH' || unit === 'QUARTER' || unit === 'YEAR') date.setUTCDate(1);
  if (unit === 'QUARTER') while (date.getUTCMonth() % 3 !== 0) date.setUTCMonth(date.getUTCMonth() - 1);
  if (unit === 'YEAR') date.setUTCMonth(0);
  return date;
}

/** Sweden writes dates as `2026-11-22 10:00:00`. */
function shown(atMs: number, zone: string): string {
  return new Date(atMs).toLocaleString('sv-SE', { timeZone: zone });
}
