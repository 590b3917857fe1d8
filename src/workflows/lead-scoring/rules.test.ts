import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Standing } from './contract.ts';
import { standingAfter } from './rules.ts';

const rule = { threshold: 70, hysteresis: 5, silent: false };
const anyScores = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 30 });

/** The alerts of a row of scores, each made as soon as it is owed. */
function alertsOf(scores: readonly number[], tellFirst: boolean, threshold = 70): { readonly alerts: number; readonly last: Standing | undefined } {
  let standing: Standing | undefined;
  let alerts = 0;
  for (const score of scores) {
    standing = standingAfter(standing, score, { ...rule, threshold }, tellFirst);
    if (standing.owed) alerts += 1;
    standing = { ...standing, owed: false };
  }
  return { alerts, last: standing };
}

test.each([
  ['a crossing upwards is told once', [50, 75, 80], 1],
  ['hovering around the threshold is not told again', [50, 71, 69, 72, 66, 70, 65, 70], 1],
  ['after a real fall a new crossing is told again', [50, 75, 64, 75], 2],
  ['A to B and back to A tells nothing', [50, 60, 50], 0],
] as const)('%s', (_, scores, alerts) => {
  expect(alertsOf(scores, false).alerts).toBe(alerts);
});

test('a first score above the threshold is told only when that is wanted', () => {
  expect([alertsOf([80], true).alerts, alertsOf([80], false).alerts]).toEqual([1, 0]);
});

test('there are never more alerts than real falls and one', () => {
  fc.assert(fc.property(anyScores, fc.boolean(), (scores, tellFirst) => {
    expect(alertsOf(scores, tellFirst).alerts).toBeLessThanOrEqual(scores.filter((score) => score < 65).length + 1);
  }));
});

test('scoring the same again changes nothing, and an alert that is owed stays owed', () => {
  fc.assert(fc.property(anyScores, fc.integer({ min: 0, max: 100 }), fc.boolean(), (before, score, tellFirst) => {
    const once = standingAfter(alertsOf(before, tellFirst).last, score, rule, tellFirst);
    expect(standingAfter(once, score, rule, tellFirst)).toEqual(once);
  }));
});

test('moving the threshold tells of nobody who is on the other side of it now', () => {
  const before = alertsOf([60], false).last;
  const lowered = standingAfter(before, 60, { ...rule, threshold: 50 }, false);
  expect([lowered.above, lowered.owed]).toEqual([true, false]);
  expect(standingAfter({ ...lowered, owed: false }, 60, { ...rule, threshold: 90 }, false)).toMatchObject({ above: false, owed: false });
});

test('an owed alert is dropped when the lead has fallen meanwhile, and the next crossing has a number of its own', () => {
  const owed = standingAfter(alertsOf([50], false).last, 80, rule, false);
  const fallen = standingAfter(owed, 20, rule, false);
  const again = standingAfter(fallen, 80, rule, false);
  expect([owed, fallen, again].map(({ crossing, owed: open }) => [crossing, open])).toEqual([[1, true], [1, false], [2, true]]);
});

test('where nobody is to be told, nothing is owed', () => {
  expect(standingAfter(alertsOf([50], false).last, 80, { ...rule, silent: true }, true)).toEqual({ score: 80, above: true, threshold: 70, crossing: 0, owed: false });
});
