import fc from 'fast-check';
import { expect, test } from 'vitest';
import '../../../test/harness/properties.ts';
import type { Candidate } from './contract.ts';
import { type Condition, firstFit, fits, mayEnrol, mayFit, rankOf, type SequenceRule, STATES } from './rules.ts';

const person = (fields: Readonly<Record<string, unknown>> = {}): Candidate => ({ person: { id: 'p1', name: { firstName: 'Ann', lastName: 'Lee' }, emails: { primaryEmail: 'Ann@Acme.example', additionalEmails: [] }, ...fields }, company: { id: 'c1', name: 'Acme', employees: 250 } });

test.each<readonly [Condition, boolean]>([
  [{ field: 'jobTitle', operator: 'contains', value: 'chief' }, true],
  [{ field: 'jobTitle', operator: 'startsWith', value: 'CHIEF' }, true],
  [{ field: 'jobTitle', operator: 'endsWith', value: 'officer' }, true],
  [{ field: 'leadScore', operator: 'atLeast', value: 70 }, true],
  [{ field: 'leadScore', operator: 'above', value: 70 }, false],
  [{ field: 'leadScore', operator: 'is', value: '70' }, true],
  [{ field: 'stage', operator: 'isOneOf', value: ['LEAD', 'CUSTOMER'] }, true],
  [{ field: 'tags', operator: 'isOneOf', value: ['event'] }, true],
  [{ field: 'tags', operator: 'isNoneOf', value: ['event'] }, false],
  [{ field: 'name', operator: 'is', value: 'ann lee' }, true],
  [{ field: 'emails', operator: 'endsWith', value: '@acme.example' }, true],
  [{ field: 'budget', operator: 'atLeast', value: 1000 }, true],
  [{ field: 'since', operator: 'after', value: '2026-01-01' }, true],
  [{ field: 'since', operator: 'before', value: '2026-01-01' }, false],
  [{ field: 'vip', operator: 'isTrue' }, true],
  [{ field: 'createdBy', operator: 'is', value: 'CALENDAR' }, true],
  [{ field: 'company', operator: 'isFilled' }, true],
  [{ field: 'company.employees', operator: 'atLeast', value: 200 }, true],
  [{ field: 'company.industry', operator: 'isEmpty' }, true],
  [{ field: 'nothing', operator: 'isNot', value: 'x' }, true],
  [{ field: 'nothing', operator: 'below', value: 5 }, false],
])('%o is %s', (condition, expected) => {
  const ann = person({
    jobTitle: 'Chief Revenue Officer', leadScore: 70, stage: 'LEAD', tags: ['EVENT', 'WEBINAR'], budget: { amountMicros: 1_000_000_000, currencyCode: 'EUR' },
    since: '2026-02-03T10:00:00Z', vip: true, createdBy: { source: 'CALENDAR' }, companyId: 'c1',
  });
  expect(fits(condition, ann)).toBe(expected);
});

const anyValue = fc.oneof(
  fc.string(), fc.double({ noNaN: true }), fc.integer(), fc.boolean(), fc.constantFrom(null, undefined, '', ' '), fc.array(fc.string()), fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.record({ amountMicros: fc.integer(), currencyCode: fc.constant('EUR') }), fc.record({ primaryEmail: fc.emailAddress(), additionalEmails: fc.constant([]) }), fc.record({ firstName: fc.string(), lastName: fc.string() }),
);
const holds = (condition: Condition, value: unknown): boolean => fits(condition, person({ f: value }));

test('each operator and its opposite never both hold, and for what is there one of them does', () => {
  fc.assert(fc.property(anyValue, fc.oneof(fc.string({ minLength: 1 }), fc.integer()), (value, wanted) => {
    expect(holds({ field: 'f', operator: 'is', value: wanted }, value)).toBe(!holds({ field: 'f', operator: 'isNot', value: wanted }, value));
    expect(holds({ field: 'f', operator: 'isOneOf', value: [wanted] }, value)).toBe(holds({ field: 'f', operator: 'is', value: wanted }, value));
    expect(holds({ field: 'f', operator: 'isNoneOf', value: [wanted] }, value)).toBe(holds({ field: 'f', operator: 'isNot', value: wanted }, value));
    expect(holds({ field: 'f', operator: 'isFilled' }, value)).toBe(!holds({ field: 'f', operator: 'isEmpty' }, value));
    expect(holds({ field: 'f', operator: 'isTrue' }, value)).toBe(!holds({ field: 'f', operator: 'isFalse' }, value));
  }));
});

