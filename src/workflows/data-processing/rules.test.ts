import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksOf, likeness } from './alike.ts';
import { planPatch } from './merge.ts';
import { microsOf, readNumber } from './money.ts';
import { applyRules, type Condition, holds } from './rules.ts';
import { countWords, grouped } from './wording.ts';

/** A test over generated values. */
function property<T extends unknown[]>(values: { [K in keyof T]: fc.Arbitrary<T[K]> }, name: string, check: (...args: T) => unknown): void {
  test(name, () => fc.assert(fc.asyncProperty(fc.tuple<T>(...values), async (args) => void (await check(...args)))));
}

describe('rules', () => {
  const row = { country: 'DE', plan: ' Pro ', seats: '12', note: '', tags: ['a'] };

  test.each<[Condition, boolean]>([
    [{ field: 'country', is: 'de' }, true], [{ field: 'plan', oneOf: ['team', 'PRO'] }, true], [{ field: 'plan', contains: 'ro' }, true], [{ field: 'country', matches: /^d/i }, true],
    [{ field: 'seats', above: 11 }, true], [{ field: 'seats', below: 12 }, false], [{ field: 'seats', is: 12 }, true], [{ field: 'country', above: 1 }, false],
    [{ field: 'note', filled: false }, true], [{ field: 'tags', filled: true }, true], [{ field: 'missing', is: 'x' }, false],
    [{ all: [{ field: 'country', is: 'DE' }, { not: { field: 'plan', is: 'free' } }] }, true], [{ any: [{ field: 'country', is: 'FR' }, { field: 'country', is: 'AT' }] }, false], [{ all: [] }, true], [{ any: [] }, false],
  ])('%j holds: %s', (condition, is) => expect(holds(condition, row)).toBe(is));

  test('later rules see what earlier ones set; all rejections are kept, the first skip and the last route count', async () => {
    const ruled = await applyRules(row, [
      { when: { field: 'country', is: 'DE' }, then: { set: { region: 'DACH' } } },
      { when: { field: 'region', is: 'DACH' }, then: { tag: 'DACH' } },
      (one: { region?: string }) => [{ tag: 'DACH' }, { route: 'first' }, { reject: { code: 'no', message: String(one.region) } }],
      { when: { field: 'plan', filled: true }, then: { reject: 'also not' } },
      { when: { field: 'plan', filled: true }, then: { route: 'second' } },
      async () => Promise.resolve({ skip: 'why' }),
      { when: { field: 'plan', filled: true }, then: { skip: 'other' } },
    ]);
    expect(ruled).toEqual({
      row: { ...row, region: 'DACH' }, tags: ['DACH'], route: 'second', skip: 'why',
      rejected: [{ code: 'no', message: 'DACH', path: '' }, { code: 'rule_rejected', message: 'also not', path: '' }],
    });
  });

  const leaf = fc.record({ field: fc.constantFrom('country', 'plan', 'note'), is: fc.constantFrom('DE', 'pro', '') });
  property([leaf, leaf], '“not” of all is any of not', (a, b) => {
    expect(holds({ not: { all: [a, b] } }, row)).toBe(holds({ any: [{ not: a }, { not: b }] }, row));
  });
});

describe('money', () => {
  property([fc.bigInt({ min: -9_000_000_000_000_000n, max: 9_000_000_000_000_000n }), fc.constantFrom<'.' | ','>('.', ','), fc.boolean()], 'every amount with six places is read back to the millionth', (micros, decimal, grouping) => {
    const plain = micros < 0n ? -micros : micros;
    const whole = String(plain / 1_000_000n);
    const shown = grouping ? whole.replace(/(?<=\d)(?=(?:\d{3})+$)/g, decimal === '.' ? ',' : '.') : whole;
    const text = `${micros < 0n ? '-' : ''}${shown}${decimal}${String(plain % 1_000_000n).padStart(6, '0')}`;
    expect(BigInt(microsOf(readNumber(text, decimal)!)!)).toBe(micros);
  });

  test.each([
    ['1,234.50', '.', '1234.50'], ['1.234,50', ',', '1234.50'], ['1,50', '.', undefined], ['1.50', ',', undefined], ['€ 3', '.', '3'], ['EUR 1 234.5', '.', '1234.5'], ["1'234", '.', '1234'], ['−2', '.', '-2'],
    ['12,34,567', '.', undefined], ['1e3', '.', undefined], ['', '.', undefined], [12.5, ',', '12.5'], [Number.NaN, '.', undefined], [Number.POSITIVE_INFINITY, '.', undefined], [true, '.', undefined],
  ] as const)('%s with the decimal sign “%s” is %s', (text, decimal, number) => expect(readNumber(text, decimal)).toBe(number));

  test('beyond six places it is rounded, beyond what a number holds there is none', () => {
    expect([microsOf('0.0000005'), microsOf('-0.0000005'), microsOf('9007199254.740992'), microsOf('1.2.3')]).toEqual([1, -1, undefined, undefined]);
  });
});

