import { ConnectorError } from '../../domain/failure.ts';
import type { CallContext, Connection } from './call.ts';
import { findAll } from './find.ts';
import type { ObjectName } from './objects.ts';
import type { RecordOf } from './records.ts';
import type { Shape } from './shapes.ts';
import { nest, spellings } from './uniques.ts';

/**
 * Records whose field holds exactly one of these values; the trash included and marked by `deletedAt`. The field is a text, a number
 * or an id by its name (`externalId`), or one part of a composite (`emails.primaryEmail`, found in lower case too, as Twenty keeps
 * addresses); it stands in the answer. One root field for up to `maxBatch` values; several records may hold the same value. A field
 * that the workspace has not is `rejected`.
 */
export async function findByField<O extends ObjectName>(
  connection: Connection, object: Shape<O>, field: string, values: readonly (string | number)[], ctx: CallContext, fields: readonly string[] = [],
): Promise<readonly RecordOf[O][]> {
  const [, name, part] = /^([A-Za-z]\w*)(?:\.([A-Za-z]\w*))?$/.exec(field) ?? [];
  if (name === undefined) throw new ConnectorError('twenty', 'rejected', `twenty: not a field of a record: ${field}`);
  const wanted = [...new Set(values)].filter((value) => value !== '');
  const found = new Map<string, RecordOf[O]>();
  for (let start = 0; start < wanted.length; start += connection.maxBatch) {
    const chunk = wanted.slice(start, start + connection.maxBatch);
    const spelt = [...new Set(chunk.flatMap((value): readonly (string | number)[] => (typeof value === 'string' ? spellings(field, value) : [value])))];
    const records = await findAll(connection, object, [nest(field, { in: spelt })], chunk.length, ctx, [part === undefined ? name : `${name}{${part}}`, ...fields]);
    for (const record of records) found.set(record.id, record);
  }
  return [...found.values()];
}
