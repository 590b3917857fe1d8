import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import type { TwentyObject } from './metadata.ts';

/**
 * How many records the server itself counts for a view, the trash left out. It evaluates views only while grouping; by year of
 * creation, which every record has and which makes few groups. Costs one token. An id that is no view counts as every record,
 * so ask only for a view that was just read.
 */
export async function countOfView(connection: Connection, object: Pick<TwentyObject, 'nameSingular' | 'namePlural'>, viewId: string, ctx: CallContext): Promise<number> {
  const type = typeNameOf(object);
  const groups = await call(connection, {
    kind: 'query', rootField: `${object.namePlural}GroupBy`, records: 0,
    types: { groupBy: `[${type}GroupByInput!]!`, viewId: 'UUID', limit: 'Int' },
    values: { groupBy: [{ createdAt: { granularity: 'YEAR' } }], viewId, limit: MOST_GROUPS },
    selection: 'countNotEmptyId', answer: z.array(z.object({ countNotEmptyId: z.coerce.number().int().nonnegative() })),
  }, ctx);
  if (groups.length >= MOST_GROUPS) throw new ConnectorError('twenty', 'malformed', `twenty: the count of view ${viewId} comes in too many groups to be complete`);
  return groups.reduce((sum, group) => sum + group.countNotEmptyId, 0);
}

/** Twenty was seen to answer this many groups; without a limit it answers fifty. */
const MOST_GROUPS = 2_000;

/** `Person`, the name from which Twenty makes the names of its GraphQL types. */
export function typeNameOf({ nameSingular }: Pick<TwentyObject, 'nameSingular'>): string {
  return `${nameSingular.charAt(0).toUpperCase()}${nameSingular.slice(1)}`;
}