describe('names', () => {
  const name = fc.array(fc.constantFrom('Bright', 'Harbor', 'GmbH', 'Åse', 'O’Neil', 'Ltd', 'Müller', 'and', '&', 'Co'), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
  property([name, name], 'likeness is symmetric, from 0 to 100, whole, and 100 for a name with itself in any case', (a, b) => {
    const score = likeness('company', a, b);
    expect(score).toBe(likeness('company', b, a));
    expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
    expect(likeness('person', a, a.toUpperCase())).toBe(/[\p{L}\p{N}]/u.test(a.replaceAll('&', 'and')) ? 100 : 0);
  });

  property([name, name], 'names alike by 90 or more share a block, so that they are compared at all', (a, b) => {
    if (likeness('company', a, b) < 90) return;
    expect(blocksOf('company', a).some((block) => blocksOf('company', b).includes(block))).toBe(true);
  });

  test('what the score says', () => {
    expect([likeness('company', 'Acme GmbH', 'ACME'), likeness('company', 'Acme GmbH', 'Acme Inc.'), likeness('person', 'Lee, Ann', 'Ann Lee'), likeness('company', 'Acme', 'Zebra Holding')]).toEqual([100, 90, 100, expect.any(Number)]);
    expect(likeness('company', 'Acme', 'Zebra Holding')).toBeLessThan(40);
  });
});

describe('merging', () => {
  const overwrite = { default: 'overwrite', fill: [], overwrite: [] } as const;
  const fill = { default: 'fill', fill: [], overwrite: [] } as const;
  const text = fc.constantFrom('', 'a', 'b', 'c');
  const record = fc.record({ jobTitle: text, city: text, name: fc.record({ firstName: text, lastName: text }) });
  const wanted = fc.record({ jobTitle: fc.constantFrom('a', 'b'), name: fc.record({ firstName: fc.constantFrom('a', 'b') }) }, { requiredKeys: [] });

  property([record, wanted, fc.constantFrom(overwrite, fill)], 'twice changes nothing more than once', (current, row, policy) => {
    const patch = planPatch(current, row, policy);
    expect(planPatch({ ...current, ...patch }, row, policy)).toBeUndefined();
  });

  property([record, wanted], 'filling never changes what is there', (current, row) => {
    const patch = planPatch(current, row, fill) ?? {};
    if (current.jobTitle !== '') expect(patch).not.toHaveProperty('jobTitle');
    if (current.name.firstName !== '' && 'name' in patch) expect(patch['name']).toMatchObject({ firstName: current.name.firstName });
  });

  test('one field is overwritten and the others filled; an address that makes room stays beside', () => {
    const current = { jobTitle: 'Buyer', city: '', emails: { primaryEmail: 'old@acme.example', additionalEmails: ['x@acme.example'] }, amount: { amountMicros: '1000000', currencyCode: 'EUR' }, closeDate: '2026-01-05T00:00:00.000Z' };
    const row = { jobTitle: 'CEO', city: 'Oslo', emails: { primaryEmail: 'new@acme.example' }, amount: { amountMicros: 1_000_000, currencyCode: 'EUR' }, closeDate: '2026-01-05' };
    expect(planPatch(current, row, { default: 'fill', fill: [], overwrite: ['emails.primaryEmail'] })).toEqual({ city: 'Oslo', emails: { primaryEmail: 'new@acme.example', additionalEmails: ['x@acme.example', 'old@acme.example'] } });
    expect(planPatch(current, row, { default: 'overwrite', fill: ['jobTitle', 'emails'], overwrite: [] })).toEqual({ city: 'Oslo' });
    expect(planPatch(current, { emails: { primaryEmail: 'X@acme.example' } }, overwrite)).toBeUndefined();
    expect(planPatch(current, row, 'skip')).toBeUndefined();
  });
});

test('the outcome in words', () => {
  const counts = { total: 5_000, byState: { created: 3_000, updated: 1_900, unchanged: 80, rejected: 20 }, codes: { required: 8, email_invalid: 12 } };
  expect(countWords(counts)).toBe('4,980 of 5,000 rows: 3,000 created, 1,900 updated, 80 unchanged, 20 rejected (12 email_invalid, 8 required)');
  expect([grouped(1), grouped(999), grouped(1000), grouped(1234567)]).toEqual(['1', '999', '1,000', '1,234,567']);
});
