import fc from 'fast-check';
import { expect, test } from 'vitest';
import { same, type Value } from '../../domain/sync.ts';
import { choices, listAsText, micros, moments, numberAsText, yesNo } from './index.ts';

interface Both {
  toExternal(value: Value): Value;
  toTwenty(value: Value): Value;
}

/** There and back is the same, from either side. */
function losesNothing<T extends Value>(convert: Both, ofTwenty: fc.Arbitrary<T>, ofTheOther: (there: Value) => boolean = () => true): void {
  fc.assert(fc.property(fc.oneof(ofTwenty, fc.constant(null)), (value) => {
    const there = convert.toExternal(value);
    expect(ofTheOther(there) || there === null).toBe(true);
    expect(same(convert.toTwenty(there), value), `${JSON.stringify(value)} became ${JSON.stringify(there)} and came back as ${JSON.stringify(convert.toTwenty(there))}`).toBe(true);
    expect(same(convert.toExternal(convert.toTwenty(there)), there)).toBe(true);
  }), { numRuns: 500 });
}

const amount = fc.maxSafeInteger();
const instant = fc.integer({ min: -8.64e15, max: 8.64e15 }).filter((ms) => Math.abs(ms) < 2.5e14).map((ms) => new Date(ms).toISOString());
const item = fc.string({ minLength: 1 }).filter((text) => !text.includes(';') && text.trim() === text);

test('amounts lose nothing as units, whatever their size and sign', () => {
  losesNothing(micros(), amount);
  losesNothing(micros({ decimals: 2 }), amount, (there) => typeof there === 'string' && /^-?\d+\.\d{2,6}$/.test(there));
  losesNothing(micros({ decimals: 0 }), fc.integer().map((units) => units * 1_000_000), (there) => typeof there === 'string' && /^-?\d+$/.test(there));
});

test('texts of a fixed scale, as columns hold them, come back as they were', () => {
  const { toExternal, toTwenty } = micros({ decimals: 2 });
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
    const text = `${String(whole)}.${String(cents).padStart(2, '0')}`;
    expect(toExternal(toTwenty(text))).toBe(text);
  }));
  expect(toTwenty('about ten')).toBe('about ten');
});

test('options come back from the names that the other side has for them, in lists as well, and unknown ones are left as they are', () => {
  const convert = choices({ NEW: 'new lead', CUSTOMER: 'won', LOST: 'lost' });
  const option = fc.oneof(fc.constantFrom('NEW', 'CUSTOMER', 'LOST'), fc.string().filter((text) => !['new lead', 'won', 'lost'].includes(text)));
  losesNothing(convert, option);
  losesNothing(convert, fc.array(option));
  expect([convert.toExternal('CUSTOMER'), convert.toTwenty('won'), convert.toExternal('toString')]).toEqual(['won', 'CUSTOMER', 'toString']);
  expect(() => choices({ NEW: 'open', SCREENING: 'open' })).toThrow(/same name/);
});

test('yes and no, numbers and lists come back from the texts that stand for them', () => {
  losesNothing(yesNo('Y', 'N'), fc.boolean(), (there) => there === 'Y' || there === 'N');
  losesNothing(yesNo(1, 0), fc.boolean());
  losesNothing(numberAsText(), fc.double({ noNaN: true, noDefaultInfinity: true }), (there) => typeof there === 'string');
  losesNothing(listAsText(';'), fc.array(item), (there) => typeof there === 'string');
});

test('moments come back to the millisecond from each of their forms', () => {
  losesNothing(moments('milliseconds'), instant, Number.isInteger);
  losesNothing(moments('milliseconds as text'), instant, (there) => typeof there === 'string');
  losesNothing(moments('text'), instant);
  expect(moments('text').toTwenty('2026-01-31 09:00:00.5+02')).toBe('2026-01-31T07:00:00.500Z');
  expect([moments('text').toTwenty('Monday 1'), moments('milliseconds').toExternal('2026-01-31')]).toEqual(['Monday 1', '2026-01-31']);
});
