import { GraphQLError } from 'graphql';
import { readOperation } from './graphql-document.ts';
import type { Operation, Selected } from './graphql-document.ts';
import { checkArguments, isInputType, rootOf } from './graphql-roots.ts';
import type { Root } from './graphql-roots.ts';
import type { Answer } from './answer.ts';
import { Sabotage } from './faults.ts';
import { Refusal } from './refusal.ts';
import { serve } from './service.ts';
import type { Service } from './service.ts';
import type { Workspace } from './workspace.ts';

const maxRootFields = 20;

/** `POST /graphql`, authenticated: answers 200 for nearly everything. */
export async function answerGraphql(service: Service, body: unknown): Promise<Answer> {
  if (Array.isArray(body)) return { status: 400, body: { errors: [{ message: 'Batching is not supported.' }] } };
  const { query, variables, operationName } = (body ?? {}) as Record<string, unknown>;
  let operation: Operation;
  let roots: readonly (readonly [Selected, Root])[];
  try {
    operation = readOperation(query, variables, operationName);
    const tooMany = rootProblem(operation);
    if (tooMany !== undefined) return { status: 200, body: { data: {}, errors: [{ message: tooMany, extensions: { code: 'BAD_USER_INPUT' } }] } };
    checkVariableTypes(service.workspace, operation);
    roots = operation.roots.filter((field) => field.name !== '__typename').map((field) => [field, rootFor(service, operation, field)] as const);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { status: 200, body: { errors: [error.toJSON()] } };
  }
  return await execute(service, operation, roots, (variables ?? {}) as Record<string, unknown>);
}

/** What a caller without a token sees: the schema has no record fields at all. */
export function answerWithoutToken(body: unknown): Answer {
  const { query, variables, operationName } = (body ?? {}) as Record<string, unknown>;
  try {
    const operation = readOperation(query, variables, operationName);
    const [field] = operation.roots;
    throw unknownRoot(operation, field as Selected);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { status: 200, body: { errors: [error.toJSON()] } };
  }
}

async function execute(service: Service, operation: Operation, roots: readonly (readonly [Selected, Root])[], variables: Record<string, unknown>): Promise<Answer> {
  const data: Record<string, unknown> = {};
  const errors: unknown[] = [];
  for (const field of operation.roots) if (field.name === '__typename') data[field.key] = operation.kind === 'query' ? 'Query' : 'Mutation';
  for (const [field, root] of roots) {
    try {
      data[field.key] = await serve(service, { kind: 'graphql', operation: field.name, object: root.object.nameSingular, variables }, (operations) => {
        checkArguments(root, field);
        return root.run(field, operations);
      });
    } catch (error) {
      if (error instanceof Sabotage) throw error;
      data[field.key] = null;
      errors.push(errorOf(error));
    }
  }
  return { status: 200, body: errors.length === 0 ? { data } : { data, errors } };
}

function errorOf(error: unknown): unknown {
  if (error instanceof Refusal) return { message: error.message, extensions: error.extensions };
  const message = error instanceof Error ? error.message : String(error);
  return { message, extensions: { code: 'INTERNAL_SERVER_ERROR', userFriendlyMessage: 'An error occurred.' } };
}

function rootProblem(operation: Operation): string | undefined {
  const seen = new Set<string>();
  if (operation.roots.length > maxRootFields) {
    return `Query too complex - Too many root resolvers requested: ${operation.roots.length} - Maximum allowed root resolvers: ${maxRootFields}`;
  }
  for (const { name } of operation.roots) {
    if (seen.has(name)) return `Duplicate root resolver: "${name}"`;
    seen.add(name);
  }
  return undefined;
}

function rootFor(service: Service, operation: Operation, field: Selected): Root {
  const root = rootOf(service.workspace, field.name);
  if (root === undefined || root.kind !== operation.kind) throw unknownRoot(operation, field);
  return root;
}

function checkVariableTypes(workspace: Workspace, operation: Operation): void {
  for (const type of operation.variableTypes) if (!isInputType(workspace, type.name.value)) throw new GraphQLError(`Unknown type "${type.name.value}".`, { nodes: type });
}

function unknownRoot(operation: Operation, field: Selected): GraphQLError {
  return new GraphQLError(`Cannot query field "${field.name}" on type "${operation.kind === 'query' ? 'Query' : 'Mutation'}".`, { nodes: field.node });
}
