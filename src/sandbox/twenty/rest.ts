import { restError } from './answer.ts';
import type { Answer } from './answer.ts';
import { Sabotage } from './faults.ts';
import { encodeCursor } from './cursor.ts';
import type { Page } from './find.ts';
import { typeNameOf } from './graphql-selection.ts';
import { restGroups } from './group-by-answers.ts';
import type { ObjectModel } from './model.ts';
import type { Operations } from './operations.ts';
import type { StoredRecord } from './record.ts';
import { parseRestFilter, parseRestOrder } from './rest-filter.ts';
import { readRestPath } from './rest-path.ts';
import type { RestPath } from './rest-path.ts';
import { recordAtDepth } from './rest-record.ts';
import { databaseRefusal } from './refusal.ts';
import { serve } from './service.ts';
import type { Service } from './service.ts';
import type { Asked } from './server.ts';

const defaultLimit = 60;
const maxLimit = 200;

/** The record API below `/rest/`, authenticated. */
export async function answerRest(service: Service, asked: Asked): Promise<Answer> {
  try {
    const path = readRestPath(service.workspace, asked.path);
    const steps = ['/rest', path.prefix, path.object.namePlural, path.id === undefined ? undefined : '{id}', path.action];
    const operation = `${asked.method} ${steps.filter((step) => step !== undefined).join('/')}`;
    const variables = { ...Object.fromEntries(asked.query), body: asked.body };
    return await serve(service, { kind: 'rest', operation, object: path.object.nameSingular, variables }, (operations) => route(service, asked, path, operations));
  } catch (error) {
    if (error instanceof Sabotage) throw error;
    return restError(error);
  }
}

function route(service: Service, asked: Asked, path: RestPath, operations: Operations): Answer {
  const { object, id } = path;
  const depth = depthOf(asked.query);
  const show = (record: StoredRecord): unknown => recordAtDepth(service.workspace, object, record, depth);
  const filter = parseRestFilter(service.workspace, object, asked.query.get('filter'));
  const one = (verb: string, record: unknown, status = 200): Answer => ({ status, body: { data: { [`${verb}${typeNameOf(object.nameSingular)}`]: record } } });
  const many = (verb: string, records: readonly unknown[], status = 200): Answer =>
    ({ status, body: { data: { [`${verb}${typeNameOf(object.namePlural)}`]: records } } });
  const soft = asked.query.get('soft_delete') === 'true';
  const upsert = asked.query.get('upsert') === 'true';
  switch (`${asked.method} ${path.prefix ?? path.action ?? (id === undefined ? 'all' : 'one')}`) {
    case 'GET all': return found(object, operations.find(object, findRequest(asked.query, filter)), show);
    case 'GET one': return { status: 200, body: { data: { [object.nameSingular]: show(operations.findOne(object, { id: { eq: id } })) } } };
    case 'POST all': return one('create', show(operations.create(object, [writable(asked.body)], upsert)[0] as StoredRecord), 201);
    case 'POST batch': return many('create', operations.create(object, listed(asked.body), upsert).map(show), 201);
    case 'GET groupBy': return { status: 200, body: restGroups(service.workspace, object, asked) };
    case 'POST duplicates': return duplicates(object, operations.duplicatesOf(object, (asked.body ?? {}) as object), show);
    case 'PUT one':
    case 'PATCH one': return one('update', show(operations.update(object, id ?? '', asked.body ?? {})));
    case 'PATCH batch':
    case 'PUT all':
    case 'PATCH all': return many('update', operations.updateMany(object, filter, asked.body ?? {}).map(show));
    case 'PATCH restore': return many('restore', operations.restoreMany(object, filter).map(show));
    case 'DELETE one': return one('delete', soft ? show(operations.softDelete(object, id ?? '')) : idOnly(operations.destroy(object, id ?? '')));
    case 'DELETE batch':
    case 'DELETE all': return many('delete', soft ? operations.softDeleteMany(object, filter).map(show) : operations.destroyMany(object, filter).map(idOnly));
    default: return { status: 404, body: { message: `Cannot ${asked.method} ${asked.path}`, error: 'Not Found', statusCode: 404 } };
  }
}

/** What is left of a destroyed record. */
function idOnly({ id }: StoredRecord): unknown {
  return { id };
}

function findRequest(query: URLSearchParams, filter: unknown): object {
  const limit = Math.min(maxLimit, limitOf(query));
  const before = query.get('ending_before');
  const after = query.get('starting_after');
  return {
    filter, orderBy: parseRestOrder(query.get('order_by')), ...(before === null ? { first: limit } : { last: limit, before }), ...(after === null ? {} : { after }),
  };
}

function found(object: ObjectModel, page: Page, show: (record: StoredRecord) => unknown): Answer {
  return { status: 200, body: { data: { [object.namePlural]: page.records.map(show) }, totalCount: page.totalCount, pageInfo: page.pageInfo } };
}

function duplicates(object: ObjectModel, lists: readonly (readonly StoredRecord[])[], show: (record: StoredRecord) => unknown): Answer {
  const cursor = (record: StoredRecord | undefined): string | null => (record === undefined ? null : encodeCursor([], record));
  return { status: 200, body: { data: lists.map((records) => ({
    [`${object.nameSingular}Duplicates`]: records.map(show), totalCount: records.length,
    pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: cursor(records[0]), endCursor: cursor(records.at(-1)) },
  })) } };
}

function depthOf(query: URLSearchParams): 0 | 1 {
  const depth = query.get('depth') ?? '0';
  if (depth !== '0' && depth !== '1') throw databaseRefusal(`'depth=${depth}' parameter invalid. Allowed values are 0, 1`);
  return depth === '1' ? 1 : 0;
}

function limitOf(query: URLSearchParams): number {
  const limit = query.get('limit');
  if (limit === null) return defaultLimit;
  if (!/^\d+$/.test(limit)) throw databaseRefusal(`limit '${limit}' is invalid. Should be an integer`);
  return Number(limit);
}

/** A body that did not say it was JSON arrives as text, on which Twenty fails. */
function writable(body: unknown): unknown {
  if (typeof body === 'string') throw new TypeError(`Cannot create property 'position' on string '${body}'`);
  return body ?? {};
}

function listed(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) throw new TypeError('args.data.forEach is not a function');
  return body;
}
