import type { RecordInput } from './input.ts';
import type { ObjectModel } from './model.ts';
import { ambiguousUpsert } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** The id of the one record, trash included, that holds the input's id or one of its unique values. Keys that point at different records are refused. */
export function matchForUpsert(workspace: Workspace, object: ObjectModel, input: RecordInput): string | undefined {
  const table = workspace.table(object.nameSingular);
  const found: { id: string; told: string }[] = [];
  const { id } = input.values;
  if (typeof id === 'string' && table.get(id) !== undefined) found.push({ id, told: `id (id: ${id})` });
  for (const { field, sub } of object.uniqueKeys) {
    const given = input.values[field];
    const value = sub === undefined ? given : (given as Record<string, unknown> | undefined)?.[sub];
    const holder = table.holderOf(field, value);
    if (holder !== undefined) found.push({ id: holder, told: `${field} (${sub === undefined ? field : `${field}.${sub}`}: ${String(value)})` });
  }
  const first = found[0];
  if (found.some((other) => other.id !== first?.id)) throw ambiguousUpsert(found.map((match) => match.told).join('; '));
  return first?.id;
}
