import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import type { HttpAnswer } from '../http/client.ts';
import { authorized, parse, statusFault } from './call.ts';
import type { Connection } from './call.ts';

const Field = z.looseObject({
  id: z.string(),
  objectMetadataId: z.string().optional(),
  name: z.string(),
  type: z.string(),
  label: z.string(),
  isActive: z.boolean(),
  isNullable: z.boolean().nullish(),
  isUnique: z.boolean().nullish(),
  options: z.array(z.looseObject({ value: z.string() })).nullish(),
});
export type TwentyField = Readonly<z.infer<typeof Field>>;

const ObjectMetadata = z.looseObject({
  id: z.string(),
  nameSingular: z.string(),
  namePlural: z.string(),
  labelSingular: z.string(),
  isActive: z.boolean(),
  fields: z.array(Field).optional(),
});
export type TwentyObject = Readonly<z.infer<typeof ObjectMetadata>>;

const Webhook = z.looseObject({ id: z.string(), targetUrl: z.string(), operations: z.array(z.string()), description: z.string().nullish(), secret: z.string() });
/** Mind that Twenty hands out the secret with every read. */
export type TwentyWebhook = Readonly<z.infer<typeof Webhook>>;

export interface NewObject {
  readonly nameSingular: string;
  readonly namePlural: string;
  readonly labelSingular: string;
  readonly labelPlural: string;
  readonly description?: string;
  readonly icon?: string;
}

export interface NewField {
  readonly objectMetadataId: string;
  /** `TEXT`, `NUMBER`, `SELECT`, … */
  readonly type: string;
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: string;
  readonly isNullable?: boolean;
  readonly isUnique?: boolean;
  /** A SELECT's default stands in quotes inside the text: `"'PENDING'"`. */
  readonly defaultValue?: unknown;
  readonly options?: readonly { readonly value: string; readonly label: string; readonly position: number; readonly color?: string }[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly relationCreationPayload?: Readonly<Record<string, unknown>>;
}

export interface NewWebhook {
  readonly targetUrl: string;
  /** `person.created`, `person.*`. Twenty accepts anything and never fires what it does not know. */
  readonly operations: readonly string[];
  readonly description?: string;
  readonly secret: string;
}

type Signal = { readonly signal?: AbortSignal };

/** The workspace's schema and webhooks, over REST. None of these calls counts against the workspace's budget. */
export interface TwentyMetadata {
  /** All objects, their fields included. */
  objects(ctx?: Signal): Promise<readonly TwentyObject[]>;
  /** Undefined when an object of that name is there already. */
  createObject(object: NewObject, ctx?: Signal): Promise<TwentyObject | undefined>;
  /** Undefined when a field of that name is there already. */
  createField(field: NewField, ctx?: Signal): Promise<TwentyField | undefined>;
  webhooks(ctx?: Signal): Promise<readonly TwentyWebhook[]>;
  createWebhook(webhook: NewWebhook, ctx?: Signal): Promise<TwentyWebhook>;
  updateWebhook(id: string, change: Partial<NewWebhook>, ctx?: Signal): Promise<TwentyWebhook>;
  /** False when there is none of that id. */
  deleteWebhook(id: string, ctx?: Signal): Promise<boolean>;
}

export function metadataClient(connection: Connection): { readonly client: TwentyMetadata; ping(signal?: AbortSignal): Promise<void> } {
  const read = async (path: string, signal?: AbortSignal): Promise<unknown> => {
    const answer = await send(connection, 'GET', path, undefined, signal);
    if (answer.status !== 200) throw statusFault(answer, path.split('?')[0] ?? path, false);
    return answer.json();
  };
  const write = async <T>(schema: z.ZodType<T>, method: 'POST' | 'PATCH', path: string, body: object, key: string, signal?: AbortSignal): Promise<T> => {
    const answer = await send(connection, method, path, body, signal);
    if (answer.status !== 200 && answer.status !== 201) throw statusFault(answer, path, true);
    return parse(schema, unwrapped(answer.json(), key), path, true);
  };
  const createUnlessTaken = async <T>(schema: z.ZodType<T>, kind: 'objects' | 'fields', body: object, key: string, taken: string, signal?: AbortSignal): Promise<T | undefined> => {
    const answer = await send(connection, 'POST', `/rest/metadata/${kind}`, body, signal);
    if (answer.status === 400 && codesIn(answer).has(taken)) return undefined;
    if (answer.status !== 201 && answer.status !== 200) throw metadataFault(answer, `metadata/${kind}`);
    return parse(schema, unwrapped(answer.json(), key), `metadata/${kind}`, true);
  };

  const client: TwentyMetadata = {
    async objects(ctx) {
      const found: TwentyObject[] = [];
      for (let after = ''; ; ) {
        const body = await read(`/rest/metadata/objects?limit=200${after}`, ctx?.signal);
        found.push(...parse(z.array(ObjectMetadata), unwrapped(body, 'objects'), 'metadata/objects', false));
        const { pageInfo } = parse(Paged, body, 'metadata/objects', false);
        if (pageInfo?.hasNextPage !== true || typeof pageInfo.endCursor !== 'string') return found;
        after = `&starting_after=${encodeURIComponent(pageInfo.endCursor)}`;
      }
    },
    createObject: (object, ctx) => createUnlessTaken(ObjectMetadata, 'objects', object, 'createOneObject', 'OBJECT_ALREADY_EXISTS', ctx?.signal),
    async createField(field, ctx) {
      if (field.isNullable === false && field.defaultValue === undefined) {
        // Twenty answers a server error for this, which would look like an outage.
        throw new ConnectorError('twenty', 'rejected', `twenty: the field ${field.name} needs a default value, since it may not be empty`);
      }
      return createUnlessTaken(Field, 'fields', field, 'createOneField', 'NOT_AVAILABLE', ctx?.signal);
    },
    webhooks: async (ctx) => parse(z.array(Webhook), unwrapped(await read('/rest/metadata/webhooks', ctx?.signal), 'webhooks'), 'metadata/webhooks', false),
    createWebhook: (webhook, ctx) => write(Webhook, 'POST', '/rest/metadata/webhooks', webhook, 'createWebhook', ctx?.signal),
    updateWebhook: (id, change, ctx) => write(Webhook, 'PATCH', `/rest/metadata/webhooks/${encodeURIComponent(id)}`, change, 'updateWebhook', ctx?.signal),
    async deleteWebhook(id, ctx) {
      const answer = await send(connection, 'DELETE', `/rest/metadata/webhooks/${encodeURIComponent(id)}`, undefined, ctx?.signal);
      if (answer.status === 404 || /WEBHOOK_NOT_FOUND/.test(answer.text())) return false;
      if (answer.status !== 200) throw statusFault(answer, 'metadata/webhooks', true);
      return true;
    },
  };
  return { client, ping: async (signal) => void (await read('/rest/metadata/fields?limit=1', signal)) };
}

const Paged = z.object({ pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }).optional() });

