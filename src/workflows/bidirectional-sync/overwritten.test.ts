import { expect, test } from 'vitest';
import type { SyncWrite, Value } from '../../domain/sync.ts';
import { decidePair, type KnownPair, type StandingConflict } from './decide.ts';
import type { FieldRule } from './merge.ts';
import { lostEdits, type SeenState } from './overwritten.ts';

const rule: FieldRule = { name: 'title', direction: 'both', onConflict: 'ask', blank: 'keep', toExternal: (value) => (typeof value === 'string' ? value.toUpperCase() : value), toTwenty: (value) => (typeof value === 'string' ? value.toLowerCase() : value) };
const write: SyncWrite = { side: 'twenty', readAtMs: 10, atMs: 20, fields: { title: { before: 'old', value: 'ours' } } };
const seen = (atMs: number, title: Value, by = 'Tim Apple'): SeenState => ({ side: 'twenty', atMs, by, values: { title } });
const side = (title: Value, changedAtMs: number) => ({ id: 'r', values: { title }, changedAtMs, hidden: false });
const pair = (parts: Partial<KnownPair>): KnownPair => ({
  rules: [rule], base: { twenty: { title: 'ours' }, external: { title: 'OURS' } }, now: { twenty: side('ours', 20), external: side('OURS', 5) },
  pending: undefined, written: [write], conflicts: [], seen: [], ...parts,
});

test.each<[string, readonly SeenState[], readonly Value[]]>([
  ['nothing was seen', [], []],
  ['an edit between read and write', [seen(15, 'theirs')], ['theirs']],
  ['an edit before the read', [seen(10, 'theirs')], []],
  ['our own echo', [seen(20, 'ours')], []],
  ['an edit in the millisecond of our write', [seen(20, 'theirs'), seen(20, 'ours')], ['theirs']],
  ['an edit after the write', [seen(25, 'later')], []],
  ['another field in the gap', [seen(15, 'old')], []],
  ['two edits in the gap, in either order', [seen(16, 'second'), seen(12, 'first')], ['second']],
  ['an edit that was taken back', [seen(12, 'first'), seen(16, 'old')], []],
])('of what events tell, %s', (_name, states, lost) => {
  expect(lostEdits([write], states).map(({ value }) => value)).toEqual(lost);
});

test('numbers that a webhook writes as texts are not taken for an edit, in composites neither', () => {
  const price: SyncWrite = { ...write, fields: { title: { before: null, value: { amountMicros: 5_000_000, currencyCode: 'EUR' } } } };
  expect(lostEdits([price], [seen(20, { amountMicros: '5000000', currencyCode: 'EUR' })])).toEqual([]);
});

test('an edit in the millisecond of our write that the record shows was made after it, and covers nothing', () => {
  const now = { twenty: side('theirs', 20), external: side('OURS', 5) };
  expect(decidePair(pair({ now, seen: [seen(20, 'theirs')] })).plan).toEqual({ writes: { twenty: {}, external: { title: 'THEIRS' } }, accepted: {}, conflicts: [] });
});

test('an edit that our write covered is a conflict with the edit, both sides and who it was', () => {
  const { plan, judged } = decidePair(pair({ seen: [seen(15, 'theirs')] }));
  expect(plan).toEqual({ writes: { twenty: {}, external: {} }, accepted: {}, conflicts: [{ field: 'title', base: { twenty: 'ours', external: 'OURS' }, now: { twenty: 'theirs', external: 'OURS' }, lost: { side: 'twenty', by: 'Tim Apple', atMs: 15 } }] });
  expect(judged).toEqual([{ side: 'twenty', field: 'title' }]);
});

test.each([
  ['twenty', { twenty: { title: 'theirs' }, external: { title: 'THEIRS' } }],
  ['external', { twenty: {}, external: {} }],
  ['latest', { twenty: { title: 'theirs' }, external: { title: 'THEIRS' } }],
] as const)('where the policy is %s, a covered edit is judged as if it had been seen', (onConflict, writes) => {
  expect(decidePair(pair({ rules: [{ ...rule, onConflict }], seen: [seen(15, 'theirs')] })).plan).toEqual({ writes, accepted: {}, conflicts: [] });
});

