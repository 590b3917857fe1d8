import type { Answer } from './answer.ts';
import { restError } from './answer.ts';
import { Metadata } from './metadata.ts';
import { MigrationFailure } from './metadata-fields.ts';
import type { Given } from './metadata-fields.ts';
import { metadataError, MetadataFault, MetadataRefusal } from './metadata-refusal.ts';
import { createdObjectShape, fieldShape, objectShape, writtenFieldShape } from './metadata-shapes.ts';
import type { Sandbox } from './sandbox.ts';
import type { Asked } from './server.ts';
import { isTwentyUuid } from './uuid.ts';
import { answerViews } from './views-rest.ts';

/** `/rest/metadata/…` and `/rest/webhooks`: never limited. Undefined when the path is a record path. */
export async function answerMetadataRest(sandbox: Sandbox, asked: Asked): Promise<Answer | undefined> {
  const [, , ...rest] = asked.path.split('/');
  const [kind = '', id] = rest[0] === 'metadata' ? rest.slice(1) : rest;
  if (rest[0] !== 'metadata' && rest[0] !== 'webhooks') return undefined;
  const startedAtMs = sandbox.service.workspace.now();
  const answer = route(sandbox, asked, kind, id);
  sandbox.service.ledger.add({
    at: new Date(startedAtMs).toISOString(), kind: 'metadata', operation: `${asked.method} ${asked.path}`, tokens: 0, records: 0,
    outcome: answer.status < 400 ? 'served' : 'error', elapsedMs: sandbox.service.workspace.now() - startedAtMs,
  });
  return await Promise.resolve(answer);
}

function route(sandbox: Sandbox, asked: Asked, kind: string, id: string | undefined): Answer {
  try {
    switch (kind) {
      case 'objects': return objects(sandbox, asked, id);
      case 'fields': return fields(sandbox, asked, id);
      case 'webhooks': return webhooks(sandbox, asked, id);
      case 'apiKeys': return apiKeys(sandbox, asked);
      case 'views':
      case 'viewFilters':
      case 'viewFilterGroups':
      case 'viewSorts': return answerViews(sandbox, asked, kind, id) ?? unknownPath(asked);
      default: return unknownPath(asked);
    }
  } catch (error) {
    if (error instanceof MigrationFailure) return { status: 500, body: error.message };
    return error instanceof MetadataRefusal || error instanceof MetadataFault ? metadataError(error) : restError(error);
  }
}

function unknownPath({ method, path }: Asked): Answer {
  return { status: 404, body: { message: `Cannot ${method} ${path}`, error: 'Not Found', statusCode: 404 } };
}

function objects(sandbox: Sandbox, asked: Asked, id: string | undefined): Answer {
  const { workspace } = sandbox.service;
  const metadata = new Metadata(sandbox);
  if (asked.method === 'POST') {
    const wrong = missingTexts(asked.body, ['nameSingular', 'namePlural', 'labelSingular', 'labelPlural']);
    return wrong ?? { status: 201, body: { data: { createOneObject: createdObjectShape(workspace, metadata.createObject(asked.body as Given)) } } };
  }
  if (id === undefined) return page(asked, metadata.objects(), 'objects', (object) => objectShape(workspace, object));
  const object = workspace.objectById(id);
  if (object === undefined) throw new MetadataFault(404, 'OBJECT_METADATA_NOT_FOUND', 'Object metadata not found');
  return { status: 200, body: { data: { object: objectShape(workspace, object) } } };
}

