import { inspect } from 'node:util';
import { compositeOf } from './composites.ts';
import { parseComposite } from './input-composite.ts';
import {
  parseBoolean, parseDate, parseDateTime, parseFiles, parseJson, parseMultiSelect, parseNumber, parsePosition, parseSelect, parseText, parseTextList, parseUuid,
} from './input-values.ts';
import type { FieldModel, ObjectModel } from './model.ts';
import { invalidData, invalidRecordId } from './refusal.ts';
import { isTwentyUuid } from './uuid.ts';

/** What a client asks to write: columns with stored values, composites with only the sub-fields given, and connects. */
export interface RecordInput {
  readonly values: Readonly<Record<string, unknown>>;
  readonly connects: readonly Connect[];
}

/** `company: {connect: {where: {…}}}`: the link to the one record that holds the value. */
export interface Connect {
  readonly relation: FieldModel;
  readonly where: Readonly<Record<string, unknown>>;
}

/** Checks and normalises one record as Twenty does on create and update. Throws a `Refusal` with Twenty's own message. */
export function parseRecordInput(object: ObjectModel, data: unknown): RecordInput {
  if (typeof data !== 'object' || data === null) throw invalidData(`Invalid object value ${inspect(data)} for field "data"`);
  const values: Record<string, unknown> = {};
  const connects: Connect[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const column = object.columnByName.get(name);
    if (column !== undefined) {
      values[name] = name === 'id' ? parseRecordId(value) : parseColumn(column.type, column.field, name, value);
      continue;
    }
    const field = object.fieldByName.get(name);
    if (field?.relation === undefined) throw invalidData(`Object ${object.nameSingular} doesn't have any "${name}" field.`);
    if (field.relation.kind === 'ONE_TO_MANY') throw invalidData(`One-to-many relation ${name} field does not support write operations.`);
    parseRelation(field, value, values, connects);
  }
  return { values, connects };
}

function parseRecordId(value: unknown): unknown {
  if (value === null) return undefined;
  if (!isTwentyUuid(value)) throw invalidRecordId(value);
  return value.toLowerCase();
}

function parseRelation(field: FieldModel, value: unknown, values: Record<string, unknown>, connects: Connect[]): void {
  if (value === null) return;
  const { connect, disconnect } = value as { connect?: { where?: Record<string, unknown> }; disconnect?: boolean };
  if (disconnect === true) values[field.settings?.joinColumnName ?? `${field.name}Id`] = null;
  else if (connect?.where !== undefined) connects.push({ relation: field, where: connect.where });
  else throw invalidData(`Relation "${field.name}" requires connect or disconnect operation`);
}

function parseColumn(type: string, field: FieldModel, name: string, value: unknown): unknown {
  if (type === 'TS_VECTOR') throw invalidData(`${name} TS_VECTOR-typed field does not support write operations`);
  if (compositeOf(type) !== undefined) return parseComposite(field, value);
  if (value === null) return emptyOf(field);
  switch (type) {
    case 'TEXT': return parseText(value, name);
    case 'UUID': return parseUuid(value, name);
    case 'DATE_TIME': return parseDateTime(value, name);
    case 'DATE': return parseDate(value, name);
    case 'BOOLEAN': return parseBoolean(value, name);
    case 'NUMBER':
    case 'NUMERIC': return parseNumber(value, name);
    case 'POSITION': return parsePosition(value, name);
    case 'RATING':
    case 'SELECT': return parseSelect(value, name, (field.options ?? []).map((option) => option.value));
    case 'MULTI_SELECT': return parseMultiSelect(value, name, (field.options ?? []).map((option) => option.value));
    case 'ARRAY': return parseTextList(value, name);
    case 'RAW_JSON': return parseJson(value);
    case 'FILES': return parseFiles(value, name);
    default: throw invalidData(`The sandbox cannot write the field "${name}" of type ${type}`);
  }
}

function emptyOf(field: FieldModel): null {
  if (!field.isNullable && field.type !== 'TEXT' && field.relation === undefined && field.defaultValue === undefined) {
    throw invalidData(`null value in column "${field.name}" violates not-null constraint`);
  }
  return null;
}
