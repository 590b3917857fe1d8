import type { CallContext, Connection } from './call.ts';
import { storedLink } from './company-host.ts';
import { findAll } from './find.ts';
import type { ObjectShape, WritableObject } from './objects.ts';
import type { RecordOf, TwentyFields } from './records.ts';
import type { Shape } from './shapes.ts';

/** The records that hold the ids and unique values of some rows. */
export interface Holders<Row, R> {
  has(row: Row): boolean;
  byId(id: string | undefined): R | undefined;
  entries(): readonly (readonly [Row, R])[];
}

/**
 * Finds in one call, the trash included, who holds the ids and the unique values of these rows, and the records named in
 * `ids`. A row's own id counts before a unique value, unless `valuesFirst`.
 */
export async function findHolders<O extends WritableObject, Row extends TwentyFields & { readonly id: string }>(
  connection: Connection, object: Shape<O>, rows: readonly Row[], ctx: CallContext,
  options: { readonly ids: readonly string[]; readonly fields?: readonly string[]; readonly uniqueFields?: readonly string[]; readonly valuesFirst?: boolean },
): Promise<Holders<Row, RecordOf[O]>> {
  const paths = [...object.unique, ...(options.uniqueFields ?? [])];
  const clauses = paths.flatMap((path) => {
    const values = rows.flatMap((row) => spellings(path, textAt(row, path)));
    return values.length === 0 ? [] : [nest(path, { in: [...new Set(values)] })];
  });
  const ids = [...new Set([...rows.map(({ id }) => id), ...options.ids])];
  const selection = [...(options.fields ?? []), ...(options.uniqueFields ?? []).flatMap((path) => path.split('.').slice(0, 1))];
  const found = await findAll(connection, object, [{ id: { in: ids } }, ...clauses], rows.length, ctx, selection);

  const byId = new Map(found.map((record) => [record.id, record]));
  const byValue = new Map(found.flatMap((record) => uniqueValues(object, record, options.uniqueFields).map((key) => [key, record] as const)));
  const pairs = new Map<Row, RecordOf[O]>();
  for (const row of rows) {
    const own = byId.get(row.id.toLowerCase());
    const other = uniqueValues(object, row, options.uniqueFields).map((key) => byValue.get(key)).find((record) => record !== undefined);
    const holder = options.valuesFirst === true ? (other ?? own) : (own ?? other);
    if (holder !== undefined) pairs.set(row, holder);
  }
  return { has: (row) => pairs.has(row), byId: (id) => (id === undefined ? undefined : byId.get(id)), entries: () => [...pairs] };
}

/** The values of a record that no other may have, each with its field, in the form Twenty compares. */
export function uniqueValues(object: Pick<ObjectShape, 'unique'>, record: TwentyFields, custom: readonly string[] = []): readonly string[] {
  return [...object.unique, ...custom].flatMap((path) => {
    const value = textAt(record, path);
    return value === '' ? [] : [`${path} ${stored(path, value)}`];
  });
}

/** The form Twenty stores: addresses in lower case, links with a lower-case origin and no trailing slash. */
function stored(path: string, value: string): string {
  if (/\.primaryEmail$/.test(path)) return value.toLowerCase();
  return /\.primaryLinkUrl$/.test(path) ? storedLink(value) : value;
}

/** A value as it may have been written, and as Twenty stores it. */
export function spellings(path: string, value: string): readonly string[] {
  return value === '' ? [] : [...new Set([value, stored(path, value)])];
}

function textAt(record: TwentyFields, path: string): string {
  let value: unknown = record;
  for (const key of path.split('.')) value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : '';
}

/** A condition on a field or a part of one, `emails.primaryEmail`. */
export function nest(path: string, condition: object): object {
  return path.split('.').reduceRight<object>((inner, key) => ({ [key]: inner }), condition);
}
