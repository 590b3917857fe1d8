import { GraphQLError, Kind, parse, valueFromASTUntyped } from 'graphql';
import type {
  ArgumentNode, DocumentNode, FieldNode, FragmentDefinitionNode, NamedTypeNode, OperationDefinitionNode, SelectionNode, SelectionSetNode, TypeNode,
} from 'graphql';

/** A field as selected: fragments are spread, directives applied, equal response keys merged. */
export interface Selected {
  /** The response key. */
  readonly key: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selection: readonly Selected[] | undefined;
  readonly node: FieldNode;
}

export interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly roots: readonly Selected[];
  /** Names of the types that its variables are declared with. */
  readonly variableTypes: readonly NamedTypeNode[];
}

/** Reads one operation. Throws a `GraphQLError` for a document that cannot be run at all. */
export function readOperation(query: unknown, variables: unknown, operationName: unknown): Operation {
  if (typeof query !== 'string') throw new GraphQLError('Must provide query string.');
  const document = parsed(query);
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const operation = typeof operationName === 'string' ? operations.find((candidate) => candidate.name?.value === operationName) : operations[0];
  if (operation === undefined) throw new GraphQLError(typeof operationName === 'string' ? `Unknown operation named "${operationName}".` : 'Must provide an operation.');
  if (operation.operation === 'subscription') throw new GraphQLError('Subscriptions are not supported.');
  if (operations.length > 1 && typeof operationName !== 'string') throw new GraphQLError('Must provide operation name if query contains multiple operations.');
  const fragments = new Map(document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION).map((fragment) => [fragment.name.value, fragment]));
  const roots = collect(operation.selectionSet, { fragments, variables: variablesOf(operation, variables) });
  return { kind: operation.operation, roots, variableTypes: (operation.variableDefinitions ?? []).map(({ type }) => namedType(type)) };
}

function namedType(type: TypeNode): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : namedType(type.type);
}

interface Reading {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Record<string, unknown>;
}

const documents = new Map<string, DocumentNode>();

function parsed(query: string): DocumentNode {
  const known = documents.get(query);
  if (known !== undefined) return known;
  const document = parse(query);
  if (documents.size > 500) documents.clear();
  documents.set(query, document);
  return document;
}

function variablesOf(operation: OperationDefinitionNode, given: unknown): Record<string, unknown> {
  const source = (given ?? {}) as Record<string, unknown>;
  const variables: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (source[name] !== undefined) variables[name] = source[name];
    else if (defaultValue !== undefined) variables[name] = valueFromASTUntyped(defaultValue);
    if (type.kind === Kind.NON_NULL_TYPE && (variables[name] === undefined || variables[name] === null)) {
      throw new GraphQLError(`Variable "$${name}" of required type was not provided.`, { nodes: variable });
    }
  }
  return variables;
}

function collect(set: SelectionSetNode, reading: Reading): readonly Selected[] {
  const fields = new Map<string, Selected>();
  for (const selection of set.selections) {
    if (leftOut(selection, reading)) continue;
    if (selection.kind === Kind.FIELD) merge(fields, selectedField(selection, reading));
    else {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : reading.fragments.get(selection.name.value)?.selectionSet;
      if (inner === undefined) throw new GraphQLError(`Unknown fragment "${selection.kind === Kind.FRAGMENT_SPREAD ? selection.name.value : ''}".`, { nodes: selection });
      for (const field of collect(inner, reading)) merge(fields, field);
    }
  }
  return [...fields.values()];
}

/** `@skip(if: true)` or `@include(if: false)`. */
function leftOut({ directives = [] }: SelectionNode, { variables }: Reading): boolean {
  return directives.some(({ name, arguments: nodes = [] }) => argumentsOf(nodes, variables).if === (name.value === 'skip'));
}

function selectedField(node: FieldNode, reading: Reading): Selected {
  return {
    key: node.alias?.value ?? node.name.value,
    name: node.name.value,
    args: argumentsOf(node.arguments ?? [], reading.variables),
    selection: node.selectionSet === undefined ? undefined : collect(node.selectionSet, reading),
    node,
  };
}

function merge(fields: Map<string, Selected>, field: Selected): void {
  const before = fields.get(field.key);
  if (before?.selection === undefined || field.selection === undefined) {
    fields.set(field.key, field);
    return;
  }
  const inner = new Map(before.selection.map((part) => [part.key, part]));
  for (const part of field.selection) merge(inner, part);
  fields.set(field.key, { ...before, selection: [...inner.values()] });
}

function argumentsOf(nodes: readonly ArgumentNode[], variables: Record<string, unknown>): Record<string, unknown> {
  const args: Record<string, unknown> = {};
  for (const { name, value } of nodes) {
    const given = valueFromASTUntyped(value, variables);
    if (given !== undefined) args[name.value] = given;
  }
  return args;
}
