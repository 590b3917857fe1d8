import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Both, other, same, type Side, type Value } from '../../domain/sync.ts';
import { agree, type ChangedAt, type Decision, type FieldRule, mergeField, type Policy } from './merge.ts';

const plain: FieldRule = { name: 'title', direction: 'both', onConflict: 'ask', blank: 'keep', toExternal: (value) => value, toTwenty: (value) => value };
const never: ChangedAt = { twenty: undefined, external: undefined };
const both = (twenty: Value, external: Value): Both => ({ twenty, external });

test.each<[string, Both | undefined, Both, Partial<FieldRule>, Decision]>([
  ['nothing changed', both('a', 'a'), both('a', 'a'), {}, { kind: 'nothing' }],
  ['what was accepted as different stays so', both('A', 'a '), both('A', 'a '), {}, { kind: 'nothing' }],
  ['Twenty changed', both('a', 'a'), both('b', 'a'), {}, { kind: 'write', to: 'external', value: 'b', because: 'changed' }],
  ['the other side changed', both('a', 'a'), both('a', 'b'), {}, { kind: 'write', to: 'twenty', value: 'b', because: 'changed' }],
  ['both changed to the same', both('a', 'a'), both('b', 'b'), {}, { kind: 'accept' }],
  ['both changed, a person decides', both('a', 'a'), both('b', 'c'), {}, { kind: 'conflict' }],
  ['both changed, Twenty wins', both('a', 'a'), both('b', 'c'), { onConflict: 'twenty' }, { kind: 'write', to: 'external', value: 'b', because: 'conflict' }],
  ['both changed, the other side wins', both('a', 'a'), both('b', 'c'), { onConflict: 'external' }, { kind: 'write', to: 'twenty', value: 'c', because: 'conflict' }],
  ['emptied in Twenty, kept over there', both('a', 'a'), both('', 'a'), {}, { kind: 'accept' }],
  ['emptied in Twenty, emptied over there', both('a', 'a'), both('', 'a'), { blank: 'clear' }, { kind: 'write', to: 'external', value: '', because: 'changed' }],
  ['emptied in Twenty, filled again', both('a', 'a'), both('', 'a'), { blank: 'refill' }, { kind: 'write', to: 'twenty', value: 'a', because: 'changed' }],
  ['emptied on one side, changed on the other', both('a', 'a'), both('', 'b'), {}, { kind: 'write', to: 'twenty', value: 'b', because: 'changed' }],
  ['one way, changed where it must not', both('a', 'a'), both('a', 'b'), { direction: 'to-external' }, { kind: 'write', to: 'external', value: 'a', because: 'changed' }],
  ['matched, one side knows nothing', undefined, both('a', null), {}, { kind: 'write', to: 'external', value: 'a', because: 'filled' }],
  ['matched and equal', undefined, both('a', 'a'), {}, { kind: 'accept' }],
  ['matched and different', undefined, both('a', 'b'), {}, { kind: 'conflict' }],
])('%s', (_name, base, now, rule, decision) => {
  expect(mergeField({ ...plain, ...rule }, base, now, never)).toEqual(decision);
});

test('the later edit wins only when both times are known and differ', () => {
  const latest: FieldRule = { ...plain, onConflict: 'latest' };
  const at = (twenty: number | undefined, external: number | undefined): Decision => mergeField(latest, both('a', 'a'), both('b', 'c'), { twenty, external });
  expect([at(2, 1), at(1, 2)]).toEqual([{ kind: 'write', to: 'external', value: 'b', because: 'conflict' }, { kind: 'write', to: 'twenty', value: 'c', because: 'conflict' }]);
  expect([at(1, 1), at(undefined, 2), at(1, undefined)]).toEqual([{ kind: 'conflict' }, { kind: 'conflict' }, { kind: 'conflict' }]);
});

/** Sides that make something of their own of what they are sent: Twenty trims and lower-cases, the other side cuts to six characters. */
const stored: Readonly<Record<Side, (value: Value) => Value>> = {
  twenty: (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
  external: (value) => (typeof value === 'string' ? value.slice(0, 6) : value),
};
const value = fc.oneof(fc.constantFrom<Value>(null, '', ' ', 'a', 'A', ' a', 'abcdefgh', 'ABCdefghij', 1, true), fc.string({ maxLength: 10 }));
const rule = fc.record({
  direction: fc.constantFrom<FieldRule['direction']>('both', 'to-external', 'from-external'), onConflict: fc.constantFrom<Policy>('twenty', 'external', 'latest', 'ask'),
  blank: fc.constantFrom<FieldRule['blank']>('keep', 'clear', 'refill'), shouts: fc.boolean(),
}).map(({ shouts, ...parts }): FieldRule => ({
  ...plain, ...parts, toExternal: (one) => (shouts && typeof one === 'string' ? one.toUpperCase() : one), toTwenty: (one) => (shouts && typeof one === 'string' ? one.toLowerCase() : one),
}));
const moment = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });

test('one round ends it: after a decision is carried out and the base stored, the same question answers nothing', () => {
  fc.assert(fc.property(rule, fc.option(fc.tuple(value, value), { nil: undefined }), value, value, moment, moment, (one, base, twenty, external, t, e) => {
    const now = both(stored.twenty(twenty), stored.external(external));
    const before = base === undefined ? undefined : both(base[0], base[1]);
    const decision = mergeField(one, before, now, { twenty: t, external: e });
    if (decision.kind === 'conflict') return;
    const after = decision.kind === 'write' ? { ...now, [decision.to]: stored[decision.to](decision.value) } : now;
    const newBase = decision.kind === 'nothing' ? before : after;
    expect(mergeField(one, newBase, after, { twenty: t, external: e })).toEqual({ kind: 'nothing' });
  }));
});

test('an edit of one side alone is never lost: it is written over there, or stays where it is', () => {
  fc.assert(fc.property(rule, fc.constantFrom<Side>('twenty', 'external'), value, value, (one, side, old, edited) => {
    const base = both(old, old);
    const now = { ...base, [side]: edited };
    const decision = mergeField({ ...one, direction: 'both', blank: 'keep' }, base, now, never);
    expect(decision).not.toMatchObject({ kind: 'conflict' });
    if (decision.kind === 'write') expect(decision.to).toBe(other(side));
  }));
});

test('what both sides hold alike is never written', () => {
  fc.assert(fc.property(rule, fc.option(fc.tuple(value, value), { nil: undefined }), value, (one, base, twenty) => {
    const now = both(twenty, one.toExternal(twenty));
    expect(agree(one, now)).toBe(true);
    expect(mergeField(one, base === undefined ? undefined : both(base[0], base[1]), now, never).kind).not.toBe('write');
  }));
});

test('the order of keys and the kind of blank make no difference', () => {
  expect(same({ a: 1, b: '' }, { b: null, a: 1 })).toBe(true);
  expect(same({ a: 1 }, { a: '1' })).toBe(false);
});
