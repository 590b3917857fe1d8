import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayIn, dueAfterWorkingDays } from './working-days.ts';

const due = (from: string, days: number, rest: object = {}): string => dueAfterWorkingDays(Date.parse(from), days, { timeZone: 'Europe/Berlin', ...rest });

test.each([
  ['Friday plus one is Monday', '2026-11-20T10:00:00Z', 1, {}, '2026-11-23T16:00:00.000Z'],
  ['Saturday plus one is Monday', '2026-11-21T10:00:00Z', 1, {}, '2026-11-23T16:00:00.000Z'],
  ['Saturday plus none is Monday', '2026-11-21T10:00:00Z', 0, {}, '2026-11-23T16:00:00.000Z'],
  ['late evening counts as the day it is there', '2026-11-19T23:30:00Z', 1, {}, '2026-11-23T16:00:00.000Z'],
  ['a holiday is jumped over', '2026-12-24T09:00:00Z', 1, { holidays: ['2026-12-25'] }, '2026-12-28T16:00:00.000Z'],
  ['another weekend', '2026-11-19T09:00:00Z', 1, { weekend: [5, 6], timeZone: 'Asia/Dubai', dueHour: 9 }, '2026-11-22T05:00:00.000Z'],
  ['the hour is right after the clocks change', '2026-10-23T09:00:00Z', 1, {}, '2026-10-26T16:00:00.000Z'],
  ['a zone behind UTC', '2026-11-20T02:00:00Z', 1, { timeZone: 'America/New_York' }, '2026-11-20T22:00:00.000Z'],
] as const)('%s', (_, from, days, rest, expected) => {
  expect(due(from, days, rest)).toBe(expected);
});

test('the due day is a working day, never before today, and N days span at least N calendar days', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
      fc.nat(60),
      fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'),
      (from, days, timeZone) => {
        const day = dayIn(timeZone, Date.parse(dueAfterWorkingDays(from.getTime(), days, { timeZone })));
        const today = dayIn(timeZone, from.getTime());
        expect([0, 6]).not.toContain(new Date(day).getUTCDay());
        expect(Date.parse(day) - Date.parse(today)).toBeGreaterThanOrEqual(days * 86_400_000);
      },
    ),
  );
});
