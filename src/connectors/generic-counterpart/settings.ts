import { z } from 'zod';
import * as field from '../../config/fields.ts';
import type { Value } from '../../domain/sync.ts';
import type { PageInput } from '../generic/pages.ts';
import { expression, type GenericOperation, genericShape, operationShape, Paging, type PagingInput } from '../generic/settings.ts';

/** What requests are made of, by `{name}` or as the input of a function. `object` is the object's name in the sync, `contacts`. */
interface AnyInput {
  readonly object: string;
}
export interface ListInput extends AnyInput, PageInput {
  /** Changed at or after this moment, ISO 8601; undefined when all are asked for. */
  readonly since?: string | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly sinceMs?: number | undefined;
}
export interface GetInput extends AnyInput {
  readonly id: string;
  /** With `atOnce`: all that are asked for. */
  readonly ids: readonly string[];
}
export interface FindInput extends AnyInput, PageInput {
  readonly field: string;
  readonly value: string;
  readonly values: readonly string[];
}
export interface CreateInput extends AnyInput {
  /** The same on every attempt. */
  readonly key: string;
  readonly record: Readonly<Record<string, Value>>;
}
export interface UpdateInput extends AnyInput {
  readonly id: string;
  readonly version: string | undefined;
  readonly record: Readonly<Record<string, Value>>;
}
export interface RemoveInput extends AnyInput {
  readonly id: string;
}

/** A request of this role; `answer` leads to the record, `headers` replace the connection's. */
export interface Request<I> extends GenericOperation<I> {
  readonly answer?: string | ((answer: unknown) => unknown) | undefined;
  readonly headers: Readonly<Record<string, string>>;
}
export interface ListRequest<I> extends Request<I> {
  /** Where the records stand; the whole answer unless said. */
  readonly items?: string | undefined;
  readonly pages?: Paging | undefined;
}
export interface ChangesRequest extends ListRequest<ListInput> {
  /** What a record that is committed late may lie behind the others: read again so far back. */
  readonly overlapSeconds: number;
}
export interface BulkRequest<I> extends ListRequest<I> {
  readonly atOnce: number;
}
export interface CreateRequest extends Request<CreateInput> {
  /** How the API says that there is one already that holds a unique value, and where it names it. */
  readonly exists: { readonly statuses: readonly number[]; readonly code?: { readonly at: string; readonly is: readonly string[] } | undefined; readonly id?: string | undefined };
}
export interface UpdateRequest extends Request<UpdateInput> {
  readonly ifMatch: string | false;
  readonly whole: boolean | 'objects';
  readonly omit: readonly string[];
}

type Input<R extends GenericOperation<never>, More = object> = Partial<Omit<R, 'items' | 'pages' | 'exists' | keyof More>> & { readonly items?: string; readonly pages?: PagingInput } & More;
type ExistsInput = { readonly statuses?: readonly number[]; readonly code?: { readonly at: string; readonly is: readonly string[] }; readonly id?: string };

const headers = z.record(z.string(), z.string(), { error: "Write { 'content-type': 'application/merge-patch+json' }." }).default({})
  .transform((all) => Object.fromEntries(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value])));
const requestShape = (path: string, method: GenericOperation['method']) => {
  const shape = operationShape(path, method);
  return { ...shape, path: shape.path.default(path), answer: z.union([expression('data'), field.code<(answer: unknown) => unknown>('(answer) => answer.data')]).optional(), headers };
};
/** The record as a whole is what is sent unless said: `{ contact: '{record}' }`. */
const writeShape = (path: string, method: GenericOperation['method']) => {
  const shape = requestShape(path, method);
  return { ...shape, body: shape.body.default('{record}') };
};
const listShape = (path: string) => ({ ...requestShape(path, 'GET'), items: expression('data').optional(), pages: Paging.optional() });
const bulk = <I>(path: string, example: string) =>
  field.settings({ ...listShape(path), /** Records that one request reads. */ atOnce: field.wholeNumber(1, 1_000).default(1) }, `Write ${example}.`) as unknown as z.ZodType<BulkRequest<I>, Input<BulkRequest<I>>>;

