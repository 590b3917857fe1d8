import { inspect } from 'node:util';
import { compositeOf } from './composites.ts';
import { compileOperator } from './filter-operators.ts';
import { all, any, everything, negated } from './filter-logic.ts';
import type { FilterNode } from './filter-logic.ts';
import type { ObjectModel } from './model.ts';
import type { StoredRecord } from './record.ts';
import { invalidData } from './refusal.ts';
import { searchVectorOf } from './search-vector.ts';
import type { Workspace } from './workspace.ts';

/** A compiled filter. SQL's three values: null is "unknown", which neither the filter nor its negation lets through. */
export interface CompiledFilter {
  matches(record: StoredRecord): boolean | null;
  /** Ids that alone can match, from an index; undefined when every record must be looked at. */
  candidates(): Iterable<string> | undefined;
  /** A filter that names `deletedAt` sees the trash. */
  readonly namesDeletedAt: boolean;
}

export function compileFilter(workspace: Workspace, object: ObjectModel, filter: unknown): CompiledFilter {
  const scope = { workspace, object, namesDeletedAt: false };
  const node = compileNode(scope, filter);
  return { matches: node.run, candidates: node.candidates, namesDeletedAt: scope.namesDeletedAt };
}

interface Scope {
  readonly workspace: Workspace;
  readonly object: ObjectModel;
  namesDeletedAt: boolean;
}

function compileNode(scope: Scope, filter: unknown): FilterNode {
  if (filter === undefined || filter === null) return everything;
  if (typeof filter !== 'object' || Array.isArray(filter)) throw invalidData(`Invalid object value ${inspect(filter)} for field "filter"`);
  const nodes: FilterNode[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    if (name === 'and') nodes.push(all(listOf(value).map((item) => compileNode(scope, item))));
    else if (name === 'or') nodes.push(any(listOf(value).map((item) => compileNode(scope, item))));
    else if (name === 'not') nodes.push(negated(compileNode(scope, value)));
    else nodes.push(compileField(scope, name, value));
  }
  return all(nodes);
}

function compileField(scope: Scope, name: string, value: unknown): FilterNode {
  const { object } = scope;
  if (name === 'deletedAt') scope.namesDeletedAt = true;
  const column = object.columnByName.get(name);
  if (column === undefined) return compileRelation(scope, name, value);
  const composite = compositeOf(column.type);
  if (composite === undefined) {
    const options = column.field.options?.map((option) => option.value);
    const read = column.type === 'TS_VECTOR' ? (record: StoredRecord) => searchVectorOf(object, record) : (record: StoredRecord) => record[name];
    return leaves(scope, name, column.type, read, value, name, options);
  }
  const nodes = Object.entries(objectOf(value, name)).flatMap(([subName, condition]) => {
    if (condition === undefined) return [];
    const sub = composite.subByName.get(subName);
    if (sub === undefined) throw invalidData(`Sub field "${subName}" not found for composite type: ${column.type}`);
    return [leaves(scope, `${name}.${subName}`, sub.type, (record) => (record[name] as Record<string, unknown> | null)?.[subName], condition, name, sub.options)];
  });
  return all(nodes);
}

function compileRelation(scope: Scope, name: string, value: unknown): FilterNode {
  const relation = scope.object.fieldByName.get(name)?.relation;
  const target = relation?.kind === 'MANY_TO_ONE' ? scope.workspace.object(relation.target) : undefined;
  if (target === undefined) throw invalidData(`Object ${scope.object.nameSingular} doesn't have any "${name}" field.`);
  const inner = compileNode({ workspace: scope.workspace, object: target, namesDeletedAt: false }, value);
  const join = scope.object.fieldByName.get(name)?.settings?.joinColumnName ?? `${name}Id`;
  return {
    run: (record) => {
      const related = scope.workspace.live(target.nameSingular, record[join]);
      return related === undefined ? null : inner.run(related);
    },
    candidates: () => undefined,
  };
}

function leaves(
  scope: Scope, path: string, type: string, read: (record: StoredRecord) => unknown, condition: unknown, field: string, options?: readonly string[],
): FilterNode {
  const nodes = Object.entries(objectOf(condition, path)).flatMap(([operator, operand]): FilterNode[] => {
    if (operand === undefined) return [];
    const test = compileOperator({ path, type, operator, operand, ...(options === undefined ? {} : { options }), object: scope.object.nameSingular });
    return [{ run: (record) => test(read(record)), leaf: { path, read, test }, candidates: () => indexed(scope, path, field, operator, operand) }];
  });
  return all(nodes);
}

/** What the id, a unique key or a join column says about `eq` and `in`. */
function indexed(scope: Scope, path: string, field: string, operator: string, operand: unknown): Iterable<string> | undefined {
  const values = operator === 'eq' ? [operand] : operator === 'in' ? (operand as readonly unknown[]) : undefined;
  if (values === undefined || values.includes('')) return undefined;
  const table = scope.workspace.table(scope.object.nameSingular);
  if (path === 'id') return values.map((value) => String(value).toLowerCase());
  const key = scope.object.uniqueKeys.find((candidate) => candidate.field === field && (candidate.sub === undefined ? field : `${field}.${candidate.sub}`) === path);
  if (key !== undefined) return values.map((value) => table.holderOf(field, value)).filter((id) => id !== undefined);
  if (scope.object.columnByName.get(path)?.field.relation === undefined) return undefined;
  return values.flatMap((value) => [...table.pointingAt(path, String(value).toLowerCase())]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function objectOf(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidData(`Invalid object value ${inspect(value)} for field "${path}"`);
  return value;
}