test('of numbers exactly one of below, is and above holds, and atLeast and atMost agree with them', () => {
  fc.assert(fc.property(fc.integer(), fc.integer(), (value, wanted) => {
    const [below, is, above] = (['below', 'is', 'above'] as const).map((operator) => holds({ field: 'f', operator, value: wanted }, value));
    expect([below, is, above].filter(Boolean)).toHaveLength(1);
    expect(holds({ field: 'f', operator: 'atLeast', value: wanted }, value)).toBe(is === true || above === true);
    expect(holds({ field: 'f', operator: 'atMost', value: wanted }, value)).toBe(is === true || below === true);
  }));
});

test('a number in a text or in money is compared as a number, whatever is no number never is', () => {
  fc.assert(fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }), (value, wanted) => {
    const expected = value >= wanted;
    for (const form of [String(value), { amountMicros: value * 1_000_000, currencyCode: 'EUR' }]) expect(holds({ field: 'f', operator: 'atLeast', value: wanted }, form)).toBe(expected);
  }));
  for (const none of ['', 'many', null, true, ['5'], {}]) expect(holds({ field: 'f', operator: 'atLeast', value: 0 }, none)).toBe(false);
});

test('texts are compared without regard to case and blanks around them', () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z0-9 ]*[a-z][a-z0-9 ]*$/), (text) => {
    for (const operator of ['is', 'contains', 'startsWith', 'endsWith'] as const) expect(holds({ field: 'f', operator, value: text.toUpperCase() }, ` ${text} `)).toBe(true);
  }));
});

test('before and after are opposites of instants, and days are instants too', () => {
  const instants = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString());
  fc.assert(fc.property(instants, instants, (value, wanted) => {
    expect(holds({ field: 'f', operator: 'before', value: wanted }, value)).toBe(holds({ field: 'f', operator: 'after', value }, wanted));
  }));
});

const anyRule: fc.Arbitrary<SequenceRule> = fc.record({
  sequence: fc.constantFrom('a', 'b', 'c'),
  when: fc.array(fc.oneof(
    fc.record({ field: fc.constantFrom('f', 'g', 'company.h'), operator: fc.constantFrom('isFilled' as const, 'isEmpty' as const, 'isTrue' as const) }),
    fc.record({ field: fc.constantFrom('f', 'g', 'company.h'), operator: fc.constantFrom('atLeast' as const, 'below' as const), value: fc.integer({ min: 0, max: 9 }) }),
  ), { maxLength: 3 }),
});

test('the first rule that fits decides: those behind it change nothing, and one before it only by fitting', () => {
  fc.assert(fc.property(fc.array(anyRule, { maxLength: 6 }), anyRule, anyValue, fc.integer({ min: 0, max: 9 }), (rules, more, f, g) => {
    const candidate = person({ f, g });
    const found = firstFit(rules, candidate);
    if (found !== undefined) expect(firstFit([...rules, more], candidate)).toBe(found);
    expect(firstFit([more, ...rules], candidate)).toBe(more.when.every((condition) => fits(condition, candidate)) ? more : found);
  }));
});

test('the door turns away nobody whom a rule fits once the company is known', () => {
  fc.assert(fc.property(fc.array(anyRule, { maxLength: 6 }), anyValue, anyValue, (rules, f, h) => {
    const candidate: Candidate = { ...person({ f }), company: { id: 'c1', h } };
    if (firstFit(rules, candidate) !== undefined) expect(mayFit(rules, candidate.person)).toBe(true);
  }));
});

test('states are ordered: a reply is above an ending, and an unsubscription above all', () => {
  const ranks = STATES.map(rankOf);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect([rankOf('replied') > rankOf('finished'), rankOf('replied') > rankOf('opened'), rankOf('unsubscribed') > rankOf('replied'), rankOf('contacted') > rankOf('enrolled')]).toEqual([true, true, true, true]);
});

const was = (sequence: string, state: string) => ({ sequence, name: sequence.toUpperCase(), state });
test.each([
  ['never enrolled', [], 'when-finished', undefined],
  ['only begun', [was('a', 'begun')], 'never', undefined],
  ['in this one before', [was('a', 'finished')], 'always', 'enrolled_before'],
  ['unsubscribed from another', [was('b', 'unsubscribed')], 'always', 'opted_out'],
  ['bounced in another', [was('b', 'bounced')], 'always', 'bounced'],
  ['still in another', [was('b', 'contacted')], 'when-finished', 'in_sequence'],
  ['another one finished', [was('b', 'finished')], 'when-finished', undefined],
  ['replied to another', [was('c', 'finished'), was('b', 'replied')], 'when-finished', 'replied'],
  ['replied to another, and always', [was('b', 'replied')], 'always', undefined],
  ['in any before, and never another', [was('b', 'finished')], 'never', 'enrolled_before'],
] as const)('%s', (_, known, another, code) => {
  expect(mayEnrol(known, 'a', another)).toMatchObject(code === undefined ? { ok: true } : { ok: false, code });
});
