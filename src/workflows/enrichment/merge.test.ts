import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFilled } from '../../domain/record-values.ts';
import type { TwentyRecordView, Wanted } from './contract.ts';
import { merge } from './merge.ts';

const text = fc.constantFrom('', ' ', 'Boss', 'CEO', 'Oakland');
const link = fc.constantFrom('', 'https://www.linkedin.com/in/ann', 'http://linkedin.com/in/ann/', 'https://www.linkedin.com/in/bob').map((primaryLinkUrl) => ({ primaryLinkUrl }));
const name = fc.record({ firstName: fc.constantFrom('', 'Ann', 'Bob'), lastName: fc.constantFrom('', 'Lee') });
const money = fc.constantFrom(null, 0, 5, 180_000_000).map((amount) => ({ amountMicros: amount === null ? null : amount * 1e6, currencyCode: amount === null ? '' : 'USD' }));
const values = { jobTitle: text, linkedinLink: link, name, annualRevenue: money, employees: fc.constantFrom(null, 0, 12, 1250), city: text } as const;

const anyRecord: fc.Arbitrary<TwentyRecordView> = fc.record({ id: fc.constant('r1'), ...values, other: fc.constant('stays') });
const anyWanted: fc.Arbitrary<readonly Wanted[]> = fc.tuple(...Object.entries(values).map(([field, value]) =>
  fc.record({ field: fc.constant(field), value: fc.oneof(value as fc.Arbitrary<unknown>, fc.constant(undefined)), policy: fc.constantFrom('fill', 'overwrite', 'never') })));

/** As Twenty takes a patch: parts of composites that are not written stay. */
function applied(record: TwentyRecordView, patch: Readonly<Record<string, unknown>> = {}): TwentyRecordView {
  const parts = (value: unknown): value is object => typeof value === 'object' && value !== null;
  return { ...record, ...Object.fromEntries(Object.entries(patch).map(([field, value]) => [field, parts(value) && parts(record[field]) ? { ...record[field], ...value } : value])) };
}

test('filling never takes anything from anybody', () => {
  fc.assert(fc.property(anyRecord, anyWanted, (record, wanted) => {
    const after = applied(record, merge(record, wanted.map((one) => ({ ...one, policy: 'fill' }))));
    for (const field of Object.keys(values).filter((one) => one !== 'name' && isFilled(record[one]))) expect(after[field]).toEqual(record[field]);
    for (const part of ['firstName', 'lastName']) {
      const before = (record['name'] as Record<string, string>)[part]!;
      if (before !== '') expect((after['name'] as Record<string, string>)[part]).toBe(before);
    }
  }));
});

test('blank never replaces anything, whatever the policy', () => {
  fc.assert(fc.property(anyRecord, anyWanted, (record, wanted) => {
    const after = applied(record, merge(record, wanted));
    for (const field of Object.keys(values)) if (isFilled(record[field])) expect(isFilled(after[field])).toBe(true);
  }));
});

test('“never” and fields that nobody knows stay as they are', () => {
  fc.assert(fc.property(anyRecord, anyWanted, (record, wanted) => {
    const patch = merge(record, wanted) ?? {};
    for (const { field } of wanted.filter(({ policy, value }) => policy === 'never' || !isFilled(value))) expect(patch).not.toHaveProperty(field);
    expect(patch).not.toHaveProperty('other');
  }));
});

test('twice is once: what has been merged changes nothing more', () => {
  fc.assert(fc.property(anyRecord, anyWanted, (record, wanted) => {
    expect(merge(applied(record, merge(record, wanted)), wanted)).toBeUndefined();
  }));
});

test('overwriting ends with what is known', () => {
  fc.assert(fc.property(anyRecord, anyWanted, (record, wanted) => {
    const after = applied(record, merge(record, wanted.map((one) => ({ ...one, policy: 'overwrite' }))));
    for (const { field, value } of wanted.filter((one) => isFilled(one.value) && ['employees', 'annualRevenue'].includes(one.field))) expect(after[field]).toEqual(value);
    for (const { field, value } of wanted.filter((one) => isFilled(one.value) && one.field === 'city')) expect(String(after[field]).trim()).toBe(String(value).trim());
  }));
});

test('the same in another spelling is not written, and a company called by its domain gets its name', () => {
  const fill = (field: string, value: unknown): Wanted => ({ field, value, policy: 'overwrite' });
  expect(merge({ id: 'r1', linkedinLink: { primaryLinkUrl: 'http://linkedin.com/in/Ann/' } }, [fill('linkedinLink', { primaryLinkUrl: 'https://www.linkedin.com/in/ann' })])).toBeUndefined();
  expect(merge({ id: 'r1', name: 'acme.example', domainName: { primaryLinkUrl: 'https://acme.example' } }, [{ field: 'name', value: 'Acme Inc', policy: 'fill' }])).toEqual({ name: 'Acme Inc' });
  expect(merge({ id: 'r1', name: 'Acme', domainName: { primaryLinkUrl: 'https://acme.example' } }, [{ field: 'name', value: 'Acme Inc', policy: 'fill' }])).toBeUndefined();
});
