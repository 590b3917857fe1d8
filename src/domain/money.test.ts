import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText, fromMinorUnits, isoDecimals, microsOf, minorUnits, moneyWords } from './money.ts';

const micros = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
const decimals = fc.constantFrom(0, 2, 3, 4);

describe('money', () => {
  test('minor units are exact or there are none: nothing is ever rounded', () => {
    fc.assert(fc.property(micros, decimals, (amount, places) => {
      const units = minorUnits(amount, places);
      return units === undefined ? amount % 10n ** BigInt(6 - places) !== 0n : fromMinorUnits(units, places) === amount;
    }));
  });
  test('a decimal text reads back as the same amount', () => {
    fc.assert(fc.property(micros, decimals, (amount, places) => {
      const text = decimalText(amount, places);
      const [, sign = '', units = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
      const back = BigInt(units) * 1_000_000n + BigInt(fraction.padEnd(6, '0') || '0');
      return (sign === '-' ? -back : back) === amount && (fraction === '' ? places === 0 : fraction.length >= places);
    }));
  });
  test('amounts are read from numbers and texts alike, and from nothing else', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (amount) => microsOf(amount) === BigInt(amount) && microsOf(String(amount)) === BigInt(amount)));
    expect([null, undefined, '', 'x', 1.5, '1.5', Number.NaN, {}, true].map(microsOf)).toEqual(Array.from({ length: 9 }, () => undefined));
  });
  test.each([[1_234_500_000n, 'EUR', 'EUR 1,234.50'], [500_000_000n, 'jpy', 'JPY 500'], [5_124_000n, 'KWD', 'KWD 5.124'], [1_005_000n, 'EUR', 'EUR 1.005'], [-1_000_000n, 'USD', 'USD -1.00'], [1_000_000_000_000n, 'USD', 'USD 1,000,000.00']])(
    '%d millionths of %s read “%s”', (amount, currency, words) => {
      expect(moneyWords(amount, currency)).toBe(words);
    });
  test('currencies have their decimals by ISO 4217', () => {
    expect(['EUR', 'jpy', 'ISK', 'KWD', 'CLF', 'MGA'].map(isoDecimals)).toEqual([2, 0, 0, 3, 4, 2]);
  });
});
