import { expect, it } from 'vitest';
import { MAX_SELECTED_IDS, readSelection } from './selection.ts';

it.each([
  { ids: ['a', 'b'] }, { view: 'Lab audience' }, { filter: { jobTitle: { ilike: '%engineer%' } } }, { filter: { not: { companyId: { is: 'NULL' } } } }, { all: true },
] as const)('a selection is one of four things: %j', (selection) => {
  expect(readSelection(selection)).toEqual({ ok: true, selection });
});

it.each([
  [undefined, ''], ['all', ''], [[], ''], [{}, ''], [{ ids: ['a'], view: 'x' }, ''], [{ people: ['a'] }, 'people'], [{ all: false }, 'all'], [{ all: 'true' }, 'all'],
  [{ ids: [] }, 'ids'], [{ ids: 'a' }, 'ids'], [{ ids: ['a', 7] }, 'ids.1'], [{ ids: Array.from({ length: MAX_SELECTED_IDS + 1 }, () => 'a') }, 'ids'],
  [{ view: ' ' }, 'view'], [{ view: 7 }, 'view'], [{ filter: 'x' }, 'filter'],
])('anything else is refused, with where and what to write: %j', (value, path) => {
  expect(readSelection(value)).toMatchObject({ ok: false, problems: [{ path }] });
});

it.each([
  [{}, 'filter'], [{ and: [] }, 'filter.and'], [{ jobTitle: {} }, 'filter.jobTitle'], [{ or: [{ jobTitle: { eq: 'x' } }, {}] }, 'filter.or.1'], [{ id: { in: [] } }, 'filter.id.in'], [{ not: {} }, 'filter.not'], [{ jobTitle: { eq: null } }, 'filter.jobTitle.eq'],
])('an empty filter, whole or in part, is not taken for everything: %j', (filter, path) => {
  expect(readSelection({ filter })).toMatchObject({ ok: false, problems: [{ path }] });
});