const CHANGES = "{ query: { updated_since: '{since}' }, items: 'data', pages: { by: 'cursor', next: 'next_cursor' } }";
const FIND = "{ email: { query: { email: '{value}' }, items: 'data' } }";

const OPERATIONS = {
  /** Lists what changed since a moment; a request without a place for `{since}` lists all each time. */
  changes: field.settings({ ...listShape('/{object}'), overlapSeconds: field.wholeNumber(0, 86_400).default(120) }, `Write ${CHANGES}.`) as unknown as z.ZodType<ChangesRequest, Input<ChangesRequest>>,
  /** Lists all records; as `changes` without a moment unless said. */
  all: field.settings(listShape('/{object}'), "Write { path: '/{object}', items: 'data' }.") as unknown as z.ZodType<ListRequest<ListInput>, Input<ListRequest<ListInput>>>,
  /** Reads a record by its id, or with `atOnce` several in one request. */
  get: bulk<GetInput>('/{object}/{id}', "{ path: '/{object}/{id}' }, or { path: '/{object}', query: { ids: '{ids}' }, items: 'data', atOnce: 100 }"),
  /** How records are found, by the field in which a value is looked for; `walk` reads all records instead, each time. */
  find: z.union([z.literal('walk'), z.record(z.string(), z.union([z.literal('walk'), bulk<FindInput>('/{object}', FIND)]))], {
    error: field.wants(`${FIND}, a request for each field that the sync matches by; or 'walk' where the API cannot search, which reads all records whenever one is looked for`),
  }),
  create: field.settings({
    ...writeShape('/{object}', 'POST'),
    exists: field.settings({
      statuses: z.array(field.wholeNumber(400, 499)).default([409]),
      code: field.settings({ at: expression('error.code'), is: z.array(z.string()).min(1) }, "Write { at: 'error.code', is: ['email_taken'] }.").optional(),
      id: expression('error.existing_id').optional(),
    }, "Write { statuses: [409], id: 'error.existing_id' }.").prefault({}),
  }, "Write { idempotencyHeader: 'Idempotency-Key' }.") as unknown as z.ZodType<CreateRequest, Input<CreateRequest, { readonly exists?: ExistsInput }>>,
  update: field.settings({
    ...writeShape('/{object}/{id}', 'PATCH'),
    /** What `If-Match` says, `"{version}"` where the API wants quotes; false where it takes no conditions. */
    ifMatch: z.union([field.text('{version}'), z.literal(false)]).default('{version}'),
    /** `true` sends the whole record as it is read, with what differs (PUT); `objects` does so for objects of which a part differs; false sends only what differs. */
    whole: z.union([z.boolean(), z.literal('objects')], { error: "Write true, 'objects' or false." }).default(false),
    /** With `whole`: what the API does not take back, `['id', 'created_at']`. */
    omit: z.array(field.text('created_at')).default([]),
  }, "Write { method: 'PUT', whole: true }.") as unknown as z.ZodType<UpdateRequest, Input<UpdateRequest>>,
  remove: field.settings(requestShape('/{object}/{id}', 'DELETE'), "Write { path: '/{object}/{id}' }.") as unknown as z.ZodType<Request<RemoveInput>, Input<Request<RemoveInput>>>,
  /** Puts a record out of sight without deleting it, where the API can. */
  archive: field.settings(requestShape('/{object}/{id}/archive', 'POST'), "Write { method: 'PATCH', path: '/{object}/{id}', body: { archived: true } }.") as unknown as z.ZodType<Request<RemoveInput>, Input<Request<RemoveInput>>>,
};

/** Where a record says things about itself, as JMESPath; names with other signs in quotes: `'"@odata.etag"'`. */
const PLACES = {
  /** `id` unless said. */
  id: expression('id').optional(),
  changedAt: expression('updated_at').optional(),
  /** What changes with every change of the record: a place in it, or the header of an answer about one record. Without it its fields are compared. */
  version: z.union([expression('etag'), field.settings({ header: z.string().regex(/^[A-Za-z0-9-]+$/, { error: "Write the name of a header, for example 'ETag'." }) })], { error: "Write where it stands, 'etag', or { header: 'ETag' }." }).optional(),
  /** Filled or true when it is archived: still there, but nobody sees it. */
  archived: expression('archived').optional(),
  /** Filled or true in lists when it is gone for good. */
  gone: expression('deleted').optional(),
  /** The id of the record that it was merged into. */
  mergedInto: expression('merged_into').optional(),
};

