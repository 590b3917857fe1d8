import type { Value } from '../../domain/sync.ts';

/** Fields of a record as an API nests them: `address.city` is `{ address: { city } }`. A dot of the name itself is written `\.`. */

type Fields = Readonly<Record<string, Value>>;

/** Null when nothing is there; undefined when there is not even a place for it. */
export function fieldAt(record: unknown, name: string): Value | undefined {
  let value: unknown = record;
  for (const part of partsOf(name)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return value === null ? null : undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value as Value | undefined;
}

/** A record with these fields, each in its place; what stands around them is kept. */
export function withFields(record: Fields, fields: Fields): Fields {
  return Object.entries(fields).reduce((made, [name, value]) => put(made, partsOf(name), value) as Fields, record);
}

/** A record without these fields. */
export function withoutFields(record: Fields, names: readonly string[]): Fields {
  return names.reduce((made, name) => drop(made, partsOf(name)) as Fields, record);
}

/** Of a record the objects and lists of which the fields are parts. */
export function branchesOf(record: Fields, names: readonly string[]): Fields {
  const heads = new Set(names.map(partsOf).filter((parts) => parts.length > 1).map(([head]) => head!));
  return Object.fromEntries(Object.entries(record).filter(([head]) => heads.has(head)));
}

function partsOf(name: string): readonly string[] {
  return name.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'));
}

function put(record: Value | undefined, [head, ...rest]: readonly string[], value: Value): Value {
  if (head === undefined) return value;
  if (Array.isArray(record) && /^\d+$/.test(head)) return record.toSpliced(Number(head), 1, put((record as readonly Value[])[Number(head)], rest, value));
  const around: Fields = typeof record === 'object' && record !== null && !Array.isArray(record) ? (record as Fields) : {};
  return { ...around, [head]: put(Object.hasOwn(around, head) ? around[head] : undefined, rest, value) };
}

function drop(record: Value | undefined, [head, ...rest]: readonly string[]): Value | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record) || !Object.hasOwn(record, head!)) return record;
  const { [head!]: own, ...others } = record as Fields;
  return rest.length === 0 ? others : { ...others, [head!]: drop(own, rest)! };
}
