import type { CallContext, Connection } from './call.ts';
import { findAll } from './find.ts';
import { likeExactly } from './like.ts';
import type { TwentyCompany, TwentyPerson } from './records.ts';
import { knownShape } from './shapes.ts';

/**
 * Companies, or people by first or last name, in whose name a word begins with one of these letters; upper and lower case alike, the trash included and
 * marked by `deletedAt`. One root field for up to `maxBatch` beginnings and 1,000 records, one more for every further 1,000.
 */
export async function findAlike<O extends 'person' | 'company'>(
  connection: Connection, object: O, beginnings: readonly string[], ctx: CallContext, fields: readonly string[] = [],
): Promise<readonly (O extends 'person' ? TwentyPerson : TwentyCompany)[]> {
  const wanted = [...new Set(beginnings)].filter((text) => text !== '');
  const found = new Map<string, TwentyPerson | TwentyCompany>();
  for (let start = 0; start < wanted.length; start += connection.maxBatch) {
    const chunk = wanted.slice(start, start + connection.maxBatch);
    const clauses = chunk.flatMap((text): readonly object[] => {
      const begins = [`${likeExactly(text)}%`, `% ${likeExactly(text)}%`];
      return begins.flatMap((ilike): readonly object[] => (object === 'company' ? [{ name: { ilike } }] : [{ name: { firstName: { ilike } } }, { name: { lastName: { ilike } } }]));
    });
    for (const record of await findAll(connection, knownShape<'person' | 'company'>(object), clauses, chunk.length, ctx, fields)) found.set(record.id, record as TwentyPerson | TwentyCompany);
  }
  return [...found.values()] as never;
}
