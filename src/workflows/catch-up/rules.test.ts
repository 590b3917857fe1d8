import { expect, test } from 'vitest';
import { type Found, isPlausibleLoss, type Known, newsOf } from './rules.ts';

const baseline = { baselineAtMs: 1_000, sameFields: true };
const found = (parts: Partial<Found> = {}): Found => ({ createdAtMs: 500, updatedAtMs: 2_000, deletedAtMs: undefined, hash: 'a', ...parts });
const known = (parts: Partial<Known> = {}): Known => ({ updatedAtMs: 2_000, deleted: false, hash: 'a', createdKnown: true, destroyed: false, ...parts });

test.each<readonly [string, Found, Known | undefined, readonly string[]]>([
  ['never heard of', found({ createdAtMs: 2_000 }), undefined, ['created']],
  ['never heard of and edited since', found(), undefined, ['created', 'updated']],
  ['never heard of and in the trash', found({ deletedAtMs: 2_000 }), undefined, ['deleted']],
  ['as it was noted', found(), known(), []],
  ['older than it was noted', found({ updatedAtMs: 1_500, hash: 'b' }), known(), []],
  ['changed', found({ updatedAtMs: 3_000, hash: 'b' }), known(), ['updated']],
  ['changed and looking as before', found({ updatedAtMs: 3_000 }), known(), ['updated']],
  ['changed within the same instant', found({ hash: 'b' }), known(), ['updated']],
  ['put into the trash', found({ updatedAtMs: 3_000, deletedAtMs: 3_000 }), known(), ['deleted']],
  ['in the trash as noted', found({ deletedAtMs: 2_000 }), known({ deleted: true }), []],
  ['out of the trash and back', found({ updatedAtMs: 3_000, deletedAtMs: 3_000 }), known({ deleted: true }), ['deleted']],
  ['edited in the trash', found({ updatedAtMs: 3_000, deletedAtMs: 2_000, hash: 'b' }), known({ deleted: true }), ['updated']],
  ['restored', found({ updatedAtMs: 3_000, hash: 'b' }), known({ deleted: true }), ['restored', 'updated']],
  ['heard of but not of its creation', found({ createdAtMs: 1_500 }), known({ createdKnown: false }), ['created']],
  ['there before the baseline', found(), known({ createdKnown: false }), []],
  ['made again under an id that was destroyed', found({ createdAtMs: 2_000 }), known({ destroyed: true }), ['created']],
])('a record %s', (_, read, noted, news) => {
  expect(newsOf(read, noted, baseline)).toEqual(news);
});

test('when other fields are watched than were hashed, a record that is as old as noted did not change', () => {
  expect(newsOf(found({ hash: 'of other fields' }), known(), { ...baseline, sameFields: false })).toEqual([]);
});

test.each([[0, 0, true], [20, 20, true], [21, 105, true], [21, 100, false], [1_000, 100_000, true], [1_001, 100_000, false]])(
  'of the loss of %i among %i records it is %s that it needs no person', (gone, all, plausible) => {
    expect(isPlausibleLoss(gone, all)).toBe(plausible);
  },
);
