import type { CallContext } from './call.ts';
import type { TwentyClient } from './index.ts';
import type { WritableObject } from './objects.ts';
import type { TwentyRecord } from './records.ts';

/**
 * Records whose field holds one of these values, the trash included and marked by `deletedAt`. Of people a further address counts as well, and
 * domains are found in every spelling. One token for up to `maxBatch` values.
 */
export function findByKey(
  client: Pick<TwentyClient, 'findPeopleByEmails' | 'findCompanies' | 'findByField'>, object: WritableObject, path: string, values: readonly string[], ctx: CallContext, fields: readonly string[],
): Promise<readonly TwentyRecord[]> {
  if (object === 'person' && path === 'emails.primaryEmail') return client.findPeopleByEmails(values, ctx, fields);
  if (object === 'company' && path === 'domainName.primaryLinkUrl') return client.findCompanies({ domains: values, names: [] }, ctx, fields);
  return client.findByField(object, path, values, ctx, fields);
}
