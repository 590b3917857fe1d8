import { z } from 'zod';
import type { CallContext, Connection } from './call.ts';
import { findAll } from './find.ts';
import { knownShape } from './shapes.ts';

/** An opportunity as far as choosing one needs it. Instants are ISO 8601. */
export interface FoundOpportunity {
  readonly id: string;
  readonly name: string;
  /** A value of the workspace's stages, `PROPOSAL`; undefined when it has none. */
  readonly stage: string | undefined;
  readonly companyId: string | undefined;
  readonly pointOfContactId: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closeDate: string | undefined;
}

/**
 * The opportunities of these companies and those whose point of contact is one of these people, whatever their stage; none of the
 * trash. One root field for up to `maxBatch` ids. Stages are not filtered: Twenty refuses a stage that the workspace does not have.
 */
export async function findOpportunities(
  connection: Connection, of: { readonly companies: readonly string[]; readonly contacts: readonly string[] }, ctx: CallContext,
): Promise<readonly FoundOpportunity[]> {
  const keys = [...new Set(of.companies)].map((id) => ({ field: 'companyId', id })).concat([...new Set(of.contacts)].map((id) => ({ field: 'pointOfContactId', id })));
  const found = new Map<string, FoundOpportunity>();
  for (let start = 0; start < keys.length; start += connection.maxBatch) {
    const chunk = keys.slice(start, start + connection.maxBatch);
    const clauses = [...Map.groupBy(chunk, ({ field }) => field)].map(([field, all]) => ({ [field]: { in: all.map(({ id }) => id) } }));
    for (const record of await findAll(connection, knownShape('opportunity'), clauses, chunk.length, ctx)) {
      if (record.deletedAt === undefined) found.set(record.id, { ...Parts.parse(record), id: record.id, createdAt: record.createdAt, updatedAt: record.updatedAt });
    }
  }
  return [...found.values()];
}

const optional = z.string().nullish().catch(undefined).transform((text) => (text === null || text === '' ? undefined : text));
const Parts = z.object({
  name: z.string().nullish().catch(undefined).transform((name) => name ?? ''),
  stage: optional, companyId: optional, pointOfContactId: optional, closeDate: optional,
});
