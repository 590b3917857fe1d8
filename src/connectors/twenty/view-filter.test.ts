import { describe, expect, it } from 'vitest';
import type { TwentyField, TwentyObject } from './metadata.ts';
import { filterOfView } from './view-filter.ts';
import type { TwentyView, TwentyViewFilter, TwentyViewFilterGroup } from './views.ts';
import samples from './recordings/views.json' with { type: 'json' };

const nowMs = Date.parse('2026-11-22T10:20:30.400Z');
const field = (id: string, name: string, type: string, more: object = {}): TwentyField => ({ id, name, type, label: name, isActive: true, ...more });
const options = ['PENDING', 'SYNCED'].map((value) => ({ value, label: value.toLowerCase() }));
const person: TwentyObject = {
  id: 'person', nameSingular: 'person', namePlural: 'people', labelSingular: 'Person', isActive: true,
  fields: [
    field('emails', 'emails', 'EMAILS'), field('jobTitle', 'jobTitle', 'TEXT'), field('syncStatus', 'syncStatus', 'SELECT', { options }), field('createdAt', 'createdAt', 'DATE_TIME'),
    field('company', 'company', 'RELATION', { settings: { relationType: 'MANY_TO_ONE', joinColumnName: 'companyId' } }), field('noteTargets', 'noteTargets', 'RELATION', { settings: { relationType: 'ONE_TO_MANY' } }),
    field('stars', 'stars', 'RATING'), field('score', 'score', 'NUMBER'), field('optedOut', 'optedOut', 'BOOLEAN'), field('position', 'position', 'POSITION'), field('phones', 'phones', 'PHONES'),
    field('amount', 'amount', 'CURRENCY'), field('birthday', 'birthday', 'DATE'), field('ref', 'ref', 'UUID'), field('name', 'name', 'FULL_NAME'), field('createdBy', 'createdBy', 'ACTOR'),
  ],
};
const company: TwentyObject = {
  id: 'company', nameSingular: 'company', namePlural: 'companies', labelSingular: 'Company', isActive: true, fields: [field('address', 'address', 'ADDRESS')],
};
const objects = [person, company];

function viewOf(filters: readonly Partial<TwentyViewFilter>[], more: Partial<TwentyView> = {}): TwentyView {
  return {
    id: 'view-1', name: 'Audience', objectMetadataId: 'person', type: 'TABLE', visibility: 'WORKSPACE', deletedAt: undefined, anyFieldFilterValue: undefined, viewFilterGroups: [], viewSorts: [],
    viewFilters: filters.map((filter, index) => ({
      id: String(index), fieldMetadataId: 'jobTitle', operand: 'CONTAINS', value: 'x', subFieldName: undefined, viewFilterGroupId: undefined, relationTargetFieldMetadataId: undefined, ...filter,
    })),
    ...more,
  };
}
const group = (id: string, logicalOperator: string, parentViewFilterGroupId?: string): TwentyViewFilterGroup => ({ id, logicalOperator, parentViewFilterGroupId });
const translate = (view: TwentyView, timeZone = 'UTC'): unknown => filterOfView(view, objects, { nowMs, timeZone });
const one = (filter: Partial<TwentyViewFilter>): unknown => translate(viewOf([filter]));

describe('the views recorded on a real server, whose translations it counted alike', () => {
  it.each(samples)('$name', ({ filters, filter }) => {
    const view = viewOf(filters.map(({ subFieldName, relationTargetFieldMetadataId, ...rest }) => ({
      ...rest, subFieldName: subFieldName ?? undefined, relationTargetFieldMetadataId: relationTargetFieldMetadataId ?? undefined,
    })));
    expect(translate(view)).toEqual(filter);
  });
});

it('a view without conditions is every record', () => {
  expect(translate(viewOf([]))).toBeUndefined();
});

it('groups lie in one another, next to conditions of no group', () => {
  const view = viewOf([{ value: 'a' }, { value: 'b', viewFilterGroupId: 'or' }, { value: 'c', viewFilterGroupId: 'not' }], {
    viewFilterGroups: [group('or', 'OR'), group('not', 'NOT', 'or')],
  });
  const has = (text: string): object => ({ jobTitle: { ilike: `%${text}%` } });
  expect(translate(view)).toEqual({ and: [has('a'), { or: [has('b'), { not: has('c') }] }] });
});

it('days of a date-time begin in the zone of the workspace, unless the condition names its own', () => {
  const today = (zone: string): unknown => translate(viewOf([{ fieldMetadataId: 'createdAt', operand: 'IS_TODAY', value: '' }]), zone);
  const between = (from: string, to: string): unknown => ({ and: [{ createdAt: { gte: from } }, { createdAt: { lt: to } }] });
  expect(today('Europe/Berlin')).toEqual(between('2026-11-21T23:00:00.000Z', '2026-11-22T23:00:00.000Z'));
  expect(today('Asia/Kolkata')).toEqual(between('2026-11-21T18:30:00.000Z', '2026-11-22T18:30:00.000Z'));
  expect(translate(viewOf([{ fieldMetadataId: 'createdAt', operand: 'IS_RELATIVE', value: 'PAST_1_DAY;;Asia/Kolkata;;' }]), 'Europe/Berlin'))
    .toEqual(between('2026-11-20T18:30:00.000Z', '2026-11-21T18:30:00.000Z'));
});

