import { ConnectorError } from '../../domain/failure.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Connection } from './call.ts';
import { COMPOSITE_PARTS, joinColumn } from './changes-fields.ts';
import { typeNameOf } from './group-by.ts';
import type { TwentyField, TwentyMetadata, TwentyObject } from './metadata.ts';
import { isKnown, shapeOf, whollyNamed } from './objects.ts';
import type { KnownObject, ObjectName, ObjectShape } from './objects.ts';
import { RECORD_SCHEMAS, record } from './records.ts';
import type { RecordOf } from './records.ts';
import { relationTargets } from './selection.ts';
import type { z } from 'zod';

/** What an object is like, and how its records are read. */
export interface Shape<O extends ObjectName = ObjectName> extends ObjectShape {
  readonly record: z.ZodType<RecordOf[O]>;
}

/** The row of an object that the tables know. */
export function knownShape<O extends KnownObject>(object: O): Shape<O> {
  return { ...shapeOf(object), record: RECORD_SCHEMAS[object] };
}

/**
 * What an object is like, out of the tables where they tell all that is wanted, else as the workspace describes it: custom objects, and
 * fields that are wanted wholly (`wholly`) and stand in no table. The description costs no token and is kept for some minutes. Throws
 * `rejected`, with what to do, for an object or a field that the workspace does not have: a field that somebody deleted would
 * otherwise read as if it had been emptied on every record.
 */
export type ReadShape = <O extends ObjectName>(object: O, fields?: readonly string[], signal?: AbortSignal) => Promise<Shape<O>>;

const LASTS_MS = 300_000;
/** What was made meanwhile is seen at the latest after this time. */
const MISSING_LASTS_MS = 5_000;

export function shapeReader(connection: Connection, metadata: TwentyMetadata): ReadShape {
  let schema: { readonly atMs: number; readonly objects: readonly TwentyObject[] } | undefined;
  const links = new WeakMap<TwentyObject, ObjectShape['links']>();
  const read = async (maxAgeMs: number, signal: AbortSignal | undefined): Promise<readonly TwentyObject[]> => {
    if (schema === undefined || Date.now() - schema.atMs > maxAgeMs) schema = { atMs: Date.now(), objects: await metadata.objects(signal === undefined ? {} : { signal }) };
    return schema.objects;
  };
  const linksOf = async (object: TwentyObject, objects: readonly TwentyObject[], signal: AbortSignal | undefined): Promise<ObjectShape['links']> => {
    const found = links.get(object) ?? await describedLinks(object, relationTargets(connection, objects, signal));
    links.set(object, found);
    return found;
  };
  return async <O extends ObjectName>(name: O, fields: readonly string[] = [], signal?: AbortSignal): Promise<Shape<O>> => {
    const known = isKnown(name) ? (knownShape(name) as unknown as Shape<O>) : undefined;
    const wanted = whollyNamed(fields);
    if (known !== undefined && wanted.every((field) => ALWAYS.has(field) || known.fields.includes(field))) return known;
    let objects = await read(LASTS_MS, signal);
    if (problemOf(name, wanted, objects) !== undefined) objects = await read(MISSING_LASTS_MS, signal);
    const problem = problemOf(name, wanted, objects);
    if (problem !== undefined) throw new ConnectorError('twenty', 'rejected', `twenty: ${problem}`);
    const object = objects.find(({ nameSingular }) => nameSingular === name)!;
    const parts = new Map(activeFields(object).map((field) => [field.name, COMPOSITE_PARTS[field.type] ?? '']));
    if (known !== undefined) return { ...known, parts };
    const unique = activeFields(object).filter((field) => field.isUnique === true && !ALWAYS.has(field.name));
    return {
      one: object.nameSingular, many: object.namePlural, type: typeNameOf(object), fields: unique.map((field) => field.name),
      unique: unique.map(({ name: field, type }) => `${field}${COMPARED[type] ?? ''}`), links: await linksOf(object, objects, signal), parts, record: record as unknown as Shape<O>['record'],
    };
  };
}

const ALWAYS: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'deletedAt']);

/** The part of a composite that a unique field compares (observed on 2.21 for addresses and links). */
const COMPARED: Readonly<Record<string, string>> = { EMAILS: '.primaryEmail', LINKS: '.primaryLinkUrl', PHONES: '.primaryPhoneNumber' };

function problemOf(name: string, wanted: readonly string[], objects: readonly TwentyObject[]): string | undefined {
  const object = objects.find(({ nameSingular }) => nameSingular === name);
  if (object?.isActive === false) return `the object ${name} is deactivated. Activate it in Twenty (Settings > Data model)`;
  if (object === undefined) return `there is no object ${name}. ${remedy(name, objects.filter(({ isActive }) => isActive).map(({ nameSingular }) => nameSingular), 'Write its API name in the singular, or create it in Twenty (Settings > Data model)')}`;
  const fields = activeFields(object);
  for (const field of wanted.filter((one) => !ALWAYS.has(one))) {
    if (fields.some((one) => joinColumn(one) === field)) continue;
    const found = fields.find((one) => one.name === field);
    if (found === undefined) return `${name} has no field ${field}. ${remedy(field, fields.map((one) => joinColumn(one) ?? one.name), 'Write its API name, or create it in Twenty (Settings > Data model)')}`;
    if (/RELATION$/.test(found.type)) {
      const column = joinColumn(found);
      return column === undefined ? `${name}.${field} leads to many records, which are no part of it` : `${name}.${field} leads to another record. Write ${column}, which holds its id`;
    }
  }
  return undefined;
}

/** Where its links lead, by the name of the object; the local check needs the names of all of them. */
async function describedLinks(object: TwentyObject, targetOf: (field: TwentyField) => Promise<TwentyObject | undefined>): Promise<ObjectShape['links']> {
  const found = await Promise.all(activeFields(object).map(async (field): Promise<readonly (readonly [string, string])[]> => {
    const column = joinColumn(field);
    return column === undefined ? [] : [[column, (await targetOf(field))?.nameSingular ?? '']];
  }));
  return Object.fromEntries(found.flat());
}

function activeFields(object: TwentyObject): readonly TwentyField[] {
  return object.fields?.filter(({ isActive }) => isActive) ?? [];
}

function remedy(word: string, known: readonly string[], otherwise: string): string {
  const near = nearest(word, known);
  return near === undefined ? otherwise : `Did you mean “${near}”? ${otherwise}`;
}