/** What a 403 to a write is about: the key, so that nothing goes on until a person has mended it, or that one record. */
const forbids = field.oneOf(['key', 'record']);

const resource = field.settings({
  ...PLACES,
  omitsEmpty: field.yesNo().optional(),
  forbids: forbids.optional(),
  changes: OPERATIONS.changes.optional(), all: OPERATIONS.all.optional(), get: OPERATIONS.get.optional(), find: OPERATIONS.find.optional(),
  create: OPERATIONS.create.optional(), update: OPERATIONS.update.optional(), remove: OPERATIONS.remove.optional(), archive: OPERATIONS.archive.optional(),
}, "Write { changes: { path: '/v2/companies' } }.");

const settings = field.settings({
  ...genericShape,
  ...PLACES,
  /** Whether the API leaves out what is empty. Unless it does, a field that is not there stops the sync: it may have been renamed. */
  omitsEmpty: field.yesNo().default(false),
  forbids: forbids.default('key'),
  changes: OPERATIONS.changes,
  all: OPERATIONS.all.optional(),
  get: OPERATIONS.get.prefault({}),
  find: OPERATIONS.find,
  create: OPERATIONS.create.prefault({}),
  update: OPERATIONS.update.prefault({}),
  remove: OPERATIONS.remove.prefault({}),
  archive: OPERATIONS.archive.optional(),
  /** What is different for one object, by its name in the sync; each setting replaces the one above it as a whole. */
  objects: z.record(z.string(), resource).default({}),
}, `Write genericCounterpart({ url: 'https://api.tool.example/v1', auth: { bearer: secret('TOOL_API_KEY') }, changedAt: 'updated_at', version: 'etag', changes: ${CHANGES}, find: ${FIND} }).`);

export type GenericCounterpartInput = z.input<typeof settings>;
export type GenericCounterpartSettings = Readonly<z.output<typeof settings>>;
/** All that is known of one object. */
export type Resource = Omit<GenericCounterpartSettings, keyof typeof genericShape | 'objects'>;

/** The settings of an object: its own, else those of the connection. */
export function resourceOf({ objects, ...common }: GenericCounterpartSettings, name: string): Resource {
  const own = Object.hasOwn(objects, name) ? Object.entries(objects[name]!).filter(([, value]) => value !== undefined) : [];
  return { ...common, ...(Object.fromEntries(own) as Partial<Resource>) };
}

export const GenericCounterpartSettings: z.ZodType<GenericCounterpartSettings, GenericCounterpartInput> = settings.superRefine((value, context) => {
  for (const name of [undefined, ...Object.keys(value.objects)]) {
    const { changes, all, get, version, find } = name === undefined ? value : resourceOf(value, name);
    const path = name === undefined ? [] : ['objects', name];
    const problem = (at: readonly string[], message: string): void => context.addIssue({ code: 'custom', path: [...path, ...at], message });
    if (all === undefined && sinceIsInside([changes.path, changes.query, changes.body])) {
      problem(['all'], "Is missing. In changes {since} is part of a longer text, so that it cannot be left out to list all: write the list of all here, for example { path: '/{object}', items: 'data' }.");
    }
    if (typeof version === 'object' && get.atOnce > 1) problem(['get', 'atOnce'], 'A header of an answer speaks of one record. Write 1, or the place of the version in the record.');
    if (find !== 'walk' && Object.keys(find).length === 0) problem(['find'], `Is empty. Write ${FIND}, or 'walk'.`);
  }
});

function sinceIsInside(template: unknown): boolean {
  if (typeof template === 'string') return /\{since(Seconds|Ms)?\}/.test(template) && !/^\{[^{}]+\}$/.test(template);
  if (typeof template !== 'object' || template === null) return false;
  return Object.values(template).some(sinceIsInside);
}
