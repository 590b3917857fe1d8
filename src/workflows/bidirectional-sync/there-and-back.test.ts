import { expect, test } from 'vitest';
import type { Value } from '../../domain/sync.ts';
import type { FieldRule } from './merge.ts';
import { mismatchesIn, straysIn } from './there-and-back.ts';

const plain = (value: Value): Value => value;
const rule = (parts: Partial<FieldRule> = {}): FieldRule => ({ name: 'size', direction: 'both', onConflict: 'ask', blank: 'keep', toExternal: plain, toTwenty: plain, ...parts });
const record = (side: 'twenty' | 'external', value: Value) => ({ side, id: `${side}-1`, values: { size: value } });

test('a value that a conversion rounds is named with what becomes of it, and one that travels the other way only is not looked at', () => {
  const rounding = { toExternal: (value: Value) => Math.round(Number(value) / 10), toTwenty: (value: Value) => Number(value) * 10 };
  const records = [record('twenty', 40), record('twenty', 47), record('external', 5)];

  expect(straysIn([rule(rounding)], records)).toEqual([{ field: 'size', side: 'twenty', id: 'twenty-1', value: 47, there: 5, back: 50 }]);
  expect(straysIn([rule({ ...rounding, direction: 'from-external' })], records)).toEqual([]);
});

test('a conversion that fails is named with its words, blanks included', () => {
  const failing = { toExternal: (value: Value) => (value as string).toUpperCase(), toTwenty: (value: Value) => (value as string).toLowerCase() };

  expect(straysIn([rule(failing)], [record('twenty', 'small'), record('twenty', null)])).toMatchObject([{ value: null, problem: expect.stringContaining('null') as string }]);
});

test('another spelling of the same number or moment is no loss, and an empty text is nothing', () => {
  const numbers = { toExternal: (value: Value) => (value === null || value === '' ? null : String(value)), toTwenty: (value: Value) => (value === null ? null : Number(value)) };
  const times = { toTwenty: (value: Value) => (value === null ? null : new Date(String(value)).toISOString()), toExternal: plain };

  expect(straysIn([rule(numbers)], [record('external', '12.50'), record('twenty', '')])).toEqual([]);
  expect(straysIn([rule(times)], [record('external', '2026-01-31T10:00:00+01:00')])).toEqual([]);
});

test('a field without a conversion is named when each side holds what the other never does', () => {
  expect(mismatchesIn([rule()], [record('twenty', 5), record('external', '5'), record('twenty', null)])).toEqual([{ field: 'size', kinds: { twenty: ['numbers'], external: ['texts'] } }]);
  expect(mismatchesIn([rule()], [record('twenty', '2026-01-31T09:00:00.000Z'), record('external', '2026-01-31 09:00:00+00')])).toHaveLength(1);
  expect(mismatchesIn([rule()], [record('twenty', 5), record('external', 7), record('external', 'x')])).toEqual([]);
});
