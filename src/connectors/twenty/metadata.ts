import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { parse } from './call.ts';
import type { Connection } from './call.ts';
import { codesIn, metadataFault, readMetadata, sendMetadata, unwrapped } from './metadata-answers.ts';
import { webhookCalls } from './webhooks.ts';
import type { TwentyWebhooks } from './webhooks.ts';

const Option = z.looseObject({
  id: z.string().optional(),
  value: z.string(),
  label: z.string().optional(),
  position: z.number().optional(),
  color: z.string().nullish(),
});

const Field = z.looseObject({
  id: z.string(),
  objectMetadataId: z.string().optional(),
  name: z.string(),
  type: z.string(),
  label: z.string(),
  isActive: z.boolean(),
  isNullable: z.boolean().nullish(),
  isUnique: z.boolean().nullish(),
  options: z.array(Option).nullish(),
  settings: z.record(z.string(), z.unknown()).nullish(),
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

/** What may be changed of a field; its name and type stay. */
export interface FieldChange {
  /** All of them, those that are there with their ids: what is left out is removed. */
  readonly options?: readonly z.infer<typeof Option>[];
}

type Signal = { readonly signal?: AbortSignal };

/** The workspace's schema and webhooks, over REST. None of these calls counts against the workspace's budget. */
export interface TwentyMetadata extends TwentyWebhooks {
  /** All objects, their fields included. */
  objects(ctx?: Signal): Promise<readonly TwentyObject[]>;
  /** Undefined when an object of that name is there already. */
  createObject(object: NewObject, ctx?: Signal): Promise<TwentyObject | undefined>;
  /** Undefined when a field of that name is there already. */
  createField(field: NewField, ctx?: Signal): Promise<TwentyField | undefined>;
  updateField(id: string, change: FieldChange, ctx?: Signal): Promise<TwentyField>;
}

export function metadataClient(connection: Connection): { readonly client: TwentyMetadata; ping(signal?: AbortSignal): Promise<void> } {
  const createUnlessTaken = async <T>(schema: z.ZodType<T>, kind: 'objects' | 'fields', body: object, key: string, taken: string, signal?: AbortSignal): Promise<T | undefined> => {
    const answer = await sendMetadata(connection, 'POST', `/rest/metadata/${kind}`, body, signal);
    if (answer.status === 400 && codesIn(answer).has(taken)) return undefined;
    if (answer.status !== 201 && answer.status !== 200) throw metadataFault(answer, `metadata/${kind}`);
    return parse(schema, unwrapped(answer.json(), key), `metadata/${kind}`, true);
  };

  const client: TwentyMetadata = {
    ...webhookCalls(connection),
    async objects(ctx) {
      const found: TwentyObject[] = [];
      for (let after = ''; ; ) {
        const body = await readMetadata(connection, `/rest/metadata/objects?limit=200${after}`, ctx?.signal);
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
    async updateField(id, change, ctx) {
      const answer = await sendMetadata(connection, 'PATCH', `/rest/metadata/fields/${encodeURIComponent(id)}`, change, ctx?.signal);
      if (answer.status !== 200) throw metadataFault(answer, 'metadata/fields');
      return parse(Field, unwrapped(answer.json(), 'updateOneField'), 'metadata/fields', true);
    },
  };
  return { client, ping: async (signal) => void (await readMetadata(connection, '/rest/metadata/fields?limit=1', signal)) };
}

const Paged = z.object({ pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }).optional() });