/** `errors` groups the problems by kind of metadata; only the first group is about what was asked, the rest follow from it. */
const MetadataRefusal = z.object({
  errors: z.record(z.string(), z.array(z.object({ errors: z.array(z.object({ code: z.string(), message: z.string() })) }))),
});

function send(connection: Connection, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body: object | undefined, signal?: AbortSignal): Promise<HttpAnswer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return connection.http.send({ method, url: connection.url + path, headers: authorized(connection), signal, ...content });
}

/** With one feature flag on, Twenty answers `{data: …}`, without it `{data: {createOneField: …}}`; webhooks come bare. */
function unwrapped(body: unknown, key: string): unknown {
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : body;
  return typeof data === 'object' && data !== null && key in data ? (data as Record<string, unknown>)[key] : data;
}

function problemsIn(answer: HttpAnswer): readonly { readonly code: string; readonly message: string }[] {
  const read = MetadataRefusal.safeParse(answer.json());
  return read.success ? Object.values(read.data.errors).flat().flatMap(({ errors }) => errors) : [];
}

function codesIn(answer: HttpAnswer): ReadonlySet<string> {
  return new Set(problemsIn(answer).map(({ code }) => code));
}

function metadataFault(answer: HttpAnswer, what: string): ConnectorError {
  const told = answer.status === 400 ? problemsIn(answer)[0]?.message : undefined;
  return told === undefined ? statusFault(answer, what, true) : new ConnectorError('twenty', 'rejected', `twenty: ${what}: ${told}`);
}
