import { readFileSync } from 'node:fs';
import { buildSchema, execute, GraphQLError, parse, validate } from 'graphql';
import type { Answer } from './answer.ts';
import { customApplicationId, standardApplicationId } from './applications.ts';
import { Metadata } from './metadata.ts';
import type { Given } from './metadata-fields.ts';
import { MetadataFault, MetadataRefusal } from './metadata-refusal.ts';
import { fieldShape, objectShape, writtenFieldShape } from './metadata-shapes.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import { Refusal } from './refusal.ts';
import type { Sandbox } from './sandbox.ts';
import { viewResolvers } from './views-graphql.ts';

const schema = buildSchema(['metadata', 'views'].map((part) => readFileSync(new URL(`./model/${part}.graphql`, import.meta.url), 'utf8')).join('\n'));

/** `POST /metadata`: a real GraphQL server, so unknown fields are refused while validating. */
export async function answerMetadataGraphql(sandbox: Sandbox, body: unknown): Promise<Answer> {
  const { query, variables, operationName } = (body ?? {}) as { query?: string; variables?: Record<string, unknown>; operationName?: string };
  const startedAtMs = sandbox.service.workspace.now();
  const result = await run(sandbox, query ?? '', variables, operationName);
  sandbox.service.ledger.add({
    at: new Date(startedAtMs).toISOString(), kind: 'metadata', operation: /\{\s*(\w+)/.exec(query ?? '')?.[1] ?? 'metadata', tokens: 0, records: 0,
    outcome: 'errors' in result ? 'error' : 'served', elapsedMs: sandbox.service.workspace.now() - startedAtMs,
  });
  return { status: 200, body: result };
}

async function run(sandbox: Sandbox, query: string, variables?: Record<string, unknown>, operationName?: string): Promise<Record<string, unknown>> {
  try {
    const document = parse(query);
    const problems = validate(schema, document);
    if (problems.length > 0) return { errors: problems.map((problem) => problem.toJSON()) };
    const { data, errors } = await execute({ schema, document, rootValue: resolvers(sandbox), variableValues: variables ?? {}, operationName: operationName ?? null });
    return errors === undefined ? { data } : { errors: errors.map(errorOf), data: data ?? null };
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error.toJSON()] };
    throw error;
  }
}

function errorOf(error: GraphQLError): unknown {
  const cause = error.originalError;
  if (cause instanceof MetadataRefusal) {
    const counts = Object.entries(cause.summary).filter(([name]) => name !== 'totalErrors').map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`);
    return { message: cause.message, extensions: {
      code: 'METADATA_VALIDATION_FAILED', errors: cause.errors, summary: cause.summary, userFriendlyMessage: cause.userFriendlyMessage,
      message: `Validation failed for ${counts.join(', ')}`,
    } };
  }
  if (cause instanceof MetadataFault) return { message: cause.message, extensions: { code: cause.status === 404 ? 'NOT_FOUND' : 'FORBIDDEN', subCode: cause.code } };
  if (cause instanceof Refusal) return { message: cause.message, extensions: cause.extensions };
  return cause === undefined ? error.toJSON() : { message: error.message, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

function resolvers(sandbox: Sandbox): Record<string, unknown> {
  const { workspace } = sandbox.service;
  const { webhooks } = sandbox;
  const metadata = new Metadata(sandbox);
  const object = (model: ObjectModel): unknown => objectNode(sandbox, model);
  return {
    objects: ({ paging }: { paging: Paging }) => connection(metadata.objects().map(({ item }) => object(item)), paging),
    object: ({ id }: { id: string }) => {
      const model = workspace.objectById(id);
      if (model === undefined) throw new MetadataFault(404, 'OBJECT_METADATA_NOT_FOUND', 'Object metadata not found');
      return object(model);
    },
    fields: ({ paging }: { paging: Paging }) => connection(metadata.fields().map(({ item }) => fieldShape(workspace, item.object, item.field)), paging),
    field: ({ id }: { id: string }) => {
      const found = metadata.field(id);
      if (found === undefined) throw new MetadataFault(404, 'FIELD_METADATA_NOT_FOUND', 'Field metadata not found');
      return { ...fieldShape(workspace, found.object, found.field), relation: () => relationNode(sandbox, found.object, found.field) };
    },
    webhooks: () => webhooks.list(),
    webhook: ({ id }: { id: string }) => webhooks.get(id) ?? null,
    apiKeys: () => [metadata.apiKey()],
    findManyApplications: () => [
      application(standardApplicationId, 'Standard', '20202020-64aa-4b6f-b003-9c74b97cee20'),
      application(customApplicationId, 'Custom', customApplicationId),
    ],
    currentWorkspace: () => ({
      id: workspace.id, displayName: 'Sandbox', subdomain: 'sandbox', createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z',
      isPublicInviteLinkEnabled: false, activationStatus: 'ACTIVE',
    }),
    createOneObject: ({ input }: { input: { object: Given } }) => object(metadata.createObject(input.object)),
    createOneField: ({ input }: { input: { field: Given } }) => written(sandbox, metadata.createField(input.field)),
    updateOneField: ({ input }: { input: { id: string; update: Given } }) => written(sandbox, metadata.updateField(input.id, input.update)),
    deleteOneField: ({ input }: { input: { id: string } }) => written(sandbox, metadata.deleteField(input.id)),
    createWebhook: ({ input }: { input: Given }) => webhooks.create(input),
    updateWebhook: ({ input }: { input: { id: string; update: Given } }) => webhooks.update(input.id, input.update),
    deleteWebhook: ({ id }: { id: string }) => webhooks.delete(id),
    ...viewResolvers(workspace),
  };
}

function application(id: string, name: string, universalIdentifier: string): unknown {
  return { id, name, universalIdentifier, availablePackages: {}, canBeUninstalled: false, objects: [] };
}

function objectNode({ service }: Sandbox, model: ObjectModel): unknown {
  const { fields, ...facts } = objectShape(service.workspace, model);
  return { ...facts, fieldsList: fields, fields: ({ paging }: { paging: Paging }) => connection(fields as unknown[], paging) };
}

/** Where a relation leads; null for any other field. */
function relationNode(sandbox: Sandbox, source: ObjectModel, { relation }: FieldModel): unknown {
  const target = relation === undefined ? undefined : sandbox.service.workspace.object(relation.target);
  if (relation === undefined || target === undefined) return null;
  return { type: relation.kind, sourceObjectMetadata: () => objectNode(sandbox, source), targetObjectMetadata: () => objectNode(sandbox, target) };
}

function written({ service }: Sandbox, { object, field }: ReturnType<Metadata['createField']>): unknown {
  return writtenFieldShape(service.workspace, object, field);
}

interface Paging {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Relay's array connection: the cursor is the base64 of `arrayconnection:N`. */
function connection(nodes: readonly unknown[], { first, after }: Paging): unknown {
  const cursorOf = (index: number): string => Buffer.from(`arrayconnection:${index}`).toString('base64');
  const start = typeof after === 'string' ? Number(Buffer.from(after, 'base64').toString().split(':')[1]) + 1 : 0;
  const edges = nodes.slice(start, start + (first ?? 10)).map((node, index) => ({ node, cursor: cursorOf(start + index) }));
  const end = start + edges.length;
  return {
    edges,
    pageInfo: { hasNextPage: end < nodes.length, hasPreviousPage: start > 0, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
  };
}
