import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apiKeyAuthor } from './author.ts';
import { compileFilter } from './filter.ts';
import { findMatching, findPage } from './find.ts';
import { containedText, patternOf } from './like.ts';
import type { ObjectModel } from './model.ts';
import { Workspace } from './workspace.ts';
import { createRecords } from './write.ts';

const texts = fc.string({ unit: fc.constantFrom('a', 'B', '%', '_', '\\', '.', '"'), maxLength: 8 });

it('LIKE means the same as a regular expression built letter by letter', () => {
  fc.assert(fc.property(texts, texts, fc.boolean(), (pattern, text, ignoreCase) => {
    expect(patternOf(pattern, ignoreCase)(text)).toBe(regularLike(pattern, ignoreCase).test(text));
  }), { numRuns: 2_000 });
});

it('a pattern that counts as a search finds what its pattern matches', () => {
  fc.assert(fc.property(texts, texts, (middle, text) => {
    const searched = containedText(`%${middle}%`);
    if (searched !== undefined) expect(text.includes(searched)).toBe(patternOf(`%${middle}%`, false)(text));
  }));
});

const workspace = new Workspace('w', () => 0);
const person = workspace.object('person') as ObjectModel;
createRecords(workspace, person, [
  { jobTitle: 'Both', emails: { primaryEmail: 'ann@example.com', additionalEmails: ['joann@example.com', 'x_y@example.com'] } },
  { jobTitle: '', emails: { primaryEmail: 'bob@example.com' } },
  { jobTitle: 'Other', emails: { primaryEmail: 'cy@example.com', additionalEmails: ['ann@example.com'] } },
], apiKeyAuthor('test'), false);

const addressesOf = (filter: unknown): unknown[] =>
  findMatching(workspace, person, compileFilter(workspace, person, filter)).map(({ emails }) => (emails as { primaryEmail: string }).primaryEmail).sort();

it('an empty value is unknown: neither a comparison nor its negation finds it, only "is NULL" does', () => {
  expect([
    addressesOf({ jobTitle: { neq: 'Both' } }),
    addressesOf({ not: { jobTitle: { eq: 'Both' } } }),
    addressesOf({ or: [{ jobTitle: { neq: 'Both' } }, { jobTitle: { is: 'NULL' } }] }),
    addressesOf({ jobTitle: { eq: '' } }),
  ]).toEqual([['cy@example.com'], ['cy@example.com'], ['bob@example.com', 'cy@example.com'], ['bob@example.com']]);
});

it('additional addresses can be searched only as text, where one address is inside another and _ stands for anything', () => {
  expect([
    addressesOf({ emails: { additionalEmails: { like: '%ann@example.com%' } } }),
    addressesOf({ emails: { additionalEmails: { like: '%"ann@example.com"%' } } }),
    addressesOf({ emails: { additionalEmails: { like: '%xzy@%' } } }),
    addressesOf({ emails: { additionalEmails: { like: '%x_y@%' } } }),
  ]).toEqual([['ann@example.com', 'cy@example.com'], ['cy@example.com'], [], ['ann@example.com']]);
});

it('many searches at once find what each of them finds', () => {
  const addresses = ['joann@', 'nobody@', 'x_y@', '"ann@', 'z@', 'yy@', 'w@', 'v@', 'u@', 't@'];
  const each = addresses.flatMap((address) => addressesOf({ emails: { additionalEmails: { like: `%${address}%` } } }));

  expect(addressesOf({ or: addresses.map((address) => ({ emails: { additionalEmails: { like: `%${address}%` } } })) })).toEqual([...new Set(each)].sort());
});

it('a walk in any safe order returns every record once; ordered by a link it stops early', () => {
  const big = new Workspace('w', () => 0);
  const object = big.object('person') as ObjectModel;
  const company = createRecords(big, big.object('company') as ObjectModel, [{ name: 'A' }], apiKeyAuthor('test'), false).records[0];
  const people = Array.from({ length: 95 }, (_, n) => ({
    jobTitle: n % 3 === 0 ? '' : `t${n % 7}`, name: { lastName: `l${n % 5}` }, ...(n % 2 === 0 ? { companyId: company?.id } : {}),
  }));
  createRecords(big, object, people, apiKeyAuthor('test'), false);
  const walk = (orderBy: unknown): number => {
    const seen = new Set<string>();
    for (let after: string | undefined; ; ) {
      const page = findPage(big, object, { orderBy, first: 10, ...(after === undefined ? {} : { after }) });
      for (const record of page.records) seen.add(record.id);
      if (!page.pageInfo.hasNextPage || page.pageInfo.endCursor === null) return seen.size;
      after = page.pageInfo.endCursor;
    }
  };

  const safe = [
    undefined, [{ updatedAt: 'AscNullsFirst' }], [{ jobTitle: 'DescNullsFirst' }], [{ jobTitle: 'AscNullsLast' }],
    [{ name: { lastName: 'DescNullsLast' } }, { id: 'AscNullsFirst' }],
  ];
  expect(safe.map(walk)).toEqual([95, 95, 95, 95, 95]);
  expect(walk([{ companyId: 'AscNullsFirst' }])).toBeLessThan(95);
});

function regularLike(pattern: string, ignoreCase: boolean): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern.charAt(index);
    if (char === '\\') source += pattern.charAt((index += 1)).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    else source += char === '%' ? '.*' : char === '_' ? '.' : char.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}
