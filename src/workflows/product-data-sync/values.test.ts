import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import '../../../test/harness/properties.ts';
import type { Combine, MetricType, MetricValue } from './contract.ts';
import { compared, decimalOf, decimalText, sumOf, unitsAt } from './decimal.ts';
import { fieldValue, type Gathered, gather, holdsAlready, readValue } from './values.ts';

const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map((units) => decimalText({ units, scale: 2 }));
const all = (values: readonly MetricValue[], type: MetricType, how: Combine): MetricValue | undefined =>
  values.reduce<Gathered | undefined>((before, value) => gather(type, how, before, value), undefined)?.value;

describe('decimals', () => {
  test('a text that is read and written is the shortest text of the same number', () => {
    fc.assert(fc.property(cents, fc.constantFrom('', '0', '000'), (text, zeros) => {
      const padded = text.includes('.') ? `${text}${zeros}` : text;
      expect(decimalText(decimalOf(padded)!)).toBe(text);
      expect(Number(text)).toBe(Number(padded));
    }));
  });
  test('a sum is exact, and neither its order nor its grouping counts', () => {
    fc.assert(fc.property(fc.array(cents, { minLength: 1, maxLength: 30 }), (texts) => {
      const sum = (list: readonly string[]): string => decimalText(list.map((text) => decimalOf(text)!).reduce(sumOf));
      const exact = texts.reduce((total, text) => total + unitsAt(decimalOf(text)!, 2), 0n);
      expect(sum(texts)).toBe(decimalText({ units: exact, scale: 2 }));
      expect(sum(texts.toReversed())).toBe(sum(texts));
    }));
  });
  test('numbers compare as numbers do, whatever their texts', () => {
    fc.assert(fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: -1_000_000, max: 1_000_000 }), (a, b) => {
      expect(Math.sign(compared(decimalOf(`${String(a)}.50`)!, decimalOf(`${String(b)}.5`)!))).toBe(Math.sign(Number(`${String(a)}.5`) - Number(`${String(b)}.5`)));
    }));
  });
  test.each([['1e3', '1000'], ['-.5', '-0.5'], ['1.20e-2', '0.012'], ['+7', '7'], ['-0.0', '0']])('%s is %s', (text, shortest) => expect(decimalText(decimalOf(text)!)).toBe(shortest));
  test.each(['', 'abc', '1,000', '1.2.3', '0x10', 'NaN', 'Infinity', '1e9999', '--1', '1 2'])('“%s” is none', (text) => expect(decimalOf(text)).toBeUndefined());
  test.each([['0.0000005', 6, 1n], ['-0.0000005', 6, -1n], ['1.4999999', 0, 1n], ['2.5', 0, 3n]] as const)('%s in units of 10^-%i is %s: a half goes away from zero', (text, scale, units) => expect(unitsAt(decimalOf(text)!, scale)).toBe(units));
});

describe('values', () => {
  const any = fc.oneof(fc.string(), fc.double(), fc.integer(), fc.boolean(), fc.constant(null), cents, fc.date({ noInvalidDate: true }).map((date) => date.toISOString()));
  const types: readonly MetricType[] = ['number', 'text', 'day', 'instant', 'yes-no', 'money'];

  test('whatever comes is a value, nothing, or a problem in words; what was read is read as the same again', () => {
    fc.assert(fc.property(any, fc.constantFrom(...types), (raw, type) => {
      const reading = readValue(raw, type);
      if ('problem' in reading) expect(reading.problem.length).toBeGreaterThan(5);
      if ('value' in reading && reading.value !== '') expect(readValue(reading.value, type)).toEqual(reading);
    }));
  });
  test.each([
    ['day', '2026-02-28', '2026-02-28'], ['day', '2026-01-05T23:30:00-05:00', '2026-01-05'], ['day', '2026-02-30', undefined], ['day', '05.01.2026', undefined],
    ['instant', '2026-01-05', '2026-01-05T00:00:00.000Z'], ['instant', '2026-01-05 09:30:00.123456+00', '2026-01-05T09:30:00.123Z'], ['instant', '2026-01-05T09:30:00+0200', '2026-01-05T07:30:00.000Z'],
    ['instant', '2026-01-05 09:30:00 UTC', '2026-01-05T09:30:00.000Z'], ['instant', 20260105, undefined], ['instant', '2026-13-01', undefined],
    ['yes-no', 'Yes', true], ['yes-no', 0, false], ['yes-no', 'maybe', undefined], ['number', ' 12.50 ', '12.5'], ['number', true, undefined], ['text', '  a \n b ', 'a b'], ['text', 12, '12'],
  ] as const)('a %s of %o is %o', (type, raw, value) => expect((readValue(raw, type) as { value?: MetricValue }).value).toBe(value));

  test('sums, largest, smallest and counts do not depend on the order of rows; last and first do, and mirror each other', () => {
    fc.assert(fc.property(fc.array(cents, { minLength: 1, maxLength: 20 }), (values) => {
      for (const how of ['sum', 'max', 'min', 'count'] as const) expect(all(values, 'number', how)).toBe(all(values.toReversed(), 'number', how));
      expect(all(values, 'number', 'last')).toBe(all(values.toReversed(), 'number', 'first'));
      expect(all(values, 'number', 'count')).toBe(String(values.length));
      const numbers = values.map(Number);
      expect([Number(all(values, 'number', 'max')), Number(all(values, 'number', 'min'))]).toEqual([Math.max(...numbers), Math.min(...numbers)]);
    }));
  });
  test('money is written to the micro, and what was written counts as held', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }), (units) => {
      const written = fieldValue(decimalText({ units, scale: 2 }), { type: 'money', currency: 'EUR' });
      expect(written).toEqual({ amountMicros: Number(units * 10_000n), currencyCode: 'EUR' });
      expect(holdsAlready({ amountMicros: String(units * 10_000n), currencyCode: 'EUR' }, written, 'money')).toBe(true);
      expect(holdsAlready({ amountMicros: Number(units * 10_000n), currencyCode: 'USD' }, written, 'money')).toBe(false);
    }));
    expect(fieldValue('99999999999999', { type: 'money', currency: 'EUR' })).toBeUndefined();
  });
  test('a number is rounded as it is configured, and a blank field holds nothing', () => {
    expect([fieldValue('12.345', { type: 'number', decimals: 2 }), fieldValue('-2.5', { type: 'number', decimals: 0 }), fieldValue('12.345', { type: 'number' })]).toEqual([12.35, -3, 12.345]);
    expect([holdsAlready(null, 0, 'number'), holdsAlready(undefined, '', 'text'), holdsAlready(null, null, 'number'), holdsAlready({ amountMicros: null, currencyCode: '' }, null, 'money')]).toEqual([false, false, true, true]);
    expect([holdsAlready('2026-01-05T00:00:00.000Z', '2026-01-05', 'day'), holdsAlready('2026-01-05T10:00:00+01:00', '2026-01-05T09:00:00.000Z', 'instant')]).toEqual([true, true]);
  });
});
