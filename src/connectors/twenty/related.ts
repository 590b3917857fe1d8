import { z } from 'zod';
import { call } from './call.ts';
import type { CallContext, Connection } from './call.ts';
import { recordSelection } from './changes-fields.ts';
import type { TwentyMetadata, TwentyObject } from './metadata.ts';

/** Which fields of which records, and of the one record that each of them links to. */
export interface RelatedWish {
  /** Singular name, `person`. */
  readonly object: string;
  readonly fields: readonly string[];
  /** A relation to one other record, `company`; left out when only the records themselves are wanted. */
  readonly relation?: Relation;
  /** Further relations to one record each. */
  readonly further?: readonly Relation[];
}

interface Relation {
  readonly field: string;
  readonly object: string;
  readonly fields: readonly string[];
  readonly optional: readonly string[];
}

/** A record with its fields as webhooks carry them, and the related one, unless that lies in the trash, under the relation's name. */
export type RelatedRecord = Readonly<Record<string, unknown>> & { readonly id: string; readonly createdAt: string; readonly deletedAt?: string | null | undefined };

export type RelatedAnswer =
  | { readonly ok: true; readonly records: readonly RelatedRecord[] }
  /** Fields that the workspace does not have, `person.leadScore`; nothing was read. */
  | { readonly ok: false; readonly missing: readonly string[] };

/**
 * Reads records by id, the trash included and marked by `deletedAt`, together with one related record each: one root field per
 * batch. Twenty counts a query's relations, not its records, against its limit of complexity, so a relation to one record is
 * cheap (a find of 5,000 was served, one-to-many within one-to-many refused).
 */
export interface TwentyRelated {
  read(wish: RelatedWish, ids: readonly string[], ctx: CallContext): Promise<RelatedAnswer>;
}

const SCHEMA_LASTS_MS = 300_000;
/** Fields made meanwhile are seen at the latest after this time; asking costs no token. */
const MISSING_LASTS_MS = 5_000;

export function relatedReader(connection: Connection, metadata: TwentyMetadata): TwentyRelated {
  let schema: { readonly atMs: number; readonly objects: readonly TwentyObject[] } | undefined;
  const describe = async (maxAgeMs: number, signal: AbortSignal | undefined): Promise<readonly TwentyObject[]> => {
    if (schema === undefined || Date.now() - schema.atMs > maxAgeMs) schema = { atMs: Date.now(), objects: await metadata.objects({ signal }) };
    return schema.objects;
  };
  return {
    async read(wish, ids, ctx) {
      let selection = select(await describe(SCHEMA_LASTS_MS, ctx.signal), wish);
      if ('missing' in selection) selection = select(await describe(MISSING_LASTS_MS, ctx.signal), wish);
      if ('missing' in selection) return { ok: false, missing: selection.missing };
      const records: RelatedRecord[] = [];
      for (let start = 0; start < ids.length; start += connection.maxBatch) {
        records.push(...(await readBatch(connection, selection, ids.slice(start, start + connection.maxBatch), ctx)));
      }
      return { ok: true, records };
    },
  };
}

interface Selection {
  readonly many: string;
  readonly type: string;
  readonly text: string;
}

function select(objects: readonly TwentyObject[], { object, fields, relation, further = [] }: RelatedWish): Selection | { readonly missing: readonly string[] } {
  const find = (name: string): TwentyObject | undefined => objects.find(({ nameSingular }) => nameSingular === name);
  const own = find(object);
  const relations = [...(relation === undefined ? [] : [relation]), ...further];
  const missing = [...absent(own, object, fields), ...relations.flatMap((one) => absent(find(one.object), one.object, one.fields))];
  if (own === undefined || missing.length > 0) return { missing };
  const related = relations.flatMap((one) => {
    const other = find(one.object);
    return other === undefined ? [] : [` ${one.field}{${recordSelection(other, [...one.fields, ...one.optional])}}`];
  });
  return {
    many: own.namePlural,
    type: own.nameSingular.charAt(0).toUpperCase() + own.nameSingular.slice(1),
    text: `${recordSelection(own, fields)}${related.join('')}`,
  };
}

function absent(object: TwentyObject | undefined, name: string, fields: readonly string[]): readonly string[] {
  const known = new Set(object?.fields?.filter(({ isActive }) => isActive).map((field) => field.name));
  return fields.filter((field) => !known.has(field) && !known.has(field.replace(/Id$/, ''))).map((field) => `${name}.${field}`);
}

function readBatch(connection: Connection, { many, type, text }: Selection, ids: readonly string[], ctx: CallContext): Promise<readonly RelatedRecord[]> {
  return call(connection, {
    kind: 'query', rootField: many, records: ids.length,
    types: { filter: `${type}FilterInput`, first: 'Int' },
    values: { filter: { and: [{ or: [{ deletedAt: { is: 'NULL' } }, { deletedAt: { is: 'NOT_NULL' } }] }, { id: { in: ids } }] }, first: ids.length },
    selection: `edges{node{${text}}}`,
    answer: Page.transform(({ edges }) => edges.map(({ node }) => node)),
  }, ctx);
}

const Page = z.object({ edges: z.array(z.object({ node: z.looseObject({ id: z.string(), createdAt: z.string(), deletedAt: z.string().nullish() }) })) });
