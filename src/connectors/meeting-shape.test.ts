import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instantIn, MeetingShape, participantOf, participantsOf } from './meeting-shape.ts';

test.each([
  ['Ann Lee <Ann@Acme.example>', undefined, { name: 'Ann Lee', email: 'ann@acme.example' }],
  ['ann@acme.example', undefined, { email: 'ann@acme.example' }],
  ['Ann Lee', 'ANN@acme.example', { name: 'Ann Lee', email: 'ann@acme.example' }],
  ['ann@acme.example', 'ann@acme.example', { email: 'ann@acme.example' }],
  ['Ann Lee', 'not an address', { name: 'Ann Lee' }],
  ['Ann at work@', '', { name: 'Ann at work@' }],
  ['', null, undefined], [null, undefined, undefined], [7, {}, undefined],
])('%s, %s', (name, email, expected) => {
  expect(participantOf(name, email)).toEqual(expected);
});

test('each takes part once, known by address before name', () => {
  expect(participantsOf([{ name: 'Ann Lee' }, { email: 'ann@acme.example' }, { name: 'Ann Lee', email: 'ann@acme.example' }, undefined, { name: 'ann lee' }, { name: 'Bob' }])).toEqual([{ name: 'Ann Lee', email: 'ann@acme.example' }, { name: 'Bob' }]);
});

test.each([
  [1_764_082_800_000, '2025-11-25T15:00:00.000Z'], [1_764_082_800, '2025-11-25T15:00:00.000Z'], ['1764082800', '2025-11-25T15:00:00.000Z'], ['2025-11-25T16:00:00+01:00', '2025-11-25T15:00:00.000Z'],
  ['yesterday', undefined], ['', undefined], [null, undefined], [Number.NaN, undefined], [1e30, undefined], ['2025-13-77', undefined],
])('the moment in %s', (value, expected) => {
  expect(instantIn(value)).toBe(expected);
});

test('whatever a recorder answers is a meeting or refused, and never throws', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const read = MeetingShape.safeParse(value);
    if (read.success) for (const { name, email } of read.data.participants ?? []) expect(name ?? email).not.toBe('');
  }));
});