test('an edit of a field that was only written along with others of its composite comes back by itself', () => {
  const along: SyncWrite = { ...write, fields: { title: { before: 'ours', value: 'ours' } } };
  expect(decidePair(pair({ written: [along], seen: [seen(15, 'theirs')] })).plan).toEqual({ writes: { twenty: { title: 'theirs' }, external: { title: 'THEIRS' } }, accepted: {}, conflicts: [] });
});

test('a field that somebody edited after the write is left to them', () => {
  const now = { twenty: side('newest', 30), external: side('OURS', 5) };
  expect(decidePair(pair({ now, seen: [seen(15, 'theirs')] })).plan).toEqual({ writes: { twenty: {}, external: { title: 'NEWEST' } }, accepted: {}, conflicts: [] });
});

test('a field that goes one way only brings back nothing that the other way would', () => {
  expect(decidePair(pair({ rules: [{ ...rule, direction: 'from-external' }], seen: [seen(15, 'theirs')] })).plan.conflicts).toEqual([]);
});

test('what a lost run covered is seen as well, up to the first event that shows its value', () => {
  const pending = { twenty: { title: 'ours' }, external: {}, read: { twenty: { title: { before: 'old', atMs: 10 } } } };
  const known = pair({ written: [], pending, base: { twenty: { title: 'old' }, external: { title: 'OURS' } }, now: { twenty: side('ours', 40), external: side('OURS', 5) } });
  expect(decidePair({ ...known, seen: [seen(15, 'theirs'), seen(20, 'ours')] }).plan.conflicts).toMatchObject([{ field: 'title', now: { twenty: 'theirs' } }]);
  expect(decidePair({ ...known, seen: [seen(20, 'ours'), seen(30, 'theirs'), seen(40, 'ours')] }).plan.conflicts).toEqual([]);
});

const standing: StandingConflict = { field: 'title', base: { twenty: 'ours', external: 'OURS' }, twenty: 'theirs', external: 'OURS', lostSide: 'twenty', resolution: undefined };

test('a covered edit waits for a decision, whatever the other side goes on to say', () => {
  expect(decidePair(pair({ conflicts: [standing] })).plan.conflicts).toMatchObject([{ field: 'title', now: { twenty: 'theirs', external: 'OURS' } }]);
  const { plan } = decidePair(pair({ conflicts: [standing], now: { twenty: side('ours', 20), external: side('NEWER', 30) } }));
  expect(plan.writes).toEqual({ twenty: { title: 'newer' }, external: {} });
  expect(plan.conflicts).toMatchObject([{ base: { twenty: 'newer', external: 'NEWER' }, now: { twenty: 'theirs', external: 'NEWER' } }]);
});

test('a covered edit is settled by the next edit of the field on its own side', () => {
  const edited = { twenty: side('newer', 30), external: side('OURS', 5) };
  expect(decidePair(pair({ conflicts: [standing], now: edited })).plan).toEqual({ writes: { twenty: {}, external: { title: 'NEWER' } }, accepted: {}, conflicts: [] });
});

test.each([['twenty', { twenty: { title: 'theirs' }, external: { title: 'THEIRS' } }], ['external', { twenty: { title: 'ours' }, external: { title: 'OURS' } }]] as const)(
  'keeping %s of a covered edit writes its value to both sides',
  (keep, writes) => {
    expect(decidePair(pair({ conflicts: [{ ...standing, resolution: { keep } }] })).plan).toEqual({ writes, accepted: {}, conflicts: [] });
  });

test('a decision counts for the values it was made on: an edit that came after it is asked about anew', () => {
  const made: StandingConflict = { field: 'title', base: { twenty: 'old', external: 'OLD' }, twenty: 'mine', external: 'YOURS', lostSide: undefined, resolution: { keep: 'twenty' } };
  const known = pair({ written: [], base: { twenty: { title: 'old' }, external: { title: 'OLD' } }, conflicts: [made] });
  expect(decidePair({ ...known, now: { twenty: side('mine', 20), external: side('YOURS', 20) } }).plan.writes).toEqual({ twenty: {}, external: { title: 'MINE' } });
  expect(decidePair({ ...known, now: { twenty: side('mine', 20), external: side('EDITED', 30) } }).plan).toMatchObject({ writes: { twenty: {}, external: {} }, conflicts: [{ field: 'title' }] });
});
