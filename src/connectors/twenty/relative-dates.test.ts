import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantTest } from '../../sandbox/twenty/views-days.ts';
import { dayRange, instantRange, readRelativeDates } from './relative-dates.ts';
import { addMonths, dayAt, startOfDayMs, wallClock } from './zoned-days.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Santiago', 'America/Havana', 'Africa/Cairo', 'Asia/Kolkata', 'Pacific/Auckland', 'Pacific/Kiritimati'];
const now = fc.integer({ min: Date.parse('2024-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') });

it('a time span holds exactly the instants that the clock on the wall there puts into it', () => {
  const span = fc.tuple(fc.constantFrom('PAST', 'NEXT', 'THIS'), fc.integer({ min: 1, max: 40 }), fc.constantFrom('DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'),
    fc.constantFrom(...zones), fc.constantFrom('', 'MONDAY;;', 'SUNDAY;;', 'SATURDAY;;'));
  fc.assert(fc.property(span, now, ([direction, amount, unit, zone, start], nowMs) => {
    const value = `${direction}_${String(amount)}_${unit};;${zone};;${start}`;
    const dates = readRelativeDates(value, 'UTC');
    if (dates === undefined) throw new Error(`not read: ${value}`);
    const { fromMs, toMs } = instantRange(dates, { nowMs });
    const inside = instantTest({ operand: 'IS_RELATIVE', value, nowMs, sub: null, field: {} as never });
    expect([fromMs - 1, fromMs, toMs - 1, toMs].map((atMs) => inside(new Date(atMs).toISOString()))).toEqual([false, true, true, false]);
  }), { numRuns: 600 });
});

it('a day begins at midnight, or with the first instant the clock shows of it', () => {
  fc.assert(fc.property(now, fc.constantFrom(...zones), (atMs, zone) => {
    const day = dayAt(atMs, zone);
    const startMs = startOfDayMs(day, zone);
    expect([wallClock(startMs - 1, zone) < `${day}T00:00:00`, dayAt(startMs, zone)]).toEqual([true, day]);
  }), { numRuns: 600 });
});

describe('a span is read', () => {
  const range = (value: string, nowText = '2026-11-22T23:30:00Z', zone = 'UTC'): unknown => {
    const dates = readRelativeDates(value, zone);
    return dates === undefined ? undefined : dayRange(dates, Date.parse(nowText));
  };

  it.each([
    ['PAST_7_DAY', { from: '2026-11-15', to: '2026-11-22' }],
    ['NEXT_1_DAY', { from: '2026-11-23', to: '2026-11-24' }],
    ['THIS_1_DAY', { from: '2026-11-22', to: '2026-11-23' }],
    ['THIS__WEEK', { from: '2026-11-16', to: '2026-11-23' }],
    ['THIS_1_WEEK;;UTC;;SUNDAY;;', { from: '2026-11-22', to: '2026-11-29' }],
    ['THIS_1_QUARTER', { from: '2026-10-01', to: '2027-01-01' }],
    ['PAST_1_MONTH;;Europe/Berlin;;', { from: '2026-10-23', to: '2026-11-23' }],
  ])('%s without today, in the zone it names', (value, expected) => {
    expect(range(value)).toEqual(expected);
  });

  it('in the given zone when it names none', () => {
    expect(range('PAST_1_DAY', '2026-11-22T23:30:00Z', 'Asia/Kolkata')).toEqual({ from: '2026-11-22', to: '2026-11-23' });
  });

  it.each(['', 'PAST_DAY', 'PAST__DAY', 'LAST_7_DAY', 'PAST_7_DECADE', 'PAST_7_DAY;;Mars/Olympus;;', 'PAST_7_DAY_Europe/Berlin', 'THIS_1_HOUR', 'a PAST_7_DAY'])('and “%s” is none', (value) => {
    expect(readRelativeDates(value, 'UTC')).toBeUndefined();
  });
});

it('a month after the 31st is the last day of a shorter month', () => {
  expect([addMonths('2026-01-31', 1), addMonths('2024-03-31', -1), addMonths('2026-12-31', 2)]).toEqual(['2026-02-28', '2024-02-29', '2027-02-28']);
});
