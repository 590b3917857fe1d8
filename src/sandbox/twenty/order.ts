import { compositeOf } from './composites.ts';
import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { invalidQuery, unsortableField } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** One sort key. `inCursor` is false for links and related records: Twenty's cursor lacks them, so a walk ordered by one stops early. */
export interface SortKey {
  readonly path: readonly string[];
  readonly read: (record: StoredRecord) => unknown;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  readonly inCursor: boolean;
}

/** The keys asked for; the id comes last by itself, ascending. */
export function compileOrder(workspace: Workspace, object: ObjectModel, orderBy: unknown): readonly SortKey[] {
  if (orderBy === undefined || orderBy === null) return [];
  const items: readonly unknown[] = Array.isArray(orderBy) ? orderBy : [orderBy];
  const wishes = items.flatMap((item) => Object.entries(item ?? {})).filter(([, value]) => value !== undefined);
  return wishes.map(([name, value]) => keyOf(workspace, object, name, value));
}

export function compareRecords(keys: readonly SortKey[], a: StoredRecord, b: StoredRecord): number {
  for (const key of keys) {
    const order = compareValues(key, key.read(a), key.read(b));
    if (order !== 0) return order;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

export function compareValues({ descending, nullsFirst }: SortKey, a: unknown, b: unknown): number {
  const aEmpty = a === null || a === undefined;
  const bEmpty = b === null || b === undefined;
  if (aEmpty || bEmpty) return aEmpty && bEmpty ? 0 : aEmpty === nullsFirst ? -1 : 1;
  const order = (a as string) < (b as string) ? -1 : (a as string) > (b as string) ? 1 : 0;
  return descending ? -order : order;
}

function keyOf(workspace: Workspace, object: ObjectModel, name: string, value: unknown): SortKey {
  const column = object.columnByName.get(name);
  if (column !== undefined && compositeOf(column.type) === undefined) {
    return { path: [name], read: (record) => record[name], ...directionOf(value), inCursor: column.field.relation === undefined };
  }
  const [inner, direction] = (typeof value === 'object' && value !== null ? Object.entries(value)[0] : undefined) ?? [];
  if (inner === undefined) throw unsortableField(name);
  if (column !== undefined) {
    if (compositeOf(column.type)?.subByName.get(inner) === undefined) throw unsortableField(`${name}.${inner}`);
    return { path: [name, inner], read: (record) => (record[name] as Record<string, unknown> | null)?.[inner], ...directionOf(direction), inCursor: true };
  }
  const field = object.fieldByName.get(name);
  const target = field?.relation?.kind === 'MANY_TO_ONE' ? workspace.object(field.relation.target) : undefined;
  if (target === undefined) throw unsortableField(name);
  const key = keyOf(workspace, target, inner, direction);
  const join = field?.settings?.joinColumnName ?? `${name}Id`;
  return {
    ...key,
    path: [name, ...key.path],
    read: (record) => {
      const related = workspace.live(target.nameSingular, record[join]);
      return related === undefined ? null : key.read(related);
    },
    inCursor: false,
  };
}

export const directions = ['AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'] as const;

function directionOf(value: unknown): { descending: boolean; nullsFirst: boolean } {
  if (!directions.includes(value as never)) throw invalidQuery(`Invalid order direction "${String(value)}". Allowed values are ${directions.join(', ')}`);
  return { descending: (value as string).startsWith('Desc'), nullsFirst: (value as string).endsWith('First') };
}
