import fc from 'fast-check';
import { expect, it } from 'vitest';
import { likeContaining, likeExactly, likeListMember, sameName } from './like.ts';

/** PostgreSQL's LIKE: `%` any text, `_` one character, a backslash takes the meaning from what follows. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern.replace(/\\([\s\S])|([%_])|([\s\S])/g, (_all, escaped: string | undefined, wild: string | undefined, plain: string | undefined) =>
    wild === '%' ? '[\\s\\S]*' : wild === '_' ? '[\\s\\S]' : `\\u${(escaped ?? plain ?? '').charCodeAt(0).toString(16).padStart(4, '0')}`);
  return new RegExp(`^${source}$`).test(text);
}

const awkward = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', '\\', '"', "'", ',', '@', '.') });

it('an exact pattern matches its own text and no other', () => {
  fc.assert(fc.property(awkward, awkward, (text, other) => {
    expect(isLike(text, likeExactly(text))).toBe(true);
    expect(isLike(other, likeExactly(text))).toBe(other === text);
  }));
});

it('a containing pattern matches exactly the texts that contain it', () => {
  fc.assert(fc.property(awkward, awkward, (text, other) => {
    expect(isLike(other, likeContaining(text))).toBe(other.includes(text));
  }));
});

it('a member of a list is found in the list as text, wherever it stands', () => {
  fc.assert(fc.property(fc.array(awkward), awkward, fc.array(awkward), (before, member, after) => {
    expect(isLike(JSON.stringify([...before, member, ...after]), likeListMember(member))).toBe(true);
  }));
});

it('an address is not found inside a longer one, and an underscore is not a wildcard', () => {
  expect(isLike('["joann@example.com"]', likeListMember('ann@example.com'))).toBe(false);
  expect(isLike('["axb@example.com"]', likeListMember('a_b@example.com'))).toBe(false);
});

it('names are equal but for case, outer blanks and the composition of accents', () => {
  expect([sameName('Éclair, Inc.', ' e\u0301clair, inc. '), sameName('Acme', 'Acme Inc')]).toEqual([true, false]);
});
