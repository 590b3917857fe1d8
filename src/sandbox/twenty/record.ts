import { compositeOf } from './composites.ts';
import type { Column, ObjectModel } from './model.ts';
import { searchVectorOf } from './search-vector.ts';

/** A record as it is stored: columns by name, composites as objects with every sub-field, empty text as null. Never mutated. */
export type StoredRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** A record as the API answers it: empty text as "", empty lists as [], the search vector included. */
export type ApiRecord = Readonly<Record<string, unknown>>;

export function toApi(object: ObjectModel, record: StoredRecord): ApiRecord {
  const answer: Record<string, unknown> = {};
  for (const column of object.columns) answer[column.name] = column.type === 'TS_VECTOR' ? searchVectorOf(object, record) : columnToApi(column, record[column.name]);
  return answer;
}

/** One column as the API answers it. */
export function columnToApi(column: Column, value: unknown): unknown {
  const composite = compositeOf(column.type);
  if (composite === undefined) {
    if (value !== null && value !== undefined) return value;
    if (column.type === 'TEXT') return '';
    return column.type === 'MULTI_SELECT' || column.type === 'ARRAY' ? [] : null;
  }
  const parts = (value ?? {}) as Record<string, unknown>;
  const answer: Record<string, unknown> = {};
  for (const sub of composite.subFields) answer[sub.name] = parts[sub.name] ?? emptySub(column.type, sub.name, sub.type);
  return answer;
}

/** A record that nobody wrote in yet. */
export function emptyRecord(object: ObjectModel): Readonly<Record<string, unknown>> {
  const known = emptyRecords.get(object);
  if (known !== undefined) return known;
  const record = Object.fromEntries(object.columns.map((column) => [column.name, defaultOf(column)]));
  emptyRecords.set(object, record);
  return record;
}

const emptyRecords = new WeakMap<ObjectModel, Readonly<Record<string, unknown>>>();

function defaultOf(column: Column): unknown {
  const composite = compositeOf(column.type);
  const given = column.field.defaultValue;
  if (composite === undefined) return column.field.relation === undefined ? unquoted(given) : null;
  const parts = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  return Object.fromEntries(composite.subFields.map((sub) => [sub.name, unquoted(parts[sub.name])]));
}

function emptySub(type: string, name: string, subType: string): unknown {
  if (subType === 'TEXT') return '';
  return subType === 'RAW_JSON' && type !== 'ACTOR' && name !== 'context' ? [] : null;
}

/** Metadata writes text defaults in quotes: `'NEW'`. */
function unquoted(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  const text = /^'(.*)'$/s.exec(value)?.[1] ?? value;
  return text === '' ? null : text;
}
