import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import '../../../test/harness/properties.ts';
import type { Standing } from './contract.ts';
import { type Candidate, type FallRule, matchCompany, standingAfter } from './rules.ts';

const value = fc.integer({ min: 0, max: 100 });
const rule: fc.Arbitrary<FallRule> = fc.record({ below: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }), dropsByPercent: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }), above: fc.integer({ min: 0, max: 30 }) })
  .map(({ below, dropsByPercent, above }) => ({ below, dropsByPercent, ...(below === undefined ? {} : { recoversAt: below + above }) }));

/** Syncs one value after another, each task made at once; answers the standings. */
function run(values: readonly number[], by: FallRule, tellFirst = false): readonly Standing[] {
  const standings: Standing[] = [];
  for (const one of values) {
    const before = standings.at(-1);
    standings.push(standingAfter(before === undefined ? undefined : { ...before, owed: false }, one, by, tellFirst));
  }
  return standings;
}
const isLow = ({ under, dropLine }: Standing): boolean => under || dropLine !== undefined;

describe('how a metric stands', () => {
  test('the same value twice is the same standing, and what is owed stays owed', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), rule, fc.boolean(), (values, by, tellFirst) => {
      const last = run(values, by, tellFirst).at(-1)!;
      const again = standingAfter(last, last.value, by, tellFirst);
      expect(again).toEqual(last);
    }));
  });
  test('a task is made when it becomes low and only then: between two there is a recovery', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), rule, (values, by) => {
      const standings = run(values, by);
      standings.forEach((standing, index) => {
        const before = standings[index - 1];
        const fell = standing.fall > (before?.fall ?? 0);
        expect(fell).toBe(before !== undefined && isLow(standing) && !isLow(before));
        expect(standing.owed).toBe(fell);
      });
    }));
  });
  test('under a threshold is low, at or above where it recovers is not; without rules nothing is', () => {
    fc.assert(fc.property(fc.array(value, { minLength: 2, maxLength: 20 }), rule, (values, by) => {
      for (const standing of run(values, by)) {
        if (by.below !== undefined && standing.value < by.below) expect(standing.under).toBe(true);
        if (standing.value >= (by.recoversAt ?? 0)) expect(standing.under).toBe(false);
        expect(standingAfter(undefined, standing.value, {}, true)).toMatchObject({ under: false, dropLine: undefined, fall: 0, owed: false });
      }
    }));
  });
  test('the first sight of a low one is told of only when that is asked for', () => {
    expect([standingAfter(undefined, 1, { below: 10 }, false), standingAfter(undefined, 1, { below: 10 }, true)].map(({ under, fall, owed }) => [under, fall, owed])).toEqual([[true, 0, false], [true, 1, true]]);
  });
  test('moving the threshold is no fall', () => {
    const before = standingAfter(undefined, 20, { below: 10 }, false);
    expect(standingAfter(before, 20, { below: 30 }, false)).toMatchObject({ under: true, fall: 0, owed: false });
    expect(standingAfter(standingAfter(before, 20, { below: 30 }, false), 40, { below: 30 }, false)).toMatchObject({ under: false });
  });
  test('a drop is measured against the last sync and recovers above its own line', () => {
    expect(run([100, 80, 60, 30, 25, 31, 60], { dropsByPercent: 50 }).map(({ fall, dropLine }) => [fall, dropLine])).toEqual([
      [0, undefined], [0, undefined], [0, undefined], [1, 30], [1, 30], [1, undefined], [1, undefined],
    ]);
  });
  test('what has recovered before its task was made is not told any more', () => {
    const fallen = standingAfter(standingAfter(undefined, 50, { below: 10 }, false), 5, { below: 10 }, false);
    expect([fallen.owed, standingAfter(fallen, 50, { below: 10 }, false).owed]).toEqual([true, false]);
  });
});

describe('which company a row is of', () => {
  const one = (id: string, parts: Partial<Candidate> = {}): Candidate => ({ id, name: id, host: '', isTrashed: false, ...parts });
  const companies = [one('a', { host: 'acme.example', externalId: '1' }), one('b', { host: 'bolt.example' }), one('c', { name: 'Cog' }), one('d', { name: 'Cog' }), one('e', { host: 'eel.example', isTrashed: true }), one('f', { name: 'Fig', host: 'fig.example' })];
  test.each([
    ['an external id before all', { externalId: '1', host: 'bolt.example', domain: 'bolt.example' }, { kind: 'found', id: 'a' }],
    ['a domain', { host: 'bolt.example', domain: 'bolt.example' }, { kind: 'found', id: 'b' }],
    ['the registered part of a domain', { host: 'app.bolt.example', domain: 'bolt.example' }, { kind: 'found', id: 'b' }],
    ['a name in any spelling', { name: 'FIG' }, { kind: 'found', id: 'f' }],
    ['no key that anybody has', { externalId: '9', host: 'new.example', domain: 'new.example', name: 'New' }, { kind: 'none' }],
  ] as const)('%s', (_what, keys, match) => expect(matchCompany(keys, companies)).toEqual(match));
  test.each([
    ['two with one name', { name: 'cog' }, 'ambiguous', /^2 companies have the name cog/],
    ['a domain whose company has another external id', { externalId: '2', host: 'acme.example', domain: 'acme.example' }, 'ambiguous', /its external id is 1 and not 2/],
    ['a name whose company has another domain', { host: 'other.example', domain: 'other.example', name: 'Fig' }, 'ambiguous', /its domain is fig.example and not other.example/],
    ['one in the trash', { host: 'eel.example', domain: 'eel.example' }, 'trashed', /in the trash/],
  ] as const)('%s is nobody’s', (_what, keys, kind, reason) => expect(matchCompany(keys, companies)).toMatchObject({ kind, reason: expect.stringMatching(reason) as string }));

  test('the order of companies does not count, and what is found has the strongest key that any has', () => {
    const text = fc.constantFrom('x', 'y', 'z');
    const host = fc.constantFrom('', 'x.example', 'y.example');
    const candidate = fc.record({ id: fc.uuid(), name: text, host, isTrashed: fc.boolean(), externalId: fc.option(text, { nil: undefined }) });
    const keys = fc.record({ externalId: fc.option(text, { nil: undefined }), host: fc.constantFrom('x.example', 'y.example', undefined), name: fc.option(text, { nil: undefined }) }).map((all) => ({ ...all, domain: all.host }));
    fc.assert(fc.property(fc.uniqueArray(candidate, { maxLength: 5, selector: ({ id }) => id }), keys, (candidates, wanted) => {
      const match = matchCompany(wanted, candidates);
      expect(matchCompany(wanted, candidates.toReversed())).toEqual(match);
      if (match.kind !== 'found') return;
      const found = candidates.find(({ id }) => id === match.id)!;
      expect(found.isTrashed).toBe(false);
      if (wanted.externalId !== undefined && candidates.some((other) => !other.isTrashed && other.externalId === wanted.externalId)) expect(found.externalId).toBe(wanted.externalId);
      if (found.externalId !== wanted.externalId && found.externalId !== undefined) expect(wanted.externalId).toBeUndefined();
    }));
  });
});
