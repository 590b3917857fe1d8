import { parseRecordInput } from './input.ts';
import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { invalidQuery } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** For each item asked about: the live records, itself apart, that share all values of one duplicate criterion of the object. */
export function findDuplicates(workspace: Workspace, object: ObjectModel, { data, ids }: { data?: unknown; ids?: unknown }): readonly (readonly StoredRecord[])[] {
  if (Array.isArray(data) && Array.isArray(ids)) throw invalidQuery('You cannot provide both "data" and "ids" arguments');
  const table = workspace.table(object.nameSingular);
  if (Array.isArray(ids)) return ids.map((id) => matching(workspace, object, table.get(String(id)) ?? {}, String(id)));
  if (!Array.isArray(data)) throw invalidQuery('You have to provide either "data" or "ids" argument');
  return data.map((item) => matching(workspace, object, parseRecordInput(object, item).values));
}

function matching(workspace: Workspace, object: ObjectModel, like: Readonly<Record<string, unknown>>, exceptId?: string): readonly StoredRecord[] {
  const criteria = (object.duplicateCriteria ?? []).map((paths) => paths.map((path) => reader(object, path)));
  const wanted = criteria.map((readers) => {
    const values = readers.map((read) => read(like));
    return values.every((value) => typeof value === 'string' && value !== '') ? values : undefined;
  });
  if (wanted.every((values) => values === undefined)) return [];
  return [...workspace.table(object.nameSingular).all()].filter((record) =>
    record.deletedAt === null && record.id !== exceptId
    && wanted.some((values, index) => values?.every((value, part) => criteria[index]?.[part]?.(record) === value)));
}

/** Metadata names a sub-field by its column: `nameFirstName`. */
function reader(object: ObjectModel, path: string): (record: Readonly<Record<string, unknown>>) => unknown {
  if (object.columnByName.has(path)) return (record) => record[path];
  const field = object.fields.find((candidate) => path.startsWith(candidate.name));
  const rest = path.slice(field?.name.length ?? 0);
  const sub = rest.charAt(0).toLowerCase() + rest.slice(1);
  return (record) => (record[field?.name ?? ''] as Record<string, unknown> | null | undefined)?.[sub];
}
