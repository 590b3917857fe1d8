import type { Selected } from './graphql-document.ts';
import { compileSelection, projectConnection, typeNameOf } from './graphql-selection.ts';
import { graphqlGroups } from './group-by-answers.ts';
import type { ObjectModel } from './model.ts';
import type { Operations } from './operations.ts';
import { invalidQuery } from './refusal.ts';
import { isTwentyUuid } from './uuid.ts';
import type { Workspace } from './workspace.ts';

/** A root field of `/graphql`: what it may be given and what it does. */
export interface Root {
  readonly kind: 'query' | 'mutation';
  readonly object: ObjectModel;
  /** Arguments with their GraphQL types; `!` marks a required one. */
  readonly args: Readonly<Record<string, string>>;
  readonly run: (field: Selected, operations: Operations) => unknown;
}

/** The root field of that name, made from the objects of the workspace; undefined when no object has it. */
export function rootOf(workspace: Workspace, name: string): Root | undefined {
  for (const object of workspace.objects()) {
    const root = rootsOf(workspace, object).get(name);
    if (root !== undefined) return root;
  }
  return undefined;
}

/** Refuses arguments that the field does not have, and missing or malformed ones. */
export function checkArguments(root: Root, field: Selected): void {
  for (const name of Object.keys(field.args)) if (root.args[name] === undefined) throw invalidQuery(`Argument not allowed: ${name}`);
  for (const [name, type] of Object.entries(root.args)) {
    const value = field.args[name];
    if (type.endsWith('!') && (value === undefined || value === null || (type === 'UUID!' && !isTwentyUuid(value)))) {
      throw invalidQuery(`Missing required argument: "${name}" (${type.slice(0, -1)})`);
    }
  }
}

/** Whether a variable may be declared with this type; enums of select fields are not told apart. */
export function isInputType(workspace: Workspace, name: string): boolean {
  if (scalars.has(name) || name.endsWith('Enum')) return true;
  const object = /^(.+?)(FilterInput|OrderByInput|CreateInput|UpdateInput|OrderByWithGroupByInput|GroupByInput)$/.exec(name)?.[1];
  return workspace.objects().some(({ nameSingular }) => typeNameOf(nameSingular) === object);
}

const scalars = new Set([
  'String', 'Int', 'Float', 'Boolean', 'ID', 'UUID', 'DateTime', 'Date', 'JSON', 'BigFloat', 'Position', 'TSVector', 'FilterIs', 'OrderByDirection',
]);

const compiled = new WeakMap<ObjectModel, ReadonlyMap<string, Root>>();

function rootsOf(workspace: Workspace, object: ObjectModel): ReadonlyMap<string, Root> {
  const known = compiled.get(object);
  if (known !== undefined) return known;
  const roots = compileRoots(workspace, object);
  compiled.set(object, roots);
  return roots;
}

function compileRoots(workspace: Workspace, object: ObjectModel): ReadonlyMap<string, Root> {
  const one = typeNameOf(object.nameSingular);
  const many = typeNameOf(object.namePlural);
  const types = { create: `${one}CreateInput!`, creates: `[${one}CreateInput!]!`, update: `${one}UpdateInput!`, filter: `${one}FilterInput` };
  const project = (field: Selected): ((record: never) => unknown) => compileSelection(workspace, object, field.selection) as (record: never) => unknown;
  const projectAll = (field: Selected, write: () => readonly unknown[]): unknown => {
    const projection = project(field);
    return write().map((record) => projection(record as never));
  };
  const projectOne = (field: Selected, write: () => unknown): unknown => {
    const projection = project(field);
    return projection(write() as never);
  };
  const upsertOf = (field: Selected): boolean => field.args.upsert === true;
  const query = (args: Record<string, string>, run: Root['run']): Root => ({ kind: 'query', object, args, run });
  const mutation = (args: Record<string, string>, run: Root['run']): Root => ({ kind: 'mutation', object, args, run });
  const byId = (run: (operations: Operations, id: string) => unknown): Root =>
    mutation({ id: 'UUID!' }, (field, operations) => projectOne(field, () => run(operations, String(field.args.id))));
  const byFilter = (run: (operations: Operations, filter: unknown) => readonly unknown[]): Root =>
    mutation({ filter: `${types.filter}!` }, (field, operations) => projectAll(field, () => run(operations, field.args.filter)));
  return new Map<string, Root>([
    [object.namePlural, query(
      { first: 'Int', last: 'Int', offset: 'Int', before: 'String', after: 'String', filter: types.filter, orderBy: `[${one}OrderByInput]` },
      (field, operations) => projectConnection(workspace, object, operations.find(object, field.args), field.selection),
    )],
    [`${object.namePlural}GroupBy`, query(
      {
        groupBy: `[${one}GroupByInput!]!`, filter: types.filter, orderBy: `[${one}OrderByWithGroupByInput]`, orderByForRecords: `[${one}OrderByInput]`, viewId: 'UUID',
        limit: 'Int', offsetForRecords: 'Int',
      },
      (field) => graphqlGroups(workspace, object, field),
    )],
    [object.nameSingular, query({ filter: `${types.filter}!` }, (field, operations) => projectOne(field, () => operations.findOne(object, field.args.filter)))],
    [`${object.nameSingular}Duplicates`, query({ ids: '[UUID]', data: `[${one}CreateInput]` }, (field, operations) =>
      operations.duplicatesOf(object, field.args).map((records) => projectConnection(workspace, object, {
        records, totalCount: records.length, keys: [], pageInfo: { startCursor: null, endCursor: null, hasNextPage: false, hasPreviousPage: false },
      }, field.selection)))],
    [`create${one}`, mutation({ data: types.create, upsert: 'Boolean' }, (field, operations) =>
      projectOne(field, () => operations.create(object, [field.args.data], upsertOf(field))[0]))],
    [`create${many}`, mutation({ data: types.creates, upsert: 'Boolean' }, (field, operations) =>
      projectAll(field, () => operations.create(object, field.args.data as unknown[], upsertOf(field))))],
    [`update${one}`, mutation({ id: 'UUID!', data: types.update }, (field, operations) =>
      projectOne(field, () => operations.update(object, String(field.args.id), field.args.data)))],
    [`update${many}`, mutation({ filter: `${types.filter}!`, data: types.update }, (field, operations) =>
      projectAll(field, () => operations.updateMany(object, field.args.filter, field.args.data)))],
    [`delete${one}`, byId((operations, id) => operations.softDelete(object, id))],
    [`delete${many}`, byFilter((operations, filter) => operations.softDeleteMany(object, filter))],
    [`destroy${one}`, byId((operations, id) => operations.destroy(object, id))],
    [`destroy${many}`, byFilter((operations, filter) => operations.destroyMany(object, filter))],
    [`restore${one}`, byId((operations, id) => operations.restore(object, id))],
    [`restore${many}`, byFilter((operations, filter) => operations.restoreMany(object, filter))],
  ]);
}
