import type { Connect, RecordInput } from './input.ts';
import type { ObjectModel } from './model.ts';
import { invalidData } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** Replaces each `connect` by the id of the one record outside the trash that holds the unique value. */
export function resolveConnects(workspace: Workspace, object: ObjectModel, input: RecordInput): RecordInput {
  if (input.connects.length === 0) return input;
  const values: Record<string, unknown> = { ...input.values };
  for (const connect of input.connects) {
    const column = connect.relation.settings?.joinColumnName ?? `${connect.relation.name}Id`;
    if (values[column] !== undefined) throw invalidData(`Cannot have both ${column} and ${connect.relation.name} in ${object.nameSingular}`);
    values[column] = findOne(workspace, connect);
  }
  return { values, connects: [] };
}

function findOne(workspace: Workspace, { relation, where }: Connect): string {
  const target = workspace.object(relation.relation?.target ?? '');
  const [field, value] = Object.entries(where)[0] ?? ['', undefined];
  const key = target?.uniqueKeys.find((candidate) => candidate.field === field);
  if (target === undefined || Object.keys(where).length !== 1 || (field !== 'id' && key === undefined)) {
    throw invalidData(`Missing required fields: at least one unique constraint have to be fully populated for '${relation.name}'.`);
  }
  const wanted = key?.sub === undefined ? value : (value as Record<string, unknown> | null)?.[key.sub];
  const id = field === 'id' ? String(wanted) : workspace.table(target.nameSingular).holderOf(field, wanted);
  const record = workspace.live(target.nameSingular, id);
  if (record !== undefined) return record.id;
  const path = key?.sub === undefined ? field : field + key.sub.charAt(0).toUpperCase() + key.sub.slice(1);
  throw invalidData(`Expected 1 record to connect to ${relation.name}, but found 0 for ${path} = ${String(wanted)}`);
}
