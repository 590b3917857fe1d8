import { type Decimal, compared, decimalOf, decimalText, sumOf, unitsAt } from './decimal.ts';
import type { Combine, MetricType, MetricValue } from './contract.ts';

/** Of a value that came from a warehouse: what it is as the declared type, nothing, or why it is none of that type. */
export type ValueReading = { readonly value: MetricValue } | { readonly blank: true } | { readonly problem: string };

/** Reads a value as the type that the configuration declares. Reading what was read gives the same. */
export function readValue(raw: unknown, type: MetricType): ValueReading {
  if (raw === null || raw === undefined || (typeof raw === 'string' && raw.trim() === '')) return { blank: true };
  const value = READERS[type](raw);
  return value === undefined ? { problem: `“${shown(raw)}” is ${NOT_A[type]}` } : { value };
}

/** What has come together of a company's rows so far; undefined before the first. */
export interface Gathered {
  readonly value: MetricValue;
}

/** Takes one more value into what has been gathered. Sums, largest, smallest and counts do not depend on the order of the rows. */
export function gather(type: MetricType, how: Combine, before: Gathered | undefined, value: MetricValue): Gathered {
  if (how === 'count') return { value: before === undefined ? '1' : String(Number(before.value) + 1) };
  if (before === undefined || how === 'last') return { value };
  if (how === 'first') return before;
  if (how === 'sum') return { value: decimalText(sumOf(known(before.value), known(value))) };
  const isLarger = order(type, value, before.value) > 0;
  return isLarger === (how === 'max') ? { value } : before;
}

/** The number in a number or an amount; undefined of the other types. */
export function numberIn(type: MetricType, value: MetricValue): number | undefined {
  return type === 'number' || type === 'money' ? Number(value) : undefined;
}

/** How a value is written into its field. */
export interface FieldForm {
  readonly type: MetricType;
  readonly decimals?: number | undefined;
  readonly currency?: string | undefined;
}

/** The value as Twenty's field takes it; undefined when it is out of the field's reach. */
export function fieldValue(value: MetricValue, { type, decimals, currency }: FieldForm): unknown {
  if (type === 'money') {
    const micros = Number(unitsAt(known(value), 6));
    return Number.isSafeInteger(micros) ? { amountMicros: micros, currencyCode: currency } : undefined;
  }
  if (type !== 'number') return value;
  const number = Number(decimals === undefined ? value : decimalText({ units: unitsAt(known(value), decimals), scale: decimals }));
  return Number.isFinite(number) ? number : undefined;
}

/** Whether a field holds this already. Twenty may answer a day as an instant, and an amount as a text. */
export function holdsAlready(current: unknown, wanted: unknown, type: MetricType): boolean {
  if (wanted === null) return type === 'money' ? (current as { amountMicros?: unknown } | null)?.amountMicros == null : current === null || current === undefined || current === '';
  if (current === null || current === undefined) return false;
  switch (type) {
    case 'number': return Number(current) === wanted;
    case 'text':
    case 'yes-no': return current === wanted;
    case 'day': return typeof current === 'string' && current.slice(0, 10) === wanted;
    case 'instant': return typeof current === 'string' && Date.parse(current) === Date.parse(wanted as string);
    case 'money': {
      const [is, shall] = [current, wanted] as { readonly amountMicros: unknown; readonly currencyCode: unknown }[];
      return is!.amountMicros !== null && Number(is!.amountMicros) === shall!.amountMicros && is!.currencyCode === shall!.currencyCode;
    }
  }
}

const READERS: Readonly<Record<MetricType, (raw: unknown) => MetricValue | undefined>> = {
  number: readDecimal,
  money: readDecimal,
  text: (raw) => (typeof raw === 'object' ? undefined : String(raw as string | number | boolean).replace(/[\p{Cc}\s]+/gu, ' ').trim().toWellFormed()),
  day: (raw) => (readInstant(raw) === undefined ? undefined : (raw as string).trim().slice(0, 10)),
  instant: readInstant,
  'yes-no': (raw) => YES_NO.get(String(raw as string).trim().toLowerCase()),
};

const NOT_A: Readonly<Record<MetricType, string>> = {
  number: 'no number', money: 'no amount', text: 'no text', day: 'no day', instant: 'no time', 'yes-no': 'neither yes nor no',
};

const YES_NO = new Map([['true', true], ['t', true], ['yes', true], ['y', true], ['1', true], ['false', false], ['f', false], ['no', false], ['n', false], ['0', false]]);

function readDecimal(raw: unknown): string | undefined {
  if (typeof raw !== 'string' && typeof raw !== 'number') return undefined;
  const decimal = decimalOf(String(raw));
  return decimal === undefined || !Number.isFinite(Number(decimalText(decimal))) ? undefined : decimalText(decimal);
}

/** A day, or a day and a time; without an offset it is UTC. */
function readInstant(raw: unknown): string | undefined {
  if (typeof raw !== 'string') return undefined;
  const [, day, time = '00:00', seconds = ':00', offset = 'Z'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/i.exec(raw.trim()) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const zone = /^(?:Z|UTC)$/i.test(offset) ? 'Z' : /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const atMs = Date.parse(`${day}T${time}${seconds.slice(0, 7)}${zone}`);
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}

/** The thirty-first of February is none. */
function isDay(day: string): boolean {
  const atMs = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(day);
}

function order(type: MetricType, a: MetricValue, b: MetricValue): number {
  if (type === 'number' || type === 'money') return compared(known(a), known(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function known(value: MetricValue): Decimal {
  return decimalOf(String(value))!;
}

function shown(raw: unknown): string {
  return (typeof raw === 'object' ? JSON.stringify(raw) : String(raw as string)).slice(0, 60);
}
