import { expect, test } from 'vitest';
import { type Fate, fateOf, type Standing } from './fate.ts';

const there = { hidden: false };
const hidden = { hidden: true };
const linked = { missingSide: undefined, missingConfirmed: false };
const settings = { create: 'both', deletes: { inTwenty: 'archive', outside: 'propagate', brake: { share: 1, count: 1 } } } as const;

test.each<[string, Standing, Fate]>([
  ['both are there', { twenty: there, external: there, link: linked }, { kind: 'merge' }],
  ['alone in Twenty', { twenty: there, external: null, link: undefined }, { kind: 'make', side: 'external' }],
  ['alone over there', { twenty: null, external: there, link: undefined }, { kind: 'make', side: 'twenty' }],
  ['trashed and never linked', { twenty: hidden, external: undefined, link: undefined }, { kind: 'gone' }],
  ['just trashed in Twenty', { twenty: hidden, external: there, link: linked }, { kind: 'missing', side: 'twenty', news: true, isDestroyed: false }],
  ['just destroyed in Twenty', { twenty: null, external: there, link: linked }, { kind: 'missing', side: 'twenty', news: true, isDestroyed: true }],
  ['noticed, not confirmed', { twenty: null, external: there, link: { missingSide: 'twenty', missingConfirmed: false } }, { kind: 'missing', side: 'twenty', news: false, isDestroyed: true }],
  ['confirmed for the other side', { twenty: there, external: null, link: { missingSide: 'twenty', missingConfirmed: true } }, { kind: 'missing', side: 'external', news: true, isDestroyed: true }],
  ['confirmed in Twenty', { twenty: null, external: there, link: { missingSide: 'twenty', missingConfirmed: true } }, { kind: 'remove', side: 'external' }],
  ['confirmed over there', { twenty: there, external: null, link: { missingSide: 'external', missingConfirmed: true } }, { kind: 'remove', side: 'twenty' }],
  ['confirmed, and the other one is gone as well', { twenty: null, external: null, link: { missingSide: 'twenty', missingConfirmed: true } }, { kind: 'unlink', missing: 'twenty' }],
])('%s', (_name, standing, fate) => {
  expect(fateOf(standing, settings)).toEqual(fate);
});

test('where deletes are ignored, a confirmed one ends the link and nothing else', () => {
  const standing: Standing = { twenty: null, external: there, link: { missingSide: 'twenty', missingConfirmed: true } };
  expect(fateOf(standing, { ...settings, deletes: { ...settings.deletes, inTwenty: 'ignore' } })).toEqual({ kind: 'unlink', missing: 'twenty' });
});

test.each([['none', 'twenty'], ['none', 'external'], ['twenty', 'twenty'], ['external', 'external']] as const)('with create %s nothing is made for what stands alone in %s', (create, alone) => {
  const standing: Standing = { twenty: alone === 'twenty' ? there : null, external: alone === 'external' ? there : null, link: undefined };
  expect(fateOf(standing, { ...settings, create })).toEqual({ kind: 'not-made', alone });
});
