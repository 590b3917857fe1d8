import { dayRange, instantRange, isTimeZone, readRelativeDates } from './relative-dates.ts';
import type { RelativeDates } from './relative-dates.ts';
import { allOf, test, unknownOperand, untranslatable } from './view-condition.ts';
import type { Condition, Filter } from './view-condition.ts';
import { addDays, dayAt, startOfDayMs } from './zoned-days.ts';

/** A field that holds a day. `IS_AFTER` includes the day itself and `IS_IN_FUTURE` today, as in Twenty. */
export function dateFilter(condition: Condition): Filter {
  const { operand, value, clock } = condition;
  const today = dayAt(clock.nowMs, clock.timeZone);
  switch (operand) {
    case 'IS_RELATIVE': {
      const days = dayRange(relative(condition), clock.nowMs);
      if (days === undefined) throw untranslatable(condition, 'counts hours or less, which a day does not have');
      return allOf([test(condition, 'gte', days.from), test(condition, 'lt', days.to)]);
    }
    case 'IS_TODAY': return test(condition, 'eq', today);
    case 'IS_IN_PAST': return test(condition, 'lt', today);
    case 'IS_IN_FUTURE': return test(condition, 'gte', today);
    case 'IS': return test(condition, 'eq', day(condition, value));
    case 'IS_BEFORE': return test(condition, 'lt', day(condition, value));
    case 'IS_AFTER': return test(condition, 'gte', day(condition, value));
    default: throw unknownOperand(condition);
  }
}

/** A field that holds an instant. `IS` means the whole day there, past and future are counted in whole minutes. */
export function dateTimeFilter(condition: Condition): Filter {
  const { operand, value, clock } = condition;
  const minute = new Date(Math.round(clock.nowMs / 60_000) * 60_000).toISOString();
  switch (operand) {
    case 'IS_RELATIVE': {
      const { fromMs, toMs } = instantRange(relative(condition), clock);
      return between(condition, fromMs, toMs);
    }
    case 'IS_TODAY': return wholeDay(condition, dayAt(clock.nowMs, clock.timeZone));
    case 'IS_IN_PAST': return test(condition, 'lt', minute);
    case 'IS_IN_FUTURE': return test(condition, 'gt', minute);
    case 'IS': return wholeDay(condition, value.includes('T') ? dayAt(instant(condition), clock.timeZone) : day(condition, value));
    case 'IS_BEFORE': return test(condition, 'lt', new Date(instant(condition)).toISOString());
    case 'IS_AFTER': return test(condition, 'gte', new Date(instant(condition)).toISOString());
    default: throw unknownOperand(condition);
  }
}

function wholeDay(condition: Condition, on: string): Filter {
  const { timeZone } = condition.clock;
  return between(condition, startOfDayMs(on, timeZone), startOfDayMs(addDays(on, 1), timeZone));
}

function between(condition: Condition, fromMs: number, toMs: number): Filter {
  return allOf([test(condition, 'gte', new Date(fromMs).toISOString()), test(condition, 'lt', new Date(toMs).toISOString())]);
}

function relative(condition: Condition): RelativeDates {
  const { timeZone } = condition.clock;
  if (!isTimeZone(timeZone)) throw untranslatable(condition, `cannot be read in the time zone ${timeZone}`);
  const dates = readRelativeDates(condition.value, timeZone);
  if (dates === undefined) throw untranslatable(condition, 'holds no time span such as PAST_7_DAY');
  return dates;
}

/** Older views keep a whole instant where a day is meant; the day is what counts. */
function day(condition: Condition, value: string): string {
  const text = value.slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}(T.*)?$/.test(value) || Number.isNaN(Date.parse(`${text}T00:00:00Z`))) throw untranslatable(condition, 'holds no date');
  return text;
}

function instant(condition: Condition): number {
  const atMs = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$/.test(condition.value) ? Date.parse(condition.value) : Number.NaN;
  if (Number.isNaN(atMs)) throw untranslatable(condition, 'holds no instant with a time zone');
  return atMs;
}
