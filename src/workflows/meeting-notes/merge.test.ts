import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Meeting } from '../../domain/meeting.ts';
import type { KnownMeeting } from './contract.ts';
import { knownAt, meetingIn, mergeKnown } from './merge.ts';

const word = fc.constantFrom('a', 'b', 'c');
const participant = fc.record({ name: word, email: fc.constantFrom('a@x.example', 'b@x.example') }, { requiredKeys: [] }).filter(({ name, email }) => name !== undefined || email !== undefined);
const anyMeeting: fc.Arbitrary<Meeting> = fc.record(
  { title: word, summary: word, startedAt: word, host: participant, actionItems: fc.array(fc.record({ text: word }), { maxLength: 2 }), participants: fc.array(participant, { maxLength: 3 }) },
  { requiredKeys: [] },
);
const anyNews: fc.Arbitrary<KnownMeeting> = fc.tuple(anyMeeting, fc.integer({ min: 0, max: 3 })).map(([meeting, atMs]) => knownAt(meeting, atMs));

test('news may come in any order and in any parts: it comes to the same', () => {
  fc.assert(fc.property(anyNews, anyNews, anyNews, (a, b, c) => {
    expect(mergeKnown(a, b)).toEqual(mergeKnown(b, a));
    expect(mergeKnown(mergeKnown(a, b), c)).toEqual(mergeKnown(a, mergeKnown(b, c)));
  }));
});

test('news that comes twice changes nothing, and nothing adds nothing', () => {
  fc.assert(fc.property(anyNews, anyNews, (a, b) => {
    const both = mergeKnown(a, b);
    expect(mergeKnown(both, a)).toEqual(both);
    expect(mergeKnown(both, b)).toEqual(both);
    expect(mergeKnown(a, {})).toEqual(a);
  }));
});

test('what was said stays until something else is said later', () => {
  fc.assert(fc.property(anyMeeting, anyMeeting, (before, after) => {
    const merged = meetingIn(mergeKnown(knownAt(before, 1), knownAt(after, 2)));
    expect(merged.summary).toBe(after.summary ?? before.summary);
    expect(merged.actionItems).toEqual(after.actionItems ?? before.actionItems);
  }));
});

test('what the database has turned round is the same still', () => {
  const one = knownAt({ host: { name: 'Ann', email: 'ann@acme.example' } }, 1);
  const turned = { host: { atMs: 1, value: { email: 'ann@acme.example', name: 'Ann' } } } as KnownMeeting;
  expect(mergeKnown(one, turned)).toEqual(mergeKnown(turned, one));
});

test('who is known by address is not listed again by name', () => {
  const known = mergeKnown(knownAt({ participants: [{ name: 'Ann Lee' }, { name: 'Bob' }] }, 1), knownAt({ participants: [{ name: 'ann lee', email: 'ann@acme.example' }] }, 2));
  expect(meetingIn(known).participants).toEqual([{ name: 'ann lee', email: 'ann@acme.example' }, { name: 'Bob' }]);
});
