import { nearest } from '../../domain/nearest.ts';
import type { TwentyField, TwentyObject } from './metadata.ts';

export interface FilterProblem {
  /** `filter.company.address.addressTown` */
  readonly path: string;
  readonly message: string;
}

/** The object that a relation field leads to; undefined when it leads to several, or nowhere. */
export type RelationTarget = (field: TwentyField) => Promise<TwentyObject | undefined>;

/**
 * What is wrong with a filter written by a person, all at once: unknown fields, parts, operators and options, and parts that
 * are empty, since Twenty takes those for "every record".
 */
export async function filterProblems(filter: unknown, object: TwentyObject, targetOf: RelationTarget): Promise<readonly FilterProblem[]> {
  return problemsOf(filter, object, targetOf, 'filter');
}

async function problemsOf(filter: unknown, object: TwentyObject, targetOf: RelationTarget, path: string): Promise<readonly FilterProblem[]> {
  if (!isObject(filter)) return [{ path, message: 'Has to be an object of conditions.' }];
  if (Object.keys(filter).length === 0) return [{ path, message: 'Is empty, which would be every record.' }];
  const found = await Promise.all(Object.entries(filter).map(([name, value]) => partProblems(name, value, object, targetOf, `${path}.${name}`)));
  return found.flat();
}

async function partProblems(name: string, value: unknown, object: TwentyObject, targetOf: RelationTarget, path: string): Promise<readonly FilterProblem[]> {
  if (name === 'not') return problemsOf(value, object, targetOf, path);
  if (name === 'and' || name === 'or') {
    if (!Array.isArray(value) || value.length === 0) return [{ path, message: 'Has to be a list of conditions that is not empty.' }];
    return (await Promise.all(value.map((item, index) => problemsOf(item, object, targetOf, `${path}.${String(index)}`)))).flat();
  }
  const fields = (object.fields ?? []).filter(({ isActive }) => isActive);
  const joined = fields.find((field) => joinColumn(field) === name);
  if (joined !== undefined) return leafProblems('UUID', value, path);
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) return [{ path, message: `${object.labelSingular} has no such field. ${remedy(name, namesOf(fields))}` }];
  if (field.type === 'RELATION' || field.type === 'MORPH_RELATION') return relatedProblems(field, value, targetOf, path);
  const parts = PARTS[field.type];
  if (parts === undefined) return leafProblems(field.type, value, path, field.options?.map((option) => option.value));
  if (!isObject(value) || Object.keys(value).length === 0) return [{ path, message: `Has parts: write one of ${Object.keys(parts).join(', ')}.` }];
  return Object.entries(value).flatMap(([part, condition]) => {
    const type = parts[part];
    return type === undefined ? [{ path: `${path}.${part}`, message: `There is no such part. ${remedy(part, Object.keys(parts))}` }] : leafProblems(type, condition, `${path}.${part}`);
  });
}

async function relatedProblems(field: TwentyField, value: unknown, targetOf: RelationTarget, path: string): Promise<readonly FilterProblem[]> {
  if (joinColumn(field) === undefined) return [{ path, message: 'Is the many side of a relation, which cannot be filtered by.' }];
  const target = await targetOf(field);
  if (target === undefined) return [{ path, message: `Leads to no single kind of record. Filter by ${joinColumn(field) ?? field.name}.` }];
  return problemsOf(value, target, targetOf, path);
}

function leafProblems(type: string, condition: unknown, path: string, options?: readonly string[]): readonly FilterProblem[] {
  const operators = OPERATORS[type] ?? [];
  if (operators.length === 0) return [{ path, message: 'Cannot be filtered by.' }];
  if (!isObject(condition) || Object.keys(condition).length === 0) return [{ path, message: `Has to say how it is compared: one of ${operators.join(', ')}.` }];
  return Object.entries(condition).flatMap(([operator, operand]) => {
    if (!operators.includes(operator)) return [{ path: `${path}.${operator}`, message: `This field cannot be compared so. ${remedy(operator, operators)}` }];
    return operandProblems(operator, operand, `${path}.${operator}`, options);
  });
}

