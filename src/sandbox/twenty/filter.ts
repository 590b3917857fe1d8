import { inspect } from 'node:util';
import { compositeOf } from './composites.ts';
import { compileOperator } from './filter-operators.ts';
import type { ValueTest } from './filter-operators.ts';
import type { ObjectModel } from './model.ts';
import { mergedSearches } from './many-searches.ts';
import type { StoredRecord } from './record.ts';
import { invalidData } from './refusal.ts';
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

interface Node {
  readonly run: (record: StoredRecord) => boolean | null;
  readonly candidates: () => Iterable<string> | undefined;
  /** Set for a test of one value, so that an `or` over many reads the value once. */
  readonly leaf?: { readonly path: string; readonly read: (record: StoredRecord) => unknown; readonly test: ValueTest };
}

const everything: Node = { run: () => true, candidates: () => undefined };

function compileNode(scope: Scope, filter: unknown): Node {
  if (filter === undefined || filter === null) return everything;
  if (typeof filter !== 'object' || Array.isArray(filter)) throw invalidData(`Invalid object value ${inspect(filter)} for field "filter"`);
  const nodes: Node[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue;
    if (name === 'and') nodes.push(all(listOf(value).map((item) => compileNode(scope, item))));
    else if (name === 'or') nodes.push(any(listOf(value).map((item) => compileNode(scope, item))));
    else if (name === 'not') nodes.push(negated(compileNode(scope, value)));
    else nodes.push(compileField(scope, name, value));
  }
  return all(nodes);
}

function compileField(scope: Scope, name: string, value: unknown): Node {
  const { object } = scope;
  if (name === 'deletedAt') scope.namesDeletedAt = true;
  const column = object.columnByName.get(name);
  if (column === undefined) return compileRelation(scope, name, value);
  const composite = compositeOf(column.type);
  if (composite === undefined) {
    const options = column.field.options?.map((option) => option.value);
    return leaves(scope, name, column.type, (record) => record[name], value, name, options);
  }
  const nodes = Object.entries(objectOf(value, name)).flatMap(([subName, condition]) => {
    if (condition === undefined) return [];
    const sub = composite.subByName.get(subName);
    if (sub === undefined) throw invalidData(`Sub field "${subName}" not found for composite type: ${column.type}`);
    return [leaves(scope, `${name}.${subName}`, sub.type, (record) => (record[name] as Record<string, unknown> | null)?.[subName], condition, name, sub.options)];
  });
  return all(nodes);
}

function compileRelation(scope: Scope, name: string, value: unknown): Node {
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
): Node {
  const nodes = Object.entries(objectOf(condition, path)).flatMap(([operator, operand]): Node[] => {
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

function all(nodes: readonly Node[]): Node {
  const [only] = nodes;
  if (only === undefined) return everything;
  if (nodes.length === 1) return only;
  return {
    run: (record) => {
      let result: boolean | null = true;
      for (const node of nodes) {
        const value = node.run(record);
        if (value === false) return false;
        if (value === null) result = null;
      }
      return result;
    },
    candidates: () => nodes.map((node) => node.candidates()).find((ids) => ids !== undefined),
  };
}

function any(nodes: readonly Node[]): Node {
  const [only] = nodes;
  if (only === undefined) return everything;
  if (nodes.length === 1) return only;
  const grouped = groupedByValue(nodes);
  return {
    run: (record) => {
      let result: boolean | null = false;
      for (const run of grouped) {
        const value = run(record);
        if (value === true) return true;
        if (value === null) result = null;
      }
      return result;
    },
    candidates: () => {
      const lists = nodes.map((node) => node.candidates());
      return lists.includes(undefined) ? undefined : lists.flatMap((ids) => [...(ids ?? [])]);
    },
  };
}

/** Hundreds of tests of one value read it once; hundreds of `like %…%` become one search. */
function groupedByValue(nodes: readonly Node[]): ((record: StoredRecord) => boolean | null)[] {
  const groups = new Map<string, { read: (record: StoredRecord) => unknown; tests: ValueTest[] }>();
  const runs: ((record: StoredRecord) => boolean | null)[] = [];
  for (const { run, leaf } of nodes) {
    const group = leaf === undefined ? undefined : groups.get(leaf.path);
    if (leaf === undefined) runs.push(run);
    else if (group === undefined) groups.set(leaf.path, { read: leaf.read, tests: [leaf.test] });
    else group.tests.push(leaf.test);
  }
  for (const { read, tests } of groups.values()) {
    const test = anyOf(mergedSearches(tests));
    const onEmpty = test(null);
    runs.push((record) => {
      const value = read(record);
      return value === null || value === undefined ? onEmpty : test(value);
    });
  }
  return runs;
}

function anyOf(tests: readonly ValueTest[]): ValueTest {
  return (value) => {
    let result: boolean | null = false;
    for (const test of tests) {
      const answer = test(value);
      if (answer === true) return true;
      if (answer === null) result = null;
    }
    return result;
  };
}

function negated(node: Node): Node {
  return {
    run: (record) => {
      const value = node.run(record);
      return value === null ? null : !value;
    },
    candidates: () => undefined,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function objectOf(value: unknown, path: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidData(`Invalid object value ${inspect(value)} for field "${path}"`);
  return value;
}
