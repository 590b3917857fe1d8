import { z } from 'zod';
import { authorized, parse, statusFault } from './call.ts';
import type { Connection } from './call.ts';
import { GraphqlError, graphqlFault } from './errors.ts';

/**
 * Asks the metadata API by GraphQL and answers its `data`. Costs no token. REST would do for most of it, but embeds the whole
 * workspace row, invite hash included, in everything that has to do with views.
 */
export async function queryMetadata<T>(
  connection: Connection, query: string, variables: Readonly<Record<string, unknown>>, answer: z.ZodType<T>, signal?: AbortSignal,
): Promise<T> {
  const got = await connection.http.send({
    method: 'POST', url: `${connection.url}/metadata`, headers: authorized(connection), changes: false, signal, body: JSON.stringify({ query, variables }),
  });
  if (got.status !== 200) throw statusFault(got, 'metadata', false);
  const { data, errors } = parse(Envelope, got.json(), 'metadata', false);
  const [error] = errors ?? [];
  if (error !== undefined) throw graphqlFault(error, 'metadata', false);
  return parse(answer, data, 'metadata', false);
}

const Envelope = z.object({ data: z.unknown().optional(), errors: z.array(GraphqlError).optional() });