function operandProblems(operator: string, operand: unknown, path: string, options?: readonly string[]): readonly FilterProblem[] {
  if (operator === 'is') return operand === 'NULL' || operand === 'NOT_NULL' ? [] : [{ path, message: "Has to be 'NULL' or 'NOT_NULL'." }];
  if (operator === 'isEmptyArray') return typeof operand === 'boolean' ? [] : [{ path, message: 'Has to be true or false.' }];
  const listed = operator === 'in' || operator === 'containsAny';
  if (listed && (!Array.isArray(operand) || operand.length === 0)) return [{ path, message: 'Has to be a list that is not empty.' }];
  const values: readonly unknown[] = listed ? (operand as unknown[]) : [operand];
  return values.flatMap((value, index) => {
    const at = listed ? `${path}.${String(index)}` : path;
    if (value === null || value === undefined || typeof value === 'object') return [{ path: at, message: "Has to be a plain value; for “no value” write { is: 'NULL' }." }];
    if (options === undefined || options.includes(String(value))) return [];
    return [{ path: at, message: `There is no such option. ${remedy(String(value), options)}` }];
  });
}

function joinColumn(field: TwentyField): string | undefined {
  const settings = field.settings as { relationType?: unknown; joinColumnName?: unknown } | null | undefined;
  if (field.type !== 'RELATION' && field.type !== 'MORPH_RELATION') return undefined;
  if (settings?.relationType === 'ONE_TO_MANY') return undefined;
  return typeof settings?.joinColumnName === 'string' ? settings.joinColumnName : `${field.name}Id`;
}

function namesOf(fields: readonly TwentyField[]): readonly string[] {
  return fields.flatMap((field) => [field.name, joinColumn(field) ?? []].flat());
}

function remedy(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `There are ${known.join(', ')}.` : `Did you mean “${near}”?`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ORDERED = ['eq', 'neq', 'in', 'gt', 'gte', 'lt', 'lte', 'is'];
const TEXTUAL = [...ORDERED, 'startsWith', 'endsWith', 'like', 'ilike', 'regex', 'iregex'];
const CHOSEN = ['eq', 'neq', 'in', 'containsAny', 'is', 'isEmptyArray'];

/** The filter inputs of Twenty 2.21's introspection document. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  TEXT: TEXTUAL, UUID: ORDERED, DATE_TIME: ORDERED, DATE: ORDERED, NUMBER: ORDERED, NUMERIC: ORDERED, POSITION: ORDERED, BOOLEAN: ['eq', 'is'],
  SELECT: CHOSEN, RATING: CHOSEN, MULTI_SELECT: CHOSEN, ARRAY: ['containsIlike', 'is', 'isEmptyArray'], RAW_JSON: ['is', 'like'], FILES: ['is', 'like'], TS_VECTOR: ['search'],
};

const PARTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  FULL_NAME: { firstName: 'TEXT', lastName: 'TEXT' },
  EMAILS: { primaryEmail: 'TEXT', additionalEmails: 'RAW_JSON' },
  PHONES: { primaryPhoneNumber: 'TEXT', primaryPhoneCountryCode: 'TEXT', primaryPhoneCallingCode: 'TEXT', additionalPhones: 'RAW_JSON' },
  LINKS: { primaryLinkUrl: 'TEXT', primaryLinkLabel: 'TEXT', secondaryLinks: 'RAW_JSON' },
  CURRENCY: { amountMicros: 'NUMERIC', currencyCode: 'TEXT' },
  ADDRESS: {
    addressStreet1: 'TEXT', addressStreet2: 'TEXT', addressCity: 'TEXT', addressPostcode: 'TEXT', addressState: 'TEXT', addressCountry: 'TEXT', addressLat: 'NUMERIC', addressLng: 'NUMERIC',
  },
  ACTOR: { source: 'SELECT', workspaceMemberId: 'UUID', name: 'TEXT', context: 'RAW_JSON' },
  RICH_TEXT: { blocknote: 'TEXT', markdown: 'TEXT' },
};
