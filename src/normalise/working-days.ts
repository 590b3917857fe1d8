export interface WorkingWeek {
  /** IANA name, `Europe/Berlin`. */
  readonly timeZone: string;
  /** Days nobody works, 0 = Sunday to 6 = Saturday; Saturday and Sunday when left out. */
  readonly weekend?: readonly number[];
  /** Days off, `2026-12-25`. */
  readonly holidays?: readonly string[];
  /** Hour of the day when it is due; 17 when left out. */
  readonly dueHour?: number;
}

/**
 * The instant (ISO 8601, UTC) that lies `days` working days after `fromMs`, at the due hour in the time zone. 0 is the same
 * day, or the next working day when that one is free. The last hour of the count is real: days the clocks change are right.
 */
export function dueAfterWorkingDays(fromMs: number, days: number, week: WorkingWeek): string {
  const weekend = new Set(week.weekend ?? [0, 6]);
  const holidays = new Set(week.holidays);
  const isFree = (day: string): boolean => weekend.has(new Date(`${day}T00:00:00Z`).getUTCDay()) || holidays.has(day);
  let day = dayIn(week.timeZone, fromMs);
  let left = Math.max(0, Math.trunc(days));
  // Ten years of days is far past any promise; the bound keeps a list of endless holidays from hanging us.
  for (let step = 0; step < 3650 && (left > 0 || isFree(day)); step += 1) {
    day = nextDay(day);
    if (!isFree(day) && left > 0) left -= 1;
  }
  return instantOf(day, week.dueHour ?? 17, week.timeZone);
}

/** The calendar day of an instant in a time zone, `2026-11-22`. */
export function dayIn(timeZone: string, atMs: number): string {
  const parts = partsIn(timeZone, atMs);
  return `${parts.year}-${parts.month}-${parts.day}`;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The instant when a wall clock there shows the hour: guess in UTC, correct by what the clock showed, twice for clock changes. */
function instantOf(day: string, hour: number, timeZone: string): string {
  const wanted = Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00Z`);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const shown = partsIn(timeZone, guess);
    guess += wanted - Date.parse(`${shown.year}-${shown.month}-${shown.day}T${shown.hour}:${shown.minute}:${shown.second}Z`);
  }
  return new Date(guess).toISOString();
}

function partsIn(timeZone: string, atMs: number): Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string> {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(atMs).map((part) => [part.type, part.value])) as ReturnType<typeof partsIn>;
}
