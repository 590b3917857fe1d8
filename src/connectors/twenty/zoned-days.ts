// Calendar days as texts, `2026-11-22`, and where they begin in a time zone.

const DAY_MS = 86_400_000;

/** The calendar day that it is there at that instant. */
export function dayAt(atMs: number, timeZone: string): string {
  return wallClock(atMs, timeZone).slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of the month, or its last day where the month is shorter. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const firstOf = (offset: number): Date => new Date(Date.UTC(year, month - 1 + months + offset, 1));
  const lastDate = new Date(firstOf(1).getTime() - DAY_MS).getUTCDate();
  return addDays(firstOf(0).toISOString().slice(0, 10), Math.min(date, lastDate) - 1);
}

/** 1 is Monday, 7 Sunday. */
export function weekday(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** The first instant of a day there: midnight, or what follows it where the clock skips midnight. */
export function startOfDayMs(day: string, timeZone: string): number {
  return instantOf(`${day}T00:00:00`, timeZone);
}

/** The instant at which the wall clock there shows this; where it shows it twice, the first time; where never, just after the gap. */
function instantOf(wall: string, timeZone: string): number {
  const wanted = Date.parse(`${wall}Z`);
  const offsets = [wanted - DAY_MS, wanted + DAY_MS].map((near) => Date.parse(`${wallClock(near, timeZone)}Z`) - near);
  const candidates = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
  return candidates.find((candidate) => Date.parse(`${wallClock(candidate, timeZone)}Z`) === wanted) ?? candidates.at(-1) ?? wanted;
}

/** What the wall clock there shows, to the second. */
export function wallClock(atMs: number, timeZone: string): string {
  const format = clockOf(timeZone);
  const part = Object.fromEntries(format.formatToParts(Math.floor(atMs / 1000) * 1000).map(({ type, value }) => [type, value]));
  return `${part.year ?? ''}-${part.month ?? ''}-${part.day ?? ''}T${part.hour ?? ''}:${part.minute ?? ''}:${part.second ?? ''}`;
}

/** Making one costs far more than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}