function fields(sandbox: Sandbox, asked: Asked, id: string | undefined): Answer {
  const { workspace } = sandbox.service;
  const metadata = new Metadata(sandbox);
  const written = (name: string, status: number, { object, field }: ReturnType<Metadata['createField']>): Answer =>
    ({ status, body: { data: { [name]: writtenFieldShape(workspace, object, field) } } });
  switch (asked.method) {
    case 'POST': return wrongField(asked.body) ?? written('createOneField', 201, metadata.createField(asked.body as Given));
    case 'PATCH': return written('updateOneField', 200, metadata.updateField(id ?? '', asked.body as Given));
    case 'DELETE': return written('deleteOneField', 200, metadata.deleteField(id ?? ''));
    default: break;
  }
  if (id === undefined) return page(asked, metadata.fields(), 'fields', ({ object, field }) => fieldShape(workspace, object, field));
  const found = metadata.field(id);
  if (found === undefined) throw new MetadataFault(404, 'FIELD_METADATA_NOT_FOUND', 'Field metadata not found');
  return { status: 200, body: { data: { field: fieldShape(workspace, found.object, found.field) } } };
}

function webhooks({ webhooks: registry }: Sandbox, { method, body }: Asked, id: string | undefined): Answer {
  const given = (body ?? {}) as Given;
  if (method === 'POST') return { status: 201, body: registry.create(given) };
  if (id === undefined) return { status: 200, body: registry.list() };
  if (method === 'PATCH') return { status: 200, body: registry.update(id, given) };
  if (method === 'DELETE') return { status: 200, body: registry.delete(id) !== undefined };
  return { status: 200, body: registry.get(id) };
}

/** An API key may look at keys, not make, change or delete them. */
function apiKeys(sandbox: Sandbox, { method }: Asked): Answer {
  if (method === 'GET') return { status: 200, body: [new Metadata(sandbox).apiKey()] };
  return { status: 400, body: { statusCode: 400, error: 'Error', messages: ['This endpoint requires a session access token'], code: 'FORBIDDEN_EXCEPTION' } };
}

/** Newest id first, as Twenty lists them; `limit` and `starting_after` (an id) page through. */
function page<T>(asked: Asked, items: readonly { id: string; item: T }[], name: string, shape: (item: T) => unknown): Answer {
  const after = asked.query.get('starting_after');
  const limit = Number(asked.query.get('limit') ?? 1000);
  const rest = after === null ? items : items.filter(({ id }) => id < after);
  const shown = rest.slice(0, limit);
  return { status: 200, body: {
    data: { [name]: shown.map(({ item }) => shape(item)) },
    pageInfo: { hasNextPage: rest.length > shown.length, startCursor: shown[0]?.id ?? null, endCursor: shown.at(-1)?.id ?? null },
    totalCount: items.length,
  } };
}

function missingTexts(body: unknown, names: readonly string[]): Answer | undefined {
  const given = (body ?? {}) as Given;
  const message = names.flatMap((name) => (typeof given[name] === 'string' && given[name] !== '' ? [] : [`${name} should not be empty`, `${name} must be a string`]));
  return message.length === 0 ? undefined : { status: 400, body: { message, error: 'Bad Request', statusCode: 400 } };
}

function wrongField(body: unknown): Answer | undefined {
  const given = (body ?? {}) as Given;
  if (!fieldTypes.includes(String(given.type))) {
    return { status: 400, body: { message: [`type must be one of the following values: ${fieldTypes.join(', ')}`], error: 'Bad Request', statusCode: 400 } };
  }
  if (!isTwentyUuid(given.objectMetadataId)) return { status: 400, body: { message: ['objectMetadataId must be a UUID'], error: 'Bad Request', statusCode: 400 } };
  return missingTexts(body, ['name', 'label']);
}

const fieldTypes = [
  'ACTOR', 'ADDRESS', 'ARRAY', 'BOOLEAN', 'CURRENCY', 'DATE', 'DATE_TIME', 'EMAILS', 'FILES', 'FULL_NAME', 'LINKS', 'MORPH_RELATION', 'MULTI_SELECT', 'NUMBER', 'NUMERIC',
  'PHONES', 'POSITION', 'RATING', 'RAW_JSON', 'RELATION', 'RICH_TEXT', 'SELECT', 'TEXT', 'TS_VECTOR', 'UUID',
];