describe('what cannot be carried out exactly is refused, and says which condition it is', () => {
  it.each<[string, Partial<TwentyViewFilter>, RegExp]>([
    ['an unknown operand', { operand: 'SOUNDS_LIKE' }, /jobTitle \(SOUNDS_LIKE, TEXT\)/],
    ['an operand of another type', { operand: 'GREATER_THAN_OR_EQUAL' }, /jobTitle \(GREATER_THAN_OR_EQUAL, TEXT\)/],
    ['IS_NOT_NULL, which no field takes', { operand: 'IS_NOT_NULL' }, /IS_NOT_NULL/],
    ['an empty value', { value: '' }, /jobTitle.*Twenty leaves it out/],
    ['an empty list', { fieldMetadataId: 'syncStatus', operand: 'IS', value: '[]' }, /syncStatus.*Twenty leaves it out/],
    ['a phone without a digit', { fieldMetadataId: 'phones', value: '---' }, /phones.*Twenty leaves it out/],
    ['a relation to nobody', { fieldMetadataId: 'company', operand: 'IS', value: '{"selectedRecordIds":[]}' }, /company.*Twenty leaves it out/],
    ['“me”', { fieldMetadataId: 'company', operand: 'IS', value: '{"selectedRecordIds":["20202020-a000-4485-94de-70c2a98daef2"],"isCurrentWorkspaceMemberSelected":true}' }, /company.*“me”/],
    ['the record it is shown on', { fieldMetadataId: 'company', operand: 'IS', value: { selectedRecordIds: [], isCurrentRecordSelected: true } }, /company.*shown on/],
    ['a record that has no id', { fieldMetadataId: 'company', operand: 'IS', value: '["acme"]' }, /company.*no id/],
    ['the many side of a relation', { fieldMetadataId: 'noteTargets', operand: 'IS_EMPTY', value: '' }, /noteTargets.*many side/],
    ['a field that is gone', { fieldMetadataId: 'nope' }, /CONTAINS.*not there any more/],
    ['a field of another object', { fieldMetadataId: 'address' }, /not there any more/],
    ['a related field that is gone', { fieldMetadataId: 'company', relationTargetFieldMetadataId: 'nope' }, /company.*not there any more/],
    ['a way through a field that is no relation', { relationTargetFieldMetadataId: 'address' }, /jobTitle.*no relation/],
    ['an option that is gone', { fieldMetadataId: 'syncStatus', operand: 'IS', value: '["GONE"]' }, /syncStatus.*GONE/],
    ['a part that is not there', { fieldMetadataId: 'emails', subFieldName: 'secondEmail' }, /emails\.secondEmail/],
    ['a part of a plain field', { subFieldName: 'first' }, /jobTitle\.first/],
    ['a field views cannot filter by', { fieldMetadataId: 'position' }, /position.*POSITION/],
    ['a rating of six', { fieldMetadataId: 'stars', operand: 'IS', value: '6' }, /stars/],
    ['ratings from six', { fieldMetadataId: 'stars', operand: 'GREATER_THAN_OR_EQUAL', value: '6' }, /stars/],
    ['a number that is none', { fieldMetadataId: 'score', operand: 'IS', value: '12 apples' }, /score.*no number/],
    ['an amount that is none', { fieldMetadataId: 'amount', operand: 'GREATER_THAN_OR_EQUAL', value: 'much' }, /amount.*no number/],
    ['neither true nor false', { fieldMetadataId: 'optedOut', operand: 'IS', value: 'yes' }, /optedOut/],
    ['a span that is none', { fieldMetadataId: 'createdAt', operand: 'IS_RELATIVE', value: 'LATELY' }, /createdAt.*PAST_7_DAY/],
    ['hours of a day', { fieldMetadataId: 'birthday', operand: 'IS_RELATIVE', value: 'PAST_3_HOUR' }, /birthday/],
    ['an instant without a zone', { fieldMetadataId: 'createdAt', operand: 'IS_AFTER', value: '2026-11-22T10:00:00' }, /createdAt/],
    ['a source that is not known', { fieldMetadataId: 'createdBy', operand: 'IS', subFieldName: 'source', value: '["CARRIER_PIGEON"]' }, /createdBy\.source.*CARRIER_PIGEON/],
  ])('%s', (_name, filter, message) => {
    expect(() => one(filter)).toThrow(expect.objectContaining({ kind: 'rejected', message: expect.stringMatching(message) as unknown }));
  });

  it.each<[string, TwentyView, RegExp]>([
    ['an empty group', viewOf([{ viewFilterGroupId: 'a' }], { viewFilterGroups: [group('a', 'OR'), group('b', 'AND', 'a')] }), /without conditions/],
    ['two outermost groups', viewOf([{ viewFilterGroupId: 'a' }, { viewFilterGroupId: 'b' }], { viewFilterGroups: [group('a', 'OR'), group('b', 'AND')] }), /2 outermost/],
    ['groups in a ring', viewOf([{ viewFilterGroupId: 'a' }], { viewFilterGroups: [group('a', 'OR', 'b'), group('b', 'OR', 'a')] }), /0 outermost/],
    ['a group in a group that is gone', viewOf([{ viewFilterGroupId: 'a' }, { viewFilterGroupId: 'b' }], { viewFilterGroups: [group('a', 'OR'), group('b', 'OR', 'gone')] }), /lies in no other/],
    ['a condition in a group that is gone', viewOf([{ viewFilterGroupId: 'gone' }]), /not there any more/],
    ['NOT over several', viewOf([{ viewFilterGroupId: 'a' }, { viewFilterGroupId: 'a' }], { viewFilterGroups: [group('a', 'NOT')] }), /NOT over several/],
    ['an unknown way of joining', viewOf([{ viewFilterGroupId: 'a' }], { viewFilterGroups: [group('a', 'XOR')] }), /XOR/],
    ['any field that may name a currency', viewOf([], { anyFieldFilterValue: 'dollar' }), /amount.*currency/],
  ])('%s', (_name, view, message) => {
    expect(() => translate(view)).toThrow(expect.objectContaining({ kind: 'rejected', message: expect.stringMatching(message) as unknown }));
  });
});
