import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ActionItem } from '../../domain/meeting.ts';
import type { Candidate } from './contract.ts';
import { forWhom, isStaff, newItems, openCandidates } from './rules.ts';

const members = [
  { id: 'm1', firstName: 'Jane', lastName: 'Austen', email: 'jane@apple.dev' },
  { id: 'm2', firstName: 'Phil', lastName: 'Schiller', email: 'phil@apple.dev' },
  { id: 'm3', firstName: 'Phil', lastName: 'Knight', email: 'knight@apple.dev' },
];
const participants = [{ name: 'Ann Lee', email: 'ann@acme.example' }, { name: 'J. Austen', email: 'jane@apple.dev' }, { name: 'Phil', email: 'phil@apple.dev' }, { name: 'Guest' }];

const anyItem: fc.Arbitrary<ActionItem> = fc.record({ text: fc.array(fc.constantFrom('send', 'the', 'plan', 'to', 'ann', 'pay', 'bob', '7'), { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')) });

test('items that became tasks are not new, whatever else is; told again nothing is', () => {
  fc.assert(fc.property(fc.array(anyItem), fc.array(anyItem), (before, brought) => {
    const texts = before.map(({ text }) => text);
    const first = newItems(texts, brought);
    expect(newItems([...texts, ...first.map(({ text }) => text)], brought)).toEqual([]);
    expect(newItems(brought.map(({ text }) => text), brought)).toEqual([]);
    expect(first.every((item) => brought.includes(item))).toBe(true);
  }));
});

test.each([
  ['the same in other words of the same sort', ['Send the revised proposal to Ann'], ['Send the revised proposal to Ann.'], []],
  ['reworded a little', ['Send the revised proposal to Ann'], ['Send Ann the revised proposal'], []],
  ['something else', ['Send the revised proposal to Ann'], ['Send the contract to Bob'], ['Send the contract to Bob']],
  ['said twice', [], ['Pay', 'pay!'], ['Pay']],
] as const)('%s', (_, tasked, brought, expected) => {
  expect(newItems(tasked, brought.map((text) => ({ text }))).map(({ text }) => text)).toEqual(expected);
});

test('what is done already becomes no task', () => {
  expect(newItems([], [{ text: 'Send', done: true }, { text: 'Pay' }])).toEqual([{ text: 'Pay' }]);
});

test.each<[string, ActionItem, string | undefined, string | undefined]>([
  ['by address', { text: 'x', assignee: { email: 'jane@apple.dev' } }, 'm1', undefined],
  ['by full name', { text: 'x', assignee: { name: 'jane  AUSTEN' } }, 'm1', undefined],
  ['by first name, if one only has it', { text: 'x', assignee: { name: 'Jane' } }, 'm1', undefined],
  ['by first name, if one only has it of those who took part', { text: 'x', assignee: { name: 'Phil' } }, 'm2', undefined],
  ['by the name under which they took part', { text: 'x', assignee: { name: 'J. Austen' } }, 'm1', undefined],
  ['in the text', { text: 'Jane to send the plan' }, 'm1', undefined],
  ['in the text, in full', { text: 'Phil Knight: pay the bill' }, 'm3', undefined],
  ['in the text by address', { text: 'jane@apple.dev will pay' }, 'm1', undefined],
  ['a guest', { text: 'x', assignee: { name: 'Ann' } }, undefined, 'Ann Lee'],
  ['a guest in the text', { text: 'Ann Lee will name the signer' }, undefined, 'Ann Lee'],
  ['somebody unknown', { text: 'x', assignee: { name: 'Zoe' } }, undefined, 'Zoe'],
  ['nobody', { text: 'Send the plan to Jane' }, undefined, undefined],
  ['nobody, for the beginning is no name', { text: 'Legal to check: the terms' }, undefined, undefined],
])('an item is for whom it names: %s', (_, item, member, guest) => {
  const found = forWhom(item, participants, members);
  expect([found.member?.id, found.guest?.name]).toEqual([member, guest]);
});

test('with two of a first name and neither in the meeting, it is nobody’s', () => {
  expect(forWhom({ text: 'x', assignee: { name: 'Phil' } }, [], members).member).toBeUndefined();
});

test.each([
  [{ email: 'jane@apple.dev' }, true], [{ email: 'new@apple.dev' }, false], [{ email: 'kim@own.example' }, true], [{ email: 'kim@eu.own.example' }, true], [{ email: 'kim@notown.example' }, false],
  [{ email: 'kim@acme.example', internal: true }, true], [{ name: 'Jane Austen' }, true], [{ name: 'Ann' }, false], [{ name: 'Ann', internal: true }, true],
])('our own people: %j', (one, expected) => {
  expect(isStaff(one, members, ['own.example'])).toBe(expected);
});

const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({ id, name: id, stage: 'NEW', companyId: undefined, pointOfContactId: undefined, createdAt: '2025-01-01T00:00:00Z', updatedAt: '2025-01-01T00:00:00Z', closeDate: undefined, ...more });

test('of open opportunities the one touched last, made last, or to be closed first', () => {
  const all = [
    candidate('a', { updatedAt: '2025-05-01T00:00:00Z', closeDate: '2026-01-01T00:00:00Z' }), candidate('b', { createdAt: '2025-03-01T00:00:00Z' }),
    candidate('c', { closeDate: '2025-12-01T00:00:00Z' }), candidate('won', { stage: 'CUSTOMER', updatedAt: '2025-09-01T00:00:00Z' }), candidate('none', { stage: undefined }),
  ];
  const rule = { closed: ['CUSTOMER'] };
  expect((['touched', 'newest', 'closing'] as const).map((prefer) => openCandidates(all, rule, prefer)[0]!.id)).toEqual(['a', 'b', 'c']);
  expect(openCandidates(all, { ...rule, open: ['CUSTOMER'] }, 'touched').map(({ id }) => id)).toEqual(['won']);
});

test('the order in which Twenty answers does not matter', () => {
  const anyCandidate = fc.record({ id: fc.uuid(), n: fc.integer({ min: 0, max: 2 }) }).map(({ id, n }) => candidate(id, { updatedAt: `2025-0${String(n + 1)}-01T00:00:00Z` }));
  fc.assert(fc.property(fc.uniqueArray(anyCandidate, { selector: ({ id }) => id }), (all) => {
    expect(openCandidates(all.toReversed(), { closed: [] }, 'touched')).toEqual(openCandidates(all, { closed: [] }, 'touched'));
  }));
});
