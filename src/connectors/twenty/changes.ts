import { z } from 'zod';
import { ConnectorError } from '../../domain/failure.ts';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { recordSelection } from './changes-fields.ts';
import type { TwentyMetadata, TwentyObject } from './metadata.ts';

const Found = z.looseObject({ id: z.string(), createdAt: z.string(), updatedAt: z.string(), deletedAt: z.string().nullish() });
/** A record with the fields that were asked for, under Twenty's own names and in the shape of a webhook's `record`. */
export type FoundRecord = Readonly<z.infer<typeof Found>>;

export interface RecordPage {
  readonly records: readonly FoundRecord[];
  /** Where the next page begins; undefined behind the last one. */
  readonly next: string | undefined;
  /** A time that the server's clock had reached when it was asked, ISO 8601; undefined when the server does not tell the time. */
  readonly askedAt: string | undefined;
}

/** Reads an object's records, live and in the trash alike; every page is one root field. */
export interface TwentyChanges {
  /**
   * A page of the records changed at or after `from` (ISO 8601), oldest change first, the id deciding between equals. A record
   * that changes while it is being walked comes again.
   */
  changedSince(object: string, fields: readonly string[], from: string, after: string | undefined, ctx: CallContext): Promise<RecordPage>;
  /** A page of all records in the order of their ids, so many batches long: Twenty serves a thousand records in one answer (observed). */
  all(object: string, fields: readonly string[], after: string | undefined, ctx: CallContext, batches?: number): Promise<RecordPage>;
  /** Those of the ids that exist, in the trash or not; one root field per batch. */
  existing(object: string, ids: readonly string[], ctx: CallContext): Promise<ReadonlySet<string>>;
}

/** Naming `deletedAt` is what makes Twenty show the trash. */
const TRASH_TOO = { or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] };
/** A field that was made meanwhile is seen after this time. */
const SCHEMA_LASTS_MS = 300_000;

export function changesReader(connection: Connection, metadata: TwentyMetadata): TwentyChanges {
  let schema: { readonly untilMs: number; readonly objects: Promise<readonly TwentyObject[]> } | undefined;
  const describe = async (name: string): Promise<TwentyObject> => {
    if (schema === undefined || schema.untilMs < Date.now()) {
      const objects = metadata.objects();
      schema = { untilMs: Date.now() + SCHEMA_LASTS_MS, objects };
      objects.catch(() => (schema = undefined));
    }
    const object = (await schema.objects).find(({ nameSingular }) => nameSingular === name);
    if (object !== undefined) return object;
    schema = undefined;
    throw new ConnectorError('twenty', 'rejected', `twenty: the workspace has no object ${name}`);
  };
  return {
    changedSince: async (name, fields, from, after, ctx) => {
      const object = await describe(name);
      return page(connection, object, recordSelection(object, fields), {
        filter: { and: [{ updatedAt: { gte: from } }, TRASH_TOO] }, orderBy: [{ updatedAt: 'AscNullsFirst' }], first: connection.maxBatch, after,
      }, ctx);
    },
    all: async (name, fields, after, ctx, batches = 1) => {
      const object = await describe(name);
      const first = batches * connection.maxBatch;
      return page(connection, object, recordSelection(object, fields), { filter: TRASH_TOO, orderBy: [{ id: 'AscNullsFirst' }], first, after }, ctx);
    },
    existing: async (name, ids, ctx) => {
      const object = await describe(name);
      const found = new Set<string>();
      for (let start = 0; start < ids.length; start += connection.maxBatch) {
        const filter = { and: [TRASH_TOO, { id: { in: ids.slice(start, start + connection.maxBatch) } }] };
        const { records } = await page(connection, object, 'id createdAt updatedAt', { filter, first: connection.maxBatch }, ctx);
        for (const { id } of records) found.add(id);
      }
      return found;
    },
  };
}

interface Wish {
  readonly filter: object;
  readonly orderBy?: readonly object[];
  readonly first: number;
  readonly after?: string | undefined;
}

async function page(connection: Connection, object: TwentyObject, selection: string, wish: Wish, ctx: CallContext): Promise<RecordPage> {
  const type = object.nameSingular.charAt(0).toUpperCase() + object.nameSingular.slice(1);
  const { filter, orderBy, first, after } = wish;
  let told: string | undefined;
  let sentAtMs = 0;
  const timed: CallContext = {
    ...ctx,
    onRequest: (info) => {
      sentAtMs = Date.now();
      ctx.onRequest?.(info);
    },
  };
  const found = await call(connection, {
    kind: 'query', rootField: object.namePlural, records: first,
    types: {
      filter: `${type}FilterInput`, first: 'Int', ...(orderBy === undefined ? {} : { orderBy: `[${type}OrderByInput]` }), ...(after === undefined ? {} : { after: 'String' }),
    },
    values: { filter, first, ...(orderBy === undefined ? {} : { orderBy }), ...(after === undefined ? {} : { after }) },
    selection: `pageInfo{hasNextPage endCursor} edges{node{${selection}}}`,
    answer: Page,
    onAnswer: ({ date }) => (told = askedAt(date, Date.now() - sentAtMs)),
  }, timed);
  const { hasNextPage, endCursor } = found.pageInfo;
  const more = hasNextPage && typeof endCursor === 'string' && endCursor !== after;
  return { records: found.edges.map(({ node }) => node), next: more ? endCursor : undefined, askedAt: told };
}

const Page = z.object({
  edges: z.array(z.object({ node: Found })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
});

/** The header has whole seconds and is written with the answer, so the time of asking lies before it by what the call took. */
function askedAt(date: string | undefined, tookMs: number): string | undefined {
  const ms = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(ms) ? undefined : new Date(ms - Math.max(0, tookMs)).toISOString();
}
